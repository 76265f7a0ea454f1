//! What runs in a build, compared: the build script, the code of macros, the native library.
//!
//! Lines are counted as a diff counts them; a comment that changed counts, since whoever reads the
//! change has to read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ripe_model::{BuildChange, BuildCode, BuildCodeEvent, BuildCodeKind};
use semver::Version;

type Files = BTreeMap<PathBuf, String>;

/// Beyond so many edits in one file, lines are counted by how often they stand in it.
const EDITS: usize = 3000;

/// What would run with a version that comes and did not run so before; `old` is `None` where the
/// package is new. What is the same or gone is not told.
pub fn build_changes(
    package: &str,
    version: &Version,
    old: Option<&BuildCode>,
    new: &BuildCode,
) -> Vec<BuildChange> {
    let none = BuildCode::default();
    let old = old.unwrap_or(&none);
    let change = |what, change, links: Option<&String>, (added_lines, removed_lines)| BuildChange {
        package: package.to_owned(),
        version: version.clone(),
        what,
        change,
        links: links.cloned(),
        added_lines,
        removed_lines,
    };
    let mut changes = Vec::new();
    for (what, before, after) in [
        (BuildCodeKind::BuildScript, &old.build_script, &new.build_script),
        (BuildCodeKind::ProcMacro, &old.proc_macro, &new.proc_macro),
    ] {
        if after.is_empty() || before == after {
            continue;
        }
        let lines = lines(before, after);
        // Other line ends are no other code.
        if lines != (0, 0) {
            changes.push(change(what, event(before.is_empty()), None, lines));
        }
    }
    if let Some(links) = &new.links
        && old.links.as_ref() != Some(links)
    {
        let event = event(old.links.is_none());
        changes.push(change(BuildCodeKind::NativeCode, event, Some(links), (0, 0)));
    }
    changes
}

fn event(is_new: bool) -> BuildCodeEvent {
    if is_new { BuildCodeEvent::New } else { BuildCodeEvent::Changed }
}

/// Lines added and removed, over all files by their path.
fn lines(old: &Files, new: &Files) -> (u32, u32) {
    let paths: BTreeSet<&PathBuf> = old.keys().chain(new.keys()).collect();
    let of = |files: &Files, path| files.get(path).cloned().unwrap_or_default();
    let counts = paths.into_iter().map(|path| {
        let (old, new) = (of(old, path), of(new, path));
        edits(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>())
    });
    let (added, removed) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (small(added), small(removed))
}

/// The fewest lines to add and to remove that make one text of the other.
fn edits(old: &[&str], new: &[&str]) -> (usize, usize) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if old.is_empty() || new.is_empty() {
        return (new.len(), old.len());
    }
    match distance(old, new) {
        // As many more are added than removed as the new text is longer.
        Some(edits) => {
            let added = (edits + new.len() - old.len()) / 2;
            (added, edits - added)
        }
        None => (without(new, old), without(old, new)),
    }
}

/// The length of the shortest edit script, by E. Myers, "An O(ND) Difference Algorithm" (1986);
/// `None` beyond [`EDITS`].
fn distance(old: &[&str], new: &[&str]) -> Option<usize> {
    let most = (old.len() + new.len()).min(EDITS);
    // The furthest line of `old` that is reached on each diagonal, from -most to most.
    let mut furthest = vec![0usize; 2 * most + 3];
    let at = |diagonal: isize| (diagonal + most as isize + 1) as usize;
    for edits in 0..=most as isize {
        for diagonal in (-edits..=edits).step_by(2) {
            let down = diagonal == -edits
                || (diagonal != edits && furthest[at(diagonal - 1)] < furthest[at(diagonal + 1)]);
            let mut x =
                if down { furthest[at(diagonal + 1)] } else { furthest[at(diagonal - 1)] + 1 };
            let mut y = (x as isize - diagonal) as usize;
            while x < old.len() && y < new.len() && old[x] == new[y] {
                x += 1;
                y += 1;
            }
            furthest[at(diagonal)] = x;
            if x >= old.len() && y >= new.len() {
                return Some(edits as usize);
            }
        }
    }
    None
}

/// How many lines of `of` do not stand in `other`, each as often as it stands there.
fn without(of: &[&str], other: &[&str]) -> usize {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in other {
        *left.entry(line).or_default() += 1;
    }
    of.iter()
        .filter(|line| match left.get_mut(**line) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            Some(_) | None => true,
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(script: Option<&str>, macros: &[(&str, &str)], links: Option<&str>) -> BuildCode {
        let files = |files: &[(&str, &str)]| {
            files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
        };
        BuildCode {
            build_script: files(
                &script.map(|text| ("build.rs", text)).into_iter().collect::<Vec<_>>(),
            ),
            proc_macro: files(macros),
            links: links.map(str::to_owned),
        }
    }

    #[track_caller]
    fn check(old: Option<&BuildCode>, new: &BuildCode, expected: &str) {
        let changes = build_changes("a", &Version::new(1, 0, 0), old, new);
        let words: Vec<String> = changes
            .iter()
            .map(|c| format!("{:?} {:?} +{} -{}", c.what, c.change, c.added_lines, c.removed_lines))
            .collect();
        assert_eq!(words.join(", "), expected);
    }

    #[test]
    fn what_is_new_or_changed_is_told_with_its_lines() {
        let plain = code(None, &[], None);
        let script = code(Some("a\nb\nc\n"), &[], None);
        check(Some(&plain), &plain, "");
        check(Some(&script), &script, "");
        check(Some(&script), &plain, "");
        check(None, &plain, "");
        check(Some(&plain), &script, "BuildScript New +3 -0");
        check(None, &script, "BuildScript New +3 -0");
        let other = code(Some("a\nx\ny\nc\n"), &[], Some("z"));
        check(Some(&script), &other, "BuildScript Changed +2 -1, NativeCode New +0 -0");
        let ported = code(Some("a\nx\ny\nc\n"), &[], Some("z2"));
        check(Some(&other), &ported, "NativeCode Changed +0 -0");
    }

    #[test]
    fn files_of_macros_are_matched_by_their_path() {
        let old = code(None, &[("src/lib.rs", "a\nb\n"), ("src/gone.rs", "x\n")], None);
        let new = code(None, &[("src/lib.rs", "a\nb\nc\n"), ("src/new.rs", "y\nz\n")], None);
        check(Some(&old), &new, "ProcMacro Changed +3 -1");
        let windows = code(None, &[("src/lib.rs", "a\r\nb\r\n"), ("src/gone.rs", "x\n")], None);
        check(Some(&old), &windows, "");
    }

    /// The longest common subsequence by the table that every textbook has.
    fn common(old: &[&str], new: &[&str]) -> usize {
        let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
        for (i, a) in old.iter().enumerate() {
            for (j, b) in new.iter().enumerate() {
                table[i + 1][j + 1] =
                    if a == b { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[old.len()][new.len()]
    }

    #[test]
    fn lines_are_counted_as_the_longest_common_subsequence_has_it() {
        let alphabet = ["a", "b", "c"];
        // Every number names two texts of up to seven lines.
        for seed in 0..3000usize {
            let text = |mut n: usize, lines: usize| -> Vec<&str> {
                (0..lines)
                    .map(|_| {
                        n = n
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        alphabet[(n >> 33) % 3]
                    })
                    .collect()
            };
            let (old, new) = (text(seed, seed % 8), text(seed + 7919, seed / 8 % 8));
            let same = common(&old, &new);
            assert_eq!(edits(&old, &new), (new.len() - same, old.len() - same), "{old:?} {new:?}");
        }
    }

    #[test]
    fn two_large_texts_without_a_common_line_are_counted_too() {
        let numbers: Vec<String> = (0..40_000).map(|n| n.to_string()).collect();
        let lines: Vec<&str> = numbers.iter().map(String::as_str).collect();
        assert_eq!(edits(&lines[..20_000], &lines[20_000..]), (20_000, 20_000));
    }
}

//! What runs in a build, compared: the build script, the code of macros, the native library.
//!
//! A comment that changed counts, since whoever reads the change has to read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ripe_model::{BuildChange, BuildCode, BuildCodeEvent, BuildCodeKind};
use semver::Version;

type Files = BTreeMap<PathBuf, String>;

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
        if after.is_empty() || same(before, after) {
            continue;
        }
        changes.push(change(what, event(before.is_empty()), None, lines(before, after)));
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

/// Whether the files are the same line by line: other line ends are no other code.
fn same(old: &Files, new: &Files) -> bool {
    old.keys().eq(new.keys())
        && old.values().zip(new.values()).all(|(a, b)| a.lines().eq(b.lines()))
}

/// Lines added and removed, over all files by their path. A line that only moved is neither.
fn lines(old: &Files, new: &Files) -> (u32, u32) {
    let paths: BTreeSet<&PathBuf> = old.keys().chain(new.keys()).collect();
    let of = |files: &Files, path| files.get(path).cloned().unwrap_or_default();
    let counts = paths.into_iter().map(|path| {
        let (old, new) = (of(old, path), of(new, path));
        (without(&new, &old), without(&old, &new))
    });
    let (added, removed) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (small(added), small(removed))
}

/// How many lines of `of` do not stand in `other`, each as often as it stands there.
fn without(of: &str, other: &str) -> usize {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in other.lines() {
        *left.entry(line).or_default() += 1;
    }
    of.lines()
        .filter(|line| match left.get_mut(*line) {
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

    #[test]
    fn a_line_that_moved_is_a_change_without_lines() {
        let old = code(Some("a\nb\nb\n"), &[], None);
        check(Some(&old), &code(Some("b\na\nb\n"), &[], None), "BuildScript Changed +0 -0");
        check(Some(&old), &code(Some("a\nb\n"), &[], None), "BuildScript Changed +0 -1");
    }
}

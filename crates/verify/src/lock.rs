//! Lockfiles read, and the difference of two.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{CompatRange, Move};
use semver::Version;
use toml_edit::{DocumentMut, Item};

/// An entry of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedPackage {
    /// The name.
    pub name: String,
    /// The version.
    pub version: Version,
    /// The source as it is written; `None` for folders.
    pub source: Option<String>,
    /// The SHA-256 of its archive, where the lockfile holds one.
    pub checksum: Option<String>,
    /// What it depends on, as written: the name, with the version and the source where the name
    /// alone would not tell.
    pub dependencies: Vec<String>,
}

/// The entries of a lockfile, in its order. An entry that is not understood is passed over.
pub fn read_lock(text: &str) -> Vec<LockedPackage> {
    as_cargo_writes(text).unwrap_or_else(|| as_toml(text))
}

/// The entries of a lockfile in the form in which cargo writes it, a value a line, many times faster
/// than any TOML is read; `None` for every other form.
fn as_cargo_writes(text: &str) -> Option<Vec<LockedPackage>> {
    let quoted = |value: &'_ str| -> Option<String> {
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        (!value.contains(['"', '\\'])).then(|| value.to_owned())
    };
    let mut packages = Vec::new();
    let mut values: BTreeMap<&str, String> = BTreeMap::new();
    let mut dependencies = Vec::new();
    let (mut in_package, mut in_list) = (false, false);
    for line in text.lines().chain(["["]) {
        if in_list {
            match line {
                "]" => in_list = false,
                one => dependencies.push(quoted(one.trim_start().strip_suffix(',')?)?),
            }
        } else if line.starts_with('[') {
            let dependencies = std::mem::take(&mut dependencies);
            let mut values = std::mem::take(&mut values);
            let version = values.get("version").and_then(|version| Version::parse(version).ok());
            if let Some((name, version)) = values.remove("name").zip(version) {
                let (source, checksum) = (values.remove("source"), values.remove("checksum"));
                packages.push(LockedPackage { name, version, source, checksum, dependencies });
            }
            in_package = line == "[[package]]";
        } else if in_package && line == "dependencies = [" {
            in_list = true;
        } else if in_package && !line.is_empty() {
            let (key, value) = line.split_once(" = ")?;
            values.insert(key, quoted(value)?);
        }
    }
    (!in_list).then_some(packages)
}

fn as_toml(text: &str) -> Vec<LockedPackage> {
    let Ok(document) = text.parse::<DocumentMut>() else { return Vec::new() };
    let packages = document.get("package").and_then(Item::as_array_of_tables);
    packages
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let text = |key: &str| package.get(key).and_then(Item::as_str);
            let dependencies = package.get("dependencies").and_then(Item::as_array);
            Some(LockedPackage {
                name: text("name")?.to_owned(),
                version: Version::parse(text("version")?).ok()?,
                source: text("source").map(ToOwned::to_owned),
                checksum: text("checksum").map(ToOwned::to_owned),
                dependencies: dependencies
                    .into_iter()
                    .flatten()
                    .filter_map(|dependency| dependency.as_str().map(ToOwned::to_owned))
                    .collect(),
            })
        })
        .collect()
}

/// What leaves and what comes between two lockfiles, sorted. Versions of one package are paired
/// within their compatibility range; across ranges where somebody who depended on the one depends
/// on the other now. That holds too where the old version stays for others, beside the new one, and
/// where the new one was there for others before. An
/// entry that only changes its source, or its revision, is no move.
pub fn moves_between(old: &str, new: &str) -> Vec<Move> {
    let (old, new) = (LockGraph::new(old), LockGraph::new(new));
    let names: BTreeSet<_> = old.versions.keys().chain(new.versions.keys()).collect();
    let none = BTreeSet::new();
    let mut moves = Vec::new();
    for name in names {
        let before = old.versions.get(name).unwrap_or(&none);
        let after = new.versions.get(name).unwrap_or(&none);
        let mut leave: Vec<_> = before.difference(after).cloned().collect();
        let mut come: Vec<_> = after.difference(before).cloned().collect();
        let mut pair = |fits: &dyn Fn(&Version, &Version) -> bool| {
            leave.retain(|from| {
                let Some(at) = come.iter().position(|to| fits(from, to)) else { return true };
                let to = Some(come.remove(at));
                moves.push(Move { package: name.clone(), from: Some(from.clone()), to });
                false
            });
        };
        pair(&|from, to| CompatRange::of(from) == CompatRange::of(to));
        pair(&|from, to| !old.dependents(name, from).is_disjoint(&new.dependents(name, to)));
        come.retain(|to| {
            let takers = new.dependents(name, to);
            let changed_over = |from: &&Version| {
                let (was, is) = (old.dependents(name, from), new.dependents(name, from));
                was.difference(&is).any(|dependent| takers.contains(dependent))
            };
            let Some(from) = before.intersection(after).find(changed_over) else { return true };
            let (from, to) = (Some(from.clone()), Some(to.clone()));
            moves.push(Move { package: name.clone(), from, to });
            false
        });
        leave.retain(|from| {
            let left = old.dependents(name, from);
            let taken_over = |to: &&Version| {
                let (had, has) = (old.dependents(name, to), new.dependents(name, to));
                has.difference(&had).any(|dependent| left.contains(dependent))
            };
            let Some(to) = before.intersection(after).find(taken_over) else { return true };
            let (from, to) = (Some(from.clone()), Some(to.clone()));
            moves.push(Move { package: name.clone(), from, to });
            false
        });
        let leave = leave.into_iter().map(|from| (Some(from), None));
        let come = come.into_iter().map(|to| (None, Some(to)));
        moves.extend(leave.chain(come).map(|(from, to)| Move { package: name.clone(), from, to }));
    }
    moves.sort();
    moves
}

/// What depends on what, as a lockfile writes it.
#[derive(Debug)]
pub struct LockGraph {
    versions: BTreeMap<String, BTreeSet<Version>>,
    dependencies: BTreeMap<(String, Version), BTreeSet<(String, Version)>>,
}

impl LockGraph {
    /// The graph of a lockfile; empty where it is not understood.
    pub fn new(text: &str) -> LockGraph {
        let packages = read_lock(text);
        let mut versions: BTreeMap<String, BTreeSet<Version>> = BTreeMap::new();
        for package in &packages {
            versions.entry(package.name.clone()).or_default().insert(package.version.clone());
        }
        let mut dependencies: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for package in packages {
            let edges = dependencies.entry((package.name, package.version)).or_default();
            for dependency in &package.dependencies {
                let mut words = dependency.split(' ');
                let name = words.next().unwrap_or_default();
                let version = words.next();
                let fits = versions.get(name).into_iter().flatten();
                let fits = fits.filter(|v| version.is_none_or(|version| v.to_string() == version));
                edges.extend(fits.map(|version| (name.to_owned(), version.clone())));
            }
        }
        LockGraph { versions, dependencies }
    }

    /// Whether one entry depends on another.
    pub fn depends(&self, dependent: (&str, &Version), on: (&str, &Version)) -> bool {
        let entry = |(name, version): (&str, &Version)| (name.to_owned(), version.clone());
        self.dependencies.get(&entry(dependent)).is_some_and(|edges| edges.contains(&entry(on)))
    }

    /// The names of those that depend on an entry.
    fn dependents(&self, name: &str, version: &Version) -> BTreeSet<&str> {
        let entry = (name.to_owned(), version.clone());
        let on_it = self.dependencies.iter().filter(|(_, edges)| edges.contains(&entry));
        on_it.map(|((name, _), _)| name.as_str()).collect()
    }

    /// What an entry reaches through its dependencies, itself included.
    pub(crate) fn closure(&self, name: &str, version: &Version) -> BTreeSet<(String, Version)> {
        let mut seen = BTreeSet::new();
        let mut queue = vec![(name.to_owned(), version.clone())];
        while let Some(entry) = queue.pop() {
            let Some(edges) = self.dependencies.get(&entry) else { continue };
            if seen.insert(entry) {
                queue.extend(edges.iter().cloned());
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(entries: &[(&str, &str, &[&str])]) -> String {
        entries
            .iter()
            .map(|(name, version, dependencies)| {
                format!(
                    "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
                     dependencies = {dependencies:?}\n\n"
                )
            })
            .collect()
    }

    fn words(moves: &[Move]) -> Vec<String> {
        let number = |v: &Option<Version>| v.as_ref().map_or("-".to_owned(), Version::to_string);
        moves
            .iter()
            .map(|m| format!("{} {} {}", m.package, number(&m.from), number(&m.to)))
            .collect()
    }

    #[test]
    fn a_lockfile_is_read_alike_whoever_wrote_it() {
        let text = "# by cargo\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
                    source = \"registry+x\"\nchecksum = \"00\"\ndependencies = [\n \"b 1.0.0\",\n \
                    \"c\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n\n\
                    [[patch.unused]]\nname = \"u\"\nversion = \"9.0.0\"\n";
        let fast = as_cargo_writes(text).expect("cargo writes so");
        assert_eq!(fast, as_toml(text));
        assert_eq!(as_cargo_writes(&text.replace('\n', "\r\n")), Some(fast));
        assert_eq!(read_lock(text)[0].dependencies, ["b 1.0.0", "c"]);
        for other in ["name = 'a'", "name = \"\\u0061\"", "name=\"a\"", "<<<<<<< HEAD"] {
            assert_eq!(as_cargo_writes(&text.replace("name = \"a\"", other)), None, "{other}");
        }
        assert_eq!(as_cargo_writes(text.split_at(text.find("c\"").expect("c")).0), None);
    }

    #[test]
    fn versions_are_paired_within_their_range() {
        let old = lock(&[("a", "1.0.0", &[]), ("a", "2.0.0", &[]), ("b", "0.1.0", &[])]);
        let new = lock(&[("a", "1.2.0", &[]), ("a", "2.1.0", &[]), ("c", "3.0.0", &[])]);
        assert_eq!(
            words(&moves_between(&old, &new)),
            ["a 1.0.0 1.2.0", "a 2.0.0 2.1.0", "b 0.1.0 -", "c - 3.0.0"]
        );
    }

    #[test]
    fn ranges_are_paired_where_a_dependent_changed_over() {
        let old = lock(&[("me", "0.1.0", &["a"]), ("a", "1.0.0", &[])]);
        let new = lock(&[("me", "0.1.0", &["a"]), ("a", "2.0.0", &[])]);
        assert_eq!(words(&moves_between(&old, &new)), ["a 1.0.0 2.0.0"]);
    }

    #[test]
    fn a_version_that_stays_for_others_is_paired_too() {
        // hyperfine takes clap 4, and its clap_complete 3 keeps clap 3.
        let old =
            lock(&[("me", "0.1.0", &["a", "b"]), ("a", "3.0.0", &[]), ("b", "3.0.0", &["a"])]);
        let new = lock(&[
            ("me", "0.1.0", &["a 4.0.0", "b"]),
            ("a", "3.0.0", &[]),
            ("a", "4.0.0", &[]),
            ("b", "3.0.0", &["a 3.0.0"]),
        ]);
        assert_eq!(words(&moves_between(&old, &new)), ["a 3.0.0 4.0.0"]);
        let three = Version::new(3, 0, 0);
        let after = LockGraph::new(&new);
        assert!(after.depends(("b", &three), ("a", &three)));
        assert!(!after.depends(("me", &Version::new(0, 1, 0)), ("a", &three)));
    }

    #[test]
    fn a_version_that_was_there_for_others_is_paired_too() {
        // tower-http's tests take brotli 9, which async-compression has already.
        let old = lock(&[
            ("me", "0.1.0", &["a 7.0.0", "b"]),
            ("a", "7.0.0", &[]),
            ("a", "9.0.0", &[]),
            ("b", "1.0.0", &["a 9.0.0"]),
        ]);
        let new =
            lock(&[("me", "0.1.0", &["a", "b"]), ("a", "9.0.0", &[]), ("b", "1.0.0", &["a"])]);
        assert_eq!(words(&moves_between(&old, &new)), ["a 7.0.0 9.0.0"]);
    }

    #[test]
    fn each_that_comes_finds_its_own_among_those_that_stay() {
        let old = lock(&[
            ("x", "1.0.0", &["a 2.0.0"]),
            ("y", "1.0.0", &["a 1.0.0"]),
            ("z", "1.0.0", &["a 1.0.0", "a 2.0.0"]),
            ("a", "1.0.0", &[]),
            ("a", "2.0.0", &[]),
        ]);
        let new = lock(&[
            ("x", "1.0.0", &["a 3.0.0"]),
            ("y", "1.0.0", &["a 4.0.0"]),
            ("z", "1.0.0", &["a 1.0.0", "a 2.0.0"]),
            ("a", "1.0.0", &[]),
            ("a", "2.0.0", &[]),
            ("a", "3.0.0", &[]),
            ("a", "4.0.0", &[]),
        ]);
        assert_eq!(words(&moves_between(&old, &new)), ["a 1.0.0 4.0.0", "a 2.0.0 3.0.0"]);
    }

    #[test]
    fn one_that_leaves_and_a_stranger_that_comes_are_no_pair() {
        // argmax left nix 0.23 while ctrlc came to nix 0.31.
        let old = lock(&[("x", "1.0.0", &["a"]), ("y", "1.0.0", &[]), ("a", "0.23.0", &[])]);
        let new = lock(&[("x", "1.0.0", &[]), ("y", "1.0.0", &["a"]), ("a", "0.31.0", &[])]);
        assert_eq!(words(&moves_between(&old, &new)), ["a - 0.31.0", "a 0.23.0 -"]);
    }

    #[test]
    fn equal_lockfiles_have_no_moves() {
        let text = lock(&[("a", "1.0.0", &["b"]), ("b", "1.0.0", &[])]);
        assert_eq!(moves_between(&text, &text), []);
        assert_eq!(moves_between("junk [", "junk ["), []);
    }

    #[test]
    fn a_closure_follows_the_version_where_it_is_written() {
        let text = lock(&[
            ("a", "1.0.0", &["b 2.0.0", "c"]),
            ("b", "1.0.0", &[]),
            ("b", "2.0.0", &["a"]),
            ("c", "1.0.0", &[]),
        ]);
        let found = LockGraph::new(&text).closure("a", &Version::new(1, 0, 0));
        let found: Vec<_> =
            found.iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(found, ["a 1.0.0", "b 2.0.0", "c 1.0.0"]);
    }
}

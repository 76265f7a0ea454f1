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
    /// What it depends on, as written: the name, with the version and the source where the name
    /// alone would not tell.
    pub dependencies: Vec<String>,
}

/// The entries of a lockfile, in its order. An entry that is not understood is passed over.
pub fn read_lock(text: &str) -> Vec<LockedPackage> {
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
/// within their compatibility range; where one leaves and one comes besides, those two are a pair.
/// An entry that only changes its source, or its revision, is no move.
pub fn moves_between(old: &str, new: &str) -> Vec<Move> {
    let (old, new) = (versions(old), versions(new));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let none = BTreeSet::new();
    let mut moves = Vec::new();
    for name in names {
        let (before, after) = (old.get(name).unwrap_or(&none), new.get(name).unwrap_or(&none));
        let mut leave: Vec<_> = before.difference(after).cloned().collect();
        let mut come: Vec<_> = after.difference(before).cloned().collect();
        let mut push = |from: Option<Version>, to: Option<Version>| {
            moves.push(Move { package: name.clone(), from, to });
        };
        leave.retain(|from| {
            let range = CompatRange::of(from);
            let Some(at) = come.iter().position(|to| CompatRange::of(to) == range) else {
                return true;
            };
            push(Some(from.clone()), Some(come.remove(at)));
            false
        });
        if let ([from], [to]) = (leave.as_slice(), come.as_slice()) {
            push(Some(from.clone()), Some(to.clone()));
            continue;
        }
        leave.into_iter().for_each(|from| push(Some(from), None));
        come.into_iter().for_each(|to| push(None, Some(to)));
    }
    moves.sort();
    moves
}

fn versions(text: &str) -> BTreeMap<String, BTreeSet<Version>> {
    let mut versions: BTreeMap<String, BTreeSet<Version>> = BTreeMap::new();
    for package in read_lock(text) {
        versions.entry(package.name).or_default().insert(package.version);
    }
    versions
}

/// The names and versions that an entry reaches through its dependencies, itself included.
pub(crate) fn closure(
    packages: &[LockedPackage],
    name: &str,
    version: &Version,
) -> BTreeSet<(String, Version)> {
    let mut by_name: BTreeMap<&str, Vec<&LockedPackage>> = BTreeMap::new();
    for package in packages {
        by_name.entry(&package.name).or_default().push(package);
    }
    let mut seen = BTreeSet::new();
    let mut queue: Vec<&LockedPackage> =
        packages.iter().filter(|p| p.name == name && p.version == *version).collect();
    while let Some(package) = queue.pop() {
        if !seen.insert((package.name.clone(), package.version.clone())) {
            continue;
        }
        for dependency in &package.dependencies {
            let mut words = dependency.split(' ');
            let name = words.next().unwrap_or_default();
            let version = words.next();
            let fits = by_name.get(name).into_iter().flatten();
            queue.extend(fits.filter(|found| {
                version.is_none_or(|version| found.version.to_string() == version)
            }));
        }
    }
    seen
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
    fn versions_are_paired_within_their_range() {
        let old = lock(&[("a", "1.0.0", &[]), ("a", "2.0.0", &[]), ("b", "0.1.0", &[])]);
        let new = lock(&[("a", "1.2.0", &[]), ("a", "2.1.0", &[]), ("c", "3.0.0", &[])]);
        assert_eq!(
            words(&moves_between(&old, &new)),
            ["a 1.0.0 1.2.0", "a 2.0.0 2.1.0", "b 0.1.0 -", "c - 3.0.0"]
        );
    }

    #[test]
    fn one_that_leaves_and_one_that_comes_are_a_pair() {
        let old = lock(&[("a", "1.0.0", &[])]);
        let new = lock(&[("a", "2.0.0", &[])]);
        assert_eq!(words(&moves_between(&old, &new)), ["a 1.0.0 2.0.0"]);
        let new = lock(&[("a", "2.0.0", &[]), ("a", "3.0.0", &[])]);
        assert_eq!(words(&moves_between(&old, &new)), ["a - 2.0.0", "a - 3.0.0", "a 1.0.0 -"]);
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
        let found = closure(&read_lock(&text), "a", &Version::new(1, 0, 0));
        let found: Vec<_> =
            found.iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(found, ["a 1.0.0", "b 2.0.0", "c 1.0.0"]);
    }
}

//! Which units are replayed, and in what order.

use std::collections::{BTreeMap, BTreeSet};

use ripe_record::{Unit, UnitHash, UnitKind};

use crate::Subject;

/// The units of a probe.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Order<'a> {
    /// The units, by hash.
    pub(crate) units: BTreeMap<&'a UnitHash, &'a Unit>,
    /// Those of them that are compiled from an annotated copy, each with the number of its subject.
    pub(crate) roots: BTreeMap<&'a UnitHash, usize>,
    /// The units of users that are compiled against something that is asked about.
    pub(crate) users: BTreeSet<&'a UnitHash>,
}

impl<'a> Order<'a> {
    /// The libraries that are asked about, the units of their users, and what lies between.
    ///
    /// A macro or build script below a user is not replayed for it: what it is made of is no
    /// concern to what it is used by, and the one that was built serves.
    pub(crate) fn of(units: &'a [Unit], subjects: &[Subject]) -> Order<'a> {
        let by_hash: BTreeMap<&UnitHash, &Unit> = units.iter().map(|u| (&u.hash, u)).collect();
        let roots: BTreeMap<&UnitHash, usize> = units
            .iter()
            .filter(|unit| unit.kind.has_api())
            .filter_map(|unit| {
                let is = |subject: &Subject| subject.package == unit.package;
                Some((&unit.hash, subjects.iter().position(is)?))
            })
            .collect();
        let above = above(&by_hash, &roots);
        let mut order = Order { roots: BTreeMap::new(), ..Order::default() };
        let mut open: Vec<&UnitHash> = above
            .iter()
            .filter(|(hash, subjects_below)| {
                !roots.contains_key(**hash)
                    && subjects_below.iter().any(|subject| {
                        let user = by_hash.get(**hash).map(|unit| &unit.package.name);
                        user.is_some_and(|user| subjects[*subject].users.contains(user))
                    })
            })
            .map(|(hash, _)| *hash)
            .collect();
        order.users = open.iter().copied().collect();
        while let Some(hash) = open.pop() {
            let Some(unit) = by_hash.get(hash).filter(|_| above.contains_key(hash)) else {
                continue;
            };
            if order.units.insert(hash, unit).is_some() {
                continue;
            }
            if let Some(subject) = roots.get(hash) {
                order.roots.insert(hash, *subject);
            }
            open.extend(unit.dependencies.values().filter(|dep| passes_on(&by_hash, &roots, dep)));
        }
        order
    }

    /// What is compiled from annotated copies, and what of the plan that depends on.
    pub(crate) fn below_roots(&self) -> BTreeSet<&UnitHash> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&UnitHash> = self.roots.keys().copied().collect();
        while let Some(hash) = open.pop() {
            if let Some(unit) = self.units.get(hash).filter(|_| found.insert(hash)) {
                open.extend(self.below(unit));
            }
        }
        found
    }

    /// What is compiled from the copies of some subjects, and what of the plan is compiled against
    /// that.
    pub(crate) fn above(&self, is: impl Fn(usize) -> bool) -> BTreeSet<UnitHash> {
        let roots = self.roots.iter().filter(|(_, subject)| is(**subject));
        let mut found: BTreeSet<UnitHash> = roots.map(|(hash, _)| (*hash).clone()).collect();
        loop {
            let before = found.len();
            let more = self.units.values().filter(|u| self.below(u).any(|h| found.contains(h)));
            let more: Vec<UnitHash> = more.map(|unit| unit.hash.clone()).collect();
            found.extend(more);
            if found.len() == before {
                return found;
            }
        }
    }

    /// The units of the plan on which one depends.
    pub(crate) fn below<'u>(&self, unit: &'u Unit) -> impl Iterator<Item = &'u UnitHash> {
        unit.dependencies.values().filter(|hash| self.units.contains_key(hash))
    }
}

/// Whether a dependency that was compiled anew has to be handed to its dependents.
fn passes_on(
    units: &BTreeMap<&UnitHash, &Unit>,
    roots: &BTreeMap<&UnitHash, usize>,
    hash: &UnitHash,
) -> bool {
    roots.contains_key(hash) || units.get(hash).is_some_and(|unit| unit.kind == UnitKind::Lib)
}

/// The units that are, or are compiled against, what is asked about, each with the numbers of the
/// subjects.
fn above<'a>(
    units: &BTreeMap<&'a UnitHash, &'a Unit>,
    roots: &BTreeMap<&'a UnitHash, usize>,
) -> BTreeMap<&'a UnitHash, BTreeSet<usize>> {
    let mut found: BTreeMap<&UnitHash, BTreeSet<usize>> =
        roots.iter().map(|(hash, subject)| (*hash, BTreeSet::from([*subject]))).collect();
    // Units form no cycles; as many rounds as there are units would be the longest chain.
    loop {
        let mut grown = false;
        for (hash, unit) in units {
            let below: BTreeSet<usize> = unit
                .dependencies
                .values()
                .filter(|dep| passes_on(units, roots, dep))
                .filter_map(|dep| found.get(dep))
                .flatten()
                .copied()
                .collect();
            if !below.is_empty() {
                let known = found.entry(hash).or_default();
                let before = known.len();
                known.extend(below);
                grown |= known.len() > before;
            }
        }
        if !grown {
            return found;
        }
    }
}

/// The units whose records a probe needs, sorted.
pub fn needed<'a>(units: &'a [Unit], subjects: &[Subject]) -> Vec<&'a Unit> {
    Order::of(units, subjects).units.into_values().collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use ripe_model::{PackageId, Source};
    use ripe_record::Platform;
    use semver::Version;

    use super::*;

    fn id(name: &str, major: u64) -> PackageId {
        PackageId {
            name: name.into(),
            version: Version::new(major, 0, 0),
            source: Source::CratesIo,
        }
    }

    fn unit(name: &str, major: u64, kind: UnitKind, below: &[&str]) -> Unit {
        let hash = |text: &str| UnitHash(text.to_owned());
        Unit {
            package: id(name, major),
            crate_name: name.into(),
            hash: hash(&format!("{name}{major}")),
            kind,
            platform: Platform::Target,
            triple: "t".into(),
            features: Vec::new(),
            cfgs: Vec::new(),
            manifest_dir: PathBuf::from("/p").join(name),
            dependencies: below.iter().map(|dep| ((*dep).to_owned(), hash(dep))).collect(),
        }
    }

    #[test]
    fn only_users_of_the_version_that_is_asked_about_and_what_lies_between_are_replayed() {
        let units = [
            unit("flags", 1, UnitKind::Lib, &[]),
            unit("flags", 2, UnitKind::Lib, &[]),
            unit("middle", 1, UnitKind::Lib, &["flags1"]),
            unit("derive", 1, UnitKind::ProcMacro, &["flags1"]),
            unit("aside", 1, UnitKind::Lib, &["middle1"]),
            unit("other", 1, UnitKind::Lib, &["flags2"]),
            unit("mine", 1, UnitKind::Lib, &["middle1", "derive1", "other1"]),
            unit("mine", 2, UnitKind::Other, &["mine1"]),
        ];
        let plan = |major: u64, users: &[&str]| {
            let users = users.iter().map(|user| (*user).to_owned()).collect();
            let subject = Subject {
                package: id("flags", major),
                marks: vec![],
                impls: vec![],
                users,
                derives: BTreeSet::new(),
            };
            needed(&units, &[subject]).into_iter().map(|u| u.hash.0.clone()).collect::<Vec<_>>()
        };
        assert_eq!(plan(1, &["mine"]), ["flags1", "middle1", "mine1", "mine2"]);
        assert_eq!(plan(1, &["derive"]), ["derive1", "flags1"]);
        assert_eq!(plan(2, &["mine", "other"]), ["flags2", "mine1", "mine2", "other1"]);
        assert!(plan(3, &["mine"]).is_empty());
    }
}

//! Version bumps in Cargo's sense, where the leftmost non-zero component is the major one
//! (Cargo book, "SemVer Compatibility": 0.2.3 → 0.3.0 is a major bump, 0.0.3 → 0.0.4 too).

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};

/// The size of a version step, in Cargo's sense for 0.x. Ordered: `None < Patch < Minor < Major`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed that a version number would have to tell.
    #[default]
    None,
    /// Compatible, no new API.
    Patch,
    /// Compatible, new API.
    Minor,
    /// Incompatible.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        })
    }
}

/// The set of versions that a caret requirement would accept: everything up to the leftmost
/// non-zero component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CompatRange {
    /// `N.*.*` with N > 0.
    Major(u64),
    /// `0.N.*` with N > 0.
    Minor(u64),
    /// `0.0.N`, alone.
    Patch(u64),
}

impl CompatRange {
    /// The range that `version` falls into. A pre-release falls into the range of its numbers.
    pub fn of(version: &Version) -> Self {
        match (version.major, version.minor) {
            (0, 0) => CompatRange::Patch(version.patch),
            (0, minor) => CompatRange::Minor(minor),
            (major, _) => CompatRange::Major(major),
        }
    }
}

impl fmt::Display for CompatRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompatRange::Major(n) => write!(f, "{n}"),
            CompatRange::Minor(n) => write!(f, "0.{n}"),
            CompatRange::Patch(n) => write!(f, "0.0.{n}"),
        }
    }
}

/// Whether Cargo would take `new` where a caret requirement on `old` stands. The order of the two
/// does not matter; a pre-release is compatible only with itself.
pub fn is_compatible(old: &Version, new: &Version) -> bool {
    old == new
        || (old.pre.is_empty()
            && new.pre.is_empty()
            && CompatRange::of(old) == CompatRange::of(new))
}

/// The bump that the two numbers declare. Symmetric; a step to or from a pre-release of the same
/// range counts as major, because Cargo does not take it by itself.
pub fn declared_bump(old: &Version, new: &Version) -> Bump {
    if old == new {
        return Bump::None;
    }
    if !is_compatible(old, new) {
        return Bump::Major;
    }
    match CompatRange::of(old) {
        CompatRange::Major(_) if old.minor != new.minor => Bump::Minor,
        CompatRange::Major(_) | CompatRange::Minor(_) | CompatRange::Patch(_) => Bump::Patch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, bump: Bump) {
        let (old, new) =
            (Version::parse(old).expect("a version"), Version::parse(new).expect("a version"));
        assert_eq!(declared_bump(&old, &new), bump, "{old} -> {new}");
    }

    #[test]
    fn declared_bump_follows_cargos_rule_for_zero_versions() {
        check("1.2.3", "1.2.3", Bump::None);
        check("1.2.3", "1.2.4", Bump::Patch);
        check("1.2.3", "1.3.0", Bump::Minor);
        check("1.2.3", "2.0.0", Bump::Major);
        check("0.2.3", "0.2.4", Bump::Patch);
        check("0.2.3", "0.3.0", Bump::Major);
        check("0.0.3", "0.0.4", Bump::Major);
        check("0.0.3", "0.1.0", Bump::Major);
        check("1.0.0-rc.1", "1.0.0", Bump::Major);
    }
}

//! Packages as Cargo identifies them, and the identity that types inherit from them.

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::CompatRange;

/// Where a package comes from, as in a lockfile's `source` (Cargo book, "Package ID Specifications").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// crates.io, whichever protocol or mirror serves it.
    CratesIo,
    /// Another registry, by the URL of its index.
    Registry(String),
    /// A git repository, by URL with its revision.
    Git(String),
    /// A folder: workspace members, path dependencies, path patches.
    Path,
    /// The toolchain's own crates: `core`, `alloc`, `std`, `proc_macro`, `test`.
    Sysroot,
}

impl Source {
    /// Whether releases of this source are listed in a registry index.
    pub fn is_registry(&self) -> bool {
        match self {
            Source::CratesIo | Source::Registry(_) => true,
            Source::Git(_) | Source::Path | Source::Sysroot => false,
        }
    }
}

/// One version of one package from one source: what a lockfile entry names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PackageId {
    /// The name in the registry, with its hyphens.
    pub name: String,
    /// The exact version.
    pub version: Version,
    /// Where it comes from.
    pub source: Source,
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// The identity of a crate as far as type equality goes: two versions in one compatibility range
/// count as the same crate, two ranges as different ones.
///
/// rustc itself distinguishes exact versions; a graph normally holds one version a range, so the
/// range is what a client can rely on across an update. `instance` tells apart the exceptions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The crate's name in paths, with underscores.
    pub crate_name: String,
    /// The package's name in the registry.
    pub package: String,
    /// Where the package comes from.
    pub source: Source,
    /// The range in which versions are interchangeable; `None` for the sysroot and where the
    /// version is not known (a bare JSON file).
    pub range: Option<CompatRange>,
    /// The exact version: a fact for display, not identity; `None` where it is not known.
    pub version: Option<Version>,
}

impl Origin {
    /// Whether types of the two crates are the same types to a client: package, source and range
    /// agree. Two origins without a known version agree by crate name alone.
    pub fn same(&self, other: &Origin) -> bool {
        self.crate_name == other.crate_name
            && match (&self.range, &other.range) {
                (Some(a), Some(b)) => {
                    a == b && self.package == other.package && self.source == other.source
                }
                (None, _) | (_, None) => true,
            }
    }
}

//! One release of a package as its registry's index lists it (Cargo book, "Index Format").

use std::collections::BTreeMap;

use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

use crate::DependencyKind;

/// A row of a registry index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The version; build metadata included.
    pub version: Version,
    /// Whether its authors withdrew it from new resolutions. Yanks carry no date.
    pub yanked: bool,
    /// The `rust-version` that it declares, as `major.minor.patch`.
    pub rust_version: Option<Version>,
    /// When it was published, RFC 3339 in UTC (`pubtime`); `None` where the index does not say.
    pub published: Option<String>,
    /// Its features, those of `features2` merged in; implicit ones of optional dependencies are
    /// not listed here.
    pub features: BTreeMap<String, Vec<String>>,
    /// Its dependencies.
    pub dependencies: Vec<IndexDependency>,
    /// The `links` key.
    pub links: Option<String>,
    /// The SHA-256 of its archive, lower-case hexadecimal.
    pub checksum: String,
}

/// A dependency in a row of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexDependency {
    /// The name by which the dependent refers to it.
    pub name: String,
    /// The package's name in its registry, where it was renamed.
    pub package: String,
    /// The requirement.
    pub req: VersionReq,
    /// The features that are asked for.
    pub features: Vec<String>,
    /// Whether it is off unless a feature enables it.
    pub optional: bool,
    /// Whether its default features are asked for.
    pub default_features: bool,
    /// The platform to which it is limited, as written: a triple or `cfg(…)`.
    pub target: Option<String>,
    /// The table in which it stands.
    pub kind: DependencyKind,
}

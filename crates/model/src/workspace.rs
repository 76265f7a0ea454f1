//! The user's workspace as its manifests state it.

use std::path::PathBuf;

use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

/// The table of a manifest in which a dependency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DependencyKind {
    /// `[dependencies]`
    Normal,
    /// `[build-dependencies]`
    Build,
    /// `[dev-dependencies]`
    Dev,
}

/// A workspace: one root, one lockfile, some members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// The folder of the root manifest, absolute.
    pub root: PathBuf,
    /// Cargo's target directory for it, absolute.
    pub target_directory: PathBuf,
    /// The members, sorted by name.
    pub members: Vec<Member>,
    /// Whether a `Cargo.lock` stood beside the root manifest before the tool ran.
    pub has_lockfile: bool,
}

/// A member of a workspace, or a path package outside it that a member depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: Version,
    /// Its manifest, absolute.
    pub manifest: PathBuf,
    /// The `rust-version` that it declares.
    pub rust_version: Option<Version>,
    /// The edition, as in the manifest: `2021`.
    pub edition: String,
    /// The requirements in its manifest, in Cargo's order.
    pub requirements: Vec<Requirement>,
}

/// One dependency as a member's manifest names it, `workspace = true` resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// The package's name in its registry.
    pub package: String,
    /// The name by which the code refers to it, if it was renamed.
    pub rename: Option<String>,
    /// The version requirement.
    pub req: VersionReq,
    /// The requirement as it is written; empty where none is (`path` or `git` alone).
    pub written: String,
    /// Whether it is inherited: then `written` stands in `[workspace.dependencies]` of the root
    /// manifest.
    pub inherited: bool,
    /// The table in which it stands.
    pub kind: DependencyKind,
    /// Whether it is off unless a feature enables it.
    pub optional: bool,
    /// Whether its default features are asked for.
    pub default_features: bool,
    /// The features that are asked for.
    pub features: Vec<String>,
    /// The platform to which it is limited, as written.
    pub target: Option<String>,
}

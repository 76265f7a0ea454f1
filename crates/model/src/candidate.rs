//! The updates that could be taken, one option a package.

use std::path::PathBuf;

use semver::{BuildMetadata, Version};
use serde::{Deserialize, Serialize};

use crate::{Bump, PackageId};

/// Why a target version is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CandidateKind {
    /// The newest version that the requirements as written accept.
    Compatible,
    /// The last release of a newer major than the locked one.
    Major,
    /// The version that the user asked about.
    Asked,
}

/// How the workspace comes to depend on a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A manifest of the workspace names it.
    Direct,
    /// Only packages of the graph name it.
    Transitive,
}

/// One update of one package: what moves, what has to be written, and what moves along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The package that is locked, with its locked version.
    pub locked: PackageId,
    /// The version that it would move to.
    pub target: Version,
    /// Why this version is offered.
    pub kind: CandidateKind,
    /// Whether a manifest of the workspace names the package.
    pub role: Role,
    /// The bump that the numbers declare.
    pub declared: Bump,
    /// Manifests whose requirement has to change; empty for a compatible update.
    pub edits: Vec<Edit>,
    /// What else moves with it, as Cargo resolved it; empty until it was resolved.
    pub moves: Vec<Move>,
    /// Whether the target is withdrawn from new resolutions.
    pub target_yanked: bool,
    /// Whether the locked version is withdrawn.
    pub locked_yanked: bool,
    /// The `rust-version` of the target.
    pub target_rust_version: Option<Version>,
    /// When the target was published, RFC 3339; `None` where the index does not say.
    pub published: Option<String>,
    /// A newer release of the same range, which is too young to be taken.
    pub younger: Option<Younger>,
    /// One path from a workspace member to the package, nearest first, both ends included.
    pub why: Vec<String>,
    /// Why Cargo would not resolve it; `None` if it would, or was not asked yet.
    pub refusal: Option<Refusal>,
}

impl Candidate {
    /// The step that it takes itself.
    pub fn own_move(&self) -> Move {
        Move {
            package: self.locked.name.clone(),
            from: Some(self.locked.version.clone()),
            to: Some(self.target.clone()),
        }
    }

    /// What moves along and is judged with it. The companions of a compatible update are candidates
    /// of their own.
    pub fn judged_along(&self) -> &[Move] {
        match self.kind {
            CandidateKind::Compatible => &[],
            CandidateKind::Major | CandidateKind::Asked => &self.moves,
        }
    }
}

/// A release that is passed over because it came out only now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Younger {
    /// The release.
    pub version: Version,
    /// When it was published, RFC 3339.
    pub published: String,
}

/// A requirement that an update rewrites.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edit {
    /// The manifest, absolute.
    pub manifest: PathBuf,
    /// The key in its dependency table: the rename where there is one.
    pub key: String,
    /// The requirement as it stands.
    pub from: String,
    /// The requirement as it would stand.
    pub to: String,
}

impl Edit {
    /// The edit that accepts no other release. Build metadata has no place in a requirement.
    pub fn pinned(&self, target: &Version) -> Edit {
        let number = Version { build: BuildMetadata::EMPTY, ..target.clone() };
        Edit { to: format!("={number}"), ..self.clone() }
    }
}

/// An entry of the lockfile that changes with an update. The version that leaves may stay for
/// dependents that do not take part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Move {
    /// The package's name.
    pub package: String,
    /// The version that leaves; `None` if the package is new.
    pub from: Option<Version>,
    /// The version that comes; `None` if the package goes away.
    pub to: Option<Version>,
}

/// Cargo's refusal to resolve, turned into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of obstacle it is.
    pub kind: RefusalKind,
    /// One sentence for a person: who wants what, and what is in the way.
    pub text: String,
    /// Cargo's own words, for who wants to look further.
    pub cargo: String,
}

/// The obstacles that Cargo's resolver reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefusalKind {
    /// A feature that is asked for does not exist in the target.
    Feature {
        /// The package that asks.
        dependent: String,
        /// The package that lost the feature.
        package: String,
        /// The feature.
        feature: String,
    },
    /// Another package holds the version back.
    Requirement {
        /// The package that holds.
        dependent: String,
        /// The package that is held.
        package: String,
        /// The requirement that does not accept the target.
        req: String,
    },
    /// Two packages claim one native library.
    Links {
        /// The value of the `links` key.
        links: String,
    },
    /// The toolchain is too old for it.
    RustVersion,
    /// Anything else, in Cargo's words.
    Other,
}

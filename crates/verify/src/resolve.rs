//! What cargo is asked, and what it answers.

use ripe_model::{Edit, Move, PackageId};
use semver::Version;

/// Which compatible updates are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Compatible {
    /// None: only what an edit forces moves.
    #[default]
    Keep,
    /// All that the requirements accept: `cargo update`.
    All,
    /// These, each to this version: `cargo update --precise`, one after the other.
    Precise(Vec<(PackageId, Version)>),
}

/// A question to cargo's resolver.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The compatible updates.
    pub compatible: Compatible,
    /// The requirements to rewrite first, by manifests of the user's tree.
    pub edits: Vec<Edit>,
}

/// Cargo's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The lockfile.
    pub lockfile: String,
    /// What differs from the locked side, sorted.
    pub moves: Vec<Move>,
}

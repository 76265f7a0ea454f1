//! What cargo is asked, and what it answers.

use ripe_model::{Edit, Move, PackageId, Refusal};
use ripe_runner::Env;
use semver::Version;
use serde::{Deserialize, Serialize};

/// Which compatible updates are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub enum Compatible {
    /// None: only what an edit forces moves.
    #[default]
    Keep,
    /// All that the requirements accept: `cargo update`.
    All,
    /// The same, where cargo is to see nothing that came out after a day.
    Aged(Aged),
    /// These, each to this version, yanked ones too: `cargo update --precise`, one after the
    /// other.
    Precise(Vec<(PackageId, Version)>),
}

/// The releases among which cargo chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aged {
    /// The last day on which they came out, RFC 3339.
    pub by: String,
    /// Younger ones that are seen all the same, sorted.
    pub besides: Vec<(String, Version)>,
}

/// A question to cargo's resolver.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Request {
    /// The compatible updates.
    pub compatible: Compatible,
    /// The requirements to rewrite first, by manifests of the user's tree.
    pub edits: Vec<Edit>,
    /// Afterwards these go from where they went to this version, by `cargo update --precise`. One
    /// that cannot be there stays.
    pub instead: Vec<(PackageId, Version)>,
}

/// How cargo is run where it resolves, and only there.
#[derive(Debug, Clone, Default)]
pub struct Resolving {
    /// Arguments for all of its commands.
    pub args: Vec<String>,
    /// Variables on top of its environment.
    pub env: Env,
    /// What it sees instead of its registries, where that is the case: the index of a day, or what
    /// of the index could be had. An answer is good for that alone.
    pub view: Option<String>,
}

/// What cargo resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The lockfile.
    pub lockfile: String,
    /// What differs from the locked side, sorted.
    pub moves: Vec<Move>,
}

/// Cargo's answer: a resolution, or why there is none.
pub type Answer = Result<Resolution, Refusal>;

//! What could be updated.

use std::collections::BTreeMap;

use ripe_model::{Candidate, Gap, PackageId, Release, Source, Workspace};
use semver::Version;

use crate::Graph;

/// The releases of packages, by name and source.
pub type Releases = BTreeMap<(String, Source), Vec<Release>>;

/// What else decides about candidates.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The version of the rustc that builds the workspace.
    pub rustc: Option<Version>,
    /// Only releases published until then are seen, RFC 3339; `None` sees all.
    pub as_of: Option<String>,
}

/// The updates that could be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// One entry an option, sorted by package and target. `moves` and `refusal` are not known yet.
    pub updates: Vec<Candidate>,
    /// Newer majors of packages that no manifest of the workspace names.
    pub waiting: Vec<Waiting>,
    /// Registry packages without rows in the index, and requirements that cannot be rewritten.
    pub gaps: Vec<Gap>,
}

/// A newer major of a transitive package: it moves when what requires it moves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// The package that could be newer.
    pub package: PackageId,
    /// The newest release of a newer major.
    pub newest: Version,
    /// Who holds it: each dependent with the requirement that does not accept `newest`.
    pub held_by: Vec<(PackageId, String)>,
}

/// Lists the updates of every registry package of the graph.
pub fn candidates(
    _graph: &Graph,
    _workspace: &Workspace,
    _releases: &Releases,
    _context: &Context,
) -> Candidates {
    Candidates::default()
}

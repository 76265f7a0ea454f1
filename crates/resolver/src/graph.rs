//! The dependency graph as cargo resolved it.

use std::path::PathBuf;

use cargo_metadata::Metadata;
use ripe_model::{DependencyKind, PackageId};

use crate::Error;

/// A package of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The package.
    pub id: PackageId,
    /// Whether it is a member of the workspace.
    pub member: bool,
    /// Its manifest as cargo found it; beside it lies the source.
    pub manifest: PathBuf,
    /// The features that are on, sorted; the union over all of its units.
    pub features: Vec<String>,
    /// The name of its library crate in paths; `None` without a library.
    pub lib_name: Option<String>,
    /// Whether the library is a procedural macro.
    pub proc_macro: bool,
    /// Whether it has a build script.
    pub build_script: bool,
    /// The `links` key.
    pub links: Option<String>,
    /// The `rust-version`.
    pub rust_version: Option<semver::Version>,
    /// For whom it is compiled, sorted and unique.
    pub roles: Vec<UnitRole>,
}

/// For whom a unit of a package is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitRole {
    /// For the program: reached from a member through normal dependencies only.
    Target,
    /// For the machine that builds: reached through a build dependency or a procedural macro.
    Host,
    /// For tests, examples and benches of members only.
    Dev,
}

/// A package that depends on another, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// The package that depends.
    pub dependent: PackageId,
    /// The package on which it depends.
    pub dependency: PackageId,
    /// The name by which the code of the dependent refers to it.
    pub extern_name: String,
    /// The table.
    pub kind: DependencyKind,
    /// The platform to which it is limited, as written.
    pub target: Option<String>,
    /// The requirement, as written.
    pub req: semver::VersionReq,
    /// The features asked for.
    pub features: Vec<String>,
    /// Whether default features are asked for.
    pub default_features: bool,
    /// Whether it is optional.
    pub optional: bool,
}

/// The packages of a resolution and what depends on what.
#[derive(Debug, Clone)]
pub struct Graph {}

impl Graph {
    /// Reads the resolution out of `cargo metadata`'s answer.
    ///
    /// # Errors
    /// Where the metadata has no resolution, or names a package that it does not list.
    pub fn new(_metadata: &Metadata) -> Result<Graph, Error> {
        Err(Error::NoResolution)
    }

    /// All packages, sorted by id.
    pub fn packages(&self) -> &[Node] {
        &[]
    }

    /// The members of the workspace, sorted by id.
    pub fn members(&self) -> impl Iterator<Item = &Node> {
        self.packages().iter().filter(|node| node.member)
    }

    /// The package with this id.
    pub fn get(&self, id: &PackageId) -> Option<&Node> {
        self.packages().binary_search_by(|node| node.id.cmp(id)).ok().map(|at| &self.packages()[at])
    }

    /// All versions of the package with this name, oldest first.
    pub fn named(&self, name: &str) -> Vec<&Node> {
        self.packages().iter().filter(|node| node.id.name == name).collect()
    }

    /// Who depends on this package directly, sorted.
    pub fn dependents(&self, _id: &PackageId) -> Vec<Dependent> {
        Vec::new()
    }

    /// On what this package depends directly, sorted.
    pub fn dependencies(&self, _id: &PackageId) -> Vec<Dependent> {
        Vec::new()
    }

    /// One shortest path from a member to the package, both ends included, as names.
    /// The package's own version is added where the graph holds several.
    pub fn why(&self, _id: &PackageId) -> Vec<String> {
        Vec::new()
    }

    /// Every package that would be compiled against this one, directly or not, sorted.
    pub fn reached_from(&self, _id: &PackageId) -> Vec<&Node> {
        Vec::new()
    }
}

//! The dependency graph as cargo resolved it.
//!
//! Invariant: nodes stand in the order of their ids, so that every walk is deterministic.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use cargo_metadata::{FeatureName, Metadata, TargetKind};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use ripe_model::{DependencyKind, PackageId};

use crate::Error;
use crate::edges::{declared, kind_of};
use crate::roles::roles;
use crate::source::package_id;

/// A package of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The package.
    pub id: PackageId,
    /// Whether it is a member of the workspace.
    pub member: bool,
    /// Whether the features that the user asked for reach it; where not, only other features of
    /// the workspace do.
    pub active: bool,
    /// Its manifest as cargo found it; beside it lies the source.
    pub manifest: PathBuf,
    /// The features that are on, sorted: the union over all of its units (cargo's metadata does
    /// not tell units apart). Of an inactive package, the features that it would have.
    pub features: Vec<String>,
    /// The features that are on with all features of the workspace, sorted.
    pub all_features: Vec<String>,
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
    /// The key in the dependent's table, where it renames the package.
    pub rename: Option<String>,
    /// The table.
    pub kind: DependencyKind,
    /// The platform to which it is limited, as written.
    pub target: Option<String>,
    /// The requirement.
    pub req: semver::VersionReq,
    /// The features asked for.
    pub features: Vec<String>,
    /// Whether default features are asked for.
    pub default_features: bool,
    /// Whether it is off unless a feature enables it.
    pub optional: bool,
}

/// The packages of a resolution and what depends on what.
#[derive(Debug, Clone)]
pub struct Graph {
    graph: DiGraph<Node, Dependent>,
    by_id: BTreeMap<PackageId, NodeIndex>,
}

impl Graph {
    /// Reads the resolution out of `cargo metadata`'s answers: `full` as cargo gives it with
    /// `--all-features`, which is what the lockfile holds, and `active` with the features that the
    /// user asked for. Where `full` could not be had, give the same twice.
    ///
    /// # Errors
    /// Where the metadata has no resolution, or names a package that it does not list.
    pub fn new(full: &Metadata, active: &Metadata) -> Result<Graph, Error> {
        let resolve = full.resolve.as_ref().ok_or(Error::NoResolution)?;
        let active = active.resolve.as_ref().ok_or(Error::NoResolution)?;
        let active: BTreeMap<_, _> = active.nodes.iter().map(|node| (&node.id, node)).collect();
        let packages: BTreeMap<_, _> = full.packages.iter().map(|p| (&p.id, p)).collect();
        let unknown =
            |id: &cargo_metadata::PackageId| Error::UnknownPackage { id: id.repr.clone() };

        let mut found = Vec::new();
        for node in &resolve.nodes {
            let package = *packages.get(&node.id).ok_or_else(|| unknown(&node.id))?;
            let active = active.get(&node.id).map(|active| active.features.as_slice());
            found.push((node, package, node_of(full, package, active, &node.features)));
        }
        found.sort_by(|a, b| a.2.id.cmp(&b.2.id));

        let mut graph = DiGraph::new();
        let mut by_id = BTreeMap::new();
        let mut at = BTreeMap::new();
        for (node, _, data) in &found {
            let index = graph.add_node(data.clone());
            by_id.insert(data.id.clone(), index);
            at.insert(&node.id, index);
        }
        for (node, package, data) in &found {
            let from = at[&node.id];
            for dep in &node.deps {
                let to = *at.get(&dep.pkg).ok_or_else(|| unknown(&dep.pkg))?;
                let dependency = packages.get(&dep.pkg).ok_or_else(|| unknown(&dep.pkg))?;
                for info in &dep.dep_kinds {
                    let Some(kind) = kind_of(info.kind) else { continue };
                    let target = info.target.as_ref().map(ToString::to_string);
                    for stated in declared(package, dependency, &dep.name, kind, target.as_deref())
                    {
                        let edge = Dependent {
                            dependent: data.id.clone(),
                            dependency: package_id(dependency),
                            extern_name: dep.name.clone(),
                            rename: stated.rename.clone(),
                            kind,
                            target: target.clone(),
                            req: stated.req.clone(),
                            features: stated.features.clone(),
                            default_features: stated.uses_default_features,
                            optional: stated.optional,
                        };
                        graph.add_edge(from, to, edge);
                    }
                }
            }
        }
        let mut graph = Graph { graph, by_id };
        for (index, found) in roles(&graph.graph) {
            graph.graph[index].roles = found;
        }
        Ok(graph)
    }

    /// All packages, sorted by id.
    pub fn packages(&self) -> impl Iterator<Item = &Node> {
        self.graph.node_weights()
    }

    /// The members of the workspace, sorted by id.
    pub fn members(&self) -> impl Iterator<Item = &Node> {
        self.packages().filter(|node| node.member)
    }

    /// The package with this id.
    pub fn get(&self, id: &PackageId) -> Option<&Node> {
        self.by_id.get(id).map(|index| &self.graph[*index])
    }

    /// All versions of the package with this name, oldest first.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.packages().filter(move |node| node.id.name == name)
    }

    /// Who depends on this package directly, sorted by dependent.
    pub fn dependents(&self, id: &PackageId) -> Vec<&Dependent> {
        self.edges(id, Direction::Incoming)
    }

    /// On what this package depends directly, sorted by dependency.
    pub fn dependencies(&self, id: &PackageId) -> Vec<&Dependent> {
        self.edges(id, Direction::Outgoing)
    }

    fn edges(&self, id: &PackageId, direction: Direction) -> Vec<&Dependent> {
        let Some(index) = self.by_id.get(id) else { return Vec::new() };
        let mut edges: Vec<_> =
            self.graph.edges_directed(*index, direction).map(|edge| edge.weight()).collect();
        edges.sort_by(|a, b| {
            (&a.dependent, &a.dependency, a.kind, &a.target, &a.rename).cmp(&(
                &b.dependent,
                &b.dependency,
                b.kind,
                &b.target,
                &b.rename,
            ))
        });
        edges
    }

    /// One shortest path from a member to the package, both ends included, as names; where the
    /// graph holds several versions of a package, its version follows the name. Empty for an
    /// unknown package.
    pub fn why(&self, id: &PackageId) -> Vec<String> {
        let Some(goal) = self.by_id.get(id).copied() else { return Vec::new() };
        let mut came_from: BTreeMap<NodeIndex, Option<NodeIndex>> = BTreeMap::new();
        let mut queue = VecDeque::new();
        for index in self.graph.node_indices().filter(|index| self.graph[*index].member) {
            came_from.insert(index, None);
            queue.push_back(index);
        }
        while let Some(index) = queue.pop_front() {
            if index == goal {
                break;
            }
            let next: BTreeSet<_> =
                self.graph.edges(index).map(|edge| (edge.weight().kind, edge.target())).collect();
            for (_, next) in next {
                came_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    Some(index)
                });
            }
        }
        let mut path = Vec::new();
        let mut step = came_from.contains_key(&goal).then_some(goal);
        while let Some(index) = step {
            path.push(self.label(&self.graph[index].id));
            step = came_from[&index];
        }
        path.reverse();
        path
    }

    /// The name of a package, with its version where the graph holds several.
    pub fn label(&self, id: &PackageId) -> String {
        if self.named(&id.name).nth(1).is_some() {
            format!("{} {}", id.name, id.version)
        } else {
            id.name.clone()
        }
    }

    /// Every package that is compiled against this one, directly or not, sorted; without itself.
    pub fn reached_from(&self, id: &PackageId) -> Vec<&Node> {
        let Some(start) = self.by_id.get(id).copied() else { return Vec::new() };
        let mut seen = BTreeSet::from([start]);
        let mut queue = vec![start];
        while let Some(index) = queue.pop() {
            for next in self.graph.neighbors_directed(index, Direction::Incoming) {
                if seen.insert(next) {
                    queue.push(next);
                }
            }
        }
        seen.remove(&start);
        seen.into_iter().map(|index| &self.graph[index]).collect()
    }
}

fn node_of(
    metadata: &Metadata,
    package: &cargo_metadata::Package,
    active: Option<&[FeatureName]>,
    all: &[FeatureName],
) -> Node {
    let lib = package.targets.iter().find(|target| {
        target.kind.iter().any(|kind| match kind {
            TargetKind::Lib
            | TargetKind::RLib
            | TargetKind::DyLib
            | TargetKind::CDyLib
            | TargetKind::StaticLib
            | TargetKind::ProcMacro => true,
            TargetKind::Bench
            | TargetKind::Bin
            | TargetKind::CustomBuild
            | TargetKind::Example
            | TargetKind::Test
            | TargetKind::Unknown(_) => false,
            // The type is open to later kinds; none of them is known to be a library.
            _ => false,
        })
    });
    let sorted = |features: &[FeatureName]| {
        let mut features: Vec<_> = features.iter().map(ToString::to_string).collect();
        features.sort();
        features
    };
    Node {
        id: package_id(package),
        member: metadata.workspace_members.contains(&package.id),
        active: active.is_some(),
        manifest: package.manifest_path.clone().into(),
        features: sorted(active.unwrap_or(all)),
        all_features: sorted(all),
        lib_name: lib.map(|target| target.name.replace('-', "_")),
        proc_macro: lib.is_some_and(cargo_metadata::Target::is_proc_macro),
        build_script: package.targets.iter().any(cargo_metadata::Target::is_custom_build),
        links: package.links.clone(),
        rust_version: package.rust_version.clone(),
        roles: Vec::new(),
    }
}

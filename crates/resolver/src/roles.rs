//! For whom each package is compiled.
//!
//! Cargo compiles build dependencies and procedural macros for the machine that builds, and
//! everything below them too (Cargo book, "Resolver: feature resolver version 2").

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use ripe_model::DependencyKind;

use crate::{Dependent, Node, UnitRole};

/// How a walk came to a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    host: bool,
    dev: bool,
}

/// The roles of every package that a member reaches.
pub(crate) fn roles(graph: &DiGraph<Node, Dependent>) -> BTreeMap<NodeIndex, Vec<UnitRole>> {
    let mut ways: BTreeMap<NodeIndex, BTreeSet<Way>> = BTreeMap::new();
    let mut queue: Vec<(NodeIndex, Way)> = graph
        .node_indices()
        .filter(|index| graph[*index].member)
        .map(|index| (index, Way { host: graph[index].proc_macro, dev: false }))
        .collect();
    while let Some((index, way)) = queue.pop() {
        if !ways.entry(index).or_default().insert(way) {
            continue;
        }
        for edge in graph.edges(index) {
            let (build, dev) = match edge.weight().kind {
                DependencyKind::Normal => (false, false),
                DependencyKind::Build => (true, false),
                DependencyKind::Dev => (false, true),
            };
            let host = way.host || build || graph[edge.target()].proc_macro;
            queue.push((edge.target(), Way { host, dev: way.dev || dev }));
        }
    }
    ways.into_iter().map(|(index, ways)| (index, named(&ways))).collect()
}

fn named(ways: &BTreeSet<Way>) -> Vec<UnitRole> {
    let mut roles = Vec::new();
    if ways.contains(&Way { host: false, dev: false }) {
        roles.push(UnitRole::Target);
    }
    if ways.contains(&Way { host: true, dev: false }) {
        roles.push(UnitRole::Host);
    }
    if roles.is_empty() {
        roles.push(UnitRole::Dev);
    }
    roles
}

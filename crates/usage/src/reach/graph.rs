//! Who reaches whom, by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::inside::Call;

use super::nodes::{Kind, Node, Nodes};
use super::{Reach, Stretch};

/// The words of a test that starts a program of the workspace.
const STARTS: &[&str] = &["Command", "cargo_bin", "cargo_bin_cmd"];

struct Graph<'a> {
    all: &'a Nodes,
    /// What is no function of a type, by name.
    free: BTreeMap<&'a str, Vec<usize>>,
    /// Functions of types and traits, by name.
    methods: BTreeMap<&'a str, Vec<usize>>,
    /// Functions that the compiler calls, by their type.
    implied: BTreeMap<&'a str, Vec<usize>>,
    reached: Vec<bool>,
    work: Vec<usize>,
    mains: bool,
}

/// Follows the names from the tests.
pub(super) fn reach(all: &Nodes) -> Reach {
    let mut graph = Graph {
        all,
        free: BTreeMap::new(),
        methods: BTreeMap::new(),
        implied: BTreeMap::new(),
        reached: vec![false; all.nodes.len()],
        work: Vec::new(),
        mains: false,
    };
    for (at, node) in all.nodes.iter().enumerate() {
        for name in &node.names {
            let by_name = if node.of.is_some() { &mut graph.methods } else { &mut graph.free };
            by_name.entry(name).or_default().push(at);
        }
        match (node.kind, &node.of) {
            (Kind::Implied, Some(of)) => graph.implied.entry(of).or_default().push(at),
            (Kind::Implied, None) => graph.take(at),
            (Kind::Function | Kind::Main | Kind::Other, _) => {}
        }
        if node.is_test {
            graph.take(at);
        }
    }
    while let Some(at) = graph.work.pop() {
        graph.follow(&all.nodes[at]);
    }
    let reached = graph.reached;
    let mut stretches: Vec<Stretch> = all
        .nodes
        .iter()
        .zip(reached)
        .filter(|(node, _)| !node.is_test)
        .filter_map(|(node, reached)| {
            let (file, from, to) = node.place.clone()?;
            let package = all.packages[node.package].clone();
            Some(Stretch { package, file, from, to, reached })
        })
        .collect();
    stretches.sort();
    stretches.dedup();
    Reach { tests: all.tests, stretches }
}

impl<'a> Graph<'a> {
    fn take(&mut self, at: usize) {
        if !std::mem::replace(&mut self.reached[at], true) {
            self.work.push(at);
        }
    }

    fn take_all(&mut self, found: &[usize], fits: impl Fn(&Node) -> bool) {
        for at in found {
            if fits(&self.all.nodes[*at]) {
                self.take(*at);
            }
        }
    }

    fn follow(&mut self, node: &'a Node) {
        for word in &node.words {
            self.word(word);
            let stands_for = self.all.renamed.get(word);
            stands_for.into_iter().flatten().for_each(|word| self.word(word));
        }
        for call in &node.calls {
            match call {
                Call::Free(_) => {}
                Call::Of(owner, function) => self.of(node, owner, function),
                Call::OnSelf(function) => self.method(node.of.as_deref(), function),
                Call::Method(function) => self.method(None, function),
            }
        }
        let in_tests = node.is_test || self.all.tested.contains(&node.package);
        if in_tests && !self.mains && STARTS.iter().any(|word| node.words.contains(*word)) {
            self.mains = true;
            for (at, node) in self.all.nodes.iter().enumerate() {
                if node.kind == Kind::Main {
                    self.take(at);
                }
            }
        }
    }

    /// A word reaches what has no owner, and with a type what the compiler calls of it.
    fn word(&mut self, word: &str) {
        let free = self.free.get(word).cloned().unwrap_or_default();
        self.take_all(&free, |node| node.kind != Kind::Main);
        let implied = self.implied.get(word).cloned().unwrap_or_default();
        self.take_all(&implied, |_| true);
    }

    /// `owner::function`: where the owner is a type of the workspace, its functions and those of
    /// traits; where it may be anything, all of that name.
    fn of(&mut self, caller: &Node, owner: &str, function: &str) {
        let named = self.methods.get(function).cloned().unwrap_or_default();
        let owner = if owner == "Self" { caller.of.as_deref().unwrap_or(owner) } else { owner };
        let all = self.all;
        let is_type = all.types.contains(owner) && !all.renamed.contains_key(owner);
        let has = named.iter().any(|at| all.nodes[*at].of.as_deref() == Some(owner));
        self.take_all(&named, |node| match &node.of {
            Some(of) if is_type && has => of == owner || all.traits.contains(of),
            Some(_) | None => true,
        });
    }

    /// `.function(…)`: all of that name; of `self`, where its type has one, that one and those of
    /// traits. In a trait `self` is of any type.
    fn method(&mut self, of: Option<&str>, function: &str) {
        let named = self.methods.get(function).cloned().unwrap_or_default();
        let all = self.all;
        let own: BTreeSet<&str> =
            named.iter().filter_map(|at| all.nodes[*at].of.as_deref()).collect();
        let of = of.filter(|of| own.contains(of) && !all.traits.contains(*of));
        self.take_all(&named, |node| match (of, node.of.as_deref()) {
            (Some(of), Some(owner)) => of == owner || all.traits.contains(owner),
            (None, _) | (_, None) => true,
        });
    }
}

//! Where each item stands: its canonical path, the other paths that lead to it, and whether all of
//! them are hidden.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

use ripe_model::{Alias, AliasTarget};
use rustc_hash::{FxHashMap, FxHashSet};
use rustdoc_types::ItemEnum;

use crate::lower::tree::{Edge, Slot, Target, Tree};

/// The canonical paths of the items of modules, and of variants that are importable where their
/// enum is not.
pub(crate) struct Places {
    paths: FxHashMap<u32, Rc<str>>,
    /// Items that can be reached without passing anything hidden.
    shown: FxHashSet<u32>,
    /// Items that can be reached without passing a `cfg` that mentions documentation.
    firm: FxHashSet<u32>,
}

impl Places {
    /// Finds the places of all items of the tree.
    pub(crate) fn find(tree: &Tree<'_>, crate_name: &str) -> Places {
        let mut paths = FxHashMap::default();
        paths.insert(tree.root, crate_name.into());
        place_definitions(tree, &mut paths);
        place_imports(tree, &mut paths);
        Places {
            paths,
            shown: reach(tree, |edge| !edge.hidden, |marks| !marks.hidden),
            firm: reach(tree, |edge| !edge.cfg_doc, |marks| !marks.cfg_doc),
        }
    }

    /// The canonical path of an item; `None` where no client can name it.
    pub(crate) fn path(&self, id: u32) -> Option<&Rc<str>> {
        self.paths.get(&id)
    }

    /// The ids and paths of everything that has a place, by path.
    pub(crate) fn sorted(&self) -> Vec<(u32, Rc<str>)> {
        let mut all: Vec<_> = self.paths.iter().map(|(id, path)| (*id, path.clone())).collect();
        all.sort_unstable_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
        all
    }

    /// Whether every way to an item is hidden.
    pub(crate) fn is_hidden(&self, id: u32) -> bool {
        !self.shown.contains(&id)
    }

    /// Whether every way to an item stands under a `cfg` that mentions documentation.
    pub(crate) fn is_cfg_doc(&self, id: u32) -> bool {
        !self.firm.contains(&id)
    }

    /// The paths that are not canonical, and those that lead to other crates.
    pub(crate) fn aliases(&self, tree: &Tree<'_>) -> Vec<Alias> {
        let mut aliases = Vec::new();
        for (id, names) in &tree.modules {
            let Some(module) = self.path(*id) else { continue };
            let mut push = |path: String, ns: Slot, target: AliasTarget, edge: &Edge| {
                aliases.push(Alias {
                    path,
                    ns,
                    target,
                    hidden: edge.hidden,
                    span: edge.span.as_deref().cloned(),
                });
            };
            let is_enum =
                !matches!(tree.items.get(id).map(|item| &item.inner), Some(ItemEnum::Module(_)));
            for (name, slot, target, edge) in tree.names(*id) {
                let path = || below(module, name);
                match target {
                    Target::Foreign(krate, there, kind) => {
                        let (krate, there, kind) = (*krate, there.clone(), *kind);
                        let target = AliasTarget::Foreign { krate, path: there, kind };
                        push(path(), slot, target, edge);
                    }
                    Target::Local(id) if !is_enum => {
                        let is_here = |path: &str| {
                            let rest = path.strip_prefix(&**module);
                            rest.and_then(|rest| rest.strip_prefix("::")) == Some(name)
                        };
                        if let Some(canonical) = self.path(*id).filter(|path| !is_here(path)) {
                            push(path(), slot, AliasTarget::Local(canonical.to_string()), edge);
                        }
                    }
                    Target::Local(_) => {}
                }
            }
            for ((krate, there), edge) in &names.foreign_globs {
                let target = AliasTarget::ForeignGlob { krate: *krate, path: there.clone() };
                push(module.to_string(), Slot::Type, target, edge);
            }
        }
        aliases.sort_by(|a, b| {
            (&a.path, a.ns, &a.target, &a.span).cmp(&(&b.path, b.ns, &b.target, &b.span))
        });
        aliases.dedup();
        aliases
    }
}

/// The path of a name in a module or type.
pub(crate) fn below(path: &str, name: &str) -> String {
    [path, "::", name].concat()
}

/// Items whose definition can be imported stand there.
fn place_definitions(tree: &Tree<'_>, paths: &mut FxHashMap<u32, Rc<str>>) {
    let mut queue = VecDeque::from([tree.root]);
    while let Some(module) = queue.pop_front() {
        let Some(path) = paths.get(&module).cloned() else { continue };
        for (name, _, target, edge) in tree.names(module) {
            let Target::Local(id) = target else { continue };
            if edge.declared && !paths.contains_key(id) {
                paths.insert(*id, below(&path, name).into());
                queue.push_back(*id);
            }
        }
    }
}

/// All others stand at the shortest path that leads to them, or the alphabetically first of those.
/// A path has one segment more than its module's, so the shortest are final when they are popped.
fn place_imports(tree: &Tree<'_>, paths: &mut FxHashMap<u32, Rc<str>>) {
    let mut heap = BinaryHeap::new();
    let push = |heap: &mut BinaryHeap<_>, paths: &FxHashMap<u32, Rc<str>>, module: u32| {
        let Some(path) = paths.get(&module) else { return };
        let length = path.matches("::").count() + 1;
        for (name, _, target, _) in tree.names(module) {
            if let Target::Local(id) = target
                && !paths.contains_key(id)
            {
                heap.push(Reverse((length, below(path, name), *id)));
            }
        }
    };
    for module in tree.modules.keys() {
        push(&mut heap, paths, *module);
    }
    while let Some(Reverse((_, path, id))) = heap.pop() {
        if paths.contains_key(&id) {
            continue;
        }
        let owner = tree.owners.get(&id).and_then(|owner| paths.get(owner));
        let path = match (owner, tree.items.get(&id).and_then(|item| item.name.as_ref())) {
            (Some(owner), Some(name)) => below(owner, name),
            _ => path,
        };
        paths.insert(id, path.into());
        push(&mut heap, paths, id);
    }
}

/// The items that can be reached over edges and items that pass.
fn reach(
    tree: &Tree<'_>,
    passes: impl Fn(&Edge) -> bool,
    stands: impl Fn(&ripe_model::Marks) -> bool,
) -> FxHashSet<u32> {
    let mut seen: FxHashSet<u32> = [tree.root].into_iter().collect();
    let mut queue = VecDeque::from([tree.root]);
    while let Some(module) = queue.pop_front() {
        for (_, _, target, edge) in tree.names(module) {
            let Target::Local(id) = target else { continue };
            let Some(item) = tree.items.get(id) else { continue };
            if !seen.contains(id) && passes(edge) && stands(&item.marks()) {
                seen.insert(*id);
                queue.push_back(*id);
            }
        }
    }
    seen
}

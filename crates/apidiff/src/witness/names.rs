//! Importable paths of other crates' items: a model knows where they are defined, not where a
//! client finds them. rustc is asked, with a client for every path that could be it.

use std::collections::BTreeMap;

use ripe_model::{ApiModel, CrateId, Source};

use super::Client;
use super::spell::ident;

/// An item of another crate, by the path of its definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignName {
    /// The crate, as the old model numbers it.
    pub krate: CrateId,
    /// The path of the definition.
    pub path: String,
}

/// What is known of other crates' names.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(BTreeMap<ForeignName, Option<String>>);

impl Names {
    /// The importable path; `None` inside where there is none, outside where it was not looked for.
    pub(super) fn get(&self, name: &ForeignName) -> Option<Option<&str>> {
        self.0.get(name).map(Option::as_deref)
    }

    pub(super) fn insert(&mut self, name: ForeignName, text: Option<String>) {
        self.0.insert(name, text);
    }
}

/// The name under which a client has the crate of an id, where it is no crate of the toolchain.
pub fn extern_name(krate: CrateId) -> String {
    format!("dep{}", krate.0)
}

/// The paths under which an item could be imported, the likeliest first: all of its modules, then
/// fewer, since modules that only sort the source are usually private.
pub(super) fn candidates(model: &ApiModel, name: &ForeignName) -> Vec<String> {
    let segments: Vec<&str> = name.path.split("::").collect();
    let [crate_name, modules @ .., last] = segments.as_slice() else { return Vec::new() };
    let roots = match model.crates.get(name.krate.0 as usize).map(|origin| &origin.source) {
        Some(Source::Sysroot) => vec!["std".to_owned(), (*crate_name).to_owned()],
        Some(Source::CratesIo | Source::Registry(_) | Source::Git(_) | Source::Path) => {
            vec![extern_name(name.krate)]
        }
        None => return Vec::new(),
    };
    let mut middles = kept(modules);
    // `std::collections::hash::map::Iter` is importable from `std::collections::hash_map`.
    for at in 1..modules.len() {
        let joined = format!("{}_{}", modules[at - 1], modules[at]);
        let mut middle: Vec<String> = modules[..at - 1].iter().map(|m| (*m).to_owned()).collect();
        middle.push(joined);
        middles.push(middle);
    }
    let path = |root: &String, middle: &[String]| {
        let inner = middle.iter().map(String::as_str).chain([*last]).map(ident);
        format!("::{root}::{}", inner.collect::<Vec<_>>().join("::"))
    };
    roots.iter().flat_map(|root| middles.iter().map(move |middle| path(root, middle))).collect()
}

/// The ways to leave out modules: fewer left out first, inner ones before outer ones. At most the
/// five outermost modules are kept.
fn kept(modules: &[&str]) -> Vec<Vec<String>> {
    let modules = &modules[..modules.len().min(5)];
    let mut masks: Vec<u32> = (0..1u32 << modules.len()).collect();
    // Outer modules stand in the low bits: of equally many, the mask with the lower bits first.
    masks.sort_by_key(|mask| (std::cmp::Reverse(mask.count_ones()), *mask));
    masks
        .into_iter()
        .map(|mask| {
            let stays = |at: &usize| mask & (1 << at) != 0;
            (0..modules.len()).filter(stays).map(|at| modules[at].to_owned()).collect()
        })
        .collect()
}

/// A client that imports a path.
pub(super) fn importing(path: &str) -> Client {
    Client { before: String::new(), point: format!("use {path} as _W;"), after: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_modules_are_left_out_before_outer_ones() {
        let all: Vec<String> = kept(&["iter", "traits"]).iter().map(|m| m.join("::")).collect();
        assert_eq!(all, ["iter::traits", "iter", "traits", ""]);
    }
}

//! One model as a name resolver: which row stands at a path that a client may write.

use std::cell::RefCell;

use ripe_model::{
    Alias, AliasTarget, ApiModel, CrateId, Facts, GenericArg, ItemKey, ItemKind, Namespace, Row, Ty,
};
use rustc_hash::FxHashMap;

/// How many hops of aliases are followed before a path counts as cyclic.
const HOPS: u8 = 24;

/// A model with its names indexed.
pub(crate) struct Surface<'m> {
    pub(crate) model: &'m ApiModel,
    /// Aliases by the canonical path that they lead to.
    aliases_of: FxHashMap<&'m str, Vec<&'m Alias>>,
    /// Canonical paths of owners that were asked for.
    owners: RefCell<FxHashMap<String, Option<String>>>,
}

impl<'m> Surface<'m> {
    pub(crate) fn new(model: &'m ApiModel) -> Self {
        let mut aliases_of: FxHashMap<&str, Vec<&Alias>> = FxHashMap::default();
        for alias in &model.aliases {
            match &alias.target {
                AliasTarget::Local(canonical) => {
                    aliases_of.entry(canonical).or_default().push(alias);
                }
                AliasTarget::Foreign { .. } | AliasTarget::ForeignGlob { .. } => {}
            }
        }
        Surface { model, aliases_of, owners: RefCell::default() }
    }

    fn aliases_at(&self, path: &str) -> impl Iterator<Item = &'m Alias> {
        let all = &self.model.aliases;
        let start = all.partition_point(|a| a.path.as_str() < path);
        let path = path.to_owned();
        all[start..].iter().take_while(move |a| a.path == path)
    }

    /// The row that a client reaches under a path.
    pub(crate) fn row(&self, path: &str, ns: Namespace) -> Option<&'m Row> {
        self.find(path, ns).map(|at| self.model.rows.row(at))
    }

    /// The position of the row that a client reaches under a path.
    pub(crate) fn find(&self, path: &str, ns: Namespace) -> Option<usize> {
        self.resolve_within(path, ns, HOPS)
    }

    fn resolve_within(&self, path: &str, ns: Namespace, hops: u8) -> Option<usize> {
        if let Some(at) = self.model.rows.find(path, ns) {
            return Some(at);
        }
        if hops == 0 || !ns.is_of_items() {
            return None;
        }
        for alias in self.aliases_at(path) {
            match &alias.target {
                AliasTarget::Local(canonical) if alias.ns == ns && canonical != path => {
                    if let Some(found) = self.resolve_within(canonical, ns, hops - 1) {
                        return Some(found);
                    }
                }
                AliasTarget::Local(_)
                | AliasTarget::Foreign { .. }
                | AliasTarget::ForeignGlob { .. } => {}
            }
        }
        let (owner, name) = split(path)?;
        let canonical = self.owner(owner, hops - 1)?;
        if canonical == owner {
            return None;
        }
        self.resolve_within(&format!("{canonical}::{name}"), ns, hops - 1)
    }

    /// The canonical path of a module, type or trait under which members stand.
    fn owner(&self, path: &str, hops: u8) -> Option<String> {
        if let Some(known) = self.owners.borrow().get(path) {
            return known.clone();
        }
        let found = self.find_owner(path, hops);
        self.owners.borrow_mut().insert(path.to_owned(), found.clone());
        found
    }

    fn find_owner(&self, path: &str, hops: u8) -> Option<String> {
        let plain = without_args(path);
        if plain != path {
            return self.owner(plain, hops).map(|owner| format!("{owner}{}", &path[plain.len()..]));
        }
        let at = self.resolve_within(path, Namespace::Type, hops)?;
        let rows = &self.model.rows;
        let alias = (rows.kind(at) == ItemKind::TypeAlias).then(|| rows.row(at));
        Some(alias.and_then(behind_alias).unwrap_or_else(|| rows.key(at).0.to_owned()))
    }

    /// Every other path under which the item of a canonical key can be reached, at most 16.
    pub(crate) fn other_paths(&self, key: &ItemKey) -> Vec<String> {
        let mut found = Vec::new();
        if !key.ns.is_of_items() {
            return found;
        }
        if let Some(aliases) = self.aliases_of.get(key.path.as_str()) {
            found.extend(aliases.iter().filter(|a| a.ns == key.ns).map(|a| a.path.clone()));
        }
        let mut end = key.path.len();
        while let Some(at) = key.path[..end].rfind("::") {
            end = at;
            let (owner, rest) = key.path.split_at(at);
            if let Some(aliases) = self.aliases_of.get(owner) {
                found.extend(
                    aliases
                        .iter()
                        .filter(|a| a.ns == Namespace::Type)
                        .map(|a| format!("{}{rest}", a.path)),
                );
            }
            if found.len() >= 16 {
                break;
            }
        }
        found.sort();
        found.dedup();
        found.truncate(16);
        found
    }
}

/// The owner of a path and its last segment.
pub(crate) fn split(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once("::")
}

/// A path without the generic arguments of its last segment: `a::Matrix<f32>` is `a::Matrix`.
pub(crate) fn without_args(path: &str) -> &str {
    if !path.ends_with('>') {
        return path;
    }
    path.find('<').map_or(path, |at| &path[..at])
}

/// The path of the type behind an alias that passes its parameters through, so that members of the
/// type can be reached under the alias.
pub(crate) fn behind_alias(row: &Row) -> Option<String> {
    let Facts::TypeAlias(alias) = &row.facts else { return None };
    match &alias.ty {
        Ty::Path(target) if target.krate == CrateId::LOCAL => {
            let mut at = 0;
            let plain = target.args.iter().all(|arg| match arg {
                GenericArg::Type(Ty::Param(_, n, _)) => {
                    let next = *n >= at;
                    at = *n + 1;
                    next
                }
                GenericArg::Lifetime(_) => true,
                GenericArg::Type(_) | GenericArg::Const(_) | GenericArg::Infer => false,
            });
            plain.then(|| target.path.clone())
        }
        _ => None,
    }
}

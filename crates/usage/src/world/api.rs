//! A surface: names in a model, and its impls by trait and type.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use ripe_model::{AliasTarget, ApiModel, CrateId, Facts, Namespace, Row, Shape, Source, Ty};

use super::{Hit, Ns, Res, World};
use crate::types::Def;

/// A model with what is needed to look things up in it.
pub(crate) struct Api<'a> {
    pub(crate) model: &'a ApiModel,
    pub(crate) rows: &'a [Arc<Row>],
    /// The trait impls by the name of the trait and the head of the type; `*` for types without
    /// a head.
    pub(crate) impls: HashMap<(&'a str, &'a str), Vec<u32>>,
    /// The derive macros.
    pub(crate) derives: Vec<u32>,
    /// The methods by name, filled on first use.
    by_name: RefCell<Option<HashMap<&'a str, Vec<u32>>>>,
    /// Items of other crates that were looked up.
    foreign: RefCell<HashMap<(u32, Ns), ByPath>>,
    /// Crates of the model as indices of surfaces, found on first use.
    origins: RefCell<HashMap<u32, Option<Origin>>>,
}

type ByPath = HashMap<String, Option<Res>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Std,
    Api(usize),
}

fn space(ns: Ns) -> Namespace {
    match ns {
        Ns::Type => Namespace::Type,
        Ns::Value => Namespace::Value,
        Ns::Macro => Namespace::Macro,
    }
}

/// The name by which impls for a type are found.
pub(crate) fn head(ty: &Ty) -> &str {
    match ty {
        Ty::Path(path) => path.path.rsplit("::").next().unwrap_or(&path.path),
        Ty::Primitive(name) => name,
        Ty::Ref { ty, .. } => head(ty),
        _ => "*",
    }
}

impl<'a> Api<'a> {
    pub(crate) fn new(model: &'a ApiModel) -> Api<'a> {
        let rows = model.rows.as_slice();
        let mut impls: HashMap<(&str, &str), Vec<u32>> = HashMap::new();
        let mut derives = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            if let Facts::ProcMacro(_) = &row.facts {
                derives.push(at as u32);
            }
            if let Facts::Impl(facts) = &row.facts
                && !facts.is_negative
            {
                let path = &facts.trait_.path;
                let name = path.rsplit("::").next().unwrap_or(path);
                let head = if facts.is_blanket { "*" } else { head(&facts.self_ty) };
                impls.entry((name, head)).or_default().push(at as u32);
            }
        }
        Api {
            model,
            rows,
            impls,
            derives,
            by_name: RefCell::default(),
            foreign: RefCell::default(),
            origins: RefCell::default(),
        }
    }

    /// The index of a row.
    pub(crate) fn find(&self, path: &str, ns: Namespace) -> Option<u32> {
        self.rows
            .binary_search_by(|row| row.key.path.as_str().cmp(path).then(row.key.ns.cmp(&ns)))
            .ok()
            .map(|at| at as u32)
    }

    /// The rows of members of `owner` by name, also those that exist for some arguments only.
    pub(crate) fn members(&self, owner: &str, name: &str, ns: Namespace) -> Vec<u32> {
        let mut found = Vec::new();
        found.extend(self.find(&format!("{owner}::{name}"), ns));
        let prefix = format!("{owner}<");
        let start = self.rows.partition_point(|row| row.key.path.as_str() < prefix.as_str());
        for (at, row) in self.rows[start..].iter().enumerate() {
            if !row.key.path.starts_with(&prefix) {
                break;
            }
            if row.key.ns == ns && row.key.path.rsplit("::").next() == Some(name) {
                found.push((start + at) as u32);
            }
        }
        found
    }

    /// The methods of this name, of whatever type or trait.
    pub(crate) fn methods(&self, name: &str) -> Vec<u32> {
        let mut by_name = self.by_name.borrow_mut();
        let by_name = by_name.get_or_insert_with(|| {
            let mut by_name: HashMap<&str, Vec<u32>> = HashMap::new();
            for (at, row) in self.rows.iter().enumerate() {
                if let Facts::Function(f) = &row.facts
                    && f.receiver != ripe_model::Receiver::None
                {
                    by_name.entry(row.key.name()).or_default().push(at as u32);
                }
            }
            by_name
        });
        by_name.get(name).cloned().unwrap_or_default()
    }

    /// All rows right below a path.
    pub(crate) fn below<'s>(&'s self, path: &str) -> impl Iterator<Item = (u32, &'a str)> + 's {
        let prefix = format!("{path}::");
        let start = self.rows.partition_point(|row| row.key.path.as_str() < prefix.as_str());
        let rows: &'a [Arc<Row>] = &self.rows[start..];
        rows.iter()
            .enumerate()
            .map_while(move |(at, row)| {
                row.key.path.strip_prefix(prefix.as_str()).map(|rest| (at, rest))
            })
            .filter(|(_, rest)| !rest.contains("::"))
            .map(move |(at, rest)| ((start + at) as u32, rest))
    }
}

impl<'a> World<'a> {
    /// A name in a module of a surface.
    pub(crate) fn api_lookup(&self, k: usize, module: &str, name: &str, ns: Ns) -> Option<Hit> {
        self.api_lookup_at(k, module, name, ns, 0)
    }

    fn api_lookup_at(
        &self,
        k: usize,
        module: &str,
        name: &str,
        ns: Ns,
        depth: usize,
    ) -> Option<Hit> {
        if depth > 8 {
            return None;
        }
        let api = &self.apis[k];
        let path = format!("{module}::{name}");
        if let Some(hit) = self.api_row(k, &path, ns) {
            return Some(Hit::plain(hit));
        }
        let wanted = space(ns);
        let aliases = &api.model.aliases;
        let start = aliases.partition_point(|a| a.path.as_str() < path.as_str());
        for alias in aliases[start..].iter().take_while(|a| a.path == path) {
            let constructor = ns == Ns::Value && alias.ns == Namespace::Type;
            if alias.ns != wanted && !constructor {
                continue;
            }
            let res = match &alias.target {
                AliasTarget::Local(to) => self.api_row(k, to, ns),
                AliasTarget::Foreign { krate, path, .. } => {
                    self.foreign(k, *krate, path, ns, depth + 1)
                }
                AliasTarget::ForeignGlob { .. } => None,
            };
            if let Some(res) = res {
                let via = api.find(&path, wanted).is_none().then(|| (k as u16, path.clone()));
                return Some(Hit { res, via });
            }
        }
        let start = aliases.partition_point(|a| a.path.as_str() < module);
        for alias in aliases[start..].iter().take_while(|a| a.path == module) {
            if let AliasTarget::ForeignGlob { krate, path } = &alias.target
                && let Some(Origin::Api(other)) = self.origin(k, *krate)
                && let Some(hit) = self.api_lookup_at(other, path, name, ns, depth + 1)
            {
                return Some(hit);
            }
        }
        None
    }

    fn api_row(&self, k: usize, path: &str, ns: Ns) -> Option<Res> {
        let api = &self.apis[k];
        let def = |at: u32| Def::Api(k as u16, at);
        if let Some(at) = api.find(path, space(ns)) {
            return Some(match &api.rows[at as usize].facts {
                Facts::Module => Res::ApiMod(k as u16, path.to_owned()),
                Facts::Reexport(AliasTarget::Foreign { krate, path, .. }) => {
                    return self.foreign(k, *krate, path, ns, 1);
                }
                _ => Res::Def(def(at)),
            });
        }
        // Constructors share the row of their type.
        if ns == Ns::Value {
            let at = api.find(path, Namespace::Type)?;
            let shape = match &api.rows[at as usize].facts {
                Facts::Struct(s) => s.shape,
                Facts::Variant(v) => v.shape,
                _ => return None,
            };
            return (shape != Shape::Plain).then(|| Res::Def(def(at)));
        }
        None
    }

    fn origin(&self, k: usize, krate: CrateId) -> Option<Origin> {
        let api = &self.apis[k];
        if let Some(known) = api.origins.borrow().get(&krate.0) {
            return *known;
        }
        let origin = api.model.crates.get(krate.0 as usize)?;
        let found = if krate == CrateId::LOCAL {
            Some(Origin::Api(k))
        } else if origin.source == Source::Sysroot
            || matches!(origin.crate_name.as_str(), "core" | "alloc" | "std")
        {
            Some(Origin::Std)
        } else {
            self.apis.iter().position(|a| a.model.crates[0].same(origin)).map(Origin::Api)
        };
        api.origins.borrow_mut().insert(krate.0, found);
        found
    }

    /// An item of another crate, by the path of its definition.
    pub(crate) fn foreign(
        &self,
        k: usize,
        krate: CrateId,
        path: &str,
        ns: Ns,
        depth: usize,
    ) -> Option<Res> {
        let key = (krate.0, ns);
        if let Some(known) = self.apis[k].foreign.borrow().get(&key).and_then(|m| m.get(path)) {
            return known.clone();
        }
        let found = self.foreign_fresh(k, krate, path, ns, depth);
        let mut cache = self.apis[k].foreign.borrow_mut();
        cache.entry(key).or_default().insert(path.to_owned(), found.clone());
        found
    }

    fn foreign_fresh(
        &self,
        k: usize,
        krate: CrateId,
        path: &str,
        ns: Ns,
        depth: usize,
    ) -> Option<Res> {
        // After grafting, definitions of the other crate lead to rows of this one.
        if let Some(res) = self.defined(k, path, ns) {
            return Some(res);
        }
        match self.origin(k, krate)? {
            Origin::Std => self.std_by_path(path, ns),
            Origin::Api(other) => {
                if let Some(res) = self.defined(other, path, ns) {
                    return Some(res);
                }
                let mut segments = path.split("::");
                let mut at = segments.next()?.to_owned();
                let segments: Vec<&str> = segments.collect();
                let (last, modules) = match segments.split_last() {
                    Some(split) => split,
                    None => return Some(Res::ApiMod(other as u16, at)),
                };
                for name in modules {
                    match self.api_lookup_at(other, &at, name, Ns::Type, depth + 1)?.res {
                        Res::ApiMod(_, path) => at = path,
                        Res::Def(Def::Api(_, row)) => {
                            at = self.apis[other].rows.get(row as usize)?.key.path.clone();
                        }
                        Res::Def(Def::Own(_)) | Res::Mod(_) | Res::Opaque => return None,
                    }
                }
                self.api_lookup_at(other, &at, last, ns, depth + 1).map(|hit| hit.res)
            }
        }
    }

    fn defined(&self, k: usize, path: &str, ns: Ns) -> Option<Res> {
        if let Some(res) = self.api_row(k, path, ns) {
            return Some(res);
        }
        let definitions = &self.apis[k].model.definitions;
        let start = definitions.partition_point(|d| d.defined_at.as_str() < path);
        definitions[start..]
            .iter()
            .take_while(|d| d.defined_at == path)
            .find_map(|d| self.api_row(k, &d.canonical, ns))
    }

    /// A standard item by the path of its definition, which may run through private modules: the
    /// item of that name whose module agrees best.
    pub(crate) fn std_by_path(&self, path: &str, ns: Ns) -> Option<Res> {
        let (modules, name) = path.rsplit_once("::")?;
        let root = self.crates.first()?.root;
        let mut best: Option<(usize, Res)> = None;
        for (id, module) in self.modules.iter().enumerate() {
            if module.krate != 0 {
                break;
            }
            let Some(entries) = module.names.get(&(ns, name.to_owned())) else { continue };
            let Some(item) = entries.iter().find_map(|e| match e {
                super::Entry::Item(id) => Some(Res::Def(Def::Own(*id))),
                super::Entry::Mod(_) | super::Entry::Use(_) => None,
            }) else {
                continue;
            };
            let score = if id == root {
                0
            } else {
                let own = self.module_name(id);
                if modules.split("::").any(|m| m == own) { 2 } else { 0 }
            };
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                best = Some((score, item));
            }
        }
        best.map(|(_, res)| res)
    }

    fn module_name(&self, id: usize) -> String {
        let Some(parent) = self.modules[id].parent else { return String::new() };
        self.modules[parent]
            .names
            .iter()
            .find(|(_, entries)| {
                entries.iter().any(|e| matches!(e, super::Entry::Mod(m) if *m == id))
            })
            .map(|((_, name), _)| name.clone())
            .unwrap_or_default()
    }
}

//! Resolves paths as rustc does: items, imports, globs, extern crates, the prelude.

use std::rc::Rc;

use proc_macro2::Span;
use ripe_model::{Facts, Namespace};

use super::{Entry, Kind, ModId, Ns, World};
use crate::types::Def;

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Res {
    Def(Def),
    Mod(ModId),
    /// A module of a surface by its path.
    ApiMod(u16, String),
    /// A crate without a model.
    Opaque,
}

/// A resolution, with the path of the alias that it went through: a site of its own, because an
/// alias can be removed while the item stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) res: Res,
    pub(crate) via: Option<(u16, String)>,
}

/// A segment of a path.
#[derive(Debug, Clone)]
pub(crate) struct Seg {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Hit {
    pub(crate) fn plain(res: Res) -> Hit {
        Hit { res, via: None }
    }
}

/// A path as far as names alone lead.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    /// The hits, one for each segment that was resolved.
    pub(crate) hits: Vec<Hit>,
}

impl<'a> World<'a> {
    /// Walks a path. Segments after a type or trait are left to who knows types, except for the
    /// variants of an enum.
    pub(crate) fn walk(&self, module: ModId, path: &[Seg], rooted: bool, ns: Ns) -> Walk {
        let mut hits = Vec::new();
        let mut at: Option<Hit> = None;
        for (i, seg) in path.iter().enumerate() {
            let last = i + 1 == path.len();
            let space = if last { ns } else { Ns::Type };
            let next = match &at {
                None => self.first(module, seg, rooted, space, path.len() > 1),
                Some(hit) => self.inside(&hit.res, &seg.name, space, module),
            };
            match next {
                Some(hit) => {
                    hits.push(hit.clone());
                    at = Some(hit);
                }
                None => break,
            }
        }
        Walk { hits }
    }

    fn first(&self, module: ModId, seg: &Seg, rooted: bool, ns: Ns, more: bool) -> Option<Hit> {
        let krate = &self.crates[self.modules[module].krate];
        match seg.name.as_str() {
            "crate" => return Some(Hit::plain(Res::Mod(krate.root))),
            "self" if more || ns == Ns::Type => {
                return Some(Hit::plain(Res::Mod(self.real_module(module))));
            }
            "super" => {
                let parent = self.modules[self.real_module(module)].parent?;
                return Some(Hit::plain(Res::Mod(self.real_module(parent))));
            }
            _ => {}
        }
        if rooted {
            if krate.edition_2015
                && let Some(hit) = self.lookup(krate.root, &seg.name, ns)
            {
                return Some(hit);
            }
            return self.extern_crate(self.modules[module].krate, &seg.name);
        }
        self.lexical(module, &seg.name, ns)
    }

    /// The module that a block stands in.
    pub(crate) fn real_module(&self, mut module: ModId) -> ModId {
        while self.modules[module].block {
            match self.modules[module].parent {
                Some(parent) => module = parent,
                None => break,
            }
        }
        module
    }

    fn extern_crate(&self, krate: usize, name: &str) -> Option<Hit> {
        let name = name.strip_prefix("r#").unwrap_or(name);
        if let Some(res) = self.crates[krate].externs.get(name) {
            return Some(Hit::plain(res.clone()));
        }
        matches!(name, "std" | "core" | "alloc").then(|| Hit::plain(Res::Mod(self.crates[0].root)))
    }

    /// A name as it is seen from inside a module: with everything around it.
    pub(crate) fn lexical(&self, module: ModId, name: &str, ns: Ns) -> Option<Hit> {
        let mut at = module;
        loop {
            if let Some(hit) = self.lookup(at, name, ns) {
                return Some(hit);
            }
            match (self.modules[at].block, self.modules[at].parent) {
                (true, Some(parent)) => at = parent,
                _ => break,
            }
        }
        let krate = self.modules[module].krate;
        if ns == Ns::Macro {
            for name_of in &self.crates[krate].macro_use {
                if let Some(Hit { res, .. }) = self.extern_crate(krate, name_of)
                    && let Some(hit) = self.inside(&res, name, ns, module)
                {
                    return Some(hit);
                }
            }
            // Textual scope: a macro is seen from every module below and after its definition.
            let mut up = self.modules[module].parent;
            while let Some(parent) = up {
                if let Some(hit) = self.lookup(parent, name, ns) {
                    return Some(hit);
                }
                up = self.modules[parent].parent;
            }
        }
        if ns == Ns::Type
            && let Some(hit) = self.extern_crate(krate, name)
        {
            return Some(hit);
        }
        let prelude = self.prelude()?;
        self.lookup(prelude, name, ns)
    }

    fn prelude(&self) -> Option<ModId> {
        let root = self.crates.first()?.root;
        self.modules[root].names.get(&(Ns::Type, "prelude".to_owned()))?.iter().find_map(
            |e| match e {
                Entry::Mod(id) => Some(*id),
                Entry::Item(_) | Entry::Use(_) => None,
            },
        )
    }

    /// A name inside a module, enum or surface.
    pub(crate) fn inside(&self, within: &Res, name: &str, ns: Ns, from: ModId) -> Option<Hit> {
        match within {
            Res::Opaque => Some(Hit::plain(Res::Opaque)),
            Res::Mod(id) => match name {
                "super" => self.modules[*id].parent.map(|p| Hit::plain(Res::Mod(p))),
                "self" => Some(Hit::plain(Res::Mod(*id))),
                _ => {
                    let hit = self.lookup(*id, name, ns);
                    // Edition 2015 resolves `::dep` and `crate::dep` through the root.
                    if hit.is_none() && self.modules[*id].krate == 0 {
                        return Some(Hit::plain(Res::Opaque));
                    }
                    let _ = from;
                    hit
                }
            },
            Res::ApiMod(k, path) => self.api_lookup(*k as usize, path, name, ns),
            Res::Def(def) => self.variant(*def, name).map(|d| Hit::plain(Res::Def(d))),
        }
    }

    /// A variant of an enum.
    pub(crate) fn variant(&self, def: Def, name: &str) -> Option<Def> {
        match def {
            Def::Own(id) => match self.item(id).kind {
                // Variants follow their enum among the items.
                Kind::Enum(e) => {
                    let at = e.variants.iter().position(|v| v.ident == name)?;
                    Some(Def::Own(id + 1 + at as u32))
                }
                Kind::Alias(_, ty, _) => {
                    let syn::Type::Path(path) = ty else { return None };
                    let segs: Vec<Seg> =
                        path.path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
                    let rooted = path.path.leading_colon.is_some();
                    let walk = self.walk(self.item(id).module, &segs, rooted, Ns::Type);
                    match (walk.hits.len() == segs.len()).then(|| walk.hits.last()).flatten() {
                        Some(Hit { res: Res::Def(target), .. }) if *target != def => {
                            self.variant(*target, name)
                        }
                        _ => None,
                    }
                }
                _ => None,
            },
            Def::Api(k, row) => {
                let api = &self.apis[k as usize];
                let row = &api.rows[row as usize];
                match &row.facts {
                    Facts::Enum(_) => {
                        let path = format!("{}::{name}", row.key.path);
                        let at = api.find(&path, Namespace::Type)?;
                        matches!(api.rows[at as usize].facts, Facts::Variant(_))
                            .then_some(Def::Api(k, at))
                    }
                    Facts::TypeAlias(alias) => {
                        let ripe_model::Ty::Path(path) = &alias.ty else { return None };
                        let target =
                            self.foreign(k as usize, path.krate, &path.path, Ns::Type, 0)?;
                        match target {
                            Res::Def(target) if target != def => self.variant(target, name),
                            _ => None,
                        }
                    }
                    _ => None,
                }
            }
        }
    }

    /// A name in a source module itself: items, imports, globs.
    pub(crate) fn lookup(&self, module: ModId, name: &str, ns: Ns) -> Option<Hit> {
        let name = name.strip_prefix("r#").unwrap_or(name);
        let key = (module, name.to_owned(), ns);
        if let Some(known) = self.cache.lookups.borrow().get(&key) {
            return known.clone();
        }
        // A name that is looked up through itself (imports in a circle) is not found there.
        if !self.cache.active.borrow_mut().insert(key.clone()) {
            return None;
        }
        let found = self.lookup_fresh(module, name, ns);
        let mut active = self.cache.active.borrow_mut();
        active.remove(&key);
        if active.is_empty() || found.is_some() {
            self.cache.lookups.borrow_mut().insert(key, found.clone());
        }
        found
    }

    fn lookup_fresh(&self, id: ModId, name: &str, ns: Ns) -> Option<Hit> {
        let module = &self.modules[id];
        if let Some(entries) = module.names.get(&(ns, name.to_owned())) {
            for entry in entries {
                match entry {
                    Entry::Item(item) => return Some(Hit::plain(Res::Def(Def::Own(*item)))),
                    Entry::Mod(m) => return Some(Hit::plain(Res::Mod(*m))),
                    Entry::Use(_) => {}
                }
            }
            for entry in entries {
                if let Entry::Use(at) = entry
                    && let Some(hit) = self.import(id, *at, ns)
                {
                    return Some(hit);
                }
            }
        }
        for (at, u) in module.uses.iter().enumerate() {
            if u.name.is_none()
                && let Some(target) = self.import(id, at, Ns::Type)
                && target.res != Res::Opaque
                && let Some(hit) = self.inside(&target.res, name, ns, id)
                && hit.res != Res::Opaque
            {
                return Some(hit);
            }
        }
        None
    }

    /// What an import leads to in one namespace; of a glob, the module or enum.
    pub(crate) fn import(&self, module: ModId, at: usize, ns: Ns) -> Option<Hit> {
        let u = &self.modules[module].uses[at];
        let krate = self.modules[module].krate;
        let edition_2015 = self.crates[krate].edition_2015;
        let walk = if edition_2015
            && !matches!(u.path.first().map(|s| s.name.as_str()), Some("self" | "super" | "crate"))
        {
            // Paths in `use` start at the root in edition 2015 (Rust Reference, "Use
            // declarations").
            let root = self.crates[krate].root;
            let mut segs = vec![Seg::of("crate")];
            segs.extend(u.path.iter().cloned());
            let mut walk = self.walk(root, &segs, false, ns);
            if walk.hits.len() <= 1 {
                walk = self.walk(root, &u.path, true, ns);
            } else {
                walk.hits.remove(0);
            }
            walk
        } else {
            self.walk(module, &u.path, u.rooted, ns)
        };
        (walk.hits.len() == u.path.len()).then(|| walk.hits.last().cloned()).flatten()
    }

    /// The surfaces from which a module imports.
    pub(crate) fn imported(&self, module: ModId) -> Rc<std::collections::HashSet<u16>> {
        let module = self.real_module(module);
        if let Some(known) = self.cache.imports.borrow().get(&module) {
            return known.clone();
        }
        let found: std::collections::HashSet<u16> = (0..self.modules[module].uses.len())
            .flat_map(|at| [Ns::Type, Ns::Value].map(|ns| self.import(module, at, ns)))
            .flatten()
            .filter_map(|hit| match hit.res {
                Res::ApiMod(k, _) | Res::Def(Def::Api(k, _)) => Some(k),
                Res::Def(Def::Own(_)) | Res::Mod(_) | Res::Opaque => None,
            })
            .collect();
        let found = Rc::new(found);
        self.cache.imports.borrow_mut().insert(module, found.clone());
        found
    }

    /// The traits that are in scope in a module.
    pub(crate) fn traits_in_scope(&self, module: ModId) -> Rc<Vec<Def>> {
        if let Some(known) = self.cache.traits_in_scope.borrow().get(&module) {
            return known.clone();
        }
        let mut found = Vec::new();
        let mut at = Some(module);
        while let Some(id) = at {
            self.traits_of(id, &mut found, &mut Vec::new());
            at = self.modules[id].parent.filter(|_| self.modules[id].block);
        }
        if let Some(prelude) = self.prelude() {
            self.traits_of(prelude, &mut found, &mut Vec::new());
        }
        found.sort();
        found.dedup();
        let found = Rc::new(found);
        self.cache.traits_in_scope.borrow_mut().insert(module, found.clone());
        found
    }

    fn traits_of(&self, id: ModId, into: &mut Vec<Def>, visited: &mut Vec<ModId>) {
        if visited.contains(&id) {
            return;
        }
        visited.push(id);
        let module = &self.modules[id];
        for ((ns, _), entries) in &module.names {
            for entry in entries {
                if let (Ns::Type, Entry::Item(item)) = (ns, entry)
                    && matches!(self.item(*item).kind, Kind::Trait(_))
                {
                    into.push(Def::Own(*item));
                }
            }
        }
        for (at, u) in module.uses.iter().enumerate() {
            let Some(Hit { res, .. }) = self.import(id, at, Ns::Type) else { continue };
            match (&u.name, res) {
                (Some(_), Res::Def(def)) if self.is_trait(def) => into.push(def),
                (None, Res::Mod(inner)) => self.traits_of(inner, into, visited),
                (None, Res::ApiMod(k, path)) => self.api_traits(k as usize, &path, into),
                _ => {}
            }
        }
    }

    fn api_traits(&self, k: usize, module: &str, into: &mut Vec<Def>) {
        let api = &self.apis[k];
        for (row, _) in api.below(module) {
            if matches!(api.rows[row as usize].facts, Facts::Trait(_)) {
                into.push(Def::Api(k as u16, row));
            }
        }
        let prefix = format!("{module}::");
        let aliases = &api.model.aliases;
        let start = aliases.partition_point(|a| a.path.as_str() < prefix.as_str());
        for alias in aliases[start..].iter().take_while(|a| a.path.starts_with(&prefix)) {
            let name = &alias.path[prefix.len()..];
            if alias.ns == Namespace::Type
                && !name.contains("::")
                && let Some(Hit { res: Res::Def(def), .. }) =
                    self.api_lookup(k, module, name, Ns::Type)
                && self.is_trait(def)
            {
                into.push(def);
            }
        }
    }
}

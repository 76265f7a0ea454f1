//! Attributes: derives, attribute macros, helper attributes, and what derived code needs.

use ripe_model::{Confidence, Facts, How, ItemKind};
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Meta, Token};

use super::Walk;
use crate::cfg;
use crate::types::{Def, Env, Holds, Means, Solver, T, TraitRef};
use crate::world::{ModId, Ns, Res, Seg};

/// The attributes of an item.
pub(crate) fn of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::ExternCrate(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::ForeignMod(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::TraitAlias(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Union(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

/// The paths in `#[derive]`, also under `cfg_attr`.
pub(crate) fn derives(attrs: &[Attribute]) -> Vec<syn::Path> {
    cfg::unfold(attrs, &crate::CfgSet::default()).iter().flat_map(derived).collect()
}

fn derived(meta: &Meta) -> Vec<syn::Path> {
    match meta {
        Meta::List(list) if list.path.is_ident("derive") => list
            .parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated)
            .map(|paths| paths.into_iter().collect())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

impl Walk<'_, '_> {
    /// Reports the macros that attributes name.
    pub(crate) fn attributes(&self, attrs: &[Attribute], module: ModId) {
        for meta in cfg::unfold(attrs, self.set) {
            for path in derived(&meta) {
                self.macro_path(&path, module, How::Derive);
            }
            let path = meta.path();
            if path.is_ident("derive") || path.is_ident("doc") || path.is_ident("cfg") {
                continue;
            }
            if self.macro_path(path, module, How::Derive) {
                continue;
            }
            if let Some(name) = path.get_ident() {
                self.helper(&name.to_string(), name.span());
            }
        }
    }

    /// Reports a macro by its path; says whether it is one.
    pub(crate) fn macro_path(&self, path: &syn::Path, module: ModId, how: How) -> bool {
        let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
        let walk = self.world.walk(module, &segs, path.leading_colon.is_some(), Ns::Macro);
        if walk.hits.len() != segs.len() {
            return false;
        }
        self.lower().report(&segs, &walk.hits, how);
        matches!(walk.hits.last().map(|h| &h.res), Some(Res::Def(_)))
    }

    /// The derives that attributes apply, as far as they are known.
    pub(crate) fn derives_of(&self, attrs: &[Attribute], module: ModId) -> Vec<Def> {
        let def = |path: &syn::Path| {
            let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
            let walk = self.world.walk(module, &segs, path.leading_colon.is_some(), Ns::Macro);
            match walk.hits.get(segs.len() - 1).map(|hit| &hit.res) {
                Some(Res::Def(def)) => Some(*def),
                Some(Res::Mod(_) | Res::ApiMod(..) | Res::Opaque) | None => None,
            }
        };
        derives(attrs).iter().filter_map(def).collect()
    }

    /// Reports a helper attribute as a use of the derives that define it: those of the item (Rust
    /// Reference, "Derive macro helper attributes"), or all where none of the item's is known to.
    fn helper(&self, name: &str, span: proc_macro2::Span) {
        let mut found = Vec::new();
        for (k, api) in self.world.apis.iter().enumerate() {
            for at in &api.derives {
                let row = &api.rows[*at as usize];
                if let Facts::ProcMacro(facts) = &row.facts
                    && row.facts.kind() == ItemKind::DeriveMacro
                    && facts.helpers.iter().any(|h| h == name)
                {
                    found.push(Def::Api(k as u16, *at));
                }
            }
        }
        let applied = self.sink.derives.borrow();
        if found.iter().any(|def| applied.contains(def)) {
            found.retain(|def| applied.contains(def));
        }
        for def in found {
            self.sink.def(self.world, def, How::Derive, span, Confidence::Likely);
        }
    }

    /// Reports the impls that derived code needs of the types of the fields.
    pub(crate) fn derived_needs<'f>(
        &self,
        attrs: &[Attribute],
        fields: impl Iterator<Item = &'f syn::Fields>,
        env: &Env,
    ) {
        let quiet = crate::types::Lower { world: self.world, sink: None };
        let traits: Vec<Def> =
            derives(attrs).iter().filter_map(|path| quiet.derived_trait(path, env)).collect();
        if traits.is_empty() {
            return;
        }
        let mut solver = Solver::new(self.world, env.module);
        solver.preds = env.preds.clone();
        for field in fields.flatten() {
            let t = quiet.ty(&field.ty, env);
            let span = syn::spanned::Spanned::span(&field.ty);
            for trait_ in &traits {
                self.needs(&mut solver, &t, *trait_, span);
            }
        }
    }

    /// Reports the impl rows by which a type, and the types inside it, have a trait.
    pub(crate) fn needs(
        &self,
        solver: &mut Solver<'_, '_>,
        t: &T,
        trait_: Def,
        span: proc_macro2::Span,
    ) {
        let mut inside = Vec::new();
        t.each(&mut |t| {
            if let T::Adt(..) = t {
                inside.push(t.clone());
            }
        });
        for t in inside {
            let args = solver.lower().params_of_trait(trait_);
            let args = args.iter().map(|_| solver.table.fresh()).collect();
            let wanted = TraitRef { def: trait_, args, bindings: [].into() };
            if let Holds::Yes(Means::Row(k, row, _)) = solver.holds(&t, &wanted) {
                let def = Def::Api(k, row);
                self.sink.def(self.world, def, How::Infer, span, Confidence::Likely);
            }
        }
    }
}

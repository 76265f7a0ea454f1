//! Reads the items of a crate and reports what they use.

mod attrs;
mod body;
mod call;
mod macros;
mod pat;
mod path;

use ripe_model::{Confidence, How};
use syn::{Item, ReturnType};

pub(crate) use attrs::{derives, of as attributes_of};
use body::Body;

use crate::expand::Rules;
use crate::sink::Sink;
use crate::types::{Def, Env, Level, Lower, T};
use crate::world::{Kind, ModId, Ns, Owner, Res, World};
use crate::{CfgSet, cfg};

/// Reads one crate.
#[derive(Clone, Copy)]
pub(crate) struct Walk<'w, 'a> {
    pub(crate) world: &'w World<'a>,
    pub(crate) sink: &'w Sink,
    pub(crate) set: &'w CfgSet,
    pub(crate) rules: &'w Rules,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub(crate) fn lower(&self) -> Lower<'w, 'a> {
        Lower { world: self.world, sink: Some(self.sink) }
    }

    /// Reads all modules of a crate.
    pub(crate) fn krate(&self, krate: usize) {
        for id in 0..self.world.modules.len() {
            let module = &self.world.modules[id];
            if module.krate != krate {
                continue;
            }
            self.sink.inactive(module.inactive, || {
                self.uses(id);
                if !module.block {
                    for item in module.items {
                        self.item(item, id);
                    }
                }
            });
        }
    }

    /// Reads the tokens of a file that does not parse.
    pub(crate) fn loose(&self, krate: usize, tokens: proc_macro2::TokenStream) {
        let env = Env::new(self.world.crates[krate].root);
        Body::new(*self, env, T::Unknown).tokens(tokens, false);
    }

    fn uses(&self, id: ModId) {
        let module = &self.world.modules[id];
        let edition_2015 = self.world.crates[module.krate].edition_2015;
        for u in &module.uses {
            self.sink.inactive(u.inactive, || {
                let mut best = Vec::new();
                let mut complete = false;
                for ns in [Ns::Type, Ns::Value, Ns::Macro] {
                    if u.name.is_none() && ns != Ns::Type {
                        continue;
                    }
                    let mut walk = self.world.walk(id, &u.path, u.rooted, ns);
                    if edition_2015 && walk.hits.len() < u.path.len() {
                        let root = self.world.crates[module.krate].root;
                        let other = self.world.walk(root, &u.path, true, ns);
                        if other.hits.len() > walk.hits.len() {
                            walk = other;
                        }
                    }
                    if walk.hits.len() == u.path.len() {
                        complete = true;
                        self.lower().report(&u.path, &walk.hits, How::Import);
                    } else if walk.hits.len() > best.len() {
                        best = walk.hits;
                    }
                }
                if !complete {
                    self.lower().report(&u.path, &best, How::Import);
                }
            });
        }
    }

    /// Reads one item, in a module or in a block.
    pub(crate) fn item(&self, item: &Item, module: ModId) {
        let attrs = attrs::of(item);
        self.sink.inactive(cfg::is_off(attrs, self.set), || {
            let around = self.sink.derives.replace(self.derives_of(attrs, module));
            self.attributes(attrs, module);
            self.one(item, module);
            self.sink.derives.replace(around);
        });
    }

    fn one(&self, item: &Item, module: ModId) {
        let lower = self.lower();
        match item {
            Item::Fn(f) => {
                let env = Env::new(module);
                self.function(&f.sig, Some(&f.block), env);
            }
            Item::Struct(s) => {
                let mut env = Env::new(module);
                lower.generics(&s.generics, Level::Item, &mut env);
                self.fields(&s.fields, &env);
                self.derived_needs(&s.attrs, std::iter::once(&s.fields), &env);
            }
            Item::Union(u) => {
                let mut env = Env::new(module);
                lower.generics(&u.generics, Level::Item, &mut env);
                for field in &u.fields.named {
                    lower.ty(&field.ty, &env);
                }
            }
            Item::Enum(e) => {
                let mut env = Env::new(module);
                lower.generics(&e.generics, Level::Item, &mut env);
                for variant in &e.variants {
                    self.attributes(&variant.attrs, module);
                    self.fields(&variant.fields, &env);
                    if let Some((_, value)) = &variant.discriminant {
                        Body::new(*self, env.clone(), T::Unknown).expr(value, &T::Unknown);
                    }
                }
                self.derived_needs(&e.attrs, e.variants.iter().map(|v| &v.fields), &env);
            }
            Item::Impl(block) => self.block(block, module),
            Item::Trait(t) => {
                let mut env = Env::new(module);
                env.self_ty = Some(T::SelfTy);
                lower.generics(&t.generics, Level::Item, &mut env);
                for bound in &t.supertraits {
                    if let syn::TypeParamBound::Trait(b) = bound {
                        lower.trait_ref(&b.path, &env, How::Bound);
                    }
                }
                if let Some(hit) = self.world.lookup(module, &t.ident.to_string(), Ns::Type)
                    && let Res::Def(Def::Own(id)) = hit.res
                    && matches!(self.world.item(id).kind, Kind::Trait(_))
                {
                    let quiet = Lower { world: self.world, sink: None };
                    env = quiet.env_of(module, Owner::Trait(id));
                }
                for item in &t.items {
                    match item {
                        syn::TraitItem::Fn(f) => {
                            self.attributes(&f.attrs, module);
                            self.function(&f.sig, f.default.as_ref(), env.clone());
                        }
                        syn::TraitItem::Type(ty) => {
                            for bound in &ty.bounds {
                                if let syn::TypeParamBound::Trait(b) = bound {
                                    lower.trait_ref(&b.path, &env, How::Bound);
                                }
                            }
                            if let Some((_, default)) = &ty.default {
                                lower.ty(default, &env);
                            }
                        }
                        syn::TraitItem::Const(c) => {
                            let t = lower.ty(&c.ty, &env);
                            if let Some((_, value)) = &c.default {
                                Body::new(*self, env.clone(), T::Unknown).expr(value, &t);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Item::Const(c) => self.constant(&c.ty, &c.expr, module),
            Item::Static(s) => self.constant(&s.ty, &s.expr, module),
            Item::Type(t) => {
                let mut env = Env::new(module);
                lower.generics(&t.generics, Level::Item, &mut env);
                lower.ty(&t.ty, &env);
            }
            Item::ForeignMod(f) => {
                let env = Env::new(module);
                for item in &f.items {
                    match item {
                        syn::ForeignItem::Fn(f) => self.function(&f.sig, None, env.clone()),
                        syn::ForeignItem::Static(s) => {
                            lower.ty(&s.ty, &env);
                        }
                        _ => {}
                    }
                }
            }
            Item::Macro(m) => {
                if !m.mac.path.is_ident("macro_rules") {
                    let env = Env::new(module);
                    Body::new(*self, env, T::Unknown).item_macro(&m.mac);
                } else if m.ident.is_some() {
                    self.sink.in_macro(m.mac.delimiter.span());
                    self.definition(&m.mac.tokens, module);
                }
            }
            _ => {}
        }
    }

    /// The bodies of a `macro_rules!` that is exported, or whose calls cannot be expanded, are
    /// read by their tokens.
    fn definition(&self, tokens: &proc_macro2::TokenStream, module: ModId) {
        let mut is_body = false;
        for token in tokens.clone() {
            if let proc_macro2::TokenTree::Group(group) = token {
                if is_body {
                    let mut body = Body::new(*self, Env::new(module), T::Unknown);
                    self.sink.at_best(Confidence::Likely, || body.tokens(group.stream(), false));
                }
                is_body = !is_body;
            }
        }
    }

    fn constant(&self, ty: &syn::Type, value: &syn::Expr, module: ModId) {
        let env = Env::new(module);
        let t = self.lower().ty(ty, &env);
        Body::new(*self, env, t.clone()).root(value, &t);
    }

    fn fields(&self, fields: &syn::Fields, env: &Env) {
        for field in fields {
            self.sink.inactive(cfg::is_off(&field.attrs, self.set), || {
                self.attributes(&field.attrs, env.module);
                self.lower().ty(&field.ty, env);
            });
        }
    }

    fn block(&self, block: &syn::ItemImpl, module: ModId) {
        let lower = self.lower();
        let mut env = Env::new(module);
        lower.generics(&block.generics, Level::Item, &mut env);
        let this = lower.ty(&block.self_ty, &env);
        env.self_ty = Some(this.clone());
        let trait_ = block
            .trait_
            .as_ref()
            .and_then(|(_, path, _)| lower.trait_ref(path, &env, How::Implement));
        env.of_impl = self.world.impl_ids.get(&(std::ptr::from_ref(block) as usize)).copied();
        env.of_trait = trait_.as_ref().map(|t| t.def);
        for item in &block.items {
            let (attrs, name) = match item {
                syn::ImplItem::Fn(f) => (&f.attrs, Some(&f.sig.ident)),
                syn::ImplItem::Const(c) => (&c.attrs, Some(&c.ident)),
                syn::ImplItem::Type(t) => (&t.attrs, Some(&t.ident)),
                syn::ImplItem::Macro(m) => (&m.attrs, None),
                _ => continue,
            };
            self.sink.inactive(cfg::is_off(attrs, self.set), || {
                self.attributes(attrs, module);
                if let (Some(trait_), Some(name)) = (&trait_, name)
                    && let Some(def) = self.world.trait_item(trait_.def, &name.to_string())
                {
                    let exact = Confidence::Exact;
                    self.sink.def(self.world, def, How::Implement, name.span(), exact);
                }
                match item {
                    syn::ImplItem::Fn(f) => self.function(&f.sig, Some(&f.block), env.clone()),
                    syn::ImplItem::Const(c) => {
                        let t = lower.ty(&c.ty, &env);
                        Body::new(*self, env.clone(), t.clone()).root(&c.expr, &t);
                    }
                    syn::ImplItem::Type(t) => {
                        lower.ty(&t.ty, &env);
                    }
                    syn::ImplItem::Macro(m) => {
                        Body::new(*self, env.clone(), T::Unknown).item_macro(&m.mac);
                    }
                    _ => {}
                }
            });
        }
    }

    /// Reads a function: its signature, then its body.
    pub(crate) fn function(&self, sig: &syn::Signature, block: Option<&syn::Block>, env: Env) {
        let mut env = env;
        let lowered = self.lower().sig(sig, &mut env);
        let Some(block) = block else { return };
        let output = match &sig.output {
            ReturnType::Default => T::unit(),
            ReturnType::Type(_, ty) => Lower { world: self.world, sink: None }.ty(ty, &env),
        };
        let mut body = Body::new(*self, env, output.clone());
        for (input, t) in sig.inputs.iter().zip(&lowered.params) {
            match input {
                syn::FnArg::Receiver(_) => body.bind("self", t.clone()),
                syn::FnArg::Typed(p) => body.pat(&p.pat, t),
            }
        }
        let t = body.block(block, &output);
        body.coerce(&t, &output);
    }
}

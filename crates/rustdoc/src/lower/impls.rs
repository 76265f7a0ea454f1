//! Impl blocks: the members of inherent ones, a row for each trait impl, and auto traits.

use std::collections::BTreeMap;

use ripe_model::{
    AutoTrait, Binding, ConstExpr, Facts, FunctionRole, GenericArg, Generics, ImplFacts, Level,
    Lifetime, Namespace, Ty,
};
use rustdoc_types as rd;

use crate::lower::env::{Elision, Env};
use crate::lower::facts::namespace;
use crate::lower::generics::Numbering;
use crate::lower::item::{Item, peek_is_blanket_copy, peek_kind, peek_plain_auto};
use crate::lower::places::below;
use crate::lower::render;
use crate::lower::rows::{AutoTraits, Found, Owner};
use crate::lower::session::Session;
use crate::lower::types::{auto_trait, const_text};

impl<'a> Session<'_, 'a> {
    /// The rows of the impls of a type or trait. Returns the auto traits that they give or deny.
    pub(crate) fn impls_of(
        &mut self,
        ids: &[rd::Id],
        owner: &Owner<'_>,
        out: &mut Found,
    ) -> AutoTraits {
        let mut auto_traits = BTreeMap::new();
        for id in ids {
            // A blanket impl of another crate says nothing of this one; one of this crate has its
            // own entry among the implementations of its trait.
            let text = self.document.index.get(id.0);
            if text.and_then(peek_is_blanket_copy) == Some(true) || self.impls.contains(&id.0) {
                continue;
            }
            if let Some((name, value)) = text.and_then(|text| self.plain_auto(text)) {
                auto_traits.insert(name.to_owned(), value);
                continue;
            }
            let Some(item) = self.member(id.0, owner.path) else { continue };
            let rd::ItemEnum::Impl(block) = &item.inner else { continue };
            if block.blanket_impl.is_some() || item.crate_id != 0 {
                continue;
            }
            self.impls.insert(id.0);
            match &block.trait_ {
                None => self.inherent_impl(&item, block, owner, out),
                Some(trait_) => {
                    self.trait_impl(&item, block, trait_, owner, &mut auto_traits, out);
                }
            }
        }
        auto_traits
    }

    /// What rustdoc says of an auto trait of a type without parameters. Most impls of most crates
    /// are such, and they differ in the type alone, so each text is parsed once.
    fn plain_auto(&mut self, text: &'a str) -> Option<(&'static str, AutoTrait)> {
        let head = peek_plain_auto(text)?;
        let name = match self.plain_autos.get(&head) {
            Some(known) => *known,
            None => {
                let rd::ItemEnum::Impl(block) = Item::parse(text).ok()?.inner else { return None };
                let name = auto_trait(&self.named(block.trait_?.id.0)?.path)?;
                self.plain_autos.insert(head, name);
                name
            }
        };
        Some((name, if head.1 { AutoTrait::Never } else { AutoTrait::When(Generics::default()) }))
    }

    /// A scope with the generics of an impl block, and its self type.
    fn impl_env(&mut self, block: &rd::Impl) -> (Env, Ty) {
        let mut env = Env::new(None);
        env.declare(&block.generics, Level::Item, Numbering::FirstAppearance);
        env.elision = Elision::Fresh(Level::Item);
        let self_ty = self.ty(&block.for_, &mut env);
        env.self_ty = Some(self_ty.clone());
        (env, self_ty)
    }

    fn inherent_impl(
        &mut self,
        item: &Item<'a>,
        block: &rd::Impl,
        owner: &Owner<'_>,
        out: &mut Found,
    ) {
        let (mut env, self_ty) = self.impl_env(block);
        env.elision = Elision::To(Lifetime::Erased);
        let generics = self.generics(&block.generics, Level::Item, &mut env);
        let path = self.member_path(&self_ty, owner.path);
        let marks = item.marks();
        let inside = Owner {
            path: &path,
            hidden: owner.hidden || marks.hidden,
            cfg_doc: owner.cfg_doc || marks.cfg_doc,
        };
        for id in &block.items {
            let Some(member) = self.member(id.0, &path) else { continue };
            let (Some(name), Some(ns)) = (&member.name, namespace(&member.inner)) else { continue };
            if !member.is_public() {
                continue;
            }
            let facts = match &member.inner {
                rd::ItemEnum::Function(function) => {
                    let (self_ty, generics) = (self_ty.clone(), generics.clone());
                    let role = FunctionRole::Inherent { self_ty, generics };
                    let facts = self.function(&member, function, role, &mut env);
                    Facts::Function(Box::new(facts))
                }
                rd::ItemEnum::AssocConst { type_, value } => {
                    self.assoc_const(type_, value.as_ref(), false, &mut env)
                }
                rd::ItemEnum::AssocType { generics, bounds, type_ } => {
                    let default = type_.as_ref();
                    let facts = self.assoc_type(generics, bounds, default, &Ty::Infer, &mut env);
                    Facts::AssocType(Box::new(facts))
                }
                _ => continue,
            };
            let member_path = below(&path, name);
            out.push(self.row(member_path, ns, facts, &member, &inside));
        }
    }

    /// Where the members of an impl stand: at the type, with its arguments where the impl is not
    /// for all of them.
    fn member_path(&self, self_ty: &Ty, owner: &str) -> String {
        let Ty::Path(path) = self_ty else { return render::ty(self_ty, &self.crates) };
        if path.path != owner || is_general(&path.args) {
            return owner.to_owned();
        }
        render::path(path, &self.crates)
    }

    fn trait_impl(
        &mut self,
        item: &Item<'a>,
        block: &rd::Impl,
        trait_: &rd::Path,
        owner: &Owner<'_>,
        auto_traits: &mut AutoTraits,
        out: &mut Found,
    ) {
        let (mut env, self_ty) = self.impl_env(block);
        let Some(trait_path) = self.path(trait_, Some(&self_ty), &mut env) else { return };
        env.elision = Elision::To(Lifetime::Erased);
        let generics = self.generics(&block.generics, Level::Item, &mut env);
        let of_owner =
            matches!(&self_ty, Ty::Path(p) if p.path == owner.path && is_general(&p.args));
        if let Some(name) = auto_trait(&trait_path.path).filter(|_| of_owner) {
            let value =
                if block.is_negative { AutoTrait::Never } else { AutoTrait::When(generics) };
            auto_traits.insert(name.to_owned(), value);
            return;
        }
        if block.is_synthetic {
            return;
        }
        let assoc = self.assoc_values(block, &mut env);
        let path = render::impl_header(&trait_path, &self_ty, &self.crates);
        let hidden = self.is_hidden_path(trait_.id.0) || self.is_hidden_type(&block.for_);
        let inside = Owner { path: &path, hidden, cfg_doc: self.is_cfg_doc_impl(trait_, block) };
        let facts = Facts::Impl(Box::new(ImplFacts {
            generics,
            trait_: trait_path,
            is_unsafe: block.is_unsafe,
            is_negative: block.is_negative,
            is_blanket: is_blanket(&self_ty),
            is_derived: item.is_derived(),
            assoc,
            self_ty,
        }));
        out.push(self.row(path.clone(), Namespace::Impl, facts, item, &inside));
    }

    /// The values of associated types and constants; methods are not looked at.
    fn assoc_values(&mut self, block: &rd::Impl, env: &mut Env) -> BTreeMap<String, Binding> {
        let mut values = BTreeMap::new();
        for id in &block.items {
            let text = self.document.index.get(id.0);
            if text.and_then(peek_kind) == Some("function") {
                continue;
            }
            let Some(member) = self.member(id.0, "an impl") else { continue };
            let Some(name) = member.name.clone() else { continue };
            match &member.inner {
                rd::ItemEnum::AssocType { generics, type_: Some(ty), .. } => {
                    let facts = self.assoc_type(generics, &[], Some(ty), &Ty::Infer, env);
                    values.extend(facts.default.map(|ty| (name, Binding::Type(ty))));
                }
                rd::ItemEnum::AssocConst { value: Some(value), .. } => {
                    let value = const_text(value, env);
                    values.insert(name, Binding::Const(value));
                }
                _ => {}
            }
        }
        values
    }

    /// Whether an item of this crate can be reached only by hidden ways.
    pub(crate) fn is_hidden_path(&self, id: u32) -> bool {
        self.places.path(id).is_some() && self.places.is_hidden(id)
    }

    fn is_hidden_type(&self, ty: &rd::Type) -> bool {
        match ty {
            rd::Type::ResolvedPath(path) => self.is_hidden_path(path.id.0),
            rd::Type::BorrowedRef { type_, .. } => self.is_hidden_type(type_),
            _ => false,
        }
    }

    fn is_cfg_doc_impl(&self, trait_: &rd::Path, block: &rd::Impl) -> bool {
        let is = |id: u32| self.places.path(id).is_some() && self.places.is_cfg_doc(id);
        let of_type = matches!(&block.for_, rd::Type::ResolvedPath(path) if is(path.id.0));
        is(trait_.id.0) || of_type
    }
}

/// Whether arguments are just parameters, each once: what is implemented holds for all arguments.
fn is_general(args: &[GenericArg]) -> bool {
    let mut next = 0;
    args.iter().all(|arg| match arg {
        GenericArg::Lifetime(_) => true,
        GenericArg::Type(Ty::Param(Level::Item, n, _))
        | GenericArg::Const(ConstExpr::Param(Level::Item, n, _)) => {
            next += 1;
            *n + 1 == next
        }
        GenericArg::Type(_) | GenericArg::Const(_) | GenericArg::Infer => false,
    })
}

/// Whether an impl is for a parameter, or for a reference to one.
fn is_blanket(self_ty: &Ty) -> bool {
    match self_ty {
        Ty::Param(..) => true,
        Ty::Ref { ty, .. } => matches!(**ty, Ty::Param(..)),
        _ => false,
    }
}

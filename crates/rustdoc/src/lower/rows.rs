//! The rows of items: each item of a module at its canonical path, its members below it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use ripe_model::{
    EnumFacts, Facts, FieldFacts, FunctionRole, Gap, GenericArg, ItemKey, Level, Marks, Namespace,
    Row, Shape, StructFacts, TraitFacts, Ty, TypePath, UnionFacts, VariantFacts,
};
use rustdoc_types as rd;

use crate::lower::env::Env;
use crate::lower::facts::{namespace, proc_macro};
use crate::lower::item::Item;
use crate::lower::places::below;
use crate::lower::session::Session;
use crate::lower::tree::Tree;
use crate::lower::{macros, sealed};

/// Rows as they are found.
#[derive(Default)]
pub(crate) struct Found(pub(crate) Vec<Arc<Row>>);

impl Found {
    pub(crate) fn push(&mut self, row: Row) {
        self.0.push(Arc::new(row));
    }
}

/// An owner of members: its path and the marks that they inherit.
pub(crate) struct Owner<'o> {
    pub(crate) path: &'o str,
    pub(crate) hidden: bool,
    pub(crate) cfg_doc: bool,
}

impl<'a> Session<'_, 'a> {
    /// All rows of the crate. Uses the items of the tree up.
    pub(crate) fn rows(&mut self, placed: &[(u32, Rc<str>)], tree: &mut Tree<'a>) -> Found {
        let mut out = Found::default();
        for (id, path) in placed {
            if tree.owners.get(id).is_some_and(|owner| self.places.path(*owner).is_some()) {
                continue;
            }
            let Some(item) = tree.items.remove(id) else { continue };
            self.item(*id, path, &item, tree, &mut out);
        }
        out
    }

    fn item(&mut self, id: u32, path: &str, item: &Item<'a>, tree: &mut Tree<'a>, out: &mut Found) {
        let owner =
            Owner { path, hidden: self.places.is_hidden(id), cfg_doc: self.places.is_cfg_doc(id) };
        self.begin();
        let facts = match &item.inner {
            rd::ItemEnum::Module(_) => Facts::Module,
            rd::ItemEnum::Struct(s) => self.struct_(id, s, item, &owner, out),
            rd::ItemEnum::Union(u) => self.union_(id, u, item, &owner, out),
            rd::ItemEnum::Enum(e) => self.enum_(id, e, item, &owner, tree, out),
            rd::ItemEnum::Variant(variant) => self.lone_variant(id, variant, &owner, tree, out),
            rd::ItemEnum::Function(function) => {
                let mut env = Env::new(None);
                let facts = self.function(item, function, FunctionRole::Free, &mut env);
                Facts::Function(Box::new(facts))
            }
            rd::ItemEnum::Trait(t) => self.trait_(t, &owner, out),
            rd::ItemEnum::TraitAlias(alias) => {
                let mut env = self.item_env(&alias.generics, None);
                let bounds = self.bounds(&alias.params, &Ty::SelfType, &mut env);
                let generics = self.generics(&alias.generics, Level::Item, &mut env);
                Facts::TraitAlias(generics, bounds)
            }
            rd::ItemEnum::TypeAlias(alias) => self.type_alias(alias),
            rd::ItemEnum::Constant { type_, const_ } => self.constant(type_, const_),
            rd::ItemEnum::Static(s) => self.static_(s),
            rd::ItemEnum::ExternType => Facts::ExternType,
            rd::ItemEnum::Macro(text) => Facts::Macro(macros::arms(text)),
            rd::ItemEnum::ProcMacro(mac) => proc_macro(mac),
            rd::ItemEnum::StructField(_)
            | rd::ItemEnum::Impl(_)
            | rd::ItemEnum::AssocConst { .. }
            | rd::ItemEnum::AssocType { .. }
            | rd::ItemEnum::ExternCrate { .. }
            | rd::ItemEnum::Use(_)
            | rd::ItemEnum::Primitive(_) => return,
        };
        let Some(ns) = namespace(&item.inner) else { return };
        self.end(path);
        let mut marks = item.marks();
        // An item is as hidden as the ways that lead to it, and those include its own attributes.
        marks.hidden = owner.hidden;
        marks.cfg_doc = owner.cfg_doc;
        out.push(self.row_with(path.to_owned(), ns, facts, marks, item));
    }

    /// A member's row: marks are inherited.
    pub(crate) fn row(
        &self,
        path: String,
        ns: Namespace,
        facts: Facts,
        item: &Item<'_>,
        owner: &Owner<'_>,
    ) -> Row {
        let mut marks = item.marks();
        marks.hidden |= owner.hidden;
        marks.cfg_doc |= owner.cfg_doc;
        self.row_with(path, ns, facts, marks, item)
    }

    fn row_with(
        &self,
        path: String,
        ns: Namespace,
        facts: Facts,
        marks: Marks,
        item: &Item<'_>,
    ) -> Row {
        let root = self.input.source_root.as_deref();
        let span = item.span.as_ref().map(|span| span.lower(root));
        Row { key: ItemKey { path, ns }, facts, marks, span }
    }

    /// Starts the accounts of an item.
    pub(crate) fn begin(&mut self) {
        (self.nodes, self.depth, self.is_too_large) = (0, 0, false);
        self.unnameable.clear();
    }

    /// Says what the accounts of an item show.
    pub(crate) fn end(&mut self, path: &str) {
        if self.is_too_large {
            self.gaps.insert(Gap::new(path, "its types are too large to be compared"));
        }
    }

    /// Parses a member.
    pub(crate) fn member(&mut self, id: u32, owner: &str) -> Option<Item<'a>> {
        let Some(text) = self.document.index.get(id) else {
            let what = format!("item {id} of {owner}");
            self.gaps.insert(Gap::new(what, "is not in the document"));
            return None;
        };
        match Item::parse(text) {
            Ok(item) => Some(item),
            Err(error) => {
                let what = format!("item {id} of {owner}");
                self.gaps.insert(Gap::new(what, format!("not readable: {error}")));
                None
            }
        }
    }

    fn struct_(
        &mut self,
        id: u32,
        s: &rd::Struct,
        item: &Item<'a>,
        owner: &Owner<'_>,
        out: &mut Found,
    ) -> Facts {
        let mut env = self.adt_env(id, &s.generics);
        let (shape, ids, mut has_private_fields) = match &s.kind {
            rd::StructKind::Unit => (Shape::Unit, Vec::new(), false),
            rd::StructKind::Tuple(fields) => (Shape::Tuple, positions(fields), false),
            rd::StructKind::Plain { fields, has_stripped_fields } => {
                (Shape::Plain, named(fields), *has_stripped_fields)
            }
        };
        has_private_fields |= ids.iter().any(Option::is_none);
        let (fields, private) = self.fields(&ids, owner, &mut env, out);
        has_private_fields |= private;
        let generics = self.generics(&s.generics, Level::Item, &mut env);
        let auto_traits = self.impls_of(&s.impls, owner, out);
        let repr = item.repr();
        Facts::Struct(StructFacts {
            generics,
            shape,
            fields,
            has_private_fields,
            repr,
            auto_traits,
        })
    }

    fn union_(
        &mut self,
        id: u32,
        u: &rd::Union,
        item: &Item<'a>,
        owner: &Owner<'_>,
        out: &mut Found,
    ) -> Facts {
        let mut env = self.adt_env(id, &u.generics);
        let (fields, private) = self.fields(&named(&u.fields), owner, &mut env, out);
        let generics = self.generics(&u.generics, Level::Item, &mut env);
        let auto_traits = self.impls_of(&u.impls, owner, out);
        let has_private_fields = u.has_stripped_fields || private;
        let repr = item.repr();
        Facts::Union(UnionFacts { generics, fields, has_private_fields, repr, auto_traits })
    }

    /// The rows of fields. Returns the names of the public ones, and whether others were met.
    fn fields(
        &mut self,
        ids: &[Option<u32>],
        owner: &Owner<'_>,
        env: &mut Env,
        out: &mut Found,
    ) -> (Vec<String>, bool) {
        let (mut names, mut private) = (Vec::new(), false);
        for (index, id) in (0u32..).zip(ids) {
            let Some(field) = id.and_then(|id| self.member(id, owner.path)) else { continue };
            if !field.is_public() {
                private = true;
                continue;
            }
            if let Some(name) = self.field(&field, index, owner, env, out) {
                names.push(name);
            }
        }
        (names, private)
    }

    fn field(
        &mut self,
        field: &Item<'a>,
        index: u32,
        owner: &Owner<'_>,
        env: &mut Env,
        out: &mut Found,
    ) -> Option<String> {
        let rd::ItemEnum::StructField(ty) = &field.inner else { return None };
        let name = field.name.clone().unwrap_or_else(|| index.to_string());
        let facts = Facts::Field(FieldFacts { ty: self.ty(ty, env), index });
        let path = below(owner.path, &name);
        out.push(self.row(path, Namespace::Field, facts, field, owner));
        Some(name)
    }

    fn enum_(
        &mut self,
        id: u32,
        e: &rd::Enum,
        item: &Item<'a>,
        owner: &Owner<'_>,
        tree: &mut Tree<'a>,
        out: &mut Found,
    ) -> Facts {
        let mut env = self.adt_env(id, &e.generics);
        let (mut variants, mut hidden_variants) = (Vec::new(), Vec::new());
        for (index, id) in (0u32..).zip(&e.variants) {
            let known = tree.items.remove(&id.0);
            let parsed = known.or_else(|| self.member(id.0, owner.path).map(Box::new));
            let Some(variant) = parsed else { continue };
            let (rd::ItemEnum::Variant(inner), Some(name)) = (&variant.inner, &variant.name) else {
                continue;
            };
            let list = if variant.is_hidden() { &mut hidden_variants } else { &mut variants };
            list.push(name.clone());
            let path = below(owner.path, name);
            let inside = Owner {
                path: &path,
                hidden: owner.hidden || variant.is_hidden(),
                cfg_doc: owner.cfg_doc,
            };
            let facts = self.variant(inner, index, &inside, &mut env, out);
            out.push(self.row(path, Namespace::Type, facts, &variant, owner));
        }
        let generics = self.generics(&e.generics, Level::Item, &mut env);
        let auto_traits = self.impls_of(&e.impls, owner, out);
        let repr = item.repr();
        Facts::Enum(EnumFacts { generics, variants, hidden_variants, repr, auto_traits })
    }

    fn variant(
        &mut self,
        variant: &rd::Variant,
        index: u32,
        owner: &Owner<'_>,
        env: &mut Env,
        out: &mut Found,
    ) -> Facts {
        let (shape, ids, mut has_hidden_fields) = match &variant.kind {
            rd::VariantKind::Plain => (Shape::Unit, Vec::new(), false),
            rd::VariantKind::Tuple(fields) => (Shape::Tuple, positions(fields), false),
            rd::VariantKind::Struct { fields, has_stripped_fields } => {
                (Shape::Plain, named(fields), *has_stripped_fields)
            }
        };
        has_hidden_fields |= ids.iter().any(Option::is_none);
        let mut fields = Vec::new();
        for (index, id) in (0u32..).zip(ids) {
            let Some(field) = id.and_then(|id| self.member(id, owner.path)) else { continue };
            has_hidden_fields |= field.is_hidden();
            let name = self.field(&field, index, owner, env, out);
            fields.extend(name.filter(|_| !field.is_hidden()));
        }
        let discriminant = variant.discriminant.as_ref().map(|d| d.value.clone());
        Facts::Variant(VariantFacts { shape, fields, has_hidden_fields, index, discriminant })
    }

    /// A variant that can be imported although its enum cannot be named.
    fn lone_variant(
        &mut self,
        id: u32,
        variant: &rd::Variant,
        owner: &Owner<'_>,
        tree: &mut Tree<'a>,
        out: &mut Found,
    ) -> Facts {
        let enum_id = tree.owners.get(&id).copied();
        let parent = enum_id.and_then(|id| tree.items.get(&id));
        let (generics, index) = match parent.map(|item| &item.inner) {
            Some(rd::ItemEnum::Enum(e)) => {
                (e.generics.clone(), e.variants.iter().position(|v| v.0 == id))
            }
            _ => (rd::Generics { params: Vec::new(), where_predicates: Vec::new() }, None),
        };
        let mut env = self.adt_env(enum_id.unwrap_or(id), &generics);
        let index = index.and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        self.variant(variant, index, owner, &mut env, out)
    }

    fn trait_(&mut self, t: &rd::Trait, owner: &Owner<'_>, out: &mut Found) -> Facts {
        let mut env = self.item_env(&t.generics, None);
        let mut supertraits = self.bounds(&t.bounds, &Ty::SelfType, &mut env);
        let mut generics = self.generics(&t.generics, Level::Item, &mut env);
        // `where Self: Bound` is a supertrait too (Rust Reference, "Supertraits").
        generics.predicates.retain(|predicate| match predicate {
            ripe_model::Predicate::Bound { ty: Ty::SelfType, bound } => {
                supertraits.push(bound.clone());
                false
            }
            _ => true,
        });
        supertraits.sort();
        supertraits.dedup();
        let mut sealed = self.sealed_by_supertrait(t, &supertraits);
        let (mut required, mut provided) = (Vec::new(), Vec::new());
        for id in &t.items {
            let Some(member) = self.member(id.0, owner.path) else { continue };
            let Some(name) = member.name.clone() else { continue };
            let Some(ns) = namespace(&member.inner) else { continue };
            self.unnameable.clear();
            let (facts, is_provided) = match &member.inner {
                rd::ItemEnum::Function(function) => {
                    let provided = function.has_body;
                    let role = FunctionRole::Trait { provided };
                    let facts = self.function(&member, function, role, &mut env);
                    (Facts::Function(Box::new(facts)), provided)
                }
                rd::ItemEnum::AssocConst { type_, value } => {
                    let facts = self.assoc_const(type_, value.as_ref(), true, &mut env);
                    (facts, value.is_some())
                }
                rd::ItemEnum::AssocType { generics, bounds, type_ } => {
                    let subject = Ty::Assoc {
                        self_ty: Box::new(Ty::SelfType),
                        trait_: None,
                        name: name.clone(),
                        args: Vec::new(),
                    };
                    let default = type_.as_ref();
                    let facts = self.assoc_type(generics, bounds, default, &subject, &mut env);
                    (Facts::AssocType(Box::new(facts)), type_.is_some())
                }
                _ => continue,
            };
            if !is_provided && sealed.is_none() {
                sealed = sealed::by_required(&name, &facts, member.is_hidden(), &self.unnameable);
            }
            let list = if is_provided { &mut provided } else { &mut required };
            list.push(name.clone());
            let path = below(owner.path, &name);
            out.push(self.row(path, ns, facts, &member, owner));
        }
        required.sort();
        provided.sort();
        self.impls_of(&t.implementations, owner, out);
        Facts::Trait(Box::new(TraitFacts {
            generics,
            supertraits,
            is_unsafe: t.is_unsafe,
            is_auto: t.is_auto,
            dyn_compatible: t.is_dyn_compatible,
            sealed,
            required,
            provided,
        }))
    }

    /// A scope with the generics of a type, in which `Self` is the type.
    fn adt_env(&mut self, id: u32, generics: &rd::Generics) -> Env {
        let mut env = self.item_env(generics, None);
        let mut args = Vec::new();
        for param in &generics.params {
            match param.kind {
                rd::GenericParamDefKind::Lifetime { .. } => {
                    args.push(GenericArg::Lifetime(env.lifetime(&param.name)));
                }
                rd::GenericParamDefKind::Type { .. } | rd::GenericParamDefKind::Const { .. } => {
                    args.extend(env.generic(&param.name));
                }
            }
        }
        env.self_ty = self.named(id).map(|named| {
            let path = named.path.to_string();
            Ty::Path(Box::new(TypePath { krate: named.krate, path, args, bindings: Vec::new() }))
        });
        env
    }
}

fn positions(fields: &[Option<rd::Id>]) -> Vec<Option<u32>> {
    fields.iter().map(|id| id.as_ref().map(|id| id.0)).collect()
}

fn named(fields: &[rd::Id]) -> Vec<Option<u32>> {
    fields.iter().map(|id| Some(id.0)).collect()
}

/// The auto traits of a type by name.
pub(crate) type AutoTraits = BTreeMap<String, ripe_model::AutoTrait>;

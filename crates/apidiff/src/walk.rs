//! Walks over everything in a row that names a type, a trait or a constant.
//!
//! One mutable walk serves rewriting (joins, grafts) and collecting (which paths are mentioned).

use ripe_model::{
    AssocBinding, AutoTrait, Binding, Bound, ConstExpr, Facts, FunctionRole, GenericArg, Generics,
    Lifetime, ParamKind, Predicate, Signature, Ty, TypePath,
};

/// What a walk calls back for. Each method defaults to doing nothing but going on.
pub(crate) trait Visit {
    /// A path, before its arguments are walked.
    fn path(&mut self, _path: &mut TypePath) {}
    /// A type, after its parts were walked.
    fn ty(&mut self, _ty: &mut Ty) {}
    /// A lifetime.
    fn lifetime(&mut self, _lifetime: &mut Lifetime) {}
    /// A constant expression.
    fn constant(&mut self, _constant: &mut ConstExpr) {}
}

/// Walks the facts of a row.
pub(crate) fn facts(v: &mut impl Visit, facts: &mut Facts) {
    match facts {
        Facts::Module
        | Facts::Variant(_)
        | Facts::ExternType
        | Facts::Macro(_)
        | Facts::ProcMacro(_)
        | Facts::Reexport(_)
        | Facts::Feature(_)
        | Facts::Package(_) => {}
        Facts::Struct(s) => {
            generics(v, &mut s.generics);
            auto_traits(v, &mut s.auto_traits);
        }
        Facts::Union(u) => {
            generics(v, &mut u.generics);
            auto_traits(v, &mut u.auto_traits);
        }
        Facts::Enum(e) => {
            generics(v, &mut e.generics);
            auto_traits(v, &mut e.auto_traits);
        }
        Facts::Field(f) => ty(v, &mut f.ty),
        Facts::Function(f) => {
            if let FunctionRole::Inherent { self_ty, generics: g } = &mut f.role {
                ty(v, self_ty);
                generics(v, g);
            }
            generics(v, &mut f.generics);
            signature(v, &mut f.signature);
        }
        Facts::Trait(t) => {
            generics(v, &mut t.generics);
            t.supertraits.iter_mut().for_each(|b| bound(v, b));
            t.supertraits.sort();
        }
        Facts::TraitAlias(g, bounds) => {
            generics(v, g);
            bounds.iter_mut().for_each(|b| bound(v, b));
        }
        Facts::TypeAlias(a) => {
            generics(v, &mut a.generics);
            ty(v, &mut a.ty);
        }
        Facts::AssocType(a) => {
            generics(v, &mut a.generics);
            a.bounds.iter_mut().for_each(|b| bound(v, b));
            a.bounds.sort();
            if let Some(default) = &mut a.default {
                ty(v, default);
            }
        }
        Facts::AssocConst(c) => ty(v, &mut c.ty),
        Facts::Const(c) => {
            ty(v, &mut c.ty);
            v.constant(&mut c.value);
        }
        Facts::Static(s) => ty(v, &mut s.ty),
        Facts::Impl(i) => {
            generics(v, &mut i.generics);
            path(v, &mut i.trait_);
            ty(v, &mut i.self_ty);
            i.assoc.values_mut().for_each(|b| binding(v, b));
        }
    }
}

fn auto_traits(v: &mut impl Visit, traits: &mut std::collections::BTreeMap<String, AutoTrait>) {
    for auto in traits.values_mut() {
        match auto {
            AutoTrait::When(g) => generics(v, g),
            AutoTrait::Never => {}
        }
    }
}

/// Walks generics, and sorts the predicates again.
pub(crate) fn generics(v: &mut impl Visit, g: &mut Generics) {
    for param in &mut g.params {
        match &mut param.kind {
            ParamKind::Lifetime => {}
            ParamKind::Type { default, .. } => {
                if let Some(default) = default {
                    ty(v, default);
                }
            }
            ParamKind::Const { ty: t, default } => {
                ty(v, t);
                if let Some(default) = default {
                    v.constant(default);
                }
            }
        }
    }
    g.predicates.iter_mut().for_each(|p| predicate(v, p));
    g.predicates.sort();
    g.predicates.dedup();
}

/// Walks a predicate.
pub(crate) fn predicate(v: &mut impl Visit, p: &mut Predicate) {
    match p {
        Predicate::Bound { ty: t, bound: b } => {
            ty(v, t);
            bound(v, b);
        }
        Predicate::Outlives { lifetime, shorter } => {
            v.lifetime(lifetime);
            v.lifetime(shorter);
        }
        Predicate::Equal { lhs, rhs } => {
            ty(v, lhs);
            binding(v, rhs);
        }
    }
}

/// Walks a signature.
pub(crate) fn signature(v: &mut impl Visit, s: &mut Signature) {
    s.params.iter_mut().for_each(|(_, t)| ty(v, t));
    ty(v, &mut s.output);
}

/// Walks a bound.
pub(crate) fn bound(v: &mut impl Visit, b: &mut Bound) {
    match b {
        Bound::Trait { trait_, .. } => path(v, trait_),
        Bound::Lifetime(l) => v.lifetime(l),
        Bound::Use(_) => {}
    }
}

/// Walks the right side of a binding.
pub(crate) fn binding(v: &mut impl Visit, b: &mut Binding) {
    match b {
        Binding::Type(t) => ty(v, t),
        Binding::Const(c) => v.constant(c),
        Binding::Bounds(bounds) => bounds.iter_mut().for_each(|b| bound(v, b)),
    }
}

/// Walks a path: the path itself, its arguments, its bindings.
pub(crate) fn path(v: &mut impl Visit, p: &mut TypePath) {
    v.path(p);
    args(v, &mut p.args);
    for AssocBinding { args: a, binding: b, .. } in &mut p.bindings {
        args(v, a);
        binding(v, b);
    }
}

fn args(v: &mut impl Visit, list: &mut [GenericArg]) {
    for arg in list {
        match arg {
            GenericArg::Lifetime(l) => v.lifetime(l),
            GenericArg::Type(t) => ty(v, t),
            GenericArg::Const(c) => v.constant(c),
            GenericArg::Infer => {}
        }
    }
}

/// Walks a type, parts first.
pub(crate) fn ty(v: &mut impl Visit, t: &mut Ty) {
    match t {
        Ty::Path(p) => path(v, p),
        Ty::Param(..) | Ty::SelfType | Ty::Primitive(_) | Ty::Infer | Ty::Other(_) => {}
        Ty::Tuple(parts) => parts.iter_mut().for_each(|p| ty(v, p)),
        Ty::Slice(inner) => ty(v, inner),
        Ty::Array(inner, len) => {
            ty(v, inner);
            v.constant(len);
        }
        Ty::Ref { lifetime, ty: inner, .. } => {
            v.lifetime(lifetime);
            ty(v, inner);
        }
        Ty::Pointer { ty: inner, .. } => ty(v, inner),
        Ty::FnPointer(f) => signature(v, &mut f.signature),
        Ty::Dyn { bounds, lifetime } => {
            bounds.iter_mut().for_each(|b| bound(v, b));
            v.lifetime(lifetime);
        }
        Ty::Impl(bounds) => {
            bounds.iter_mut().for_each(|b| bound(v, b));
            bounds.sort();
        }
        Ty::Assoc { self_ty, trait_, args: a, .. } => {
            ty(v, self_ty);
            if let Some(trait_) = trait_ {
                path(v, trait_);
            }
            args(v, a);
        }
    }
    v.ty(t);
}

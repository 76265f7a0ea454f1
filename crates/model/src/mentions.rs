//! Which items the facts of a row name, read without changing them.

use crate::{
    AutoTrait, Binding, Bound, Facts, FunctionRole, GenericArg, Generics, ParamKind, Predicate,
    Signature, Ty, TypePath,
};

/// Asked of each path; the first `true` ends the search.
pub type PathTest<'t, 'm> = dyn FnMut(&'m TypePath) -> bool + 't;

impl Facts {
    /// Whether a path that the facts name passes a test.
    pub fn any_path<'m>(&'m self, test: &mut PathTest<'_, 'm>) -> bool {
        any(self, test)
    }
}

fn any<'m>(found: &'m Facts, test: &mut PathTest<'_, 'm>) -> bool {
    match found {
        Facts::Module
        | Facts::Variant(_)
        | Facts::ExternType
        | Facts::Macro(_)
        | Facts::ProcMacro(_)
        | Facts::Reexport(_)
        | Facts::Feature(_)
        | Facts::Package(_) => false,
        Facts::Struct(s) => generics(&s.generics, test) || autos(s.auto_traits.values(), test),
        Facts::Union(u) => generics(&u.generics, test) || autos(u.auto_traits.values(), test),
        Facts::Enum(e) => generics(&e.generics, test) || autos(e.auto_traits.values(), test),
        Facts::Field(f) => ty(&f.ty, test),
        Facts::Function(f) => {
            let of_self = match &f.role {
                FunctionRole::Inherent { self_ty, generics: g } => {
                    ty(self_ty, test) || generics(g, test)
                }
                FunctionRole::Free | FunctionRole::Trait { .. } => false,
            };
            of_self || generics(&f.generics, test) || signature(&f.signature, test)
        }
        Facts::Trait(t) => generics(&t.generics, test) || bounds(&t.supertraits, test),
        Facts::TraitAlias(g, list) => generics(g, test) || bounds(list, test),
        Facts::TypeAlias(a) => generics(&a.generics, test) || ty(&a.ty, test),
        Facts::AssocType(a) => {
            generics(&a.generics, test)
                || bounds(&a.bounds, test)
                || a.default.as_ref().is_some_and(|default| ty(default, test))
        }
        Facts::AssocConst(c) => ty(&c.ty, test),
        Facts::Const(c) => ty(&c.ty, test),
        Facts::Static(s) => ty(&s.ty, test),
        Facts::Impl(i) => {
            generics(&i.generics, test)
                || path(&i.trait_, test)
                || ty(&i.self_ty, test)
                || i.assoc.values().any(|b| binding(b, test))
        }
    }
}

fn autos<'m>(mut traits: impl Iterator<Item = &'m AutoTrait>, test: &mut PathTest<'_, 'm>) -> bool {
    traits.any(|auto| match auto {
        AutoTrait::When(g) => generics(g, test),
        AutoTrait::Never => false,
    })
}

fn generics<'m>(g: &'m Generics, test: &mut PathTest<'_, 'm>) -> bool {
    let in_param = g.params.iter().any(|param| match &param.kind {
        ParamKind::Lifetime => false,
        ParamKind::Type { default, .. } => default.as_ref().is_some_and(|t| ty(t, test)),
        ParamKind::Const { ty: t, .. } => ty(t, test),
    });
    in_param
        || g.predicates.iter().any(|predicate| match predicate {
            Predicate::Bound { ty: t, bound: b } => ty(t, test) || bound(b, test),
            Predicate::Outlives { .. } => false,
            Predicate::Equal { lhs, rhs } => ty(lhs, test) || binding(rhs, test),
        })
}

fn signature<'m>(s: &'m Signature, test: &mut PathTest<'_, 'm>) -> bool {
    s.params.iter().any(|(_, t)| ty(t, test)) || ty(&s.output, test)
}

fn bounds<'m>(list: &'m [Bound], test: &mut PathTest<'_, 'm>) -> bool {
    list.iter().any(|b| bound(b, test))
}

fn bound<'m>(b: &'m Bound, test: &mut PathTest<'_, 'm>) -> bool {
    match b {
        Bound::Trait { trait_, .. } => path(trait_, test),
        Bound::Lifetime(_) | Bound::Use(_) => false,
    }
}

fn binding<'m>(b: &'m Binding, test: &mut PathTest<'_, 'm>) -> bool {
    match b {
        Binding::Type(t) => ty(t, test),
        Binding::Const(_) => false,
        Binding::Bounds(list) => bounds(list, test),
    }
}

fn path<'m>(p: &'m TypePath, test: &mut PathTest<'_, 'm>) -> bool {
    test(p)
        || args(&p.args, test)
        || p.bindings.iter().any(|b| args(&b.args, test) || binding(&b.binding, test))
}

fn args<'m>(list: &'m [GenericArg], test: &mut PathTest<'_, 'm>) -> bool {
    list.iter().any(|arg| match arg {
        GenericArg::Type(t) => ty(t, test),
        GenericArg::Lifetime(_) | GenericArg::Const(_) | GenericArg::Infer => false,
    })
}

fn ty<'m>(t: &'m Ty, test: &mut PathTest<'_, 'm>) -> bool {
    match t {
        Ty::Path(p) => path(p, test),
        Ty::Param(..) | Ty::SelfType | Ty::Primitive(_) | Ty::Infer | Ty::Other(_) => false,
        Ty::Tuple(parts) => parts.iter().any(|part| ty(part, test)),
        Ty::Slice(inner)
        | Ty::Array(inner, _)
        | Ty::Ref { ty: inner, .. }
        | Ty::Pointer { ty: inner, .. } => ty(inner, test),
        Ty::FnPointer(f) => signature(&f.signature, test),
        Ty::Dyn { bounds: list, .. } | Ty::Impl(list) => bounds(list, test),
        Ty::Assoc { self_ty, trait_, args: list, .. } => {
            ty(self_ty, test)
                || trait_.as_ref().is_some_and(|trait_| path(trait_, test))
                || args(list, test)
        }
    }
}

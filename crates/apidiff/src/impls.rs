//! Trait impls: which impl of one version takes over from which of the other.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{
    Binding, Bound, ConstExpr, Facts, FunctionFacts, FunctionRole, GenericArg, Generics, ImplFacts,
    Level, Lifetime, Predicate, Row, Ty, TypePath,
};

use crate::relate::{Relation, Variance};
use crate::walk::{self, Visit};
use crate::world::{Holds, World};

/// How an impl of the new version relates to one of the old version.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cover<'m> {
    /// It applies wherever the old one did.
    Full(&'m Row),
    /// It applies in some of the cases; these conditions are new, as text.
    Partial(&'m Row, Vec<String>),
    /// There is none.
    None,
}

/// The impl with the generics of its header as free variables.
pub(crate) fn as_pattern(i: &ImplFacts) -> ImplFacts {
    let mut pattern = i.clone();
    let mut free = Free;
    walk::generics(&mut free, &mut pattern.generics);
    walk::path(&mut free, &mut pattern.trait_);
    walk::ty(&mut free, &mut pattern.self_ty);
    pattern
}

struct Free;

impl Visit for Free {
    fn ty(&mut self, ty: &mut Ty) {
        if let Ty::Param(level @ Level::Item, ..) = ty {
            *level = Level::Own;
        }
    }
    fn lifetime(&mut self, lifetime: &mut Lifetime) {
        if let Lifetime::Param(level @ Level::Item, ..) = lifetime {
            *level = Level::Own;
        }
    }
    fn constant(&mut self, constant: &mut ConstExpr) {
        if let ConstExpr::Param(level @ Level::Item, ..) = constant {
            *level = Level::Own;
        }
    }
}

/// Finds the impl of `world` that takes over from `old`. `Into` comes with a `From` in the other
/// direction, by the blanket impl of the standard library.
pub(crate) fn cover<'m>(world: &World<'m>, old: &ImplFacts) -> Cover<'m> {
    match cover_directly(world, old) {
        Cover::None => match as_from(old).map(|from| cover_directly(world, &from)) {
            Some(Cover::Full(row)) => Cover::Full(row),
            Some(Cover::Partial(..) | Cover::None) | None => Cover::None,
        },
        found @ (Cover::Full(_) | Cover::Partial(..)) => found,
    }
}

/// Whether an `Into` became the `From` that brings it.
pub(crate) fn is_other_direction(old: &Row, new: &Row) -> bool {
    match (&old.facts, &new.facts) {
        (Facts::Impl(o), Facts::Impl(n)) => {
            o.trait_.path == "core::convert::Into" && n.trait_.path == "core::convert::From"
        }
        (_, _) => false,
    }
}

/// `impl From<S> for T` for `impl Into<T> for S`.
fn as_from(into: &ImplFacts) -> Option<ImplFacts> {
    if into.trait_.path != "core::convert::Into" {
        return None;
    }
    let [GenericArg::Type(target)] = into.trait_.args.as_slice() else { return None };
    let mut from = into.clone();
    from.trait_.path = "core::convert::From".to_owned();
    from.trait_.args = vec![GenericArg::Type(into.self_ty.clone())];
    from.self_ty = target.clone();
    Some(from)
}

fn cover_directly<'m>(world: &World<'m>, old: &ImplFacts) -> Cover<'m> {
    let mut partial = Cover::None;
    for row in world.candidates(&old.trait_.path, &old.self_ty) {
        let Facts::Impl(new) = &row.facts else { continue };
        if new.is_negative != old.is_negative {
            continue;
        }
        match relate(world, old, new) {
            Some(lost) if lost.is_empty() => return Cover::Full(row),
            Some(lost) => {
                if partial == Cover::None {
                    partial = Cover::Partial(row, lost);
                }
            }
            None => {
                let mut reverse = Relation::default();
                let pattern = as_pattern(old);
                if partial == Cover::None
                    && reverse.types(&pattern.self_ty, &new.self_ty, Variance::Equal)
                    && reverse.equal_paths(&pattern.trait_, &new.trait_)
                {
                    let what = format!("only for {}", crate::render::Show(&new.self_ty));
                    partial = Cover::Partial(row, vec![what]);
                }
            }
        }
    }
    partial
}

/// The conditions of `new` that `old` did not have; `None` if the headers do not fit.
pub(crate) fn relate(world: &World<'_>, old: &ImplFacts, new: &ImplFacts) -> Option<Vec<String>> {
    let pattern = as_pattern(new);
    let mut relation = Relation::default();
    if !(relation.types(&pattern.self_ty, &old.self_ty, Variance::Equal)
        && relation.equal_paths(&pattern.trait_, &old.trait_))
    {
        return None;
    }
    relation.bind_by(&pattern.generics.predicates, &old.generics.predicates);
    for predicate in &pattern.generics.predicates {
        if let Predicate::Outlives { lifetime, shorter } = predicate {
            relation.require_outlives(lifetime, shorter);
        }
    }
    let mut lost = unmet(world, &relation, &pattern.generics, &old.generics, &old.self_ty);
    let mut given = BTreeSet::new();
    crate::relate::implied_outlives(&old.self_ty, &mut given);
    for predicate in &old.generics.predicates {
        if let Predicate::Outlives { lifetime, shorter } = predicate
            && let (Some(l), Some(s)) =
                (crate::relate::Outlives::of(lifetime), crate::relate::Outlives::of(shorter))
        {
            given.insert((l, s));
        }
    }
    if relation.unmet_outlives(&given) {
        lost.push("for fewer lifetimes".to_owned());
    }
    Some(lost)
}

/// Whether the inherent impl of a type is there for another type: the same, or less general.
pub(crate) fn serves(of: &Ty, ty: &Ty) -> bool {
    let mut pattern = of.clone();
    walk::ty(&mut Free, &mut pattern);
    Relation::default().types(&pattern, ty, Variance::Equal)
}

/// A function of an inherent impl as a type sees it that the impl serves; `None` where the impl is
/// that of the type itself, or serves it not.
pub(crate) fn as_served(function: &FunctionFacts, ty: &Ty) -> Option<FunctionFacts> {
    let FunctionRole::Inherent { self_ty, .. } = &function.role else { return None };
    let mut pattern = self_ty.clone();
    walk::ty(&mut Free, &mut pattern);
    let mut relation = Relation::default();
    if self_ty == ty || !relation.types(&pattern, ty, Variance::Equal) {
        return None;
    }
    let mut served = Facts::Function(Box::new(function.clone()));
    walk::facts(&mut Served(&relation), &mut served);
    match served {
        Facts::Function(served) => Some(*served),
        _ => None,
    }
}

/// Puts what an impl's parameters stand for in their places.
struct Served<'r>(&'r Relation);

impl Visit for Served<'_> {
    fn ty(&mut self, ty: &mut Ty) {
        if let Ty::Param(Level::Item, at, _) = ty
            && let Some(bound) = self.0.types.get(at)
        {
            *ty = bound.clone();
        }
    }
}

/// Whether an impl of a type with free parameters may serve a type: no condition is known to fail.
pub(crate) fn applies(world: &World<'_>, i: &ImplFacts, ty: &Ty) -> bool {
    let pattern = as_pattern(i);
    let mut relation = Relation::default();
    relation.types(&pattern.self_ty, ty, Variance::Equal)
        && pattern
            .generics
            .predicates
            .iter()
            .all(|predicate| world.holds(&relation.substitute(predicate), &[]) != Holds::No)
}

fn unmet(
    world: &World<'_>,
    relation: &Relation,
    wanted: &Generics,
    given: &Generics,
    self_ty: &Ty,
) -> Vec<String> {
    let mut lost: Vec<String> = wanted
        .predicates
        .iter()
        .filter(|p| !matches!(p, Predicate::Outlives { .. }))
        .map(|p| relation.substitute(p))
        .filter(|p| world.holds(p, &given.predicates) == Holds::No)
        .map(|p| format!("where {}", crate::render::Show(&p)))
        .collect();
    // `?Sized` that the old impl had and the new one has not is a condition without a predicate.
    for predicate in &given.predicates {
        if let Predicate::Bound { ty: ty @ Ty::Param(..), .. } = predicate
            && crate::world::is_maybe_sized(ty, std::slice::from_ref(predicate))
        {
            let kept = wanted.predicates.iter().any(|w| {
                let told = relation.substitute(w);
                crate::world::is_maybe_sized(ty, std::slice::from_ref(&told))
            });
            let still_general = ty != self_ty || kept;
            if !kept && still_general && relation.types.values().any(|bound| bound == ty) {
                lost.push(format!("where {}: Sized", crate::render::Show(ty)));
            }
        }
    }
    lost.sort();
    lost.dedup();
    lost
}

/// Whether a trait's impl is the compiler's own affair and judged on the type instead.
pub(crate) fn is_auto_impl(trait_: &TypePath) -> bool {
    crate::world::is_auto(crate::world::name(&trait_.path))
}

/// The trait bounds of a list, for looking one up.
pub(crate) fn traits(bounds: &[Bound]) -> impl Iterator<Item = &TypePath> {
    bounds.iter().filter_map(|b| match b {
        Bound::Trait { trait_, .. } => Some(trait_),
        Bound::Lifetime(_) | Bound::Use(_) => None,
    })
}

/// The associated items of a new impl, with its generics replaced by what the old header says.
pub(crate) fn assoc_in_terms_of(old: &ImplFacts, new: &ImplFacts) -> BTreeMap<String, Binding> {
    let mut pattern = as_pattern(new);
    let mut relation = Relation::default();
    let fits = relation.types(&pattern.self_ty, &old.self_ty, Variance::Equal)
        && relation.equal_paths(&pattern.trait_, &old.trait_);
    if !fits {
        return new.assoc.clone();
    }
    for binding in pattern.assoc.values_mut() {
        walk::binding(&mut Free, binding);
        relation.substitute_in(binding);
    }
    pattern.assoc
}

//! How a changed function looks to callers and to implementors.

use std::collections::BTreeSet;

use ripe_model::{
    Bound, ConstExpr, FunctionFacts, FunctionRole, GenericArg, Generics, Level, ParamKind,
    Predicate, Receiver, Ty,
};

use crate::relate::{Outlives, Relation, Variance, grew_lifetimes, implied_outlives};
use crate::render::Show;
use crate::walk::{self, Visit};
use crate::world::{Holds, World, is_maybe_sized, name};

/// One thing that changed about a function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FnEvent {
    /// Another number of parameters, `self` not counted.
    ParamCount,
    /// A parameter takes other values.
    ParamChanged(usize),
    /// A parameter takes the old values among others, by a generic: inference may suffer.
    ParamWidened(usize),
    /// A parameter takes the old values by a coercion at the call.
    ParamCoerced(usize),
    /// It returns something else.
    ReturnChanged,
    /// It returns something that can do all that the old type did, as far as is known.
    ReturnNarrowed,
    /// The lifetimes that a call may have are fewer.
    LifetimesTightened,
    /// What `::<…>` may name at a call changed.
    ExplicitGenerics {
        /// What was, what is.
        detail: String,
        /// Whether no call had to name them: each follows from an argument.
        inferable: bool,
    },
    /// A condition is new.
    BoundAdded(String),
    /// A condition is another one, which the old one's own type still satisfies.
    BoundTraded(String),
    /// A condition is gone, or lifetimes are freer.
    Loosened,
}

/// What the change does to callers, and whether an impl written for the old trait still fits.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FnChange {
    pub(crate) callers: Vec<FnEvent>,
    pub(crate) implementors_break: bool,
}

/// Compares two functions, the old one told in the new one's terms.
pub(crate) fn compare(world: &World<'_>, old: &FunctionFacts, new: &FunctionFacts) -> FnChange {
    let callers = stand_in(world, old, new, true);
    let reverse = stand_in(world, new, old, false);
    let implementors_break = reverse.iter().any(|e| !matches!(e, FnEvent::Loosened))
        || !callers.iter().all(|e| matches!(e, FnEvent::BoundAdded(_) | FnEvent::Loosened))
            && !callers.is_empty()
        || explicit(&old.generics).len() != explicit(&new.generics).len();
    let mut callers = callers;
    if callers.is_empty() && !reverse.is_empty() {
        callers.push(FnEvent::Loosened);
    }
    FnChange { callers, implementors_break }
}

/// What hinders `want` from standing in for `have`. With `coerce`, the coercions of a call site and
/// generic parameters count as milder events.
fn stand_in(
    world: &World<'_>,
    have: &FunctionFacts,
    want: &FunctionFacts,
    coerce: bool,
) -> Vec<FnEvent> {
    let mut events = Vec::new();
    let (hs, ws) = (&have.signature, &want.signature);
    if hs.params.len() != ws.params.len() {
        events.push(FnEvent::ParamCount);
        if outputs_differ(&hs.output, &ws.output) {
            events.push(FnEvent::ReturnChanged);
        }
        return events;
    }
    let mut relation = Relation::default();
    let skip = usize::from(has_self_type(have.receiver) && have.receiver != want.receiver);
    for (at, ((_, h), (_, w))) in hs.params.iter().zip(&ws.params).enumerate().skip(skip) {
        let mut tried = relation.clone();
        if tried.types(w, h, Variance::HaveSub) {
            if concrete(&tried) > concrete(&relation) {
                events.push(FnEvent::ParamWidened(at));
            }
            relation = tried;
        } else if coerce && coerces(h, w) {
            events.push(FnEvent::ParamCoerced(at));
        } else {
            events.push(FnEvent::ParamChanged(at));
        }
    }
    let (h_out, w_out) = (returned(have), returned(want));
    let mut tried = relation.clone();
    if tried.types(&w_out, &h_out, Variance::WantSub) && concrete(&tried) == concrete(&relation) {
        relation = tried;
    } else if coerce && narrows(world, &h_out, &w_out) {
        events.push(FnEvent::ReturnNarrowed);
    } else {
        events.push(FnEvent::ReturnChanged);
    }
    let given = outlives(have);
    for predicate in all_predicates(want) {
        if let Predicate::Outlives { lifetime, shorter } = &predicate {
            relation.require_outlives(lifetime, shorter);
        }
    }
    if relation.unmet_outlives(&given) {
        events.push(FnEvent::LifetimesTightened);
    }
    let (he, we) = (explicit(&have.generics), explicit(&want.generics));
    if coerce && !he.is_empty() && !same_explicit(&relation, &have.generics, &want.generics) {
        let detail = format!("<{}> became <{}>", he.join(", "), we.join(", "));
        events.push(FnEvent::ExplicitGenerics { detail, inferable: are_inferable(have) });
    }
    let structural =
        events.iter().any(|e| matches!(e, FnEvent::ParamChanged(_) | FnEvent::ReturnChanged));
    if !structural {
        events.extend(new_bounds(world, &relation, have, want));
    }
    events
}

fn has_self_type(receiver: Receiver) -> bool {
    match receiver {
        Receiver::Value | Receiver::Ref | Receiver::RefMut | Receiver::Typed => true,
        Receiver::None => false,
    }
}

/// The output; of an `async fn` as the future that callers see.
fn returned(f: &FunctionFacts) -> Ty {
    f.signature.output.clone()
}

fn outputs_differ(a: &Ty, b: &Ty) -> bool {
    !crate::relate::same_but_lifetimes(a, b)
}

/// All conditions on a function: its own, and those of its impl.
fn all_predicates(f: &FunctionFacts) -> Vec<Predicate> {
    let mut all = f.generics.predicates.clone();
    match &f.role {
        FunctionRole::Inherent { generics, .. } => all.extend(generics.predicates.iter().cloned()),
        FunctionRole::Free | FunctionRole::Trait { .. } => {}
    }
    all.sort();
    all.dedup();
    all
}

fn outlives(have: &FunctionFacts) -> BTreeSet<(Outlives, Outlives)> {
    let mut given = BTreeSet::new();
    for (_, ty) in &have.signature.params {
        implied_outlives(ty, &mut given);
    }
    implied_outlives(&have.signature.output, &mut given);
    for predicate in all_predicates(have) {
        if let Predicate::Outlives { lifetime, shorter } = &predicate
            && let (Some(l), Some(s)) = (Outlives::of(lifetime), Outlives::of(shorter))
        {
            given.insert((l, s));
        }
    }
    given
}

/// The parameters that `::<…>` may name, as text.
pub(crate) fn explicit(generics: &Generics) -> Vec<String> {
    generics
        .params
        .iter()
        .filter_map(|p| match &p.kind {
            ParamKind::Lifetime | ParamKind::Type { synthetic: true, .. } => None,
            ParamKind::Type { synthetic: false, .. } => Some(p.name.0.clone()),
            ParamKind::Const { ty, .. } => Some(format!("const {}: {}", p.name.0, Show(ty))),
        })
        .collect()
}

/// Whether every generic type and constant of a function stands in a parameter's type.
fn are_inferable(f: &FunctionFacts) -> bool {
    let mut mentioned = Mentioned(BTreeSet::new());
    for (_, ty) in &f.signature.params {
        walk::ty(&mut mentioned, &mut ty.clone());
    }
    let count = f.generics.params.iter().filter(|p| p.kind != ParamKind::Lifetime).count();
    (0..count).all(|at| u32::try_from(at).is_ok_and(|at| mentioned.0.contains(&at)))
}

struct Mentioned(BTreeSet<u32>);

impl Visit for Mentioned {
    fn ty(&mut self, ty: &mut Ty) {
        if let Ty::Param(Level::Own, at, _) = ty {
            self.0.insert(*at);
        }
    }
    fn constant(&mut self, constant: &mut ConstExpr) {
        if let ConstExpr::Param(Level::Own, at, _) = constant {
            self.0.insert(*at);
        }
    }
}

/// Whether `::<…>` means the same: as many parameters, and each stands for its old namesake.
fn same_explicit(relation: &Relation, have: &Generics, want: &Generics) -> bool {
    let positions = |g: &Generics| -> Vec<(u32, bool)> {
        g.params
            .iter()
            .filter(|p| p.kind != ParamKind::Lifetime)
            .enumerate()
            .filter_map(|(at, p)| match &p.kind {
                ParamKind::Lifetime | ParamKind::Type { synthetic: true, .. } => None,
                ParamKind::Type { synthetic: false, .. } => Some((at as u32, false)),
                ParamKind::Const { .. } => Some((at as u32, true)),
            })
            .collect()
    };
    let (h, w) = (positions(have), positions(want));
    h.len() == w.len()
        && h.iter().zip(&w).all(|((ha, hc), (wa, wc))| {
            hc == wc
                && match relation.types.get(wa) {
                    Some(Ty::Param(Level::Own, bound, _)) => bound == ha,
                    Some(_) => false,
                    None => true,
                }
        })
}

/// The conditions of `want` that do not follow from those of `have`.
fn new_bounds(
    world: &World<'_>,
    relation: &Relation,
    have: &FunctionFacts,
    want: &FunctionFacts,
) -> Vec<FnEvent> {
    let given = all_predicates(have);
    let wanted = all_predicates(want);
    let mut bound = relation.clone();
    bound.bind_by(&wanted, &given);
    let relation = &bound;
    let mut added: Vec<FnEvent> = wanted
        .iter()
        .filter(|p| !matches!(p, Predicate::Outlives { .. }) && relation.knows(p))
        .map(|p| relation.substitute(p))
        .filter(|p| world.holds(p, &given) == Holds::No)
        .filter(|p| !given.iter().any(|had| grew_lifetimes(had, p)))
        .map(|p| {
            let text = Show(&p).to_string();
            if is_traded(world, &p, &given) {
                FnEvent::BoundTraded(text)
            } else {
                FnEvent::BoundAdded(text)
            }
        })
        .collect();
    for (at, bound) in &relation.types {
        let variable = Ty::Param(Level::Own, *at, Default::default());
        let may_be_unsized = is_maybe_sized(&variable, &wanted);
        let was_unsized = is_maybe_sized(bound, &given)
            || matches!(bound, Ty::Slice(_) | Ty::Dyn { .. })
            || matches!(bound, Ty::Primitive(p) if p == "str");
        if was_unsized && !may_be_unsized {
            added.push(FnEvent::BoundAdded(format!("{}: Sized", Show(bound))));
        }
    }
    added.dedup();
    added
}

/// Whether `T: Into<B>` stands where `T: Into<A>` stood, and `A` itself converts to `B`: whoever
/// passes an `A` goes on.
fn is_traded(world: &World<'_>, wanted: &Predicate, given: &[Predicate]) -> bool {
    let Predicate::Bound { ty, bound: Bound::Trait { trait_, modifier } } = wanted else {
        return false;
    };
    name(&trait_.path) == "Into"
        && given.iter().any(|g| match g {
            Predicate::Bound { ty: t, bound: Bound::Trait { trait_: have, .. } } => {
                let same = t == ty && have.path == trait_.path;
                same && have.args.iter().any(|a| match a {
                    GenericArg::Type(from) => {
                        let bound = Bound::Trait { trait_: trait_.clone(), modifier: *modifier };
                        let converts = Predicate::Bound { ty: from.clone(), bound };
                        world.holds(&converts, &[]) != Holds::No
                    }
                    GenericArg::Lifetime(_) | GenericArg::Const(_) | GenericArg::Infer => false,
                })
            }
            Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => false,
        })
}

/// Whether an argument of type `from` coerces to `to` where it is passed (Rust Reference, "Type
/// coercions"): `&mut T` to `&T`, references to arrays to slices, `&Vec<T>` to `&[T]` and the other
/// `Deref`s of the standard library.
pub(crate) fn coerces(from: &Ty, to: &Ty) -> bool {
    let (Ty::Ref { mutable: fm, ty: f, .. }, Ty::Ref { mutable: tm, ty: t, .. }) = (from, to)
    else {
        return matches!((from, to),
            (Ty::Pointer { mutable: true, ty: a }, Ty::Pointer { mutable: false, ty: b }) if a == b);
    };
    if *tm && !*fm {
        return false;
    }
    if crate::relate::same_but_lifetimes(f, t) {
        return true;
    }
    match (&**f, &**t) {
        (Ty::Array(a, _), Ty::Slice(b)) => a == b,
        (Ty::Path(p), Ty::Slice(b)) if name(&p.path) == "Vec" => {
            p.args.first() == Some(&ripe_model::GenericArg::Type((**b).clone()))
        }
        (Ty::Path(p), Ty::Primitive(s)) => name(&p.path) == "String" && s == "str",
        (Ty::Path(p), Ty::Path(q)) => {
            matches!(
                (p.path.as_str(), name(&q.path)),
                ("std::path::PathBuf", "Path")
                    | ("std::ffi::os_str::OsString", "OsStr")
                    | ("alloc::ffi::c_str::CString", "CStr")
            ) || (name(&p.path) == "Box"
                && p.args.first() == Some(&ripe_model::GenericArg::Type((**t).clone())))
        }
        (Ty::Path(p), other) if name(&p.path) == "Box" => {
            p.args.first() == Some(&ripe_model::GenericArg::Type(other.clone()))
        }
        (_, _) => false,
    }
}

/// How many generics of the `want` side stand for something else than a generic.
fn concrete(relation: &Relation) -> usize {
    relation.types.values().filter(|ty| !matches!(ty, Ty::Param(Level::Own, ..))).count()
}

/// Whether callers that got `from` can go on with `to`: an `impl Trait` that names at least the
/// same traits, or a type that is known to implement them; `!` for anything is no such case, since
/// code after the call becomes unreachable but still compiles.
fn narrows(world: &World<'_>, from: &Ty, to: &Ty) -> bool {
    if *to == Ty::Primitive("never".to_owned()) {
        return true;
    }
    let Ty::Impl(promised) = from else { return false };
    promised.iter().all(|bound| match bound {
        Bound::Trait { trait_, modifier } => match to {
            Ty::Impl(given) => given.iter().any(|g| {
                matches!(g, Bound::Trait { trait_: have, .. }
                    if world.implies(have, trait_, &mut BTreeSet::new()))
            }),
            other => {
                let mut plain = trait_.clone();
                plain.bindings.clear();
                let wanted = Predicate::Bound {
                    ty: other.clone(),
                    bound: Bound::Trait { trait_: plain, modifier: *modifier },
                };
                world.holds(&wanted, &[]) != Holds::No
            }
        },
        Bound::Lifetime(_) | Bound::Use(_) => true,
    })
}

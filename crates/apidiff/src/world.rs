//! What a model implies beyond its rows: which impls exist, which bounds follow from others.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::hash::BuildHasher;

use ripe_model::{
    ApiModel, Binding, Bound, CrateId, Facts, GenericArg, ImplFacts, Lifetime, Namespace,
    Predicate, Row, Source, TraitFacts, TraitModifier, Ty, TypePath,
};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::relate::{Relation, Variance};

/// What the rules can say of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Yes,
    No,
    /// Foreign types and traits whose impls no model lists.
    Unknown,
}

/// A model with its impls indexed.
pub(crate) struct World<'m> {
    pub(crate) model: &'m ApiModel,
    /// The positions of impls by the hash of their trait, of the head of their type, and of both.
    impls: OnceCell<FxHashMap<u64, Vec<usize>>>,
}

/// A question about impls: the path of their trait, and the head of their type.
type Header<'h> = (Option<&'h str>, Option<&'h str>);

impl<'m> World<'m> {
    pub(crate) fn new(model: &'m ApiModel) -> Self {
        World { model, impls: OnceCell::new() }
    }

    fn positions(&self, of: Header<'_>) -> &[usize] {
        let index = self.impls.get_or_init(|| {
            let mut impls: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
            let rows = &self.model.rows;
            for at in 0..rows.len() {
                if let Some((trait_, head)) = rows.header(at) {
                    let (trait_, head) = (Some(trait_), Some(&*head));
                    for header in [(trait_, None), (trait_, head), (None, head)] {
                        impls.entry(FxBuildHasher.hash_one(header)).or_default().push(at);
                    }
                }
            }
            impls
        });
        index.get(&FxBuildHasher.hash_one(of)).map_or(&[], Vec::as_slice)
    }

    /// The impls of a trait, of a head, or of both.
    fn of(&self, of: Header<'_>) -> impl Iterator<Item = &'m Row> {
        let rows = &self.model.rows;
        let is = move |at: &&usize| {
            let header = rows.header(**at);
            header.is_some_and(|(trait_, head)| {
                of.0.is_none_or(|t| t == trait_) && of.1.is_none_or(|h| h == head)
            })
        };
        self.positions(of).iter().filter(is).map(|at| rows.row(*at))
    }

    /// The impls of a trait that may apply to a type: those of its head, and the blanket ones. For
    /// a blanket header: all.
    pub(crate) fn candidates(&self, trait_: &str, self_ty: &Ty) -> Vec<&'m Row> {
        let head = self_ty.head();
        if head == "*" {
            return self.impls(trait_);
        }
        let blanket = self.of((Some(trait_), Some("*")));
        self.of((Some(trait_), Some(&head))).chain(blanket).collect()
    }

    /// The impls of a trait.
    pub(crate) fn impls(&self, trait_: &str) -> Vec<&'m Row> {
        self.of((Some(trait_), None)).collect()
    }

    /// The impls of a trait whose self type has the same head as `self_ty`.
    pub(crate) fn impls_for<'w>(
        &self,
        trait_: &str,
        self_ty: &'w Ty,
    ) -> impl Iterator<Item = (&'m Row, &'m ImplFacts)> + use<'w, 'm> {
        self.impls(trait_).into_iter().filter_map(move |row| match &row.facts {
            Facts::Impl(i) if same_head(&i.self_ty, self_ty) => Some((row, &**i)),
            _ => None,
        })
    }

    /// The facts of a local trait.
    pub(crate) fn local_trait(&self, path: &TypePath) -> Option<&'m TraitFacts> {
        if path.krate != CrateId::LOCAL {
            return None;
        }
        match &self.model.rows.get(&path.path, Namespace::Type)?.facts {
            Facts::Trait(t) => Some(t),
            _ => None,
        }
    }

    /// The impls of a type, by the head of the type.
    pub(crate) fn impls_of_type(&self, ty: &Ty) -> impl Iterator<Item = &'m ImplFacts> + use<'m> {
        let rows: Vec<&Row> = self.of((None, Some(&ty.head()))).collect();
        rows.into_iter().filter_map(|row| match &row.facts {
            Facts::Impl(i) => Some(&**i),
            _ => None,
        })
    }

    /// The outermost constructors of what a type converts into, by impls of `From` and `Into`.
    pub(crate) fn conversions(&self, from: &Ty) -> BTreeSet<String> {
        if !matches!(from, Ty::Path(_)) {
            return BTreeSet::new();
        }
        let from_impls = self.impls("core::convert::From");
        let targets = from_impls.iter().filter_map(|row| match &row.facts {
            Facts::Impl(i) => match i.trait_.args.as_slice() {
                [GenericArg::Type(source)] if same_head(source, from) => Some(&i.self_ty),
                _ => None,
            },
            _ => None,
        });
        let into = self.impls_for("core::convert::Into", from);
        let into = into.filter_map(|(_, i)| match i.trait_.args.as_slice() {
            [GenericArg::Type(target)] => Some(target),
            _ => None,
        });
        targets.chain(into).map(|ty| ty.head().into_owned()).collect()
    }

    /// The target of `Deref` of a type.
    pub(crate) fn deref_target(&self, self_ty: &Ty) -> Option<&'m Ty> {
        let (_, deref) = self.impls_for("core::ops::deref::Deref", self_ty).next()?;
        match deref.assoc.get("Target") {
            Some(Binding::Type(ty)) => Some(ty),
            Some(Binding::Const(_) | Binding::Bounds(_)) | None => None,
        }
    }

    /// Whether a bound follows from `given`, from supertraits, or from impls.
    pub(crate) fn holds(&self, wanted: &Predicate, given: &[Predicate]) -> Holds {
        if given.iter().any(|g| g == wanted || same_bound(g, wanted)) {
            return Holds::Yes;
        }
        match wanted {
            Predicate::Bound { ty, bound: Bound::Trait { trait_, modifier } } => {
                if *modifier != TraitModifier::Required {
                    return Holds::Yes;
                }
                if name(&trait_.path) == "Sized" {
                    return self.sized(ty, given);
                }
                if self.reflexive(ty, trait_, given) || self.inherited(ty, trait_, given) {
                    return Holds::Yes;
                }
                self.implemented(ty, trait_)
            }
            Predicate::Bound { ty, bound: Bound::Lifetime(l) } => match (ty, l) {
                (_, Lifetime::Static) if has_no_parameters(ty) => Holds::Yes,
                (Ty::Param(..) | Ty::SelfType | Ty::Assoc { .. }, _) => {
                    if outlives_by_supertrait(self, ty, l, given) { Holds::Yes } else { Holds::No }
                }
                (_, _) => Holds::Unknown,
            },
            Predicate::Bound { bound: Bound::Use(_), .. } => Holds::Yes,
            Predicate::Outlives { .. } | Predicate::Equal { .. } => Holds::No,
        }
    }

    fn sized(&self, ty: &Ty, given: &[Predicate]) -> Holds {
        match ty {
            Ty::Slice(_) | Ty::Dyn { .. } => Holds::No,
            Ty::Primitive(p) if p == "str" => Holds::No,
            Ty::Param(..) if is_maybe_sized(ty, given) => Holds::No,
            Ty::SelfType => Holds::No,
            _ => Holds::Yes,
        }
    }

    /// The impls that the standard library has for every type.
    fn reflexive(&self, ty: &Ty, trait_: &TypePath, given: &[Predicate]) -> bool {
        let Some(GenericArg::Type(arg)) = trait_.args.last() else { return false };
        match name(&trait_.path) {
            "Into" | "TryInto" => {
                arg == ty
                    || {
                        let mut from = trait_.clone();
                        from.path = trait_
                            .path
                            .replace("::TryInto", "::TryFrom")
                            .replace("::Into", "::From");
                        from.args = vec![GenericArg::Type(ty.clone())];
                        let from = Predicate::Bound {
                            ty: arg.clone(),
                            bound: Bound::Trait { trait_: from, modifier: TraitModifier::Required },
                        };
                        given.contains(&from)
                            || matches!(&from, Predicate::Bound { ty, bound: Bound::Trait { trait_, .. } }
                            if self.implemented(ty, trait_) == Holds::Yes)
                    }
            }
            "From" | "TryFrom" | "Borrow" | "BorrowMut" => arg == ty,
            _ => false,
        }
    }

    /// Whether one of the given bounds on the same type has the trait as a supertrait.
    fn inherited(&self, ty: &Ty, trait_: &TypePath, given: &[Predicate]) -> bool {
        given.iter().any(|g| match g {
            Predicate::Bound {
                ty: t,
                bound: Bound::Trait { trait_: have, modifier: TraitModifier::Required },
            } if t == ty => self.implies(have, trait_, &mut BTreeSet::new()),
            _ => false,
        })
    }

    /// Whether `have: …: want` along supertraits.
    pub(crate) fn implies(
        &self,
        have: &TypePath,
        want: &TypePath,
        seen: &mut BTreeSet<String>,
    ) -> bool {
        if covers(want, have) {
            return true;
        }
        if !seen.insert(have.path.clone()) {
            return false;
        }
        if let Some(t) = self.local_trait(have) {
            return t.supertraits.iter().any(|b| match b {
                Bound::Trait { trait_, .. } => self.implies(trait_, want, seen),
                Bound::Lifetime(_) | Bound::Use(_) => false,
            });
        }
        self.is_sysroot(have)
            && self.is_sysroot(want)
            && std_supertraits(name(&have.path)).contains(&name(&want.path))
    }

    fn implemented(&self, ty: &Ty, trait_: &TypePath) -> Holds {
        for row in self.candidates(&trait_.path, ty) {
            let Facts::Impl(i) = &row.facts else { continue };
            if i.is_negative {
                continue;
            }
            let mut relation = Relation::default();
            let pattern = crate::impls::as_pattern(i);
            if relation.types(&pattern.self_ty, ty, Variance::Equal)
                && relation.equal_paths(&pattern.trait_, trait_)
            {
                return if i.generics.predicates.is_empty() { Holds::Yes } else { Holds::Unknown };
            }
        }
        match ty {
            Ty::Param(..) | Ty::SelfType | Ty::Assoc { .. } => Holds::No,
            Ty::Path(p) if p.krate == CrateId::LOCAL => {
                if is_auto(name(&trait_.path)) {
                    Holds::Unknown
                } else {
                    Holds::No
                }
            }
            Ty::Primitive(p) if self.lacks(p, trait_) => Holds::No,
            _ => Holds::Unknown,
        }
    }

    /// Whether a primitive type, for which no impl of a trait was found, has none. A type of
    /// another crate among those that have one may be an alias of it.
    fn lacks(&self, primitive: &str, trait_: &TypePath) -> bool {
        let is_own = |row: &Row| match &row.facts {
            Facts::Impl(i) => match &i.self_ty {
                Ty::Path(path) => {
                    let row = self.model.rows.get(&path.path, Namespace::Type);
                    let is_alias = row.is_none_or(|row| matches!(row.facts, Facts::TypeAlias(_)));
                    path.krate == CrateId::LOCAL && !is_alias
                }
                _ => true,
            },
            _ => true,
        };
        let ours = trait_.krate == CrateId::LOCAL && self.local_trait(trait_).is_some();
        ours && self.impls(&trait_.path).into_iter().all(is_own)
            || self.is_sysroot(trait_)
                && is_scalar(primitive)
                && NOT_OF_SCALARS.contains(&name(&trait_.path))
    }

    fn is_sysroot(&self, path: &TypePath) -> bool {
        let origin = self.model.crates.get(path.krate.0 as usize);
        origin.is_some_and(|origin| origin.source == Source::Sysroot)
    }
}

/// Traits of the standard library that no number, `bool` or `char` has, whatever their arguments
/// (std 1.95, "Implementors" of each).
const NOT_OF_SCALARS: &[&str] = &[
    "AsFd",
    "AsHandle",
    "AsMut",
    "AsRef",
    "AsSocket",
    "BufRead",
    "Deref",
    "DerefMut",
    "Error",
    "Fn",
    "FnMut",
    "FnOnce",
    "Future",
    "Index",
    "IndexMut",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "Read",
    "Seek",
    "Write",
];

fn is_scalar(primitive: &str) -> bool {
    matches!(primitive, "bool" | "char")
        || matches!(primitive.as_bytes(), [b'i' | b'u' | b'f', size @ ..]
            if size == b"size" || size.first().is_some_and(u8::is_ascii_digit))
}

/// Whether the trait `have` is at least the trait `want`: equal, or with more bindings.
fn covers(want: &TypePath, have: &TypePath) -> bool {
    want.krate == have.krate
        && want.path == have.path
        && want.args == have.args
        && want.bindings.iter().all(|b| have.bindings.contains(b))
}

fn same_bound(given: &Predicate, wanted: &Predicate) -> bool {
    match (given, wanted) {
        (
            Predicate::Bound {
                ty: a,
                bound: Bound::Trait { trait_: have, modifier: TraitModifier::Required },
            },
            Predicate::Bound {
                ty: b,
                bound: Bound::Trait { trait_: want, modifier: TraitModifier::Required },
            },
        ) => a == b && covers(want, have),
        (
            Predicate::Bound { ty: a, bound: Bound::Lifetime(Lifetime::Static) },
            Predicate::Bound { ty: b, bound: Bound::Lifetime(_) },
        ) => a == b,
        (_, _) => false,
    }
}

fn outlives_by_supertrait(
    world: &World<'_>,
    ty: &Ty,
    lifetime: &Lifetime,
    given: &[Predicate],
) -> bool {
    given.iter().any(|g| match g {
        Predicate::Bound { ty: t, bound: Bound::Trait { trait_, .. } } if t == ty => {
            name(&trait_.path) == "Any"
                || name(&trait_.path) == "Error" && *lifetime != Lifetime::Static
                || world
                    .local_trait(trait_)
                    .is_some_and(|t| t.supertraits.contains(&Bound::Lifetime(Lifetime::Static)))
        }
        _ => false,
    })
}

/// Whether `?Sized` stands among the predicates of a parameter.
pub(crate) fn is_maybe_sized(ty: &Ty, given: &[Predicate]) -> bool {
    given.iter().any(|g| match g {
        Predicate::Bound { ty: t, bound: Bound::Trait { trait_, modifier } } => {
            t == ty && *modifier == TraitModifier::Maybe && name(&trait_.path) == "Sized"
        }
        _ => false,
    })
}

fn has_no_parameters(ty: &Ty) -> bool {
    match ty {
        Ty::Primitive(_) => true,
        Ty::Path(p) => p.args.iter().all(|a| match a {
            GenericArg::Type(t) => has_no_parameters(t),
            GenericArg::Const(_) => true,
            GenericArg::Lifetime(Lifetime::Static) => true,
            GenericArg::Lifetime(_) | GenericArg::Infer => false,
        }),
        Ty::Tuple(parts) => parts.iter().all(has_no_parameters),
        Ty::Slice(t) | Ty::Array(t, _) | Ty::Pointer { ty: t, .. } => has_no_parameters(t),
        Ty::Ref { lifetime: Lifetime::Static, ty, .. } => has_no_parameters(ty),
        _ => false,
    }
}

/// The traits that the compiler implements by itself.
pub(crate) fn is_auto(name: &str) -> bool {
    matches!(
        name,
        "Send" | "Sync" | "Unpin" | "UnwindSafe" | "RefUnwindSafe" | "Freeze" | "UnsafeUnpin"
    )
}

/// The supertraits of the standard library's traits, transitively.
fn std_supertraits(name: &str) -> &'static [&'static str] {
    match name {
        "Copy" => &["Clone"],
        "Eq" | "PartialOrd" => &["PartialEq"],
        "Ord" => &["Eq", "PartialOrd", "PartialEq"],
        "Error" => &["Debug", "Display"],
        "Fn" => &["FnMut", "FnOnce"],
        "FnMut" => &["FnOnce"],
        "DoubleEndedIterator" | "ExactSizeIterator" | "FusedIterator" => &["Iterator"],
        "DerefMut" => &["Deref"],
        "IndexMut" => &["Index"],
        "BufRead" => &["Read"],
        "BorrowMut" => &["Borrow"],
        _ => &[],
    }
}

/// The last segment of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}

/// Whether two types have the same outermost constructor.
pub(crate) fn same_head(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Path(a), Ty::Path(b)) => a.krate == b.krate && a.path == b.path,
        (Ty::Primitive(a), Ty::Primitive(b)) => a == b,
        (Ty::Ref { mutable: am, ty: a, .. }, Ty::Ref { mutable: bm, ty: b, .. }) => {
            am == bm && same_head(a, b)
        }
        (Ty::Tuple(a), Ty::Tuple(b)) => a.len() == b.len(),
        (Ty::Slice(_), Ty::Slice(_))
        | (Ty::Array(..), Ty::Array(..))
        | (Ty::Pointer { .. }, Ty::Pointer { .. })
        | (Ty::FnPointer(_), Ty::FnPointer(_))
        | (Ty::Dyn { .. }, Ty::Dyn { .. })
        | (Ty::Param(..), Ty::Param(..)) => true,
        (_, _) => false,
    }
}

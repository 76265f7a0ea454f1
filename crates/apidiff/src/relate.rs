//! Whether one signature can stand in for another: unification of types with the generics of the
//! stand-in as variables, and the outlives constraints that follow from variance.
//!
//! A call that type-checks against `have` goes on to type-check against `want` if there are values
//! for the generics of `want` so that every argument type of `have` is a subtype of `want`'s, and
//! `want`'s output is a subtype of `have`'s (Rust Reference, "Subtyping and Variance").

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{Binding, Bound, ConstExpr, GenericArg, Level, Lifetime, Predicate, Ty, TypePath};

use crate::walk::{self, Visit};

/// In which direction a subtype may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variance {
    /// The `want` side may be the longer-lived.
    WantSub,
    /// The `have` side may be the longer-lived.
    HaveSub,
    /// Both must be equal.
    Equal,
}

impl Variance {
    fn flip(self) -> Variance {
        match self {
            Variance::WantSub => Variance::HaveSub,
            Variance::HaveSub => Variance::WantSub,
            Variance::Equal => Variance::Equal,
        }
    }
}

/// A lifetime in the constraint graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Static,
    /// A lifetime of the `have` side, or of the item around both.
    Rigid(u8, u32),
    /// A lifetime of the `want` side, free to choose.
    Var(u32),
}

/// The state of relating one pair of signatures.
#[derive(Debug, Default, Clone)]
pub(crate) struct Relation {
    /// What the type parameters of the `want` side stand for.
    pub(crate) types: BTreeMap<u32, Ty>,
    consts: BTreeMap<u32, ConstExpr>,
    /// What the lifetimes of the `want` side met first.
    met: BTreeMap<u32, Lifetime>,
    /// `(longer, shorter)`: what must hold.
    edges: BTreeSet<(Node, Node)>,
}

impl Relation {
    fn want_node(l: &Lifetime) -> Option<Node> {
        match l {
            Lifetime::Static => Some(Node::Static),
            Lifetime::Param(Level::Own, at, _) => Some(Node::Var(*at)),
            Lifetime::Param(Level::Item, at, _) => Some(Node::Rigid(0, *at)),
            Lifetime::Param(Level::Binder, ..) | Lifetime::Erased => None,
        }
    }

    fn have_node(l: &Lifetime) -> Option<Node> {
        match l {
            Lifetime::Static => Some(Node::Static),
            Lifetime::Param(Level::Own, at, _) => Some(Node::Rigid(1, *at)),
            Lifetime::Param(Level::Item, at, _) => Some(Node::Rigid(0, *at)),
            Lifetime::Param(Level::Binder, ..) | Lifetime::Erased => None,
        }
    }

    fn lifetimes(&mut self, want: &Lifetime, have: &Lifetime, variance: Variance) {
        if let Lifetime::Param(Level::Own, at, _) = want {
            self.met.entry(*at).or_insert_with(|| have.clone());
        }
        let (Some(w), Some(h)) = (Self::want_node(want), Self::have_node(have)) else { return };
        match variance {
            Variance::WantSub => {
                self.edges.insert((w, h));
            }
            Variance::HaveSub => {
                self.edges.insert((h, w));
            }
            Variance::Equal => {
                self.edges.insert((w, h));
                self.edges.insert((h, w));
            }
        }
    }

    /// Adds `'a: 'b` of the `want` side as a requirement.
    pub(crate) fn require_outlives(&mut self, longer: &Lifetime, shorter: &Lifetime) {
        if let (Some(l), Some(s)) = (Self::want_node(longer), Self::want_node(shorter)) {
            self.edges.insert((l, s));
        }
    }

    /// Relates a type of the `want` side with one of the `have` side. Returns whether they are the
    /// same but for lifetimes and the generics of the `want` side.
    pub(crate) fn types(&mut self, want: &Ty, have: &Ty, variance: Variance) -> bool {
        match (want, have) {
            (Ty::Param(Level::Own, at, _), have) => match self.types.get(at) {
                Some(bound) => bound.clone() == *have || same_but_lifetimes(&bound.clone(), have),
                None => {
                    self.types.insert(*at, have.clone());
                    true
                }
            },
            (Ty::Path(w), Ty::Path(h)) => {
                let inner = if is_invariant(&w.path) { Variance::Equal } else { variance };
                self.paths(w, h, inner)
            }
            (Ty::Tuple(w), Ty::Tuple(h)) => {
                w.len() == h.len() && w.iter().zip(h).all(|(w, h)| self.types(w, h, variance))
            }
            (Ty::Slice(w), Ty::Slice(h)) => self.types(w, h, variance),
            (Ty::Array(w, wn), Ty::Array(h, hn)) => {
                self.consts(wn, hn) && self.types(w, h, variance)
            }
            (
                Ty::Ref { lifetime: wl, mutable: wm, ty: w },
                Ty::Ref { lifetime: hl, mutable: hm, ty: h },
            ) => {
                self.lifetimes(wl, hl, variance);
                let inner = if *wm { Variance::Equal } else { variance };
                wm == hm && self.types(w, h, inner)
            }
            (Ty::Pointer { mutable: wm, ty: w }, Ty::Pointer { mutable: hm, ty: h }) => {
                let inner = if *wm { Variance::Equal } else { variance };
                wm == hm && self.types(w, h, inner)
            }
            (Ty::FnPointer(w), Ty::FnPointer(h)) => {
                let (w, h) = (&w.signature, &h.signature);
                w.params.len() == h.params.len()
                    && (w.is_unsafe, w.c_variadic, &w.abi) == (h.is_unsafe, h.c_variadic, &h.abi)
                    && w.params
                        .iter()
                        .zip(&h.params)
                        .all(|((_, w), (_, h))| self.types(w, h, variance.flip()))
                    && self.types(&w.output, &h.output, variance)
            }
            (Ty::Dyn { bounds: w, lifetime: wl }, Ty::Dyn { bounds: h, lifetime: hl }) => {
                self.lifetimes(wl, hl, variance);
                self.bounds(w, h)
            }
            (Ty::Impl(w), Ty::Impl(h)) => self.bounds(w, h),
            (
                Ty::Assoc { self_ty: w, trait_: wt, name: wn, args: wa },
                Ty::Assoc { self_ty: h, trait_: ht, name: hn, args: ha },
            ) => {
                wn == hn
                    && match (wt, ht) {
                        (Some(w), Some(h)) => self.paths(w, h, Variance::Equal),
                        (None, _) | (_, None) => true,
                    }
                    && self.args(wa, ha, Variance::Equal)
                    && self.types(w, h, Variance::Equal)
            }
            (want, have) => want == have,
        }
    }

    fn paths(&mut self, w: &TypePath, h: &TypePath, variance: Variance) -> bool {
        w.krate == h.krate
            && w.path == h.path
            && self.args(&w.args, &h.args, variance)
            && w.bindings.len() == h.bindings.len()
            && w.bindings.iter().zip(&h.bindings).all(|(w, h)| {
                w.name == h.name
                    && self.args(&w.args, &h.args, Variance::Equal)
                    && match (&w.binding, &h.binding) {
                        (Binding::Type(w), Binding::Type(h)) => self.types(w, h, variance),
                        (Binding::Const(w), Binding::Const(h)) => self.consts(w, h),
                        (Binding::Bounds(w), Binding::Bounds(h)) => self.bounds(w, h),
                        (_, _) => false,
                    }
            })
    }

    /// Relates two paths by equality.
    pub(crate) fn equal_paths(&mut self, want: &TypePath, have: &TypePath) -> bool {
        self.paths(want, have, Variance::Equal)
    }

    fn args(&mut self, w: &[GenericArg], h: &[GenericArg], variance: Variance) -> bool {
        let erased =
            |list: &[GenericArg]| !list.iter().any(|a| matches!(a, GenericArg::Lifetime(_)));
        if w.len() != h.len() && (erased(w) || erased(h)) {
            let types = |list: &[GenericArg]| -> Vec<GenericArg> {
                list.iter().filter(|a| !matches!(a, GenericArg::Lifetime(_))).cloned().collect()
            };
            let (w, h) = (types(w), types(h));
            return w.len() == h.len() && self.args(&w, &h, variance);
        }
        w.len() == h.len()
            && w.iter().zip(h).all(|(w, h)| match (w, h) {
                (GenericArg::Lifetime(w), GenericArg::Lifetime(h)) => {
                    self.lifetimes(w, h, variance);
                    true
                }
                (GenericArg::Type(w), GenericArg::Type(h)) => self.types(w, h, variance),
                (GenericArg::Const(w), GenericArg::Const(h)) => self.consts(w, h),
                (GenericArg::Infer, _) | (_, GenericArg::Infer) => true,
                (_, _) => false,
            })
    }

    fn consts(&mut self, w: &ConstExpr, h: &ConstExpr) -> bool {
        match w {
            ConstExpr::Param(Level::Own, at, _) => match self.consts.get(at) {
                Some(bound) => bound == h,
                None => {
                    self.consts.insert(*at, h.clone());
                    true
                }
            },
            ConstExpr::Param(..) | ConstExpr::Value(_) | ConstExpr::Text(_) => w == h,
        }
    }

    /// Relates two lists of bounds: each of one side has its partner on the other.
    fn bounds(&mut self, w: &[Bound], h: &[Bound]) -> bool {
        let traits = |list: &[Bound]| -> Vec<TypePath> {
            list.iter()
                .filter_map(|b| match b {
                    Bound::Trait { trait_, .. } => Some(trait_.clone()),
                    Bound::Lifetime(_) | Bound::Use(_) => None,
                })
                .collect()
        };
        for (w, h) in w.iter().zip(h) {
            if let (Bound::Lifetime(w), Bound::Lifetime(h)) = (w, h) {
                self.lifetimes(w, h, Variance::Equal);
            }
        }
        let (w, h) = (traits(w), traits(h));
        w.len() == h.len()
            && w.iter().all(|w| {
                h.iter().any(|h| {
                    let mut tried = self.clone();
                    let fits = tried.paths(w, h, Variance::Equal);
                    if fits {
                        *self = tried;
                    }
                    fits
                })
            })
    }

    /// Whether the subject of a condition is bound. A generic that nothing binds is the caller's to
    /// choose, and conditions on it refuse no call.
    pub(crate) fn knows(&self, predicate: &Predicate) -> bool {
        let Predicate::Bound { ty: Ty::Param(Level::Own, at, _), .. } = predicate else {
            return true;
        };
        self.types.contains_key(at)
    }

    /// Replaces the generics of the `want` side by what they stand for.
    pub(crate) fn substitute(&self, predicate: &Predicate) -> Predicate {
        let mut result = predicate.clone();
        walk::predicate(&mut Substitution(self), &mut result);
        result
    }

    /// Binds generics that no parameter mentions, like the `T` of `I: Iterator<Item = T>`, by the
    /// conditions of both sides on the same type and trait.
    pub(crate) fn bind_by(&mut self, wanted: &[Predicate], given: &[Predicate]) {
        for predicate in wanted {
            let Predicate::Bound { bound: Bound::Trait { trait_: want, .. }, .. } = predicate
            else {
                continue;
            };
            let Predicate::Bound { ty, .. } = self.substitute(predicate) else { continue };
            let mut fitting = given.iter().filter_map(|g| match g {
                Predicate::Bound { ty: t, bound: Bound::Trait { trait_: have, .. } } => {
                    (*t == ty && have.path == want.path).then_some(have)
                }
                Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => {
                    None
                }
            });
            if let Some(have) = fitting.next() {
                let mut tried = self.clone();
                if tried.equal_paths(want, have) {
                    *self = tried;
                }
            }
        }
    }

    /// Replaces the generics of the `want` side in an associated item.
    pub(crate) fn substitute_in(&self, binding: &mut Binding) {
        walk::binding(&mut Substitution(self), binding);
    }

    /// The outlives requirements that do not follow from what the `have` side gives, as
    /// `(longer, shorter)`.
    pub(crate) fn unmet_outlives(&self, given: &BTreeSet<(Outlives, Outlives)>) -> bool {
        let mut holds: BTreeSet<(Node, Node)> = given.iter().map(|(a, b)| (a.0, b.0)).collect();
        close(&mut holds, |_| true);
        let mut needed = self.edges.clone();
        close(&mut needed, |through| matches!(through, Node::Var(_)));
        needed.iter().any(|(longer, shorter)| {
            !matches!(longer, Node::Var(_) | Node::Static)
                && !matches!(shorter, Node::Var(_))
                && longer != shorter
                && !holds.contains(&(*longer, *shorter))
        })
    }
}

/// A lifetime of the `have` side in a given outlives fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outlives(Node);

impl Outlives {
    /// The node of a lifetime; `None` where no rule names it.
    pub(crate) fn of(l: &Lifetime) -> Option<Outlives> {
        Relation::have_node(l).map(Outlives)
    }
}

/// The outlives facts that a reference type implies: `&'a T<'b>` gives `'b: 'a`.
pub(crate) fn implied_outlives(ty: &Ty, into: &mut BTreeSet<(Outlives, Outlives)>) {
    struct Lifetimes(Vec<Lifetime>);
    impl Visit for Lifetimes {
        fn lifetime(&mut self, lifetime: &mut Lifetime) {
            self.0.push(lifetime.clone());
        }
    }
    struct Refs<'s>(&'s mut BTreeSet<(Outlives, Outlives)>);
    impl Visit for Refs<'_> {
        fn ty(&mut self, ty: &mut Ty) {
            let Ty::Ref { lifetime, ty, .. } = ty else { return };
            let mut inner = Lifetimes(Vec::new());
            walk::ty(&mut inner, ty);
            for longer in inner.0 {
                if let (Some(l), Some(s)) = (Outlives::of(&longer), Outlives::of(lifetime)) {
                    self.0.insert((l, s));
                }
            }
        }
    }
    walk::ty(&mut Refs(into), &mut ty.clone());
}

fn close(edges: &mut BTreeSet<(Node, Node)>, through: impl Fn(Node) -> bool) {
    loop {
        let more: Vec<(Node, Node)> = edges
            .iter()
            .filter(|(_, mid)| through(*mid))
            .flat_map(|(a, mid)| {
                edges.iter().filter(move |(b, _)| b == mid).map(move |(_, c)| (*a, *c))
            })
            .filter(|edge| !edges.contains(edge))
            .collect();
        if more.is_empty() {
            return;
        }
        edges.extend(more);
    }
}

/// Types whose parameter cannot be shortened, because it can be written through a shared reference.
fn is_invariant(path: &str) -> bool {
    matches!(
        path,
        "core::cell::Cell"
            | "core::cell::RefCell"
            | "core::cell::UnsafeCell"
            | "core::cell::once::OnceCell"
            | "std::sync::poison::mutex::Mutex"
            | "std::sync::poison::rwlock::RwLock"
    )
}

/// Whether two types differ in lifetimes only.
pub(crate) fn same_but_lifetimes(a: &Ty, b: &Ty) -> bool {
    a == b || erase(a) == erase(b)
}

/// Whether a condition is another one, but for lifetimes that its types have now: a closure or
/// function that takes the old type takes the new one with any lifetime, which nobody had to write.
pub(crate) fn grew_lifetimes(had: &Predicate, wants: &Predicate) -> bool {
    let erased = |p: &Predicate| {
        let (mut erase, mut p) = (Erase(0), p.clone());
        walk::predicate(&mut erase, &mut p);
        (erase.0, p)
    };
    let ((before, had), (after, wants)) = (erased(had), erased(wants));
    before < after && had == wants
}

fn erase(ty: &Ty) -> Ty {
    let mut erased = ty.clone();
    walk::ty(&mut Erase(0), &mut erased);
    erased
}

/// Leaves out lifetimes, and counts those that were arguments.
struct Erase(usize);

impl Visit for Erase {
    fn lifetime(&mut self, lifetime: &mut Lifetime) {
        *lifetime = Lifetime::Erased;
    }
    fn path(&mut self, path: &mut TypePath) {
        let all = path.args.len();
        path.args.retain(|a| !matches!(a, GenericArg::Lifetime(_)));
        self.0 += all - path.args.len();
    }
}

struct Substitution<'r>(&'r Relation);

impl Visit for Substitution<'_> {
    fn ty(&mut self, ty: &mut Ty) {
        if let Ty::Param(Level::Own, at, _) = ty
            && let Some(bound) = self.0.types.get(at)
        {
            *ty = bound.clone();
        }
    }
    fn lifetime(&mut self, lifetime: &mut Lifetime) {
        if let Lifetime::Param(Level::Own, at, _) = lifetime
            && let Some(met) = self.0.met.get(at)
        {
            *lifetime = met.clone();
        }
    }
    fn constant(&mut self, constant: &mut ConstExpr) {
        if let ConstExpr::Param(Level::Own, at, _) = constant
            && let Some(bound) = self.0.consts.get(at)
        {
            *constant = bound.clone();
        }
    }
}

//! The names of generics in scope, and how left-out lifetimes are filled in.
//!
//! Named lifetimes, types and constants get their number when they are declared (types, traits,
//! aliases) or when they first appear (functions, impls, binders).

use ripe_model::{ConstExpr, GenericArg, Label, Level, Lifetime, Param, Predicate, Ty};

/// What a left-out lifetime stands for.
#[derive(Debug, Clone)]
pub(crate) enum Elision {
    /// A new parameter of this level: parameters of functions, impl headers.
    Fresh(Level),
    /// A lifetime that is known: the return of a function, constants.
    To(Lifetime),
}

/// Where in a function a lifetime appears; decides whether it is late-bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// In the parameters.
    Inputs,
    /// In the return type.
    Output,
    /// In bounds.
    Bounds,
}

/// A lifetime in scope.
pub(crate) struct LifetimeName {
    /// Its name, with the apostrophe.
    pub(crate) name: String,
    /// What it stands for.
    pub(crate) meaning: LifetimeMeaning,
    /// Where it was seen, see [`Phase`].
    pub(crate) seen: [bool; 3],
}

/// What a lifetime's name stands for.
pub(crate) enum LifetimeMeaning {
    /// A parameter, numbered when it first appears.
    Param(Level, Option<u32>),
    /// The argument of an alias that is being expanded.
    Known(Lifetime),
}

/// A type or constant in scope.
pub(crate) struct TypeName {
    /// Its name.
    pub(crate) name: String,
    /// What it stands for.
    pub(crate) meaning: TypeMeaning,
}

/// What a type's or constant's name stands for.
pub(crate) enum TypeMeaning {
    /// A type parameter, numbered when it first appears.
    Type(Level, Option<u32>),
    /// A const parameter, numbered when it first appears.
    Const(Level, Option<u32>),
    /// The argument of an alias that is being expanded.
    Known(GenericArg),
}

/// Counters of one level.
#[derive(Debug, Clone, Copy, Default)]
struct Next {
    lifetime: u32,
    ty: u32,
}

/// A scope. Inner names come last and win.
pub(crate) struct Env {
    /// What `Self` stands for; `None` inside a trait.
    pub(crate) self_ty: Option<Ty>,
    /// The lifetimes.
    pub(crate) lifetimes: Vec<LifetimeName>,
    /// The types and constants.
    pub(crate) types: Vec<TypeName>,
    /// See [`Elision`].
    pub(crate) elision: Elision,
    /// See [`Phase`].
    pub(crate) phase: Phase,
    /// The lifetimes of the parameter list that is being lowered.
    pub(crate) listed: Vec<Lifetime>,
    /// In argument position: the parameters that `impl Trait` stands for.
    pub(crate) synthetic: Option<Synthetic>,
    /// How deep the binders are nested.
    pub(crate) binders: u32,
    /// Anonymous lifetimes that became parameters of an impl.
    pub(crate) anonymous: u32,
    next: [Next; 3],
}

/// The parameters that `impl Trait` in argument position stands for.
#[derive(Default)]
pub(crate) struct Synthetic {
    /// The parameters, in the order in which they appear.
    pub(crate) params: Vec<Param>,
    /// Their bounds.
    pub(crate) predicates: Vec<Predicate>,
}

impl Env {
    /// An empty scope in which left-out lifetimes are unknown.
    pub(crate) fn new(self_ty: Option<Ty>) -> Env {
        Env {
            self_ty,
            lifetimes: Vec::new(),
            types: Vec::new(),
            elision: Elision::To(Lifetime::Erased),
            phase: Phase::Inputs,
            listed: Vec::new(),
            synthetic: None,
            binders: 0,
            anonymous: 0,
            next: [Next::default(); 3],
        }
    }

    /// The number of the next lifetime of a level.
    pub(crate) fn next_lifetime(&mut self, level: Level) -> u32 {
        let next = &mut self.next[slot(level)].lifetime;
        *next += 1;
        *next - 1
    }

    /// The number of the next type or constant of a level.
    pub(crate) fn next_type(&mut self, level: Level) -> u32 {
        let next = &mut self.next[slot(level)].ty;
        *next += 1;
        *next - 1
    }

    /// A left-out lifetime.
    pub(crate) fn elided(&mut self) -> Lifetime {
        let lifetime = match self.elision.clone() {
            Elision::Fresh(level) => {
                if level == Level::Item {
                    self.anonymous += 1;
                }
                Lifetime::Param(level, self.next_lifetime(level), Label("'_".to_owned()))
            }
            Elision::To(lifetime) => lifetime,
        };
        self.listed.push(lifetime.clone());
        lifetime
    }

    /// A lifetime by its name.
    pub(crate) fn lifetime(&mut self, name: &str) -> Lifetime {
        let lifetime = match name {
            "'_" => return self.elided(),
            "'static" => Lifetime::Static,
            _ => self.named_lifetime(name),
        };
        self.listed.push(lifetime.clone());
        lifetime
    }

    fn named_lifetime(&mut self, name: &str) -> Lifetime {
        let Some(at) = self.lifetimes.iter().rposition(|l| l.name == name) else {
            return Lifetime::Erased;
        };
        let phase = self.phase as usize;
        self.lifetimes[at].seen[phase] = true;
        match &self.lifetimes[at].meaning {
            LifetimeMeaning::Known(lifetime) => lifetime.clone(),
            LifetimeMeaning::Param(level, Some(n)) => {
                Lifetime::Param(*level, *n, Label(name.to_owned()))
            }
            LifetimeMeaning::Param(level, None) => {
                let level = *level;
                let n = self.next_lifetime(level);
                self.lifetimes[at].meaning = LifetimeMeaning::Param(level, Some(n));
                Lifetime::Param(level, n, Label(name.to_owned()))
            }
        }
    }

    /// A type or constant by its name; `None` where nothing of that name is in scope.
    pub(crate) fn generic(&mut self, name: &str) -> Option<GenericArg> {
        let at = self.types.iter().rposition(|t| t.name == name)?;
        let label = || Label(name.to_owned());
        Some(match &self.types[at].meaning {
            TypeMeaning::Known(arg) => arg.clone(),
            TypeMeaning::Type(level, Some(n)) => GenericArg::Type(Ty::Param(*level, *n, label())),
            TypeMeaning::Const(level, Some(n)) => {
                GenericArg::Const(ConstExpr::Param(*level, *n, label()))
            }
            TypeMeaning::Type(level, None) => {
                let level = *level;
                let n = self.next_type(level);
                self.types[at].meaning = TypeMeaning::Type(level, Some(n));
                GenericArg::Type(Ty::Param(level, n, label()))
            }
            TypeMeaning::Const(level, None) => {
                let level = *level;
                let n = self.next_type(level);
                self.types[at].meaning = TypeMeaning::Const(level, Some(n));
                GenericArg::Const(ConstExpr::Param(level, n, label()))
            }
        })
    }

    /// Opens a `for<…>` binder, or one that only left-out lifetimes use. Numbers begin at zero in
    /// the outermost and go on in nested ones.
    pub(crate) fn open_binder(&mut self, lifetimes: impl Iterator<Item = String>) -> Binder {
        if self.binders == 0 {
            self.next[slot(Level::Binder)] = Next::default();
        }
        self.binders += 1;
        let depth = self.lifetimes.len();
        self.lifetimes.extend(lifetimes.map(|name| LifetimeName {
            name,
            meaning: LifetimeMeaning::Param(Level::Binder, None),
            seen: [false; 3],
        }));
        Binder { depth }
    }

    /// Closes a binder.
    pub(crate) fn close_binder(&mut self, binder: Binder) {
        self.binders -= 1;
        self.lifetimes.truncate(binder.depth);
    }

    /// Copies the binder's numbering into a scope for an expansion, or back from it.
    pub(crate) fn share_binders(&mut self, other: &Env) {
        self.binders = other.binders;
        self.next[slot(Level::Binder)] = other.next[slot(Level::Binder)];
    }
}

/// An open binder.
pub(crate) struct Binder {
    depth: usize,
}

fn slot(level: Level) -> usize {
    match level {
        Level::Item => 0,
        Level::Own => 1,
        Level::Binder => 2,
    }
}

impl Env {
    /// Where a lifetime was seen so far.
    pub(crate) fn seen(&self, name: &str) -> [bool; 3] {
        let found = self.lifetimes.iter().rev().find(|l| l.name == name);
        found.map_or([false; 3], |l| l.seen)
    }

    /// Sets where a lifetime was seen: naming it in its own declaration does not count.
    pub(crate) fn set_seen(&mut self, name: &str, seen: [bool; 3]) {
        if let Some(found) = self.lifetimes.iter_mut().rev().find(|l| l.name == name) {
            found.seen = seen;
        }
    }

    /// Starts the numbering of a level anew.
    pub(crate) fn reset(&mut self, level: Level) {
        self.next[slot(level)] = Next::default();
    }
}

//! The types that the scan follows: coarse, without lifetimes, and never an error.

pub(crate) mod lower;
mod method;
mod solve;
mod table;

use std::rc::Rc;

use crate::world::Head;

pub(crate) use lower::{Env, Lower};
pub(crate) use method::Found;
pub(crate) use solve::{Holds, Means, Solver};
pub(crate) use table::Table;

/// What a name stands for: an item of the scanned package (or of the built-in picture of the
/// standard library), or a row of a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Def {
    /// An item of a source crate.
    Own(u32),
    /// A row of a model.
    Api(u16, u32),
}

/// Which list of generics a parameter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// Of the type, trait or impl.
    Item,
    /// Of the function itself.
    Own,
}

/// A type. Lifetimes and constants are left out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum T {
    /// Not known: agrees with everything.
    Unknown,
    /// Not known yet.
    Var(u32),
    /// A struct, enum or union with its type arguments.
    Adt(Def, Rc<[T]>),
    /// A generic parameter: of the body that is read, or of a signature before it is used.
    Param(Level, u32),
    /// `Self` in a trait.
    SelfTy,
    /// `&T`, `&mut T`
    Ref(Rc<T>),
    /// `*const T`, `*mut T`
    Pointer(Rc<T>),
    /// `(A, B)`
    Tuple(Rc<[T]>),
    /// `[T]`
    Slice(Rc<T>),
    /// `[T; N]`
    Array(Rc<T>),
    /// `str`, `u8`, …; `!` is `never`.
    Prim(Rc<str>),
    /// A function, function pointer or closure.
    Fn(Rc<[T]>, Rc<T>),
    /// `dyn A + B`
    Dyn(Rc<[TraitRef]>),
    /// `impl A + B` as it comes out of a function.
    Opaque(Rc<[TraitRef]>),
    /// `<T as Trait>::Name`; without a trait, of whichever trait has the name.
    Proj(Rc<T>, Option<Rc<TraitRef>>, Rc<str>),
}

/// A trait with its arguments and associated types.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TraitRef {
    /// The trait.
    pub(crate) def: Def,
    /// Its type arguments.
    pub(crate) args: Rc<[T]>,
    /// `Name = T` in its arguments.
    pub(crate) bindings: Rc<[(Rc<str>, T)]>,
}

/// A condition: a type and a trait that it has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pred {
    /// The type.
    pub(crate) ty: T,
    /// The trait.
    pub(crate) trait_: TraitRef,
}

/// The signature of a function, constructor or method.
#[derive(Debug, Clone)]
pub(crate) struct Sig {
    /// The parameters; `self` is the first of a method.
    pub(crate) params: Vec<T>,
    /// What a call gives; of an `async fn` a future.
    pub(crate) output: T,
    /// Whether the first parameter is `self`.
    pub(crate) has_self: bool,
    /// The type of the inherent impl it stands in.
    pub(crate) self_ty: Option<T>,
    /// Its conditions and those of its impl.
    pub(crate) preds: Vec<Pred>,
    /// How many generics of its own can be written after `::<`.
    pub(crate) n_own: u32,
}

impl T {
    pub(crate) fn unit() -> T {
        T::Tuple(Rc::from([]))
    }

    pub(crate) fn prim(name: &str) -> T {
        T::Prim(Rc::from(name))
    }

    pub(crate) fn reference(self) -> T {
        T::Ref(Rc::new(self))
    }

    /// The type behind all references.
    pub(crate) fn peel(&self) -> &T {
        match self {
            T::Ref(t) => t.peel(),
            _ => self,
        }
    }

    /// The type with every leaf replaced where `leaf` says so.
    pub(crate) fn map(&self, leaf: &mut impl FnMut(&T) -> Option<T>) -> T {
        if let Some(new) = leaf(self) {
            return new;
        }
        match self {
            T::Unknown | T::Var(_) | T::Param(..) | T::SelfTy | T::Prim(_) => self.clone(),
            T::Adt(def, args) => T::Adt(*def, map_all(args, leaf)),
            T::Ref(t) => T::Ref(Rc::new(t.map(leaf))),
            T::Pointer(t) => T::Pointer(Rc::new(t.map(leaf))),
            T::Tuple(ts) => T::Tuple(map_all(ts, leaf)),
            T::Slice(t) => T::Slice(Rc::new(t.map(leaf))),
            T::Array(t) => T::Array(Rc::new(t.map(leaf))),
            T::Fn(params, out) => T::Fn(map_all(params, leaf), Rc::new(out.map(leaf))),
            T::Dyn(bounds) => T::Dyn(bounds.iter().map(|b| b.map(leaf)).collect()),
            T::Opaque(bounds) => T::Opaque(bounds.iter().map(|b| b.map(leaf)).collect()),
            T::Proj(t, trait_, name) => T::Proj(
                Rc::new(t.map(leaf)),
                trait_.as_ref().map(|r| Rc::new(r.map(leaf))),
                name.clone(),
            ),
        }
    }

    /// Calls `see` for the type and every type inside.
    pub(crate) fn each(&self, see: &mut impl FnMut(&T)) {
        see(self);
        match self {
            T::Unknown | T::Var(_) | T::Param(..) | T::SelfTy | T::Prim(_) => {}
            T::Adt(_, args) | T::Tuple(args) => args.iter().for_each(|t| t.each(see)),
            T::Ref(t) | T::Pointer(t) | T::Slice(t) | T::Array(t) => t.each(see),
            T::Fn(params, out) => {
                params.iter().for_each(|t| t.each(see));
                out.each(see);
            }
            T::Dyn(bounds) | T::Opaque(bounds) => bounds.iter().for_each(|b| b.each(see)),
            T::Proj(t, trait_, _) => {
                t.each(see);
                if let Some(r) = trait_ {
                    r.each(see);
                }
            }
        }
    }
}

fn map_all(ts: &[T], leaf: &mut impl FnMut(&T) -> Option<T>) -> Rc<[T]> {
    ts.iter().map(|t| t.map(leaf)).collect()
}

impl TraitRef {
    /// A trait without arguments.
    pub(crate) fn plain(def: Def) -> TraitRef {
        TraitRef { def, args: Rc::from([]), bindings: Rc::from([]) }
    }

    pub(crate) fn map(&self, leaf: &mut impl FnMut(&T) -> Option<T>) -> TraitRef {
        TraitRef {
            def: self.def,
            args: map_all(&self.args, leaf),
            bindings: self.bindings.iter().map(|(n, t)| (n.clone(), t.map(leaf))).collect(),
        }
    }

    pub(crate) fn each(&self, see: &mut impl FnMut(&T)) {
        self.args.iter().for_each(|t| t.each(see));
        self.bindings.iter().for_each(|(_, t)| t.each(see));
    }
}

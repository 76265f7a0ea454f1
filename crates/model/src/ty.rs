//! Normalised types: what two versions of an item are compared by.
//!
//! Lowering has already expanded aliases of the crate, made elided lifetimes explicit, replaced
//! `Self` of an inherent impl by the type, and numbered generics by position. What is left
//! differs only where the types differ.
//!
//! Invariant: names of generics and of function parameters are [`Label`]s, equal to every other
//! label, so that a renamed generic is no difference.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// A name kept for display only. All labels are equal, and hash alike.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Label(pub String);

impl PartialEq for Label {
    fn eq(&self, _: &Label) -> bool {
        true
    }
}
impl Eq for Label {}
impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Label) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Label {
    fn cmp(&self, _: &Label) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}
impl Hash for Label {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An index into [`ApiModel::crates`](crate::ApiModel::crates); 0 is the crate of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CrateId(pub u32);

impl CrateId {
    /// The crate that the model describes.
    pub const LOCAL: CrateId = CrateId(0);
}

/// A path to a named type or trait, with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TypePath {
    /// The crate that defines the item.
    pub krate: CrateId,
    /// Of the model's own crate: the canonical importable path, the key of its row; where the item
    /// cannot be named from outside, the path of its definition. Of another crate: the path of the
    /// definition. Always begins with the crate's name.
    pub path: String,
    /// The generic arguments, lifetimes first.
    pub args: Vec<GenericArg>,
    /// Associated items fixed or bounded in the arguments: `Iterator<Item = u8>`. Sorted by name.
    pub bindings: Vec<AssocBinding>,
}

/// A generic argument.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GenericArg {
    /// A lifetime.
    Lifetime(Lifetime),
    /// A type.
    Type(Ty),
    /// A constant.
    Const(ConstExpr),
    /// `_`
    Infer,
}

/// `Name = Ty`, `Name = CONST` or `Name: Bounds` inside the arguments of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AssocBinding {
    /// The associated item.
    pub name: String,
    /// The arguments of a generic associated type.
    pub args: Vec<GenericArg>,
    /// What it is bound to.
    pub binding: Binding,
}

/// The right side of an [`AssocBinding`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Binding {
    /// `= Ty`
    Type(Ty),
    /// `= CONST`
    Const(ConstExpr),
    /// `: Bounds`, sorted.
    Bounds(Vec<Bound>),
}

/// A constant expression in a type: its value where rustdoc gives one, else its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ConstExpr {
    /// The evaluated or literal value as text.
    Value(String),
    /// A const parameter.
    Param(Level, u32, Label),
    /// Any other expression, as written.
    Text(String),
}

/// Which list of generics a parameter belongs to. In each list lifetimes have a numbering of their
/// own, types and constants share one: a parameter's number is its position among the parameters
/// of its sort, not among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The type, trait, alias or impl. In an impl the positions follow the first appearance in
    /// the self type, so that `impl<B, A> Foo<A, B>` and `impl<A, B> Foo<A, B>` agree.
    Item,
    /// The function, method or generic associated item itself.
    Own,
    /// A `for<…>` binder, innermost only; nested binders are numbered on.
    Binder,
}

/// A lifetime.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Lifetime {
    /// `'static`
    Static,
    /// A parameter. Lifetimes of a function (declared or elided) are numbered at [`Level::Own`] by
    /// first appearance in the signature, so that elided and named ones compare.
    Param(Level, u32, Label),
    /// Left out where no rule names it: in bodies of impl headers, or `dyn` defaults.
    Erased,
}

/// A normalised type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Ty {
    /// A struct, enum, union, foreign type, or an alias of another crate.
    Path(Box<TypePath>),
    /// A generic parameter.
    Param(Level, u32, Label),
    /// `Self` inside a trait.
    SelfType,
    /// A primitive by name; `!` is `never`.
    Primitive(String),
    /// A tuple; `()` is the empty one.
    Tuple(Vec<Ty>),
    /// `[T]`
    Slice(Box<Ty>),
    /// `[T; N]`
    Array(Box<Ty>, ConstExpr),
    /// `&'a T`, `&'a mut T`
    Ref {
        /// The lifetime.
        lifetime: Lifetime,
        /// Whether it is `&mut`.
        mutable: bool,
        /// What is borrowed.
        ty: Box<Ty>,
    },
    /// `*const T`, `*mut T`
    Pointer {
        /// Whether it is `*mut`.
        mutable: bool,
        /// What is pointed to.
        ty: Box<Ty>,
    },
    /// A function pointer.
    FnPointer(Box<FnPtr>),
    /// `dyn A + B + 'a`; bounds sorted, the principal first.
    Dyn {
        /// The traits.
        bounds: Vec<Bound>,
        /// The lifetime bound.
        lifetime: Lifetime,
    },
    /// `impl A + B` in return position; bounds sorted. In argument position it is a synthetic
    /// type parameter instead.
    Impl(Vec<Bound>),
    /// `<T as Trait>::Name`, `T::Name`
    Assoc {
        /// The type on which it is projected.
        self_ty: Box<Ty>,
        /// The trait; `None` where rustdoc does not say (inherent associated types).
        trait_: Option<Box<TypePath>>,
        /// The associated type.
        name: String,
        /// Its own arguments.
        args: Vec<GenericArg>,
    },
    /// `_`
    Infer,
    /// A type that this version of the model has no words for, as text: compared by the text.
    Other(String),
}

impl Ty {
    /// `()`
    pub fn unit() -> Ty {
        Ty::Tuple(Vec::new())
    }

    /// The outermost constructor as text, by which impls are looked up; `*` of a parameter.
    pub fn head(&self) -> Cow<'_, str> {
        match self {
            Ty::Path(p) => Cow::Borrowed(&p.path),
            Ty::Primitive(name) => Cow::Borrowed(name),
            Ty::Tuple(parts) => Cow::Owned(format!("({})", parts.len())),
            Ty::Slice(_) => Cow::Borrowed("[]"),
            Ty::Array(..) => Cow::Borrowed("[;]"),
            Ty::Ref { ty, .. } => match &*ty.head() {
                "*" => Cow::Borrowed("*"),
                inner => Cow::Owned(format!("&{inner}")),
            },
            Ty::Pointer { .. } => Cow::Borrowed("*const"),
            Ty::FnPointer(_) => Cow::Borrowed("fn"),
            Ty::Dyn { .. } => Cow::Borrowed("dyn"),
            Ty::Param(..)
            | Ty::SelfType
            | Ty::Impl(_)
            | Ty::Assoc { .. }
            | Ty::Infer
            | Ty::Other(_) => Cow::Borrowed("*"),
        }
    }
}

/// A function pointer type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FnPtr {
    /// Parameters and return.
    pub signature: Signature,
}

/// Parameters and return of a function, with its qualifiers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Signature {
    /// The parameters with their names for display; `self` is the first of a method.
    pub params: Vec<(Label, Ty)>,
    /// What it returns; of an `async fn` the output, not the future.
    pub output: Ty,
    /// `const fn`
    pub is_const: bool,
    /// `unsafe fn`
    pub is_unsafe: bool,
    /// `async fn`
    pub is_async: bool,
    /// Whether it ends in `...`.
    pub c_variadic: bool,
    /// The ABI: `Rust`, `C`, `C-unwind`, `system`, …
    pub abi: String,
}

/// A bound.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Bound {
    /// A trait.
    Trait {
        /// The trait with its arguments.
        trait_: TypePath,
        /// `?Trait`, `~const Trait`.
        modifier: TraitModifier,
    },
    /// An outlives bound.
    Lifetime(Lifetime),
    /// `use<…>`: what an `impl Trait` captures, as text, sorted.
    Use(Vec<String>),
}

/// The modifier of a trait bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TraitModifier {
    /// None.
    Required,
    /// `?`
    Maybe,
    /// `~const` (unstable).
    MaybeConst,
}

/// The generic parameters and the conditions on them. Bounds written at a parameter stand among
/// the predicates, so that `<T: A>` and `where T: A` agree.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generics {
    /// The parameters in order. Of functions, late-bound lifetimes are left out: no caller can
    /// name them.
    pub params: Vec<Param>,
    /// The conditions, sorted and unique.
    pub predicates: Vec<Predicate>,
}

/// A generic parameter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Param {
    /// Its name.
    pub name: Label,
    /// What it is.
    pub kind: ParamKind,
}

/// What a generic parameter stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ParamKind {
    /// A lifetime.
    Lifetime,
    /// A type.
    Type {
        /// The default.
        default: Option<Ty>,
        /// Whether it stands for an `impl Trait` in argument position, and so cannot be named.
        synthetic: bool,
    },
    /// A constant.
    Const {
        /// Its type.
        ty: Ty,
        /// The default.
        default: Option<ConstExpr>,
    },
}

/// A condition of a where clause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Predicate {
    /// `Ty: Bound`
    Bound {
        /// What is bounded.
        ty: Ty,
        /// By what.
        bound: Bound,
    },
    /// `'a: 'b`
    Outlives {
        /// The longer lifetime.
        lifetime: Lifetime,
        /// The shorter one.
        shorter: Lifetime,
    },
    /// `Lhs = Rhs` (unstable).
    Equal {
        /// The left side.
        lhs: Ty,
        /// The right side.
        rhs: Binding,
    },
}

//! What is known of an item: the value part of a row.

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{AliasTarget, Binding, Bound, ConstExpr, Generics, ItemKind, Signature, Ty, TypePath};

/// The facts of one item, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Facts {
    /// A module; its items are rows of their own.
    Module,
    /// A struct.
    Struct(StructFacts),
    /// A union.
    Union(UnionFacts),
    /// An enum.
    Enum(EnumFacts),
    /// A variant.
    Variant(VariantFacts),
    /// A field.
    Field(FieldFacts),
    /// A function, method or associated function.
    Function(Box<FunctionFacts>),
    /// A trait.
    Trait(Box<TraitFacts>),
    /// A trait alias: its bounds.
    TraitAlias(Generics, Vec<Bound>),
    /// A type alias.
    TypeAlias(AliasFacts),
    /// An associated type of a trait.
    AssocType(Box<AssocTypeFacts>),
    /// An associated constant.
    AssocConst(AssocConstFacts),
    /// A constant.
    Const(ConstFacts),
    /// A static.
    Static(StaticFacts),
    /// A foreign type.
    ExternType,
    /// A `macro_rules!` macro.
    Macro(MacroFacts),
    /// A procedural macro.
    ProcMacro(ProcMacroFacts),
    /// A trait impl.
    Impl(Box<ImplFacts>),
    /// A re-export of an item of another crate that was not grafted in.
    Reexport(AliasTarget),
    /// A feature of the package.
    Feature(FeatureFacts),
    /// The package as a whole.
    Package(Box<PackageFacts>),
}

impl Facts {
    /// The kind of the item.
    pub fn kind(&self) -> ItemKind {
        match self {
            Facts::Module => ItemKind::Module,
            Facts::Struct(_) => ItemKind::Struct,
            Facts::Union(_) => ItemKind::Union,
            Facts::Enum(_) => ItemKind::Enum,
            Facts::Variant(_) => ItemKind::Variant,
            Facts::Field(_) => ItemKind::Field,
            Facts::Function(f) => match (&f.role, f.receiver) {
                (FunctionRole::Free, _) => ItemKind::Function,
                (_, Receiver::None) => ItemKind::AssocFunction,
                (_, _) => ItemKind::Method,
            },
            Facts::Trait(_) => ItemKind::Trait,
            Facts::TraitAlias(..) => ItemKind::TraitAlias,
            Facts::TypeAlias(_) => ItemKind::TypeAlias,
            Facts::AssocType(_) => ItemKind::AssocType,
            Facts::AssocConst(_) => ItemKind::AssocConst,
            Facts::Const(_) => ItemKind::Const,
            Facts::Static(_) => ItemKind::Static,
            Facts::ExternType => ItemKind::ExternType,
            Facts::Macro(_) => ItemKind::Macro,
            Facts::ProcMacro(p) => match p.kind {
                ProcMacroKind::Bang => ItemKind::ProcMacro,
                ProcMacroKind::Attribute => ItemKind::AttributeMacro,
                ProcMacroKind::Derive => ItemKind::DeriveMacro,
            },
            Facts::Impl(_) => ItemKind::Impl,
            Facts::Reexport(_) => ItemKind::Reexport,
            Facts::Feature(_) => ItemKind::Feature,
            Facts::Package(_) => ItemKind::Package,
        }
    }
}

/// The form of a struct or variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Shape {
    /// `struct S;`
    Unit,
    /// `struct S(…);`
    Tuple,
    /// `struct S { … }`
    Plain,
}

/// A struct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StructFacts {
    /// Its generics.
    pub generics: Generics,
    /// Its form.
    pub shape: Shape,
    /// The names of its public fields in order; positions for tuples.
    pub fields: Vec<String>,
    /// Whether it also has fields that are not public, so that no client can build it by literal.
    pub has_private_fields: bool,
    /// `repr` as written in the attributes, sorted: `C`, `transparent`, `align(8)`.
    pub repr: Vec<String>,
    /// Its auto traits: `Send`, `Sync`, `Unpin`, `UnwindSafe`, `RefUnwindSafe`, `Freeze`.
    pub auto_traits: BTreeMap<String, AutoTrait>,
}

/// Whether a type has an auto trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AutoTrait {
    /// Under these conditions on its parameters; empty is always.
    When(Generics),
    /// Never.
    Never,
}

/// A union.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnionFacts {
    /// Its generics.
    pub generics: Generics,
    /// The names of its public fields in order.
    pub fields: Vec<String>,
    /// Whether it also has fields that are not public.
    pub has_private_fields: bool,
    /// As in [`StructFacts`].
    pub repr: Vec<String>,
    /// As in [`StructFacts`].
    pub auto_traits: BTreeMap<String, AutoTrait>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumFacts {
    /// Its generics.
    pub generics: Generics,
    /// The names of its variants in order, hidden ones left out.
    pub variants: Vec<String>,
    /// The names of its hidden variants in order.
    pub hidden_variants: Vec<String>,
    /// As in [`StructFacts`].
    pub repr: Vec<String>,
    /// As in [`StructFacts`].
    pub auto_traits: BTreeMap<String, AutoTrait>,
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantFacts {
    /// Its form.
    pub shape: Shape,
    /// The names of its fields in order; positions for tuples. Hidden ones are left out.
    pub fields: Vec<String>,
    /// Whether it has hidden fields.
    pub has_hidden_fields: bool,
    /// Its position among the variants.
    pub index: u32,
    /// Its discriminant where one is written: the value.
    pub discriminant: Option<String>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFacts {
    /// Its type.
    pub ty: Ty,
    /// Its position.
    pub index: u32,
}

/// Where a function stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FunctionRole {
    /// In a module.
    Free,
    /// In an inherent impl.
    Inherent {
        /// The type of the impl.
        self_ty: Ty,
        /// The generics of the impl.
        generics: Generics,
    },
    /// In a trait.
    Trait {
        /// Whether it has a body, so that implementors may leave it out.
        provided: bool,
    },
}

/// The `self` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Receiver {
    /// There is none.
    None,
    /// `self`
    Value,
    /// `&self`
    Ref,
    /// `&mut self`
    RefMut,
    /// `self: Box<Self>` and the like; the type is the first parameter of the signature.
    Typed,
}

/// A function, method or associated function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionFacts {
    /// Where it stands.
    pub role: FunctionRole,
    /// Its own generics.
    pub generics: Generics,
    /// Parameters, return and qualifiers. `self` is the first parameter.
    pub signature: Signature,
    /// Its receiver.
    pub receiver: Receiver,
    /// `#[target_feature(enable = …)]`, sorted.
    pub target_features: Vec<String>,
    /// The symbol name, where `#[no_mangle]` or `#[export_name]` fixes it.
    pub export_name: Option<String>,
}

/// A trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraitFacts {
    /// Its generics, without the supertraits.
    pub generics: Generics,
    /// Its supertraits and outlives bounds, sorted.
    pub supertraits: Vec<Bound>,
    /// `unsafe trait`
    pub is_unsafe: bool,
    /// `auto trait`
    pub is_auto: bool,
    /// Whether `dyn Trait` is allowed.
    pub dyn_compatible: bool,
    /// Why no client can implement it; `None` if one can. A supertrait or a required parameter
    /// that cannot be named, or a hidden required item.
    pub sealed: Option<String>,
    /// Required items, by name, sorted.
    pub required: Vec<String>,
    /// Provided items, by name, sorted.
    pub provided: Vec<String>,
}

/// A type alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasFacts {
    /// Its generics.
    pub generics: Generics,
    /// What it stands for, aliases of this crate inside it expanded.
    pub ty: Ty,
}

/// An associated type of a trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssocTypeFacts {
    /// Its own generics.
    pub generics: Generics,
    /// Its bounds, sorted.
    pub bounds: Vec<Bound>,
    /// The default (unstable).
    pub default: Option<Ty>,
}

/// An associated constant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssocConstFacts {
    /// Its type.
    pub ty: Ty,
    /// Its value or default; `None` for a required item of a trait.
    pub value: Option<String>,
    /// Whether it belongs to a trait.
    pub in_trait: bool,
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConstFacts {
    /// Its type.
    pub ty: Ty,
    /// Its value.
    pub value: ConstExpr,
}

/// A static.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaticFacts {
    /// Its type.
    pub ty: Ty,
    /// `static mut`
    pub is_mutable: bool,
    /// Whether reading it is unsafe (an extern block).
    pub is_unsafe: bool,
}

/// A `macro_rules!` macro.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroFacts {
    /// The arms that rustdoc shows, in order.
    pub arms: Vec<MacroArm>,
}

/// An arm of a `macro_rules!` macro: its matcher, tokens separated by single spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MacroArm(pub String);

/// The sort of a procedural macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProcMacroKind {
    /// `name!(…)`
    Bang,
    /// `#[name]`
    Attribute,
    /// `#[derive(Name)]`
    Derive,
}

/// A procedural macro.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcMacroFacts {
    /// Its sort.
    pub kind: ProcMacroKind,
    /// The helper attributes of a derive, sorted.
    pub helpers: Vec<String>,
}

/// A trait impl. Its key is the header rendered with generics by position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImplFacts {
    /// Its generics.
    pub generics: Generics,
    /// The trait with its arguments.
    pub trait_: TypePath,
    /// The type that gets it.
    pub self_ty: Ty,
    /// `unsafe impl`
    pub is_unsafe: bool,
    /// `impl !Trait`
    pub is_negative: bool,
    /// Whether the self type is a bare parameter or a reference to one.
    pub is_blanket: bool,
    /// Whether a derive wrote it.
    pub is_derived: bool,
    /// The values of its associated types and constants, by name.
    pub assoc: BTreeMap<String, Binding>,
}

/// A feature: what it enables, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureFacts {
    /// Other features, `dep:` and `crate/feature` entries, sorted.
    pub enables: Vec<String>,
    /// Whether it exists only because an optional dependency of that name does
    /// (Cargo book, "Optional dependencies").
    pub implicit: bool,
    /// Whether the default feature reaches it.
    pub default: bool,
}

/// The package as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFacts {
    /// The edition: `2021`.
    pub edition: Option<String>,
    /// The `rust-version`.
    pub rust_version: Option<Version>,
    /// The `links` key.
    pub links: Option<String>,
    /// Whether its library is a procedural macro.
    pub proc_macro: bool,
    /// Whether it has a library at all.
    pub has_lib: bool,
    /// The name of its library crate, if it has one.
    pub lib_name: Option<String>,
}

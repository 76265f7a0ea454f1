//! The names of items: the key on which two API models are joined.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a name lives. Rust keeps types, values and macros apart (Rust Reference, "Namespaces");
/// fields, impls, features and the package itself get spaces of their own, so that one sorted
/// table holds everything that an update can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Namespace {
    /// Modules, structs, unions, enums, variants, traits, aliases, associated types.
    Type,
    /// Functions, methods, constants, statics, associated constants.
    Value,
    /// Macros of every sort; bang, attribute and derive macros have one namespace.
    Macro,
    /// Fields of structs, unions and variants.
    Field,
    /// Trait impls; the path is the rendered impl header.
    Impl,
    /// Features of the package; the path is the feature's name.
    Feature,
    /// Facts of the package as a whole; the path is the package's name.
    Package,
}

impl Namespace {
    /// All, each at the place of its number.
    pub(crate) const ALL: [Namespace; 7] = [
        Namespace::Type,
        Namespace::Value,
        Namespace::Macro,
        Namespace::Field,
        Namespace::Impl,
        Namespace::Feature,
        Namespace::Package,
    ];

    /// Those in which code can name an item by a path or through its owner. The others hold what
    /// the compiler makes of code, and what the manifest says.
    pub const OF_ITEMS: [Namespace; 4] =
        [Namespace::Type, Namespace::Value, Namespace::Macro, Namespace::Field];

    /// Whether it is one of [`OF_ITEMS`](Namespace::OF_ITEMS).
    pub fn is_of_items(self) -> bool {
        Namespace::OF_ITEMS.contains(&self)
    }
}

// What is stored is a number, and is read back by its place.
const _: () = {
    let mut at = 0;
    while at < Namespace::ALL.len() {
        assert!(Namespace::ALL[at] as usize == at);
        at += 1;
    }
    let mut at = 0;
    while at < ItemKind::ALL.len() {
        assert!(ItemKind::ALL[at] as usize == at);
        at += 1;
    }
};

/// What an item is. Serialised in the words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A module.
    Module,
    /// A struct.
    Struct,
    /// A union.
    Union,
    /// An enum.
    Enum,
    /// A variant of an enum.
    Variant,
    /// A field of a struct, union or variant.
    Field,
    /// A free function.
    Function,
    /// A function with a `self` parameter, inherent or of a trait.
    Method,
    /// A function of a type or trait without `self`.
    AssocFunction,
    /// A trait.
    Trait,
    /// A trait alias (unstable).
    TraitAlias,
    /// A type alias.
    TypeAlias,
    /// An associated type of a trait.
    AssocType,
    /// An associated constant of a type or trait.
    AssocConst,
    /// A constant.
    Const,
    /// A static.
    Static,
    /// A foreign type.
    ExternType,
    /// A `macro_rules!` macro.
    Macro,
    /// A function-like procedural macro.
    ProcMacro,
    /// An attribute macro.
    AttributeMacro,
    /// A derive macro.
    DeriveMacro,
    /// An implementation of a trait.
    Impl,
    /// A re-export of an item of another crate.
    Reexport,
    /// A feature.
    Feature,
    /// The package.
    Package,
}

impl ItemKind {
    /// All, each at the place of its number.
    pub(crate) const ALL: [ItemKind; 25] = [
        ItemKind::Module,
        ItemKind::Struct,
        ItemKind::Union,
        ItemKind::Enum,
        ItemKind::Variant,
        ItemKind::Field,
        ItemKind::Function,
        ItemKind::Method,
        ItemKind::AssocFunction,
        ItemKind::Trait,
        ItemKind::TraitAlias,
        ItemKind::TypeAlias,
        ItemKind::AssocType,
        ItemKind::AssocConst,
        ItemKind::Const,
        ItemKind::Static,
        ItemKind::ExternType,
        ItemKind::Macro,
        ItemKind::ProcMacro,
        ItemKind::AttributeMacro,
        ItemKind::DeriveMacro,
        ItemKind::Impl,
        ItemKind::Reexport,
        ItemKind::Feature,
        ItemKind::Package,
    ];
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ItemKind::Module => "module",
            ItemKind::Struct => "struct",
            ItemKind::Union => "union",
            ItemKind::Enum => "enum",
            ItemKind::Variant => "variant",
            ItemKind::Field => "field",
            ItemKind::Function => "function",
            ItemKind::Method => "method",
            ItemKind::AssocFunction => "associated function",
            ItemKind::Trait => "trait",
            ItemKind::TraitAlias => "trait alias",
            ItemKind::TypeAlias => "type alias",
            ItemKind::AssocType => "associated type",
            ItemKind::AssocConst => "associated constant",
            ItemKind::Const => "constant",
            ItemKind::Static => "static",
            ItemKind::ExternType => "extern type",
            ItemKind::Macro => "macro",
            ItemKind::ProcMacro => "procedural macro",
            ItemKind::AttributeMacro => "attribute macro",
            ItemKind::DeriveMacro => "derive macro",
            ItemKind::Impl => "impl",
            ItemKind::Reexport => "re-export",
            ItemKind::Feature => "feature",
            ItemKind::Package => "package",
        })
    }
}

/// The key of a row: an importable path and its namespace. Sorted by path, so that an item comes
/// right before its members.
///
/// Paths start with the crate's name as written in `use` (`serde_json::de::from_str`). A member
/// follows its owner (`clap::Arg::short`, `std::option::Option::Some`). A method that exists only
/// for some arguments of its type carries them: `nalgebra::Matrix<f32>::transpose`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemKey {
    /// The path, see above; for other namespaces see [`Namespace`].
    pub path: String,
    /// The namespace.
    pub ns: Namespace,
}

impl ItemKey {
    /// A key from its parts.
    pub fn new(path: impl Into<String>, ns: Namespace) -> Self {
        ItemKey { path: path.into(), ns }
    }

    /// The path of the owner and the last segment: `("clap::Arg", "short")`. `None` for a crate
    /// root and for impls.
    pub fn split(&self) -> Option<(&str, &str)> {
        match self.ns {
            Namespace::Impl => None,
            Namespace::Type
            | Namespace::Value
            | Namespace::Macro
            | Namespace::Field
            | Namespace::Feature
            | Namespace::Package => self.path.rsplit_once("::"),
        }
    }

    /// The last segment of the path.
    pub fn name(&self) -> &str {
        self.split().map_or(self.path.as_str(), |(_, name)| name)
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

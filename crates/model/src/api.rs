//! The public API of one unit as flat rows.
//!
//! Invariant: everything that needs the compiler's tree (visibility, re-exports, globs, hidden,
//! sealed, auto traits, aliases inside types) was resolved while lowering; whoever reads a model
//! only compares rows.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    CrateId, Definitions, Facts, Gap, ItemKey, ItemKind, Namespace, Origin, PackageId, Rows,
};

/// The API of one unit: a library target of one package version under one set of features,
/// for one target.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiModel {
    /// The package.
    pub package: PackageId,
    /// The unit that was documented.
    pub unit: UnitFacts,
    /// The crates that types refer to; entry 0 is this one.
    pub crates: Vec<Origin>,
    /// The items, each once, at its canonical path: the path of its definition if that is
    /// importable, else the shortest importable one, else the alphabetically first of those.
    pub rows: Rows,
    /// All other importable paths, and re-exports of other crates, sorted by path and namespace.
    pub aliases: Vec<Alias>,
    /// Items of this crate whose definition stands elsewhere than their canonical path: the bridge
    /// from other crates' type paths to rows. Sorted by `defined_at`.
    pub definitions: Definitions,
    /// What could not be lowered.
    pub gaps: Vec<Gap>,
}

/// The circumstances of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFacts {
    /// The features that were on, sorted.
    pub features: Vec<String>,
    /// The target triple.
    pub target: String,
    /// Whether the unit was built for the host (build dependencies, macros).
    pub host: bool,
    /// The format version of the JSON that it was lowered from.
    pub format: u32,
    /// The `rustdoc --version` that made it; empty where it is not known.
    pub rustdoc: String,
    /// Whether it was documented elsewhere (docs.rs): with features of its own choice, and without
    /// hidden items.
    pub hosted: bool,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its canonical path and namespace.
    pub key: ItemKey,
    /// What it is.
    pub facts: Facts,
    /// What its attributes say.
    pub marks: Marks,
    /// Where it is defined; `None` for what macros and the compiler made, and for features.
    pub span: Option<Span>,
}

/// What attributes say of an item. Inherited marks (hidden, cfg) hold for members too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// `#[doc(hidden)]`, on the item or on everything through which it can be reached.
    pub hidden: bool,
    /// `#[non_exhaustive]`
    pub non_exhaustive: bool,
    /// `#[deprecated]`: the note, empty if there is none.
    pub deprecated: Option<String>,
    /// `#[must_use]`
    pub must_use: bool,
    /// Whether it stands under a `cfg` that mentions `doc` or `docsrs`: rustdoc sees it, a client
    /// may not.
    pub cfg_doc: bool,
}

/// A place in a source file. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The file, relative to the package's root where it lies inside.
    pub file: PathBuf,
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
}

/// Another path to an item, or a path to another crate's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The importable path; of a foreign glob, the path of the module that has it.
    pub path: String,
    /// The namespace that the name takes; a glob takes [`Namespace::Type`].
    pub ns: Namespace,
    /// Where it leads.
    pub target: AliasTarget,
    /// Whether the re-export is hidden.
    pub hidden: bool,
    /// Where the `use` stands.
    pub span: Option<Span>,
}

/// Where an alias leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AliasTarget {
    /// A row of this model by its canonical path. A module's alias stands for everything in it.
    Local(String),
    /// An item of another crate, by the path of its definition. A module stands for everything
    /// in it.
    Foreign {
        /// The crate.
        krate: CrateId,
        /// The path there, with the crate's name.
        path: String,
        /// What it is, where rustdoc says.
        kind: Option<ItemKind>,
    },
    /// Everything in a module (or all variants of an enum) of another crate: `pub use dep::*`.
    ForeignGlob {
        /// The crate.
        krate: CrateId,
        /// The module's path there.
        path: String,
    },
}

/// The bridge from a definition to a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Definition {
    /// The path of the definition, as other crates' rustdoc names it.
    pub defined_at: String,
    /// The namespace.
    pub ns: Namespace,
    /// The path of the row.
    pub canonical: String,
}

impl ApiModel {
    /// The name of the crate in paths.
    pub fn crate_name(&self) -> &str {
        &self.crates[0].crate_name
    }

    /// The origin of a crate that a type refers to.
    pub fn origin(&self, krate: CrateId) -> &Origin {
        &self.crates[krate.0 as usize]
    }
}

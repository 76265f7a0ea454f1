//! The public API of one unit as flat rows.
//!
//! Invariant: everything that needs the compiler's tree (visibility, re-exports, globs, hidden,
//! sealed, auto traits, aliases inside types) was resolved while lowering; whoever reads a model
//! only compares rows.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{CrateId, Facts, Gap, ItemKey, ItemKind, Namespace, Origin, PackageId};

/// The API of one unit: a library target of one package version under one set of features,
/// for one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub definitions: Vec<Definition>,
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

/// Rows sorted by key, each key once. Cheap to clone: the rows are shared.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows(Vec<Arc<Row>>);

/// The rows in order.
pub type RowsIter<'a> = std::iter::Map<std::slice::Iter<'a, Arc<Row>>, fn(&'a Arc<Row>) -> &'a Row>;

impl Rows {
    /// Sorts, and keeps the first of rows with equal keys. Returns the keys that were given twice.
    pub fn new(rows: Vec<Row>) -> (Rows, Vec<ItemKey>) {
        Rows::of_shared(rows.into_iter().map(Arc::new).collect())
    }

    /// Like [`new`](Rows::new), of rows that need not be copied.
    pub fn of_shared(mut rows: Vec<Arc<Row>>) -> (Rows, Vec<ItemKey>) {
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        let mut twice = Vec::new();
        rows.dedup_by(|later, first| {
            let same = later.key == first.key;
            if same {
                twice.push(later.key.clone());
            }
            same
        });
        (Rows(rows), twice)
    }

    /// The row of a key.
    pub fn get(&self, path: &str, ns: Namespace) -> Option<&Row> {
        self.0
            .binary_search_by(|row| row.key.path.as_str().cmp(path).then(row.key.ns.cmp(&ns)))
            .ok()
            .map(|at| &*self.0[at])
    }

    /// These rows and more; of equal keys, the row that is here.
    pub fn and(&self, more: Vec<Row>) -> Rows {
        let more = more.into_iter().map(Arc::new);
        Rows::of_shared(self.0.iter().cloned().chain(more).collect()).0
    }

    /// The rows from the first whose path is not before `path`, in order.
    pub fn starting_at(&self, path: &str) -> RowsIter<'_> {
        let at = self.0.partition_point(|row| row.key.path.as_str() < path);
        self.0[at..].iter().map(|row| row)
    }

    /// All rows, in order.
    pub fn iter(&self) -> RowsIter<'_> {
        self.0.iter().map(|row| row)
    }

    /// All rows, in order and by position.
    pub fn as_slice(&self) -> &[Arc<Row>] {
        &self.0
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Rows {
    type Item = &'a Row;
    type IntoIter = RowsIter<'a>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
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

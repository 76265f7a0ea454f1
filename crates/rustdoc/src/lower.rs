//! Lowers rustdoc's JSON to an [`ApiModel`]: visibility, re-exports, globs, aliases, sealedness and
//! normalised types are resolved here once, so that whoever compares models compares rows.
//!
//! Two passes: [`tree`] parses the items of all reachable modules and finds the importable paths,
//! `rows` then lowers each item at its canonical path. The JSON is borrowed; an item's text is
//! parsed into types only when it is reached.
//!
//! Numbering, where the model leaves it open: lifetimes have a numbering of their own, types and
//! constants share one. Lifetimes of a function are numbered by first appearance in its parameters,
//! then its return type, then its declaration. Anonymous lifetimes of an impl header count as
//! parameters of the impl. A path is canonical through the canonical path of its module, so that
//! the owner of a row is always a row.
//!
//! Invariant: lowering is total. What rustdoc left out (a dangling id) or what cannot be parsed
//! becomes a gap; the only errors are about the document as a whole.

mod crates;
mod document;
mod env;
mod facts;
mod features;
mod generics;
mod impls;
mod item;
mod macros;
mod places;
mod render;
mod rows;
mod scan;
mod sealed;
mod session;
mod sysroot;
mod tree;
mod types;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ripe_model::{ApiModel, Origin, PackageFacts, PackageId, UnitFacts};

use crate::lower::document::Document;

/// The formats of rustdoc's JSON that can be lowered. What 58 to 61 have beyond 57 is the stability
/// of the standard library's items and of their default bodies (rustdoc-types 0.58 to 0.61), which
/// no row says anything about: the types of 57 read them all. 57 is what the compilers write that
/// this was tested with; the others are proven by documents that were converted by hand.
pub const KNOWN_FORMATS: &[u32] = &[57, 58, 59, 60, 61];

/// Finds the origin of a crate by its name and the path of the artifact from which it was loaded.
pub type OriginOf<'a> = &'a dyn Fn(&str, &Path) -> Option<Origin>;

/// What lowering has to be told, because the JSON does not say it.
pub struct LowerInput<'a> {
    /// The package that the JSON describes.
    pub package: PackageId,
    /// The circumstances of the unit; the format is filled in from the JSON, the target too where
    /// it is empty.
    pub unit: UnitFacts,
    /// The facts of the package as a whole, for its row.
    pub package_facts: PackageFacts,
    /// The features of the release with what each enables, with or without the implicit ones.
    pub features: BTreeMap<String, Vec<String>>,
    /// The names of the optional dependencies, as in the manifest.
    pub optional_dependencies: Vec<String>,
    /// Who a crate is. Where it says `None`, crates of the sysroot are recognised by their path,
    /// and any other crate is known by its name alone.
    pub origin_of: OriginOf<'a>,
    /// The root of the package's source, to which spans are made relative.
    pub source_root: Option<PathBuf>,
}

/// Why a document could not be lowered at all.
#[derive(Debug, thiserror::Error)]
pub enum LowerError {
    /// The format is not one of [`KNOWN_FORMATS`].
    #[error("rustdoc JSON has format {format}, known are {known:?}")]
    UnknownFormat {
        /// The format of the document.
        format: u32,
        /// The formats that can be lowered.
        known: &'static [u32],
    },
    /// The document ends before its end.
    #[error("rustdoc JSON is cut off after {length} bytes")]
    Truncated {
        /// How much of it there is.
        length: usize,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// The document is not rustdoc's JSON.
    #[error("rustdoc JSON is malformed")]
    Malformed {
        /// What the parser says.
        source: serde_json::Error,
    },
    /// The root module is not in the index, or is not a module.
    #[error("rustdoc JSON has no root module (item {root})")]
    NoRoot {
        /// The id of the root.
        root: u32,
    },
}

/// The format of a document. Cheap where rustdoc wrote it last, as it does.
///
/// # Errors
/// `Truncated` and `Malformed`, where the text is not a whole JSON object with a format.
pub fn format_version(json: &str) -> Result<u32, LowerError> {
    document::format_version(json)
}

/// Lowers a document to a model.
///
/// # Errors
/// Only for the document as a whole, see [`LowerError`]; what is wrong with single items becomes
/// a gap of the model.
pub fn lower(json: &str, input: &LowerInput<'_>) -> Result<ApiModel, LowerError> {
    let (document, format) = read(json)?;
    session::lower(&document, input, format)
}

/// Lowers a document that says itself whose it is: the input is made from the name of its crate
/// and the version, which may be missing.
pub(crate) fn lower_by_itself<'i>(
    json: &str,
    input: impl FnOnce(&str, Option<&str>) -> LowerInput<'i>,
) -> Result<ApiModel, LowerError> {
    let (document, format) = read(json)?;
    let name = document.crate_name().ok_or(LowerError::NoRoot { root: document.root })?;
    session::lower(&document, &input(&name, document.crate_version.as_deref()), format)
}

fn read(json: &str) -> Result<(Document<'_>, u32), LowerError> {
    let format = format_version(json)?;
    if !KNOWN_FORMATS.contains(&format) {
        return Err(LowerError::UnknownFormat { format, known: KNOWN_FORMATS });
    }
    Ok((Document::parse(json)?, format))
}

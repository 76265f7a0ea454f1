//! The scan: sources and surfaces in, use sites out.

use std::collections::BTreeMap;

use ripe_model::{Gap, PackageId, UseSite};

use crate::{Sources, Surfaces};

/// The uses found in one package.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scan {
    /// The package that was read.
    pub package: String,
    /// The sites by the locked package whose surface has the item, sorted and unique. Every
    /// surface that was given has an entry.
    pub uses: BTreeMap<PackageId, Vec<UseSite>>,
    /// Files that could not be read or parsed.
    pub gaps: Vec<Gap>,
    /// How much was seen.
    pub coverage: Coverage,
}

/// Counts of what a scan looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files read.
    pub files: usize,
    /// Their lines.
    pub lines: usize,
    /// Method calls whose receiver's type was known, or that need no type.
    pub methods_typed: usize,
    /// Method calls whose receiver's type was not known.
    pub methods_untyped: usize,
    /// Macro invocations whose arguments were read as code.
    pub macros_parsed: usize,
    /// Macro invocations that were scanned by tokens only.
    pub macros_by_tokens: usize,
}

impl Scan {
    /// The sites that use an item of `dependency`.
    pub fn sites_of(&self, dependency: &PackageId) -> &[UseSite] {
        self.uses.get(dependency).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing of `dependency` is used by this package in any configuration seen: no
    /// site, and no file that could not be parsed.
    pub fn is_unused(&self, dependency: &PackageId) -> bool {
        self.gaps.is_empty() && self.sites_of(dependency).is_empty()
    }
}

/// Reads the sources and finds every use of the surfaces' items.
///
/// Never fails: a file that cannot be read or parsed is a gap of the result, and what can be told
/// from its tokens is reported as a guess.
pub fn scan(sources: &Sources, surfaces: &Surfaces) -> Scan {
    let uses = surfaces
        .externs
        .iter()
        .map(|e| &e.model)
        .chain(&surfaces.others)
        .map(|model| (model.package.clone(), Vec::new()))
        .collect();
    Scan { package: sources.package.clone(), uses, ..Scan::default() }
}

//! How the uses of a package were found, and what could not be seen.

use serde::{Deserialize, Serialize};

/// What the search for uses of one package came to, over the sources of all packages that stay and
/// depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Packages whose sources were searched.
    pub packages: u32,
    /// How many of them are members of the workspace.
    pub members: u32,
    /// Items of the package's API: rows of its locked surface, without trait impls and features.
    pub api_items: u32,
    /// Those of them that the code uses.
    pub used_items: u32,
    /// The places at which it uses them.
    pub uses: UseCounts,
    /// What could not be seen.
    pub unseen: Unseen,
}

/// Places that use an item, counted once for each item and kind of use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseCounts {
    /// In code that is compiled: a path leaves no doubt, or the compiler named it.
    pub exact: u32,
    /// In code that is compiled: types were followed.
    pub likely: u32,
    /// In code that is compiled: only the name speaks for it.
    pub guess: u32,
    /// In code that is not compiled: a `cfg` that is off, tests, examples.
    pub inactive: u32,
    /// Of all of these, how many stand in the arguments or the definition of a macro.
    pub in_macros: u32,
}

/// What the search could not see, in code that is compiled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// Files that could not be read or do not parse: searched by their tokens at most.
    pub files: u32,
    /// Macro calls whose arguments are no code and whose expansion is not known: searched by their
    /// tokens.
    pub macros: u32,
    /// Method calls on values of unknown type that led to no use, though the API has a method of
    /// that name.
    pub receivers: u32,
    /// Those of them whose name is the name of a method that changed, and of no method of the
    /// standard library or of the code itself: `file:line name`, sorted.
    pub changed: Vec<String>,
}

impl Unseen {
    /// Whether there is nothing that was not seen.
    pub fn is_empty(&self) -> bool {
        self.files == 0 && self.macros == 0 && self.receivers == 0
    }
}

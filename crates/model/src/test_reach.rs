//! Which places of the code no test reaches.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the tests of the workspace say of the places that an update touches: the uses of what
/// changed, and the calls of functions that changed inside. By name: see `docs/estimates.md`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestReach {
    /// How many tests the workspace has.
    pub tests: u32,
    /// The lines in functions of the workspace's own compiled code that the update touches.
    pub places: u32,
    /// Those of them in functions that no test reaches, sorted.
    pub unreached: Vec<Place>,
}

/// A line of a package's source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The package.
    pub package: String,
    /// The file, relative to the package's root.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
}

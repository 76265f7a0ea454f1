//! Which touched places no test reaches, as the contract spells it.

use ripe_model::TestReach;
use serde::Serialize;

use crate::entry::slashed;

/// What the tests of the workspace reach of the places that an update touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestsEntry {
    /// How many tests the workspace has.
    pub tests: u32,
    /// The lines of the workspace's own functions that the update touches.
    pub places: u32,
    /// Those in functions that no test reaches by name.
    pub unreached: Vec<PlaceEntry>,
}

/// A line of a package's source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceEntry {
    /// The package.
    pub package: String,
    /// The file, relative to the package's root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl TestsEntry {
    /// The entry.
    pub fn new(reach: &TestReach) -> TestsEntry {
        let entry = |place: &ripe_model::Place| PlaceEntry {
            package: place.package.clone(),
            file: slashed(&place.file),
            line: place.line,
        };
        TestsEntry {
            tests: reach.tests,
            places: reach.places,
            unreached: reach.unreached.iter().map(entry).collect(),
        }
    }
}

//! Which functions of a workspace a test reaches, by name.
//!
//! Invariant: too much is called reached rather than too little. A method call reaches every method
//! of that name, a word every free function of that name; what only the compiler calls (impls of
//! foreign traits) is reached with its type; a test that starts a program reaches every `main`.

mod graph;
mod nodes;

use std::path::PathBuf;

use ripe_model::UseSite;
use serde::{Deserialize, Serialize};

use crate::Sources;
use crate::scan::on_a_stack;

/// The functions of the members of a workspace, and which of them a test reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// How many functions are tests, documentation tests included.
    pub tests: u32,
    /// The functions that are no tests, sorted by place.
    stretches: Vec<Stretch>,
}

/// Where a function stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Stretch {
    package: String,
    file: PathBuf,
    from: u32,
    to: u32,
    reached: bool,
}

impl Reach {
    /// Reads the sources of all members: their libraries, binaries, tests and documentation tests.
    pub fn of(members: &[Sources]) -> Reach {
        on_a_stack(|| graph::reach(&nodes::read(members))).unwrap_or_default()
    }

    /// Whether a test reaches the function in which a site stands; `None` where it stands in none,
    /// or in code of tests, or was not read.
    pub fn reaches(&self, site: &UseSite) -> Option<bool> {
        self.stretches
            .iter()
            .filter(|s| s.package == site.package && s.file == site.file)
            .filter(|s| s.from <= site.line && site.line <= s.to)
            .min_by_key(|s| s.to - s.from)
            .map(|s| s.reached)
    }
}

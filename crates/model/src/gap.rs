//! What was not seen, said by name.

use serde::{Deserialize, Serialize};

/// A hole in the evidence. A gap never reads as safe.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Gap {
    /// What was not analysed: a package, a file, a target.
    pub what: String,
    /// Why, in words that tell what to do about it where something can be done.
    pub why: String,
}

impl Gap {
    /// A gap about `what`, because of `why`.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Gap { what: what.into(), why: why.into() }
    }
}

//! One update, with all of its evidence.

use ripe_model::Update;
use serde::Serialize;

use crate::{ErrorEntry, SCHEMA_VERSION, UpdateEntry};

/// The answer of `cargo ripe explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainReport {
    /// The version of the contract.
    pub schema_version: u32,
    /// The update; its fields stand beside the others.
    #[serde(flatten)]
    pub update: UpdateEntry,
    /// What the compiler said against the target; empty where it was not asked.
    pub errors: Vec<ErrorEntry>,
}

impl ExplainReport {
    /// The report of an update, with the errors of a compilation against the target.
    pub fn new(update: &Update, mut errors: Vec<ErrorEntry>) -> ExplainReport {
        errors.sort();
        errors.dedup();
        let update = UpdateEntry::new(update);
        ExplainReport { schema_version: SCHEMA_VERSION, update, errors }
    }
}

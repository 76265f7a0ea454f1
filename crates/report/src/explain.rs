//! One update, with all of its evidence.

use std::collections::BTreeSet;

use ripe_model::{Update, UseSite};
use serde::Serialize;

use crate::entry::slashed;
use crate::{ConfirmedBy, ErrorEntry, SCHEMA_VERSION, UpdateEntry};

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

    /// The report with the places confirmed at which one of these uses stands.
    pub fn confirmed(mut self, by: ConfirmedBy, uses: &[UseSite]) -> ExplainReport {
        let places: BTreeSet<_> = uses
            .iter()
            .map(|site| (site.package.clone(), slashed(&site.file), site.line, site.item.clone()))
            .collect();
        for change in &mut self.update.changes {
            let item = &change.change.item;
            for site in &mut change.use_sites {
                let at = |item: &str| {
                    (site.package.clone(), site.file.clone(), site.line, item.to_owned())
                };
                // Of an item that is gone, its members are used.
                let member = places.range(at(&format!("{item}::"))..).next().is_some_and(|place| {
                    place.3.starts_with(&format!("{item}::"))
                        && (&place.0, &place.1, place.2) == (&site.package, &site.file, site.line)
                });
                if places.contains(&at(item)) || member {
                    site.confirmed_by = Some(by);
                }
            }
        }
        self
    }
}

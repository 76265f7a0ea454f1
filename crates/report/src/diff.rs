//! What changed between two versions of one package.

use ripe_model::{Bump, Change, Gap, ItemKind, Unexplained, declared_bump};
use serde::Serialize;

use crate::{ChangeEntry, GapEntry, PackageVersion, SCHEMA_VERSION};

/// The answer of `cargo ripe diff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffReport {
    /// The version of the contract.
    pub schema_version: u32,
    /// The old side.
    pub old: PackageVersion,
    /// The new side.
    pub new: PackageVersion,
    /// The bump that the numbers declare; `null` where a side has no number.
    pub declared_bump: Option<Bump>,
    /// The bump that the definite changes require.
    pub required_bump: Bump,
    /// The bump that the others may require.
    pub possible_bump: Bump,
    /// Whether more is required than declared.
    pub undeclared: bool,
    /// The changes, by item.
    pub changes: Vec<ChangeEntry>,
    /// What differs and no lint spoke about.
    pub unexplained: Vec<UnexplainedEntry>,
    /// What was not seen.
    pub gaps: Vec<GapEntry>,
}

/// An item that differs and that no lint spoke about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnexplainedEntry {
    /// The item.
    pub item: String,
    /// What it is.
    pub kind: ItemKind,
}

impl DiffReport {
    /// The report of a comparison; sorts what it is given.
    pub fn new(
        old: PackageVersion,
        new: PackageVersion,
        (required_bump, possible_bump): (Bump, Bump),
        changes: &[Change],
        unexplained: &[Unexplained],
        gaps: &[Gap],
    ) -> DiffReport {
        let declared_bump = match (&old.version, &new.version) {
            (Some(old), Some(new)) => Some(declared_bump(old, new)),
            (None, _) | (_, None) => None,
        };
        let mut changes: Vec<ChangeEntry> = changes.iter().map(ChangeEntry::new).collect();
        changes.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut unexplained: Vec<UnexplainedEntry> = unexplained
            .iter()
            .map(|row| UnexplainedEntry { item: row.item.path.clone(), kind: row.kind })
            .collect();
        unexplained.sort();
        let mut gaps = gaps.to_vec();
        gaps.sort();
        gaps.dedup();
        DiffReport {
            schema_version: SCHEMA_VERSION,
            old,
            new,
            declared_bump,
            required_bump,
            possible_bump,
            undeclared: declared_bump.is_some_and(|declared| required_bump > declared),
            changes,
            unexplained,
            gaps,
        }
    }
}

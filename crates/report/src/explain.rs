//! One update, with all of its evidence.

use ripe_model::{Bump, Estimate, Grade, Impact, Update, Verdict};
use semver::Version;
use serde::Serialize;

use crate::{ErrorEntry, GapEntry, ReachingChange, ReasonEntry, SCHEMA_VERSION};

/// The answer of `cargo ripe explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainReport {
    /// The version of the contract.
    pub schema_version: u32,
    /// The package.
    pub package: String,
    /// The locked version.
    pub locked: Version,
    /// The target version.
    pub target: Version,
    /// The bump that the numbers declare.
    pub declared_bump: Bump,
    /// Whether the API broke beyond that.
    pub undeclared: bool,
    /// What the evidence says of this code.
    pub impact: Impact,
    /// Impact and policy together.
    pub verdict: Verdict,
    /// How far the evidence goes.
    pub grade: Grade,
    /// Why; the first is the headline.
    pub reasons: Vec<ReasonEntry>,
    /// The changes that reach this code.
    pub changes: Vec<ReachingChange>,
    /// How many changes there are in all.
    pub n_changes_total: u32,
    /// What moves along.
    pub moves_along: Vec<String>,
    /// What to run or write.
    pub commands: Vec<String>,
    /// The time it takes.
    pub minutes: Estimate,
    /// What the compiler said against the target; empty where it was not asked.
    pub errors: Vec<ErrorEntry>,
    /// What was not seen.
    pub gaps: Vec<GapEntry>,
}

impl ExplainReport {
    /// The report of an update, with the errors of a compilation against the target.
    pub fn new(update: &Update, mut errors: Vec<ErrorEntry>) -> ExplainReport {
        errors.sort();
        errors.dedup();
        let mut gaps = update.gaps.clone();
        gaps.sort();
        gaps.dedup();
        ExplainReport {
            schema_version: SCHEMA_VERSION,
            package: update.package.clone(),
            locked: update.locked.clone(),
            target: update.target.clone(),
            declared_bump: update.declared_bump,
            undeclared: update.undeclared,
            impact: update.impact,
            verdict: update.verdict,
            grade: update.grade,
            reasons: update.reasons.clone(),
            changes: ReachingChange::list(&update.changes),
            n_changes_total: update.n_changes_total,
            moves_along: update.moves_along.clone(),
            commands: update.commands.clone(),
            minutes: update.minutes,
            errors,
            gaps,
        }
    }
}

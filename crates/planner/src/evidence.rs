//! What is known of one update when it is judged.

use ripe_model::{Candidate, Change, Gap, Grade, Impact, UseSite};
use semver::Version;

use crate::{MoveHistory, date_of, day_number};

/// What the evidence says of one candidate: all that [`judge`](crate::judge()) and
/// [`estimate`](crate::estimate()) look at.
#[derive(Debug, Clone)]
pub struct EvidenceForUpdate<'a> {
    /// The candidate as the index and Cargo state it.
    pub candidate: &'a Candidate,
    /// What the evidence says of this code.
    pub impact: Impact,
    /// Whether the API broke beyond what the numbers declare.
    pub undeclared: bool,
    /// How far the evidence goes.
    pub grade: Grade,
    /// The changes that reach this code, each with its use sites.
    pub changes: &'a [(Change, Vec<UseSite>)],
    /// How many changes there are in all.
    pub n_changes_total: u32,
    /// Of the packages that move along: the one that asks for the newest compiler, and which
    /// compiler that is.
    pub moves_need_rust: Option<(String, Version)>,
    /// The advisories of the locked version that the target fixes, by id.
    pub fixes: &'a [String],
    /// Whether the workspace's own packages depend on it and use nothing of it.
    pub idle: bool,
    /// Where the public API of a library of the workspace shows it, and the update is a major.
    pub exposed: &'a [UseSite],
    /// What was not seen about it.
    pub gaps: &'a [Gap],
    /// What a first look found, where nothing was compiled for it yet.
    pub first_look: Option<FirstLook<'a>>,
}

impl<'a> EvidenceForUpdate<'a> {
    /// The places that the changes reach, by change.
    pub(crate) fn sites(&self) -> impl Iterator<Item = &'a UseSite> {
        self.changes.iter().flat_map(|(_, sites)| sites)
    }
}

/// What is known of an update before anything was compiled.
#[derive(Debug, Clone, Copy)]
pub struct FirstLook<'a> {
    /// The lines of the workspace that name the package, in order: `src/main.rs:12`.
    pub named_at: &'a [String],
    /// How earlier moves of the package across a major went, in public histories.
    pub history: Option<&'a MoveHistory>,
}

/// What the workspace and its owner ask of any update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The day for which the plan is made, RFC 3339.
    pub today: String,
    /// A release younger than this many days waits, unless it fixes an advisory.
    pub min_age_days: u32,
    /// The lowest `rust-version` that a member of the workspace declares.
    pub rust_version: Option<Version>,
    /// The compiler in use.
    pub rustc: Option<Version>,
    /// The names of the workspace's own packages: code that its owner can edit.
    pub members: Vec<String>,
}

impl Policy {
    /// The default rules for a day: releases wait seven days, no compiler is known.
    pub fn on(today: impl Into<String>) -> Policy {
        Policy {
            today: today.into(),
            min_age_days: 7,
            rust_version: None,
            rustc: None,
            members: Vec::new(),
        }
    }

    /// The last day on which a release may have come out to be old enough; `None` where today is
    /// no date.
    pub fn aged_by(&self) -> Option<String> {
        Some(date_of(day_number(&self.today)? - i64::from(self.min_age_days)))
    }

    /// Whether a use site stands in code that the workspace's owner can edit.
    pub fn is_yours(&self, site: &UseSite) -> bool {
        self.members.contains(&site.package)
    }
}

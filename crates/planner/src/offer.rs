//! An update on the table: what it is, what it is worth, what it takes with it.

use std::path::Path;

use ripe_model::{Bump, Candidate, Update, Verdict};
use semver::Version;

use crate::date::date_of;
use crate::{Policy, Worth, day_number};

/// One option for one locked package, as [`plan`](crate::plan()) weighs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The update with its verdict and its minutes, as if it were taken alone.
    pub update: Update,
    /// What it is worth.
    pub worth: Worth,
    /// The other packages that cannot stay where they are when it is taken, and where they go.
    /// A package and version that is itself an offer has to be taken with this one; others are
    /// carried along.
    pub requires: Vec<(String, Version)>,
    /// Whether the lockfile alone changes.
    pub lockfile_only: bool,
    /// Whether `cargo update` would go past the target, so that it has to be named.
    pub exact: bool,
    /// How Cargo names the locked package: `bitflags`, or `bitflags@1.3.2` where several are locked.
    pub spec: String,
    /// Whether nothing is known because nothing was compiled for it yet: it may be taken to try
    /// it.
    pub tentative: bool,
    /// The day from which the target is old enough, where it is not yet: `2026-11-29`.
    pub ripe_from: Option<String>,
}

impl Offer {
    /// The offer of a judged and estimated update.
    ///
    /// `candidate.moves` must be what Cargo moves when this candidate alone is asked for: what
    /// moved only because it was asked for in the same run would be read as inseparable.
    /// `several_locked` says whether the lockfile holds other versions of the package, and
    /// `first_look` whether nothing was compiled for it yet.
    pub fn new(
        candidate: &Candidate,
        update: Update,
        worth: Worth,
        several_locked: bool,
        first_look: bool,
        policy: &Policy,
    ) -> Offer {
        let mut requires: Vec<(String, Version)> = candidate
            .moves
            .iter()
            .filter(|moved| moved.package != candidate.locked.name && moved.from.is_some())
            .filter_map(|moved| Some((moved.package.clone(), moved.to.clone()?)))
            .collect();
        requires.sort();
        requires.dedup();
        let ripe_from = candidate
            .published
            .as_deref()
            .and_then(day_number)
            .map(|day| day + i64::from(policy.min_age_days))
            .filter(|ripe| day_number(&policy.today).is_some_and(|today| today < *ripe))
            .map(date_of);
        let tentative = first_look && update.verdict == Verdict::Unknown;
        Offer {
            update,
            worth,
            requires,
            lockfile_only: candidate.edits.is_empty(),
            exact: candidate.younger.is_some(),
            spec: spec(candidate, several_locked),
            tentative,
            ripe_from,
        }
    }

    /// Whether the plan may take it.
    pub(crate) fn is_ripe(&self) -> bool {
        match self.update.verdict {
            Verdict::Free | Verdict::Edit => true,
            Verdict::Unknown => self.tentative,
            Verdict::Hold => false,
        }
    }

    /// Whether it can share one `cargo update`, one look and one test run with others.
    pub(crate) fn is_batchable(&self) -> bool {
        self.lockfile_only
            && (self.tentative || self.update.verdict == Verdict::Free)
            && self.update.declared_bump < Bump::Major
    }
}

fn spec(candidate: &Candidate, several_locked: bool) -> String {
    if several_locked { candidate.locked.to_string() } else { candidate.locked.name.clone() }
}

/// What a person runs or writes to take a candidate alone, one line each. Manifests are named
/// relative to `root` where they lie in it.
pub fn commands_for(candidate: &Candidate, several_locked: bool, root: &Path) -> Vec<String> {
    let mut lines: Vec<String> = candidate
        .edits
        .iter()
        .map(|edit| {
            let manifest = edit.manifest.strip_prefix(root).unwrap_or(&edit.manifest);
            let (key, from, to) = (&edit.key, &edit.from, &edit.to);
            format!("in {}: {key} = \"{from}\" becomes \"{to}\"", manifest.display())
        })
        .collect();
    lines.sort();
    lines.dedup();
    let spec = spec(candidate, several_locked);
    lines.push(if lines.is_empty() {
        format!("cargo update {spec} --precise {}", candidate.target)
    } else {
        // After an edit of the requirement Cargo unlocks the package, and moves it to the newest
        // release that fits whatever `--precise` says (cargo 1.95); that is the target.
        format!("cargo update {spec}")
    });
    if let Some(younger) = candidate.younger.as_ref().filter(|_| !candidate.edits.is_empty()) {
        let name = &candidate.locked.name;
        let spec =
            if several_locked { format!("{name}@{}", younger.version) } else { name.clone() };
        lines.push(format!("cargo update {spec} --precise {}", candidate.target));
    }
    lines
}

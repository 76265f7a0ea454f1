//! How long an update takes a person.
//!
//! Minutes = set-up + manifests + reading + edits, and edits = Σ over kinds of change of
//! (learn · √items + per site · √sites). What is not known is a mixture: with the crate's own edit
//! rate an edit of its usual size, else none. `docs/estimates.md` says how well that does.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{Bump, Change, Estimate, Impact, Role, UseSite};

use crate::{EvidenceForUpdate, History};

/// What any step costs once, however many packages move in it: look over the lockfile, build,
/// run the tests, commit. Part of every [`estimate`]; a plan counts it once a step.
pub const SET_UP: Estimate = Estimate { p50: 2, p80: 4 };

/// Minutes to understand a kind of change, for its first item.
const LEARN: f64 = 3.0;
/// The same where the report says what to write instead.
const LEARN_TOLD: f64 = 1.0;
/// Minutes to edit the first place of a kind.
const PER_SITE: f64 = 1.5;
/// Minutes for the square root of changed lines: 12 lines 10 minutes, 216 lines 44.
const PER_ROOT_LINE: f64 = 3.0;
/// The spread of edit times around their middle, as the standard deviation of the logarithm: the
/// careful guess is 1.8 times the middle.
const SPREAD: f64 = 0.7;
/// How likely an update that calls itself compatible needs an edit, when nothing else is known.
const COMPATIBLE_EDIT_RATE: f64 = 0.03;
/// How likely an update across a major needs an edit where no line names the package.
const UNNAMED_EDIT_RATE: f64 = 0.05;
/// How likely an edit is where a use may be hit, and only compiling would tell.
const DOUBTFUL_EDIT_RATE: f64 = 0.5;

/// The time that an update takes, alone, in whole minutes.
pub fn estimate(evidence: &EvidenceForUpdate<'_>, history: &History) -> Estimate {
    let candidate = evidence.candidate;
    let manifests = u32::try_from(candidate.edits.len()).unwrap_or(u32::MAX).min(60);
    let (read50, read80) = reading(candidate.declared, candidate.role, evidence.impact);
    let fixed50 = SET_UP.p50 + manifests + read50;
    let fixed80 = SET_UP.p80 + manifests + read80;

    let package = candidate.locked.name.as_str();
    let from_history = PER_ROOT_LINE * f64::from(history.edit_lines(package)).sqrt();
    let from_sites = edits(evidence.changes);
    let prior = match candidate.declared {
        Bump::Major if evidence.first_look.is_some_and(|look| look.named_at.is_empty()) => {
            UNNAMED_EDIT_RATE
        }
        Bump::Major => history.edit_rate(package),
        Bump::None | Bump::Patch | Bump::Minor => COMPATIBLE_EDIT_RATE,
    };
    let (rate, middle) = match (evidence.impact, from_sites) {
        (Impact::None, _) => (0.0, 0.0),
        (Impact::Breaks, Some(minutes)) => (1.0, minutes),
        (Impact::Breaks, None) => (1.0, from_history),
        (Impact::Unknown, Some(minutes)) => (prior.max(DOUBTFUL_EDIT_RATE), minutes),
        (Impact::Unknown, None) => (prior, from_history),
    };
    let p50 = fixed50.saturating_add(whole(quantile(rate, middle, 0.5)));
    let p80 = fixed80.saturating_add(whole(quantile(rate, middle, 0.8)));
    Estimate { p50, p80: p80.max(p50) }
}

/// Minutes with the changelog, in the middle and carefully.
fn reading(declared: Bump, role: Role, impact: Impact) -> (u32, u32) {
    match (declared, role) {
        (Bump::None | Bump::Patch | Bump::Minor, Role::Transitive) => (0, 0),
        (Bump::None | Bump::Patch, Role::Direct) => (0, 1),
        (Bump::Minor, Role::Direct) => (1, 1),
        (Bump::Major, Role::Direct | Role::Transitive) => match impact {
            Impact::None => (1, 3),
            Impact::Unknown | Impact::Breaks => (3, 6),
        },
    }
}

/// The middle of the minutes that the edits take; `None` where no place is known.
fn edits(changes: &[(Change, Vec<UseSite>)]) -> Option<f64> {
    struct Kind<'a> {
        items: u32,
        told: u32,
        places: BTreeSet<(&'a str, &'a std::path::Path, u32)>,
    }
    let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
    for (change, sites) in changes {
        if sites.is_empty() {
            continue;
        }
        let kind = kinds.entry(change.lint.as_str()).or_insert_with(|| Kind {
            items: 0,
            told: 0,
            places: BTreeSet::new(),
        });
        kind.items += 1;
        kind.told += u32::from(change.suggestion.is_some());
        let places = sites.iter().map(|s| (s.package.as_str(), s.file.as_path(), s.line));
        kind.places.extend(places);
    }
    if kinds.is_empty() {
        return None;
    }
    Some(kinds.values().fold(0.0, |sum, kind| {
        let told = f64::from(kind.told);
        let untold = f64::from(kind.items - kind.told);
        let learn = LEARN * untold.sqrt() + LEARN_TOLD * told.sqrt();
        sum + learn + PER_SITE * (kind.places.len() as f64).sqrt()
    }))
}

/// The quantile of: nothing with 1 − `rate`, else lognormal around `middle`.
fn quantile(rate: f64, middle: f64, at: f64) -> f64 {
    let within = (at - (1.0 - rate)) / rate.max(f64::EPSILON);
    if rate <= 0.0 || within <= 0.0 {
        return 0.0;
    }
    middle * (SPREAD * normal_quantile(within.min(0.999))).exp()
}

/// The quantile of the standard normal distribution, to three digits (Abramowitz and Stegun,
/// 26.2.23).
fn normal_quantile(p: f64) -> f64 {
    let tail = if p < 0.5 { p } else { 1.0 - p };
    let t = (-2.0 * tail.max(1e-9).ln()).sqrt();
    let z = t
        - (2.515_517 + t * (0.802_853 + t * 0.010_328))
            / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    if p < 0.5 { -z } else { z }
}

/// Whole minutes, rounded up; the sum of many stays far from overflow.
fn whole(minutes: f64) -> u32 {
    // A cast from a float saturates, and takes NaN to 0.
    (minutes.ceil() as u32).min(100_000)
}

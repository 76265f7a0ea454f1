//! What a plan says of the project as a whole.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{Candidate, CandidateKind, DependencyKind, Gap};
use ripe_resolver::{Waiting, oldest};
use ripe_verify::LockState;

use crate::failure::disk_is_full;
use crate::ground::Ground;
use crate::looks::Looks;

/// How many requirements are named.
const NAMED: usize = 4;

/// The first error of the baseline, in words, where the project does not build as it stands, and
/// the update with which its package compiles.
pub(crate) fn broken(ground: &Ground, looks: &Looks, candidates: &[Candidate]) -> Option<String> {
    let error = looks.baseline()?.outcome().errors.first()?;
    if let Some(next) = disk_is_full(&error.message) {
        let (package, message) = (&error.package, &error.message);
        return Some(format!("not compiled to the end: {package}: {message}; next: {next}"));
    }
    let what = match ground.scratch.lock_state() {
        LockState::Fits | LockState::Outdated => {
            "this project does not build as it is locked".to_owned()
        }
        LockState::Missing => format!("new users of {} cannot build it", ground.name()),
    };
    let place = error
        .spans
        .first()
        .map(|span| format!(" ({}:{})", span.file.display(), span.line))
        .unwrap_or_default();
    let mends = candidates
        .iter()
        .filter(|c| c.locked == error.package && c.kind == CandidateKind::Compatible)
        .find(|c| looks.compiles(&c.locked.name, &c.target))
        .map(|c| {
            format!("; {} compiles: `cargo update {} --precise {}`", c.target, c.locked, c.target)
        })
        .unwrap_or_default();
    Some(format!("{what}: {}: {}{place}{mends}", error.package, error.message))
}

/// Without a lockfile the newest releases were looked at; the requirements of the manifests accept
/// older ones too, which somebody may have.
pub(crate) fn wider(ground: &Ground) -> Option<Gap> {
    if ground.scratch.lock_state() != LockState::Missing {
        return None;
    }
    let mut wide = BTreeMap::new();
    for member in ground.graph.members() {
        for edge in ground.graph.dependencies(&member.id) {
            let from = oldest(&edge.req).filter(|from| *from < edge.dependency.version);
            let counts = edge.kind != DependencyKind::Dev && edge.dependency.source.is_registry();
            if let Some(from) = from.filter(|_| counts) {
                wide.insert(
                    edge.dependency.name.clone(),
                    format!("{} from {from}", edge.dependency.name),
                );
            }
        }
    }
    let named: Vec<String> = wide.values().take(NAMED).cloned().collect();
    let more = match wide.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    (!named.is_empty()).then(|| {
        let why = format!(
            "your requirements accept older releases than those that were looked at: {}{more}",
            named.join(", ")
        );
        Gap::new("what your users may have", why)
    })
}

/// Newer majors of packages that no manifest names, one line for each package that holds some.
pub(crate) fn waiting(waiting: &[Waiting]) -> Vec<Gap> {
    let mut by_holder: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in waiting {
        let holders: Vec<String> =
            one.held_by.iter().map(|(holder, _)| holder.to_string()).collect();
        by_holder
            .entry(holders.join(", "))
            .or_default()
            .insert(format!("{} {}", one.package.name, one.newest));
    }
    by_holder
        .into_iter()
        .map(|(holders, packages)| {
            Gap::new(
                packages.into_iter().collect::<Vec<_>>().join(", "),
                format!("waits for {holders}"),
            )
        })
        .collect()
}

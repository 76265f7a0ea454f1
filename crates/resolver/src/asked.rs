//! One update that the user named.

use ripe_model::{Candidate, CandidateKind, Gap, PackageId, Release, Role, Source, Workspace};
use semver::{Version, VersionReq};

use crate::candidates::{Choice, Template, edits};
use crate::{Graph, Releases};

/// The update of `locked` to exactly `target`: withdrawn releases, pre-releases and steps back are
/// allowed, because they were asked for. A requirement that does not accept the target is written
/// as its author would, and pinned only where that would bring a newer release.
///
/// # Errors
/// A gap that says what is missing: the package in the graph, the release in the index, or a
/// requirement that could be rewritten.
pub fn asked(
    graph: &Graph,
    workspace: &Workspace,
    releases: &Releases,
    locked: &PackageId,
    target: &Version,
) -> Result<Candidate, Gap> {
    let node = graph
        .get(locked)
        .ok_or_else(|| Gap::new(locked.to_string(), "the lockfile does not hold it"))?;
    let rows = releases.get(&(locked.name.clone(), locked.source.clone())).ok_or_else(|| {
        Gap::new(locked.to_string(), "its registry's index lists nothing of it here")
    })?;
    let release = rows.iter().find(|row| row.version == *target).ok_or_else(|| {
        Gap::new(format!("{}@{target}", locked.name), "its registry's index lists no such release")
    })?;
    let direct: Vec<_> = graph
        .dependents(locked)
        .into_iter()
        .filter(|edge| edge.dependent.source == Source::Path)
        .collect();
    let role = if direct.is_empty() { Role::Transitive } else { Role::Direct };
    let edits = edits(workspace, &direct, target)?
        .into_iter()
        .map(|edit| match brings(&edit.to, rows) == Some(target) {
            true => edit,
            false => edit.pinned(target),
        })
        .collect();
    let choice = Choice { release, younger: None };
    Ok(Template { graph, node, rows, role }.candidate(CandidateKind::Asked, &choice, edits))
}

/// The newest release that a requirement brings.
fn brings<'a>(requirement: &str, rows: &'a [Release]) -> Option<&'a Version> {
    let req = VersionReq::parse(requirement).ok()?;
    rows.iter().filter(|row| !row.yanked && req.matches(&row.version)).map(|row| &row.version).max()
}

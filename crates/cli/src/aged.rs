//! Releases that are old enough, where cargo's newest is too young.

use ripe_model::{Candidate, CandidateKind, PackageId, Younger};
use ripe_planner::Policy;
use ripe_resolver::Candidates;
use ripe_verify::{Compatible, Request, Resolution};
use semver::Version;

use crate::failure::Failure;
use crate::ground::Ground;
use crate::looks::Question;
use crate::setup;

/// A candidate that cargo takes to a release which is too young.
struct Young {
    /// Its place among the candidates.
    at: usize,
    younger: Younger,
    /// The newest release that is old enough.
    instead: Version,
}

/// The question for all compatible updates, answered by `newest`, asked again with a release that
/// is old enough for every package that has one. What cargo cannot have there stays young.
pub(crate) fn aged(
    ground: &Ground,
    policy: &Policy,
    newest: Question,
    candidates: &mut Candidates,
) -> Result<Question, Failure> {
    let young = young(ground, policy, &newest.resolution, &candidates.updates);
    if young.is_empty() {
        return Ok(newest);
    }
    let locked = |one: &Young| candidates.updates[one.at].locked.clone();
    let instead = young.iter().map(|one| {
        let went = PackageId { version: one.younger.version.clone(), ..locked(one) };
        (went, one.instead.clone())
    });
    let request = Request { compatible: Compatible::AllBut(instead.collect()), edits: Vec::new() };
    let Ok(resolution) = ground.resolve(&request)? else { return Ok(newest) };
    for one in young {
        let candidate = &mut candidates.updates[one.at];
        let stays = goes_to(candidate, &resolution) == Some(&one.younger.version);
        candidate.younger = Some(one.younger).filter(|_| !stays);
    }
    Ok(Question { request, resolution })
}

fn young(
    ground: &Ground,
    policy: &Policy,
    newest: &Resolution,
    candidates: &[Candidate],
) -> Vec<Young> {
    let Some(day) = policy.aged_by() else { return Vec::new() };
    let context = setup::context(ground, None);
    let one = |(at, candidate): (usize, &Candidate)| {
        let to = goes_to(candidate, newest)?;
        let rows = ground.rows(&candidate.locked);
        let published = rows.iter().find(|row| row.version == *to)?.published.clone()?;
        if published.get(..day.len())? <= day.as_str() {
            return None;
        }
        let old = ripe_resolver::aged(rows, &candidate.locked.version, to, &day, &context)?;
        let younger = Younger { version: to.clone(), published };
        Some(Young { at, younger, instead: old.version.clone() })
    };
    let compatible =
        |(_, candidate): &(usize, &Candidate)| candidate.kind == CandidateKind::Compatible;
    candidates.iter().enumerate().filter(compatible).filter_map(one).collect()
}

/// Where a resolution takes the locked version of a candidate.
fn goes_to<'a>(candidate: &Candidate, resolution: &'a Resolution) -> Option<&'a Version> {
    let locked = &candidate.locked;
    let is = |m: &&ripe_model::Move| {
        m.package == locked.name && m.from.as_ref() == Some(&locked.version)
    };
    resolution.moves.iter().find(is)?.to.as_ref()
}

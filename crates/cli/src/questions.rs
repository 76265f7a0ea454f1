//! What cargo is asked in a plan, and what comes of its answers: all compatible updates together,
//! and all newest majors together.

use ripe_model::{CandidateKind, Gap, PackageId, Role};
use ripe_planner::Policy;
use ripe_resolver::Candidates;
use ripe_verify::{Compatible, Majors, Request, Resolution, instead, newest_majors};

use crate::args::CargoArgs;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::session::Session;
use crate::setup;

/// How often a question is made smaller because something of its answer cannot be downloaded.
const ROUNDS: u32 = 3;

/// A question to cargo with its answer.
pub(crate) struct Question {
    pub(crate) request: Request,
    pub(crate) resolution: Resolution,
}

/// Asks cargo for all compatible updates together, and for all newest majors together; what it
/// refuses in company it is asked one by one. The answers are written into the candidates.
pub(crate) fn resolve(
    session: &Session,
    ground: &mut Ground,
    policy: &Policy,
) -> Result<(Candidates, Vec<Question>), Failure> {
    session.progress.stage("asking cargo for all compatible updates", None);
    let (request, answer) = ground.refresh(session)?;
    let mut questions = Vec::new();
    let mut candidates = setup::candidates(ground, policy.aged_by());
    candidates.gaps.extend(ground.gaps.iter().cloned());
    match answer {
        Ok(resolution) => {
            let question = aged(ground, Question { request, resolution }, &candidates)?;
            let resolution = &question.resolution;
            candidates.settle(&ground.graph, &ground.releases, &resolution.moves);
            ground.scratch.share_compatible(resolution, &mut candidates.updates);
            questions.push(question);
        }
        Err(refusal) => candidates.gaps.push(Gap::new("compatible updates", refusal.text)),
    }

    // One option a package: the newest major.
    let newest = newest_majors(&candidates.updates);
    let mut at = 0..;
    candidates.updates.retain(|candidate| {
        let at = at.next();
        candidate.kind != CandidateKind::Major || at.is_some_and(|at| newest.contains(&at))
    });

    session.progress.stage("asking cargo for the newer majors", None);
    let mut majors = ask_majors(ground, &mut candidates);
    if matches!(majors, Err(ripe_verify::Error::NoIndex { .. })) && ground.go_around(session)? {
        majors = ask_majors(ground, &mut candidates);
        candidates.gaps.extend(ground.view_gaps());
    }
    let majors = majors?;
    if let Some(resolution) = majors.together {
        questions.push(Question { request: majors.request, resolution });
    }
    Ok((candidates, questions))
}

fn ask_majors(ground: &Ground, candidates: &mut Candidates) -> Result<Majors, ripe_verify::Error> {
    ground.cached(|cache| ground.scratch.resolve_majors(&mut candidates.updates, Some(cache)))
}

/// The question for all compatible updates, answered by `newest`, asked again for every candidate
/// that a manifest names and that gives way to an older release. What cargo cannot have there stays young.
fn aged(ground: &Ground, newest: Question, candidates: &Candidates) -> Result<Question, Failure> {
    let went = |name: &str, version: &semver::Version| {
        let mut moves = newest.resolution.moves.iter();
        moves.any(|m| m.package == name && m.to.as_ref() == Some(version))
    };
    // Each costs a run of cargo: what only other packages ask for waits for its day instead.
    let compatible = candidates
        .updates
        .iter()
        .filter(|c| c.kind == CandidateKind::Compatible && c.role == Role::Direct);
    let instead: Vec<_> =
        compatible.filter_map(instead).filter(|(id, _)| went(&id.name, &id.version)).collect();
    if instead.is_empty() {
        return Ok(newest);
    }
    let request = Request { instead, ..newest.request.clone() };
    match ground.resolve(&request)? {
        Ok(resolution) => Ok(Question { request, resolution }),
        Err(_) => Ok(newest),
    }
}

/// Downloads what an answer names. What cannot be had is left out of the question, so that the
/// rest can be looked at; `None` where nothing is left of it.
pub(crate) fn had(
    session: &Session,
    ground: &Ground,
    mut question: Question,
    cargo: &CargoArgs,
    gaps: &mut Vec<Gap>,
) -> Result<Option<Question>, Failure> {
    for _ in 0..ROUNDS {
        let missing = setup::fetch(session, ground, &question, cargo)?;
        let absent = ground.absent(&question.resolution, &missing);
        gaps.extend(missing);
        if absent.is_empty() {
            return Ok(Some(question));
        }
        let Some(request) = without(&question, &absent) else { return Ok(None) };
        let Ok(resolution) = ground.resolve(&request)? else { return Ok(None) };
        question = Question { request, resolution };
    }
    Ok(None)
}

/// The request that leaves alone what cannot be had; `None` where it cannot be told apart.
fn without(Question { request, resolution }: &Question, absent: &[PackageId]) -> Option<Request> {
    let mut request = request.clone();
    for package in absent {
        let before = request.edits.len();
        request.edits.retain(|edit| edit.key != package.name);
        if request.edits.len() < before {
            continue;
        }
        let came = |m: &&ripe_model::Move| {
            m.package == package.name && m.to.as_ref() == Some(&package.version)
        };
        let from = resolution.moves.iter().find(came)?.from.clone()?;
        // One that gave way to an older release already goes on from there.
        request.instead.retain(|(id, _)| id.name != package.name);
        request.instead.push((package.clone(), from));
    }
    let asks = request.compatible != Compatible::Keep || !request.edits.is_empty();
    asks.then_some(request)
}

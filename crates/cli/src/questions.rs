//! What cargo is asked in a plan, and what comes of its answers: all compatible updates together,
//! and all newest majors together.

use ripe_model::{CandidateKind, Gap, PackageId};
use ripe_planner::Policy;
use ripe_resolver::{Candidates, is_aged};
use ripe_verify::{Aged, Compatible, Majors, Request, Resolution, newest_majors};

use crate::args::CargoArgs;
use crate::failure::Failure;
use crate::ground::{Ground, from_elsewhere};
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
    let aged_by = policy.aged_by();
    let mut candidates = setup::candidates(ground, aged_by.clone());
    candidates.gaps.extend(ground.gaps.iter().cloned());
    match answer {
        Ok(resolution) => {
            let newest = Question { request, resolution };
            let question = match &aged_by {
                Some(by) => aged(session, ground, newest, &candidates, by)?,
                None => newest,
            };
            let resolution = &question.resolution;
            let moves = &resolution.moves;
            candidates.settle(&ground.graph, &ground.releases, moves, aged_by.as_deref());
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

/// The question for all compatible updates, answered by `newest`, asked again without the releases
/// that are too young, where there are such in the answer. A candidate that has no older release is
/// seen all the same, so that it is known what it would do. What cargo cannot have so stays young.
fn aged(
    session: &Session,
    ground: &Ground,
    newest: Question,
    candidates: &Candidates,
    by: &str,
) -> Result<Question, Failure> {
    let compatible = candidates.updates.iter().filter(|c| c.kind == CandidateKind::Compatible);
    let besides: Vec<_> = compatible
        .filter(|c| !is_aged(c.published.as_deref(), Some(by)))
        .map(|c| (c.locked.name.clone(), c.target.clone()))
        .collect();
    let gives_way = |id: &PackageId| {
        let seen = besides.iter().any(|(name, version)| *name == id.name && *version == id.version);
        !seen && ground.graph.get(id).is_none() && ground.is_younger(id, by)
    };
    if !from_elsewhere(&newest.resolution.lockfile).iter().any(gives_way) {
        return Ok(newest);
    }
    let aged = Aged { by: by.to_owned(), besides };
    let request = Request { compatible: Compatible::Aged(aged), ..newest.request.clone() };
    match ground.resolve(&request) {
        Ok(Ok(resolution)) => Ok(Question { request, resolution }),
        Err(failure) if session.cancel.is_cancelled() => Err(failure),
        Ok(Err(_)) | Err(_) => Ok(newest),
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

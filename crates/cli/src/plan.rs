//! `cargo ripe [plan]`: what to take in the time there is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use ripe_model::{Candidate, CandidateKind, Gap, Grade, Impact, PackageId, Update};
use ripe_planner::{History, Offer, Policy, Worth, plan};
use ripe_report::{PlanHeader, PlanReport, plan_text};
use ripe_resolver::{Candidates, Waiting};
use ripe_verify::{Compatible, LockState, Majors, Request, Resolution, newest_majors};

use crate::args::{CargoArgs, PlanArgs};
use crate::evidence::{Compared, compare_resolution, found};
use crate::explain::leaving;
use crate::failure::{Failure, disk_is_full};
use crate::ground::Ground;
use crate::session::Session;
use crate::setup;
use crate::side::{Asked, Side, locked_side};
use crate::update::{Gathered, Mentions, majors_behind, mentions, update_of};

/// How often a batch is made smaller because something of it cannot be downloaded.
const ROUNDS: u32 = 3;

/// A resolution that was asked for, with what it means once that is known.
struct Batch {
    request: Request,
    resolution: Resolution,
    compared: Option<Compared>,
}

pub(crate) fn run(session: &Session, args: &PlanArgs) -> Result<u8, Failure> {
    let started = Instant::now();
    let machine = Duration::from_secs(u64::from(args.machine_budget) * 60);
    let mut ground = Ground::load(session, &args.cargo, args.as_of.as_deref())?;
    let mut notes = ground.notes();
    let (mut candidates, mut batches) = resolve(session, &mut ground)?;
    let mut gaps = std::mem::take(&mut candidates.gaps);

    let asked = setup::asked(session, &ground, &args.cargo, Some(machine))?;
    let policy = setup::policy(&ground);
    let mut locked = None;
    if !args.quick {
        let deeper =
            deepen(session, &ground, &asked, args, &mut batches, started + machine, &mut gaps);
        match deeper {
            Ok(side) => locked = side,
            Err(failure) if session.cancel.is_cancelled() => {
                notes.push("stopped early: what follows is as far as it was known".to_owned());
                drop(failure);
            }
            Err(failure) => gaps.push(Gap::new("the APIs", failure.in_words())),
        }
    }
    if let Some(side) = &locked {
        if let Some(error) = broken(&ground, side) {
            notes.insert(0, error);
        }
        setup::say_level(session, side.outcome());
    }

    if locked.is_none() && !candidates.updates.is_empty() {
        notes.push("first look, nothing compiled yet".to_owned());
    }
    let complete = locked.is_some() && batches.iter().flatten().all(|b| b.compared.is_some());
    let mentions = (!complete).then(|| {
        session.progress.stage("searching the sources for names", None);
        mentions(&ground)
    });

    session.progress.stage("planning", None);
    let history = History::shipped();
    let offers: Vec<Offer> = candidates
        .updates
        .par_iter()
        .map(|candidate| {
            let known =
                Known { locked: locked.as_ref(), batches: &batches, mentions: mentions.as_ref() };
            offer(&ground, candidate, known, &policy, &history)
        })
        .collect();
    gaps.extend(waiting(&candidates.waiting));
    let updates: Vec<&Update> = offers.iter().map(|offer| &offer.update).collect();
    let header = PlanHeader {
        plan_id: plan_id(&ground, args, &asked, &policy, &updates),
        project: ground.name(),
        date: policy.today.clone(),
        toolchain: asked.toolchain.rustc_version.lines().next().unwrap_or("rustc").to_owned(),
        packages: u32::try_from(ground.graph.packages().count()).unwrap_or(u32::MAX),
        notes,
    };
    let plan = plan(args.budget, offers, gaps);
    session.progress.finish();
    let report = PlanReport::new(header, &plan);
    let incomplete = !report.gaps.is_empty();
    setup::print(&args.output, &report, plan_text)?;
    Ok(setup::code(&args.output, incomplete))
}

/// Asks cargo for all compatible updates together, and for all newest majors together; what it
/// refuses in company it is asked one by one. The answers are written into the candidates.
fn resolve(
    session: &Session,
    ground: &mut Ground,
) -> Result<(Candidates, Vec<Option<Batch>>), Failure> {
    session.progress.stage("asking cargo for all compatible updates", None);
    let (request, answer) = ground.refresh(session)?;
    let mut candidates = setup::candidates(ground, None);
    candidates.gaps.extend(ground.gaps.iter().cloned());
    let compatible = match answer {
        Ok(resolution) => {
            candidates.settle(&ground.graph, &ground.releases, &resolution.moves);
            ground.scratch.share_compatible(&resolution, &mut candidates.updates);
            Some(Batch { request, resolution, compared: None })
        }
        Err(refusal) => {
            candidates.gaps.push(Gap::new("compatible updates", refusal.text));
            None
        }
    };

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
    let majors = majors.together.map(|resolution| Batch {
        request: majors.request,
        resolution,
        compared: None,
    });
    Ok((candidates, vec![compatible, majors]))
}

fn ask_majors(ground: &Ground, candidates: &mut Candidates) -> Result<Majors, ripe_verify::Error> {
    ground.cached(|cache| ground.scratch.resolve_majors(&mut candidates.updates, Some(cache)))
}

/// Gets the models of both sides and compares them, batch by batch, while there is time.
fn deepen(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    args: &PlanArgs,
    batches: &mut [Option<Batch>],
    until: Instant,
    gaps: &mut Vec<Gap>,
) -> Result<Option<Side>, Failure> {
    let cache = setup::model_cache(session);
    let mut wanted = BTreeSet::new();
    for batch in batches.iter_mut() {
        fetch(session, ground, batch, args, gaps)?;
        wanted.extend(batch.iter().flat_map(|batch| leaving(&batch.resolution.moves)));
    }
    if wanted.is_empty() {
        return Ok(None);
    }
    let locked = locked_side(session, ground, asked, &cache, wanted)?;
    for batch in batches.iter_mut().flatten() {
        if session.cancel.is_cancelled() {
            break;
        }
        if Instant::now() > until {
            gaps.push(Gap::new(
                "newer versions",
                "the machine's time was over; a longer --machine-budget goes further, and the next run goes on from here",
            ));
            break;
        }
        let compared = compare_resolution(
            session,
            ground,
            asked,
            &cache,
            &locked,
            &batch.request,
            &batch.resolution,
        );
        match compared {
            Ok(compared) => batch.compared = Some(compared),
            Err(_) if session.cancel.is_cancelled() => break,
            Err(failure) => gaps.push(Gap::new("newer versions", failure.in_words())),
        }
    }
    Ok(Some(locked))
}

/// Downloads what a batch needs. What cannot be had is left out of it, so that the rest can be
/// looked at; what is left of the batch is written back.
fn fetch(
    session: &Session,
    ground: &Ground,
    batch: &mut Option<Batch>,
    args: &PlanArgs,
    gaps: &mut Vec<Gap>,
) -> Result<(), Failure> {
    for _ in 0..ROUNDS {
        let Some(now) = batch else { return Ok(()) };
        let missing = setup::fetch(session, ground, &now.request, &now.resolution, &args.cargo)?;
        let absent = ground.absent(&now.resolution, &missing);
        gaps.extend(missing);
        if absent.is_empty() {
            return Ok(());
        }
        let request = without(&now.request, &now.resolution, &absent);
        let resolved = match &request {
            Some(request) => ground.resolve(request)?.ok(),
            None => None,
        };
        *batch = request.zip(resolved).map(|(request, resolution)| Batch {
            request,
            resolution,
            compared: None,
        });
    }
    *batch = None;
    Ok(())
}

/// The request that leaves alone what cannot be had; `None` where it cannot be told apart.
fn without(request: &Request, resolution: &Resolution, absent: &[PackageId]) -> Option<Request> {
    let mut edits = request.edits.clone();
    let mut back = match &request.compatible {
        Compatible::AllBut(back) => back.clone(),
        Compatible::All | Compatible::Keep | Compatible::Precise(_) => Vec::new(),
    };
    for package in absent {
        let before = edits.len();
        edits.retain(|edit| edit.key != package.name);
        if edits.len() < before {
            continue;
        }
        let came = |m: &&ripe_model::Move| {
            m.package == package.name && m.to.as_ref() == Some(&package.version)
        };
        let from = resolution.moves.iter().find(came)?.from.clone()?;
        back.push((package.clone(), from));
    }
    let compatible = match (&request.compatible, back.is_empty()) {
        (Compatible::Keep, false) => return None,
        (compatible, true) => compatible.clone(),
        (Compatible::All | Compatible::AllBut(_) | Compatible::Precise(_), false) => {
            Compatible::AllBut(back)
        }
    };
    let asks = compatible != Compatible::Keep || !edits.is_empty();
    asks.then_some(Request { compatible, edits })
}

/// The errors of the baseline, in words, where the project does not build as it stands.
fn broken(ground: &Ground, side: &Side) -> Option<String> {
    let error = side.outcome().errors.first()?;
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
    Some(format!("{what}: {}: {}{place}", error.package, error.message))
}

/// What a run found out.
#[derive(Clone, Copy)]
struct Known<'a> {
    /// The locked side, where it was compiled.
    locked: Option<&'a Side>,
    batches: &'a [Option<Batch>],
    /// The lines that name each package, where not everything was compiled.
    mentions: Option<&'a Mentions>,
}

/// The offer of a candidate, from what its batch told.
fn offer(
    ground: &Ground,
    candidate: &Candidate,
    Known { locked, batches, mentions }: Known<'_>,
    policy: &Policy,
    history: &History,
) -> Offer {
    let mut gathered = Gathered { grade: Some(Grade::Versions), ..Gathered::default() };
    // A compatible candidate is judged for itself: its companions are candidates of their own.
    let own = candidate.own_move();
    let considered = match candidate.kind {
        CandidateKind::Compatible => vec![own],
        CandidateKind::Major | CandidateKind::Asked => {
            std::iter::once(own).chain(candidate.moves.iter().cloned()).collect()
        }
    };
    let mut any = false;
    for moved in &considered {
        let (Some(from), Some(to)) = (&moved.from, &moved.to) else { continue };
        let key = (moved.package.clone(), from.clone(), to.clone());
        let is_own = moved.package == candidate.locked.name && *from == candidate.locked.version;
        let known = |batch: &&Batch| {
            batch.compared.as_ref().is_some_and(|c| c.comparisons.contains_key(&key))
        };
        let asked = |batch: &&Batch| batch.resolution.moves.contains(moved);
        let done = || batches.iter().flatten().filter(|batch| batch.compared.is_some());
        let batch = done().find(known).or_else(|| done().find(asked));
        let compared = batch.and_then(|batch| batch.compared.as_ref());
        let (Some(locked), Some(compared)) = (locked, compared) else { continue };
        if !any {
            gathered = Gathered::default();
            any = true;
        }
        let one = found(ground, locked, &key, compared);
        gathered.add(one, &moved.package, is_own);
    }
    if gathered.impact.is_none() {
        gathered.impact = Some(Impact::Unknown);
    }
    let mentions = mentions.filter(|_| !any);
    let update = update_of(ground, candidate, gathered, policy, history, mentions);
    let published = ground
        .releases
        .get(&(candidate.locked.name.clone(), candidate.locked.source.clone()))
        .and_then(|rows| rows.iter().find(|row| row.version == candidate.locked.version))
        .and_then(|row| row.published.clone());
    let worth = Worth::of(candidate, 0, majors_behind(ground, candidate), published.as_deref());
    let several = ground.several_locked(&candidate.locked.name);
    Offer::new(candidate, update, worth, several, mentions.is_some(), policy)
}

/// Newer majors of packages that no manifest names, one line for each package that holds some.
fn waiting(waiting: &[Waiting]) -> Vec<Gap> {
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

/// The hash of everything that the plan depends on.
fn plan_id(
    ground: &Ground,
    args: &PlanArgs,
    asked: &Asked,
    policy: &Policy,
    updates: &[&Update],
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(bytes);
    };
    part(env!("CARGO_PKG_VERSION").as_bytes());
    part(ground.scratch.locked().as_bytes());
    for member in &ground.project.workspace.members {
        // A manifest that cannot be read any more counts as empty: cargo has read it before.
        part(&std::fs::read(&member.manifest).unwrap_or_default());
    }
    for ((name, _), rows) in &ground.releases {
        part(name.as_bytes());
        part(format!("{rows:?}").as_bytes());
    }
    // How the evidence was got is no part of what it says.
    let cargo =
        CargoArgs { offline: false, locked: false, manifest_path: None, ..args.cargo.clone() };
    part(format!("{cargo:?} {:?} {} {}", args.quick, args.budget, policy.today).as_bytes());
    part(asked.toolchain.rustc_version.as_bytes());
    part(format!("{updates:?}").as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}

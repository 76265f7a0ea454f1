//! `cargo ripe [plan]`: what to take in the time there is.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use ripe_model::{Candidate, Gap, Grade, Impact, Update};
use ripe_planner::{History, Offer, Policy, Worth, plan};
use ripe_report::{PlanHeader, PlanReport, plan_text};
use ripe_resolver::Candidates;

use crate::args::{Builds, CargoArgs, Evidence, PlanArgs};
use crate::build_code::of_moves;
use crate::doubts::doubts;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::looks::{Looks, Means};
use crate::probe;
use crate::questions::{Question, had, resolve};
use crate::said::{broken, waiting, wider};
use crate::session::Session;
use crate::setup;
use crate::side::Asked;
use crate::trust;
use crate::update::{Gathered, Mentions, majors_behind, mentions, update_of};

pub(crate) fn run(session: &Session, args: &PlanArgs) -> Result<u8, Failure> {
    let until = Instant::now() + Duration::from_secs(u64::from(args.machine_budget) * 60);
    let mut ground = Ground::load(session, &args.cargo, args.as_of.as_deref())?;
    let policy = setup::policy(&ground);
    let (candidates, questions) = resolve(session, &mut ground, &policy)?;
    let mut asked = setup::asked(session, &ground, &args.cargo, &args.trust, Some(until))?;
    let quick = args.quick || args.evidence == Evidence::Versions;
    asked.probes = !quick && args.evidence >= Evidence::Probed && asked.builds != Builds::Never;
    let cache = trust::model_cache(session, &ground, &args.cargo, &args.trust)?;
    let desk = Desk {
        session,
        args,
        ground: &ground,
        asked: &asked,
        candidates,
        policy,
        history: History::shipped(),
        mentions: OnceLock::new(),
    };

    let mut looks = Looks::new(Vec::new());
    let mut gaps = Vec::new();
    let mut stopped = false;
    if !quick {
        desk.show(&looks);
        let means = Means { session, ground: &ground, asked: &asked, cache };
        match deepen(&desk, &means, questions, &mut looks, &mut gaps) {
            Ok(()) => stopped = session.cancel.is_cancelled(),
            Err(_) if session.cancel.is_cancelled() => stopped = true,
            Err(failure) => gaps.push(Gap::new("the APIs", failure.in_words())),
        }
    }
    probe::forget(session, &ground, &asked);
    gaps.append(&mut looks.gaps);
    gaps.extend(setup::beyond(args.evidence.into()));
    if let Some(side) = looks.baseline() {
        setup::say_level(session, side.outcome());
    }

    session.progress.stage("planning", None);
    let report = desk.report(&looks, gaps, stopped);
    session.progress.finish();
    let incomplete = !report.gaps.is_empty();
    setup::print(&args.output, &report, plan_text)?;
    Ok(setup::code(&args.output, incomplete))
}

/// Downloads what the answers name, and looks at it; the plan on the terminal follows.
fn deepen(
    desk: &Desk<'_>,
    means: &Means<'_>,
    questions: Vec<Question>,
    looks: &mut Looks,
    gaps: &mut Vec<Gap>,
) -> Result<(), Failure> {
    let mut asked = Vec::new();
    for question in questions {
        asked.extend(had(means.session, means.ground, question, &desk.args.cargo, gaps)?);
    }
    *looks = Looks::new(asked);
    looks.deepen(means, &mut |looks| desk.show(looks))?;
    if means.asked.probes && !means.session.cancel.is_cancelled() {
        let updates = |looks: &Looks| desk.offers(looks).into_iter().map(|o| o.update).collect();
        let Some(topics) = looks.topics(means.ground) else { return Ok(()) };
        let all = topics.about(None);
        let about = doubts(means.ground, looks, &all, &desk.candidates.updates, &updates);
        looks.probe(means, topics.about(Some(&about)))?;
    }
    Ok(())
}

/// Where plans are made from what was found so far.
struct Desk<'a> {
    session: &'a Session,
    args: &'a PlanArgs,
    ground: &'a Ground,
    asked: &'a Asked,
    candidates: Candidates,
    policy: Policy,
    history: History,
    /// The lines that name each package; searched where not everything was compiled.
    mentions: OnceLock<Mentions>,
}

impl Desk<'_> {
    /// Shows the plan as it stands, where there is a terminal to show it on.
    fn show(&self, looks: &Looks) {
        if self.session.progress.has_screen() {
            let report = self.report(looks, Vec::new(), false);
            self.session.progress.show(|style| plan_text(&report, style));
        }
    }

    /// The plan from what was found so far.
    fn report(&self, looks: &Looks, mut gaps: Vec<Gap>, stopped: bool) -> PlanReport {
        let ground = self.ground;
        let offers = self.offers(looks);
        gaps.extend(self.candidates.gaps.iter().cloned());
        gaps.extend(wider(ground));
        gaps.sort();
        // What waits for others is the least of it, and there is much of it.
        gaps.extend(waiting(&self.candidates.waiting));
        let updates: Vec<&Update> = offers.iter().map(|offer| &offer.update).collect();
        let header = PlanHeader {
            plan_id: self.plan_id(&updates),
            project: ground.name(),
            date: self.policy.today.clone(),
            toolchain: self.asked.toolchain.rustc_version.lines().next().unwrap_or("rustc").into(),
            packages: u32::try_from(ground.graph.packages().count()).unwrap_or(u32::MAX),
            notes: self.notes(looks, stopped),
        };
        PlanReport::new(header, &plan(self.args.budget, offers, gaps))
    }

    /// The offers of all candidates, from what was found so far.
    fn offers(&self, looks: &Looks) -> Vec<Offer> {
        let mentions = (!looks.is_complete() || looks.is_blind())
            .then(|| self.mentions.get_or_init(|| mentions(self.session, self.ground)));
        let candidates = self.candidates.updates.par_iter();
        candidates.map(|candidate| self.offer(candidate, looks, mentions)).collect()
    }

    /// What is said before everything else.
    fn notes(&self, looks: &Looks, stopped: bool) -> Vec<String> {
        let mut notes = Vec::new();
        notes.extend(broken(self.ground, looks, &self.candidates.updates));
        notes.extend(self.ground.notes());
        if stopped {
            notes.push("stopped early: what follows is as far as it was known".to_owned());
        }
        if !looks.is_empty() {
            notes.extend(self.asked.note.clone());
            notes.extend(trust::note(self.asked.builds).map(str::to_owned));
        }
        if looks.is_empty() && !self.candidates.updates.is_empty() {
            notes.push("first look, nothing compiled yet".to_owned());
        }
        notes
    }

    /// The offer of a candidate, from what was found about what it moves.
    fn offer(&self, candidate: &Candidate, looks: &Looks, mentions: Option<&Mentions>) -> Offer {
        let ground = self.ground;
        // A compatible candidate is judged for itself: its companions are candidates of their own.
        let own = candidate.own_move();
        let along = candidate.judged_along();
        let mut gathered = Gathered::default();
        for moved in std::iter::once(&own).chain(along) {
            let known = (moved.from.is_some() && moved.to.is_some())
                .then(|| looks.found(ground, moved, *moved == own));
            if let Some(found) = known.flatten() {
                gathered.add(found, &moved.package, *moved == own);
            }
        }
        let seen = gathered.impact.is_some();
        if !seen {
            gathered.grade = Some(Grade::Versions);
            gathered.impact = Some(Impact::Unknown);
        }
        // What comes in anew is nobody's candidate.
        let comes_in = candidate.moves.iter().filter(|moved| moved.from.is_none());
        let considered = std::iter::once(&own).chain(along).chain(comes_in);
        let (runs, gaps) = of_moves(considered, &looks.runs());
        gathered.runs = runs;
        gathered.gaps.extend(gaps);
        let mentions = mentions.filter(|_| !seen || looks.is_blind());
        let update = update_of(ground, candidate, gathered, &self.policy, &self.history, mentions);
        let rows = ground.rows(&candidate.locked);
        let published = rows
            .iter()
            .find(|row| row.version == candidate.locked.version)
            .and_then(|row| row.published.clone());
        let worth = Worth::of(candidate, 0, majors_behind(ground, candidate), published.as_deref());
        let several = ground.several_locked(&candidate.locked.name);
        Offer::new(candidate, update, worth, several, mentions.is_some(), &self.policy)
    }

    /// The hash of everything that the plan depends on.
    fn plan_id(&self, updates: &[&Update]) -> String {
        let ground = self.ground;
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
        for (name, digest) in ground.digests().iter() {
            part(name.as_bytes());
            part(digest.as_bytes());
        }
        let PlanArgs { quick, budget, evidence, .. } = self.args;
        // How the evidence was got is no part of what it says.
        let cargo = CargoArgs {
            offline: false,
            locked: false,
            manifest_path: None,
            ..self.args.cargo.clone()
        };
        part(format!("{cargo:?} {quick:?} {evidence:?} {budget} {}", self.policy.today).as_bytes());
        part(format!("{:?}", self.asked.builds).as_bytes());
        part(self.asked.toolchain.rustc_version.as_bytes());
        part(format!("{updates:?}").as_bytes());
        hasher.finalize().to_hex()[..16].to_owned()
    }
}

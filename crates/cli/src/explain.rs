//! `cargo ripe explain`: what one update means for this code.

use anyhow::anyhow;
use ripe_model::{Candidate, CandidateKind, Gap, Grade, PackageId};
use ripe_planner::History;
use ripe_report::{ExplainReport, explain_text};
use ripe_verify::Request;

use crate::args::{Evidence, ExplainArgs};
use crate::build_code::of_moves;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::looks::{Looks, Means};
use crate::probe;
use crate::questions::Question;
use crate::session::Session;
use crate::setup;
use crate::trust;
use crate::update::{Gathered, update_of};

pub(crate) fn run(session: &Session, args: &ExplainArgs) -> Result<u8, Failure> {
    let mut ground = Ground::load(session, &args.cargo, args.as_of.as_deref())?;
    if args.item.is_none() && !knows(&ground, args) && !args.cargo.offline {
        session.progress.stage("refreshing the index", None);
        // The answer does not matter here: asking has cargo refresh its rows.
        let _ = ground.refresh(session)?;
    }
    if let Some(note) = ground.view_note() {
        session.progress.note(&note);
    }
    let locked = locked_package(&ground, &args.package)?;
    if let Some(item) = &args.item {
        return crate::uses::run(session, &ground, args, &locked, item);
    }
    let mut candidate = candidate(&ground, &locked, args.to.as_deref())?;
    let policy = setup::policy(&ground);
    let mut gathered = Gathered { grade: Some(Grade::Versions), ..Gathered::default() };

    session.progress.stage("asking cargo what moves along", None);
    let request = Request::alone(&candidate);
    match ground.resolve(&request)? {
        Err(refusal) => candidate.refusal = Some(refusal),
        Ok(resolution) => {
            candidate.moves = resolution.moves.clone();
            if args.evidence > Evidence::Versions {
                let question = Question { request, resolution };
                let missing = setup::fetch(session, &ground, &question, &args.cargo)?;
                if ground.absent(&question.resolution, &missing).is_empty() {
                    gathered = look(session, &ground, args, &locked, question)?;
                } else {
                    gathered.gaps = missing;
                }
            }
        }
    }
    gathered.gaps.extend(ground.view_gaps());
    session.progress.finish();
    let update = update_of(&ground, &candidate, gathered, &policy, &History::shipped(), None);
    let report = ExplainReport::new(&update, Vec::new());
    let incomplete = !report.update.gaps.is_empty();
    setup::print(&args.output, &report, explain_text)?;
    Ok(setup::code(&args.output, incomplete))
}

/// What the update means, as far as both sides tell.
fn look(
    session: &Session,
    ground: &Ground,
    args: &ExplainArgs,
    locked: &PackageId,
    question: Question,
) -> Result<Gathered, Failure> {
    let mut asked = setup::asked(session, ground, &args.cargo, &args.trust, None)?;
    asked.probes = args.evidence >= Evidence::Probed;
    let cache = trust::model_cache(session, ground, &args.cargo, &args.trust)?;
    let means = Means { session, ground, asked: &asked, cache };
    let moves = question.resolution.moves.clone();
    let mut looks = Looks::new(vec![question]);
    let looked = looks.deepen(&means, &mut |_| {}).and_then(|()| {
        let topics = looks.topics(ground).filter(|_| asked.probes);
        topics.map_or(Ok(()), |topics| looks.probe(&means, topics.about(None)))
    });
    probe::forget(session, ground, &asked);
    looked?;
    let mut gathered = Gathered::default();
    for moved in moves.iter().filter(|moved| moved.from.is_some() && moved.to.is_some()) {
        let own = moved.package == locked.name && moved.from.as_ref() == Some(&locked.version);
        let found = looks.found(ground, moved, own).unwrap_or_default();
        gathered.add(found, &moved.package, own);
    }
    let (runs, gaps) = of_moves(&moves, &looks.runs());
    gathered.runs = runs;
    gathered.gaps.extend(gaps);
    gathered.gaps.append(&mut looks.gaps);
    gathered.gaps.extend(setup::beyond(args.evidence.into()));
    gathered.gaps.extend(asked.note.clone().map(|note| Gap::new("the toolchain", note)));
    gathered.gaps.extend(trust::gap(asked.builds));
    if let Some(side) = looks.baseline() {
        setup::say_level(session, side.outcome());
    }
    Ok(gathered)
}

/// Whether the index on disk already lists the version that is asked about.
fn knows(ground: &Ground, args: &ExplainArgs) -> bool {
    let name = args.package.split('@').next().unwrap_or(&args.package);
    args.to.as_ref().is_some_and(|to| {
        ground
            .releases
            .iter()
            .filter(|((package, _), _)| package == name)
            .any(|(_, rows)| rows.iter().any(|row| row.version.to_string() == *to))
    })
}

/// The locked package that `clap` or `clap@3.2.25` names.
fn locked_package(ground: &Ground, spec: &str) -> Result<PackageId, Failure> {
    let (name, version) = match spec.split_once('@') {
        Some((name, version)) => (name, Some(setup::version(version)?)),
        None => (spec, None),
    };
    let named: Vec<&PackageId> = ground.graph.named(name).map(|node| &node.id).collect();
    let fitting: Vec<&PackageId> = named
        .iter()
        .copied()
        .filter(|id| version.as_ref().is_none_or(|v| *v == id.version))
        .collect();
    match fitting.as_slice() {
        [id] if id.source.is_registry() => Ok((*id).clone()),
        [id] => Err(Failure::usage(anyhow!(
            "{id} comes from no registry, so there is no release to move to"
        ))),
        [] if named.is_empty() => {
            let failure = Failure::usage(anyhow!("the lockfile holds no package named {name}"));
            Err(match nearest(ground, name) {
                Some(near) => failure.next(format!("did you mean {near}?")),
                None => failure.next("`cargo tree` lists what is locked"),
            })
        }
        [] => Err(Failure::usage(anyhow!("the lockfile does not hold {spec}"))
            .next(format!("it holds {}", list(&named)))),
        many => Err(Failure::usage(anyhow!("several versions of {name} are locked"))
            .next(format!("name one of them: {}", list(many)))),
    }
}

fn list(ids: &[&PackageId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The name of the graph that shares the longest beginning with `name`, if that is most of it.
fn nearest(ground: &Ground, name: &str) -> Option<String> {
    let same = |other: &str| {
        let other = other.replace('_', "-");
        other.chars().zip(name.replace('_', "-").chars()).take_while(|(a, b)| a == b).count()
    };
    ground
        .graph
        .packages()
        .map(|node| &node.id.name)
        .map(|other| (same(other), other))
        .filter(|(shared, other)| *shared * 2 >= name.len().max(other.len()) && *shared > 1)
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.len().cmp(&a.1.len())))
        .map(|(_, other)| other.clone())
}

/// The update that is asked about: to the version that was named, else to the newest.
fn candidate(ground: &Ground, locked: &PackageId, to: Option<&str>) -> Result<Candidate, Failure> {
    let workspace = &ground.project.workspace;
    let target = match to {
        Some(to) => setup::version(to)?,
        None => {
            let all = setup::candidates(ground, None);
            all.updates
                .iter()
                .filter(|c| c.locked == *locked)
                .map(|c| c.target.clone())
                .max()
                .ok_or_else(|| {
                    Failure::usage(anyhow!("{locked} has no newer release that could be taken"))
                })?
        }
    };
    if target == locked.version {
        return Err(Failure::usage(anyhow!("{locked} is what is locked"))
            .next("name another version with --to"));
    }
    ripe_resolver::asked(&ground.graph, workspace, &ground.releases, locked, &target)
        .map(|candidate| Candidate { kind: CandidateKind::Asked, ..candidate })
        .map_err(|Gap { what, why }| {
            Failure::usage(anyhow!("{what}: {why}"))
                .next(format!("`cargo info {}` lists what there is", locked.name))
        })
}

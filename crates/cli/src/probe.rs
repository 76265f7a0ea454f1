//! Asks the compiler who uses what changed, on the locked side.
//!
//! Invariant: the records of a run that probes are deleted at its end, whatever came of it. An
//! answer that the end of the machine's time cut short is not kept.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::anyhow;
use ripe_model::{ApiModel, Change, Gap, PackageId};
use ripe_probe::{Named, Probed, Request, Subject, needed};
use ripe_record::{Records, Unit};
use ripe_rustdoc::{SideRequest, complete_records};
use serde::{Deserialize, Serialize};

use crate::evidence::{Compared, leaving_node, users};
use crate::failure::Failure;
use crate::ground::Ground;
use crate::kept::{Inputs, Kept, Key};
use crate::session::Session;
use crate::side::{Asked, Side};
use crate::sources::{self, Extent};

/// A package that moves, as the compiler is asked about it.
#[derive(Clone)]
pub(crate) struct Topic {
    /// What is asked.
    pub(crate) subject: Subject,
    /// Whether something changed in it that can hurt the use of an item.
    hurts: bool,
    /// The packages that define what it re-exports, each with the name of this crate under which
    /// they are asked about it.
    elsewhere: BTreeSet<(PackageId, String)>,
}

/// What one package is asked for another: by whom, under which name of a crate, and for whom.
pub(crate) type Handed = (PackageId, String, PackageId);

/// What has to be handed over once the compiler spoke about each package alone.
pub(crate) fn handed(topics: &[Topic]) -> Vec<Handed> {
    let each = topics.iter().flat_map(|topic| {
        let to = topic.subject.package.clone();
        topic.elsewhere.iter().map(move |(from, of)| (from.clone(), of.clone(), to.clone()))
    });
    each.collect()
}

/// What the compiler said about one package.
#[derive(Serialize, Deserialize)]
struct Answer {
    named: Named,
    gaps: Vec<Gap>,
}

/// All that the compiler can be asked.
pub(crate) struct Topics {
    /// The packages that move, each once, wherever it moves to.
    moving: Vec<Topic>,
    /// What is asked of one of them for another that re-exports it: for whom, under which name of
    /// its crate, and the question.
    theirs: Vec<(PackageId, String, Subject)>,
}

impl Topics {
    /// Of everything that was compared.
    pub(crate) fn of(ground: &Ground, locked: &Side, compared: &[&Compared]) -> Topics {
        let mut moving: Moving<'_> = BTreeMap::new();
        for compared in compared {
            for moved in &compared.moves {
                let Some(node) = leaving_node(ground, moved) else { continue };
                let Some(comparison) = compared.of(moved) else { continue };
                let (changes, by) = moving.entry(&node.id).or_default();
                changes.extend(&comparison.changes);
                by.extend(users(ground, node, &compared.moves, &compared.after));
            }
        }
        let theirs =
            moving.iter().flat_map(|(id, asked)| reexported(locked, &moving, id, asked)).collect();
        let moving =
            moving.into_iter().map(|(id, asked)| topic(locked, compared, id, asked)).collect();
        Topics { moving, theirs }
    }

    /// Those about some packages, in that order; all, where there are none.
    pub(crate) fn about(&self, about: Option<&[PackageId]>) -> Vec<Topic> {
        let of =
            |id: &PackageId| self.moving.iter().find(|topic| topic.subject.package == *id).cloned();
        let mut topics: Vec<Topic> = match about {
            Some(about) => about.iter().filter_map(of).collect(),
            None => self.moving.clone(),
        };
        for (to, of, asked) in self.theirs.iter().cloned() {
            let Some(at) = topics.iter().position(|topic| topic.subject.package == to) else {
                continue;
            };
            topics[at].elsewhere.insert((asked.package.clone(), of));
            match topics.iter_mut().find(|topic| topic.subject.package == asked.package) {
                // Where nobody else uses it, the names of who re-exports it are what is asked about.
                Some(topic) if topic.subject.users.is_empty() => topic.subject = asked,
                Some(topic) => topic.subject = topic.subject.clone().and(asked),
                None => {
                    topics.push(Topic { subject: asked, hurts: true, elsewhere: BTreeSet::new() });
                }
            }
        }
        topics
    }
}

/// What moves, each with its changes and with who uses it.
type Moving<'c> = BTreeMap<&'c PackageId, (Vec<&'c Change>, BTreeSet<String>)>;

/// What is asked of packages that move along about items that this one re-exports.
fn reexported(
    locked: &Side,
    moving: &Moving<'_>,
    id: &PackageId,
    (changes, users): &(Vec<&Change>, BTreeSet<String>),
) -> Vec<(PackageId, String, Subject)> {
    let own: Vec<_> = locked.models_of(&id.name, &id.version).collect();
    let Some(first) = own.first().filter(|_| !users.is_empty()) else { return Vec::new() };
    let surface = locked.surface(first);
    let own: Vec<&ApiModel> = own.iter().map(|model| &*model.model).collect();
    let is_of_others = |change: &&&Change| {
        let (path, ns) = (&change.item.path, change.item.ns);
        surface.rows.find(path, ns).is_some() && own.iter().all(|m| m.rows.find(path, ns).is_none())
    };
    let changes: Vec<&Change> = changes.iter().filter(is_of_others).copied().collect();
    if changes.is_empty() {
        return Vec::new();
    }
    let others = locked.outcome().models.iter();
    let others = others.filter(|other| {
        let origin = other.model.crates.first();
        other.unit.package != *id
            && moving.contains_key(&other.unit.package)
            && origin.is_some_and(|origin| surface.crates.iter().any(|krate| krate.same(origin)))
    });
    others
        .map(|other| Subject::of_reexports(&changes, &own, &surface, &other.model, users.clone()))
        .filter(|asked| !asked.is_empty())
        .map(|asked| (id.clone(), surface.crate_name().to_owned(), asked))
        .collect()
}

fn topic(
    locked: &Side,
    compared: &[&Compared],
    id: &PackageId,
    (changes, users): (Vec<&Change>, BTreeSet<String>),
) -> Topic {
    let models = locked.models_of(&id.name, &id.version).map(|model| &*model.model);
    let mut subject = Subject::new(id, &changes, models, users);
    // Each try without impls costs a build: it is made where the scan supposes a use.
    let supposed: BTreeSet<&str> = compared
        .iter()
        .flat_map(|compared| &compared.scans)
        .flat_map(|(_, scan)| scan.sites_of(id))
        .filter(|site| !site.inactive)
        .map(|site| site.item.as_str())
        .collect();
    subject.impls.retain(|gone| supposed.contains(gone.item.path.as_str()));
    let hurts =
        changes.iter().any(|change| !change.hurts.is_empty() && change.item.ns.is_of_items());
    let subject = locked
        .models_of(&id.name, &id.version)
        .fold(subject, |subject, model| subject.with_derives_of(&locked.surface(model)));
    Topic { subject, hurts, elsewhere: BTreeSet::new() }
}

/// What the compiler names, in one pass over all that it was not asked before. What it could not
/// be asked is a gap.
///
/// # Errors
/// Where it was interrupted.
pub(crate) fn ask(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    topics: Vec<Topic>,
) -> Result<Probed, Failure> {
    let handed = handed(&topics);
    let kept = Kept::new(session.cache.join("evidence"));
    let (mut probed, mut open) = known(&kept, ground, asked, locked, topics);
    let late = open.split_off(in_time(asked, locked, &open));
    for (subject, _) in late {
        let why = "the machine's time was over; a longer --machine-budget goes further";
        probed.gaps.push(unasked(&subject, why));
    }
    if !open.is_empty() {
        session.progress.stage("asking the compiler for uses:", None);
        let subjects: Vec<Subject> = open.iter().map(|(subject, _)| subject.clone()).collect();
        match replay(session, ground, asked, locked, &subjects) {
            Ok(fresh) => {
                for (subject, key) in open {
                    let answer = answer(&fresh, &subject);
                    if !fresh.timed_out {
                        kept.keep(&key, &answer);
                    }
                    take(&mut probed, &subject, answer);
                }
            }
            Err(failure) if session.cancel.is_cancelled() => return Err(failure),
            Err(failure) => {
                let why = failure.in_words();
                probed.gaps.extend(open.iter().map(|(subject, _)| unasked(subject, &why)));
            }
        }
    }
    for (from, of, to) in &handed {
        probed.hand_over(from, of, to);
    }
    Ok(probed)
}

/// What is known without asking, and what is left to ask.
fn known(
    kept: &Kept,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    topics: Vec<Topic>,
) -> (Probed, Vec<(Subject, Key)>) {
    let mut probed = Probed::default();
    let mut open = Vec::new();
    let units = match locked.build_request() {
        Some(_) => locked.outcome().units.as_slice(),
        None => &[],
    };
    let own = own_sources(ground, asked);
    for Topic { subject, hurts, elsewhere } in topics {
        let nothing = subject.is_empty() || subject.users.is_empty();
        if nothing && !elsewhere.is_empty() {
            continue;
        }
        if nothing && hurts && !subject.users.is_empty() {
            probed.gaps.push(unasked(&subject, "what changed is defined elsewhere"));
            continue;
        }
        if nothing {
            // Of what did not change in a way that hurts, there is nothing to ask.
            let named = Named { seen: subject.users, ..Named::default() };
            probed.named.insert(subject.package, named);
            continue;
        }
        let needed = needed(units, std::slice::from_ref(&subject));
        if needed.is_empty() {
            probed.gaps.push(unasked(&subject, "nothing of it was compiled here"));
            continue;
        }
        let key = inputs(asked, &needed, &subject, &own).key();
        match kept.find(&key) {
            Some(answer) => take(&mut probed, &subject, answer),
            None => open.push((subject, key)),
        }
    }
    (probed, open)
}

fn unasked(subject: &Subject, why: &str) -> Gap {
    let why = format!("the compiler could not be asked about it: {why}");
    Gap::new(subject.package.name.clone(), why)
}

/// What a pass said that concerns one of its packages.
fn answer(probed: &Probed, subject: &Subject) -> Answer {
    let named = probed.named.get(&subject.package).cloned().unwrap_or_default();
    let about = |gap: &&Gap| gap.what == subject.package.name || subject.users.contains(&gap.what);
    Answer { named, gaps: probed.gaps.iter().filter(about).cloned().collect() }
}

fn take(probed: &mut Probed, subject: &Subject, Answer { named, gaps }: Answer) {
    probed.named.insert(subject.package.clone(), named);
    probed.gaps.extend(gaps);
}

/// How many of the first can be asked about in the time that is left, by what the locked side took
/// where it was compiled in this run.
fn in_time(asked: &Asked, locked: &Side, open: &[(Subject, Key)]) -> usize {
    if asked.is_over() {
        return 0;
    }
    let outcome = locked.outcome();
    let units = u32::try_from(outcome.units.len()).unwrap_or(u32::MAX).max(1);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let each = outcome.cost.check_cpu / units / u32::try_from(cores).unwrap_or(1);
    let fits = |n: &usize| {
        let subjects: Vec<Subject> =
            open[..*n].iter().map(|(subject, _)| subject.clone()).collect();
        let needed = u32::try_from(needed(&outcome.units, &subjects).len()).unwrap_or(u32::MAX);
        asked.time_left().is_none_or(|left| each.saturating_mul(needed) <= left)
    };
    (1..=open.len()).rev().find(fits).unwrap_or(0)
}

/// The digests of the sources that are not a registry's, by package.
fn own_sources(ground: &Ground, asked: &Asked) -> BTreeMap<PackageId, String> {
    let own = ground.graph.packages().filter(|node| !node.id.source.is_registry());
    own.map(|node| {
        let sources = sources::of(ground, node, Extent::Build, asked.cfg.as_ref());
        (node.id.clone(), sources::digest(node, &sources))
    })
    .collect()
}

/// What an answer depends on: the question, the units, and the sources that are not a registry's.
fn inputs(
    asked: &Asked,
    units: &[&Unit],
    subject: &Subject,
    own: &BTreeMap<PackageId, String>,
) -> Inputs {
    let mut inputs = Inputs::of("probe")
        .and(format!("{subject:?}").as_bytes())
        .and(format!("{units:?}").as_bytes())
        .and(asked.toolchain.rustc_version.as_bytes());
    let packages: BTreeSet<_> = units.iter().map(|unit| &unit.package).collect();
    for digest in packages.into_iter().filter_map(|package| own.get(package)) {
        inputs = inputs.and(digest.as_bytes());
    }
    inputs
}

fn replay(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    subjects: &[Subject],
) -> Result<Probed, Failure> {
    ground.scratch.reset()?;
    let request = SideRequest { time_limit: asked.time_left(), ..locked.request().clone() };
    let units = needed(&locked.outcome().units, subjects);
    let again = |now: ripe_rustdoc::Progress| {
        if let ripe_rustdoc::Progress::Compiling { done, total, what } = now {
            total.into_iter().for_each(|total| session.progress.total(total));
            session.progress.at(&what, done);
        }
    };
    complete_records(&request, &units, &again, &session.cancel)?;
    let records = Records::of(&request.work_dir, &request.toolchain.rustc_version);
    let is_missing = |unit: &&&Unit| !records.has_record(&unit.crate_name, &unit.hash);
    if let Some(unit) = units.iter().find(is_missing) {
        return Err(Failure::no_report(anyhow!("{} was not recorded", unit.package)));
    }
    let question = Request {
        toolchain: &request.toolchain,
        workspace: &request.workspace,
        target_dir: &request.target_dir,
        work_dir: &request.work_dir,
        units: &locked.outcome().units,
        subjects,
        sandbox: request.sandbox,
        jobs: request.jobs,
        time_limit: asked.time_left(),
    };
    let progress = |now: ripe_probe::Progress<'_>| {
        session.progress.total(now.total);
        session.progress.at(&now.package.to_string(), now.done);
    };
    let probed = ripe_probe::probe(&question, &progress, &session.cancel)?;
    session.progress.part("probe", probed.cpu);
    Ok(probed)
}

/// Deletes what was recorded for a probe. After an interruption the libraries' records stay: the
/// next run documents by them.
pub(crate) fn forget(session: &Session, ground: &Ground, asked: &Asked) {
    let records = Records::of(ground.scratch.workplace(), &asked.toolchain.rustc_version);
    match (asked.probes, session.cancel.is_cancelled()) {
        (false, _) => {}
        (true, true) => records.forget_others(),
        (true, false) => records.forget_all(),
    }
}

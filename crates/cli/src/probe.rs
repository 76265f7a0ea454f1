//! Asks the compiler who uses what changed, on the locked side.
//!
//! Invariant: the records of a run that probes are deleted at its end, whatever came of it.

use std::collections::BTreeSet;

use anyhow::anyhow;
use ripe_model::{ApiModel, Gap, Move, Namespace, PackageId};
use ripe_probe::{Named, Probed, Request, Subject, needed};
use ripe_record::{Records, Unit};
use ripe_rustdoc::complete_records;

use crate::evidence::{Compared, leaving_node, users};
use crate::failure::Failure;
use crate::ground::Ground;
use crate::kept::{Inputs, Kept};
use crate::session::Session;
use crate::side::{Asked, FeatureSet, Side};
use crate::sources::{self, Extent};

/// What the compiler named of everything that moves; `None` where it was not to be asked. What it
/// could not be asked is a gap.
pub(crate) fn ask(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    compared: &Compared,
) -> Result<Option<Probed>, Failure> {
    if !asked.probes || *locked.features() != FeatureSet::Asked {
        return Ok(None);
    }
    let subjects: Vec<Subject> = compared
        .moves
        .iter()
        .filter_map(|moved| {
            let node = leaving_node(ground, moved)?;
            let comparison = compared.of(moved)?;
            let models =
                locked.models_of(&moved.package, moved.from.as_ref()?).map(|model| &*model.model);
            let users = users(ground, node, &compared.moves, &compared.after);
            let mut subject = Subject::new(&node.id, &comparison.changes, models, users);
            // Each try without impls costs a build: it is made where the scan supposes a use.
            let supposed: BTreeSet<&str> = compared
                .scans
                .iter()
                .flat_map(|(_, scan)| scan.sites_of(&node.id))
                .filter(|site| !site.inactive)
                .map(|site| site.item.as_str())
                .collect();
            subject.impls.retain(|gone| supposed.contains(gone.item.path.as_str()));
            let models = locked.models_of(&moved.package, moved.from.as_ref()?);
            Some(
                models.fold(subject, |subject, model| {
                    subject.with_derives_of(&locked.surface(model))
                }),
            )
        })
        .collect();
    let (mut open, mut nothing): (Vec<Subject>, Vec<Subject>) =
        subjects.into_iter().partition(|subject| !subject.is_empty() && !subject.users.is_empty());
    let mut handed = Vec::new();
    for (to, of, asked) in reexported(ground, locked, compared) {
        nothing.retain(|subject| subject.package != to && subject.package != asked.package);
        handed.push((asked.package.clone(), of, to));
        match open.iter().position(|subject| subject.package == asked.package) {
            Some(at) => open[at] = open[at].clone().and(asked),
            None => open.push(asked),
        }
    }
    let hurts = |subject: &Subject| {
        let moves = compared.moves.iter().filter(|moved| moved.package == subject.package.name);
        let changes = moves.filter_map(|moved| compared.of(moved)).flat_map(|c| &c.changes);
        let is_item = |ns| match ns {
            Namespace::Type | Namespace::Value | Namespace::Macro | Namespace::Field => true,
            Namespace::Impl | Namespace::Feature | Namespace::Package => false,
        };
        changes.into_iter().any(|change| !change.hurts.is_empty() && is_item(change.item.ns))
    };
    let units = needed(&locked.outcome().units, &open);
    let mut probed = if units.is_empty() {
        let unseen = open.iter().map(|subject| {
            let why = "the compiler could not be asked about it: nothing of it was compiled here";
            Gap::new(subject.package.name.clone(), why)
        });
        Probed { gaps: unseen.collect(), ..Probed::default() }
    } else {
        session.progress.stage("asking the compiler for uses", None);
        let kept = Kept::new(session.cache.join("evidence"));
        let inputs = inputs(ground, asked, &units, &open);
        match kept.try_get(inputs, || replay(session, locked, &open, &units)) {
            Ok(probed) => probed,
            Err(failure) if session.cancel.is_cancelled() => return Err(failure),
            Err(failure) => {
                let why = format!("the compiler could not be asked: {}", failure.in_words());
                let unseen = open.iter().map(|s| Gap::new(s.package.name.clone(), why.clone()));
                Probed { gaps: unseen.collect(), ..Probed::default() }
            }
        }
    };
    for (from, of, to) in handed {
        probed.hand_over(&from, &of, &to);
    }
    for subject in nothing {
        if hurts(&subject) && !subject.users.is_empty() {
            let why = "the compiler could not be asked about it: what changed is defined elsewhere";
            probed.gaps.push(Gap::new(subject.package.name.clone(), why));
            continue;
        }
        // Of what did not change in a way that hurts, there is nothing to ask.
        let named = Named { seen: subject.users, ..Named::default() };
        probed.named.insert(subject.package, named);
    }
    Ok(Some(probed))
}

/// What is asked of packages that move along about items that others re-export: for whom, under
/// which name of the crate, and the question.
fn reexported(
    ground: &Ground,
    locked: &Side,
    compared: &Compared,
) -> Vec<(PackageId, String, Subject)> {
    let mut found = Vec::new();
    for moved in &compared.moves {
        let (Some(node), Some(comparison)) = (leaving_node(ground, moved), compared.of(moved))
        else {
            continue;
        };
        let users = users(ground, node, &compared.moves, &compared.after);
        let own: Vec<_> = locked.models_of(&node.id.name, &node.id.version).collect();
        let Some(first) = own.first().filter(|_| !users.is_empty()) else { continue };
        let surface = locked.surface(first);
        let own: Vec<&ApiModel> = own.iter().map(|model| &*model.model).collect();
        for other in &locked.outcome().models {
            let moves = |id: &PackageId| {
                let is = |m: &Move| m.package == id.name && m.from.as_ref() == Some(&id.version);
                *id != node.id && compared.moves.iter().any(is)
            };
            if moves(&other.unit.package) {
                let (changes, users) = (&comparison.changes, users.clone());
                let asked = Subject::of_reexports(changes, &own, &surface, &other.model, users);
                if !asked.is_empty() {
                    found.push((node.id.clone(), surface.crate_name().to_owned(), asked));
                }
            }
        }
    }
    found
}

/// What an answer depends on: the question, the units, and the sources that are not a registry's.
fn inputs(ground: &Ground, asked: &Asked, units: &[&Unit], subjects: &[Subject]) -> Inputs {
    let packages: BTreeSet<_> = units.iter().map(|unit| &unit.package).collect();
    let nodes = ground.graph.packages().filter(|node| packages.contains(&node.id));
    let own = nodes.filter(|node| !node.id.source.is_registry()).map(|node| {
        let sources = sources::of(ground, node, Extent::Build, asked.cfg.as_ref());
        sources::digest(node, &sources)
    });
    let mut inputs = Inputs::of("probe")
        .and(format!("{subjects:?}").as_bytes())
        .and(format!("{units:?}").as_bytes())
        .and(asked.toolchain.rustc_version.as_bytes());
    for digest in own {
        inputs = inputs.and(digest.as_bytes());
    }
    inputs
}

fn replay(
    session: &Session,
    locked: &Side,
    subjects: &[Subject],
    units: &[&Unit],
) -> Result<Probed, Failure> {
    let request = locked.request();
    let progress = |_: ripe_rustdoc::Progress| {};
    let probed = complete_records(request, units, &progress, &session.cancel)
        .map_err(Failure::from)
        .and_then(|_| {
            let records = Records::of(&request.work_dir, &request.toolchain.rustc_version);
            let is_missing = |unit: &&&Unit| !records.has_record(&unit.crate_name, &unit.hash);
            if let Some(unit) = units.iter().find(is_missing) {
                return Err(Failure::no_report(anyhow!("{} was not recorded", unit.package)));
            }
            let request = Request {
                toolchain: &request.toolchain,
                workspace: &request.workspace,
                target_dir: &request.target_dir,
                work_dir: &request.work_dir,
                units: &locked.outcome().units,
                subjects,
                sandbox: request.sandbox,
                jobs: request.jobs,
                time_limit: request.time_limit,
            };
            ripe_probe::probe(&request, &session.cancel).map_err(Failure::from)
        });
    let probed = probed?;
    session.progress.part("probe", probed.cpu);
    Ok(probed)
}

/// Deletes what was recorded for a probe.
pub(crate) fn forget(ground: &Ground, asked: &Asked) {
    Records::of(ground.scratch.workplace(), &asked.toolchain.rustc_version).forget_all();
}

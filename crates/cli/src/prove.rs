//! `diff --prove`: rustc's word on every definite break, through a client that is written for it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ripe_apidiff::witness::{self, Proof, Refusal, extern_name};
use ripe_model::{ApiModel, Change, CompatRange, Gap, Namespace, Origin, Source};
use ripe_record::UnitKind;
use ripe_rustdoc::{Libraries, ModelCache, ModelRef, Progress, SideRequest};
use semver::Version;

use crate::args::CargoArgs;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::questions::Question;
use crate::session::Session;
use crate::side::Side;

/// Both sides of a comparison, with what their builds left.
pub(crate) struct Sides<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) cache: &'a ModelCache,
    pub(crate) locked: &'a Side,
    pub(crate) target: &'a Side,
    pub(crate) question: &'a Question,
}

/// Marks what rustc agrees on. Returns what could not be asked; that it fails is a gap too.
pub(crate) fn prove(
    session: &Session,
    sides: &Sides<'_>,
    versions: (&str, &Version, &Version),
    changes: &mut [Change],
) -> Result<Vec<Gap>, Failure> {
    let asked = changes.iter().filter(|change| witness::is_provable(change)).count();
    if asked == 0 {
        return Ok(Vec::new());
    }
    session.progress.stage("having rustc judge a client for each break", Some(asked));
    match judged(session, sides, versions, changes) {
        Err(failure) if !session.cancel.is_cancelled() => {
            Ok(nobody(&format!("{:#}", failure.error)))
        }
        answer => answer,
    }
}

fn nobody(why: &str) -> Vec<Gap> {
    vec![Gap::new("proof of the definite findings", why)]
}

fn judged(
    session: &Session,
    sides: &Sides<'_>,
    (name, old, new): (&str, &Version, &Version),
    changes: &mut [Change],
) -> Result<Vec<Gap>, Failure> {
    let (Some(before), Some(after)) = (sides.locked.build_request(), sides.target.build_request())
    else {
        return Ok(nobody("witnesses are compiled, and nothing may be built"));
    };
    let (Some(old), Some(new)) = (unit(sides.locked, name, old), unit(sides.target, name, new))
    else {
        return Ok(nobody("a version was not compiled"));
    };
    let Sides { ground, cache, question, .. } = sides;
    let silent = |_: Progress| {};
    let was = ripe_rustdoc::libraries_for(before, cache, &silent, &session.cancel)?;
    ground.scratch.set(&question.request, &question.resolution)?;
    let is = ripe_rustdoc::libraries_for(after, cache, &silent, &session.cancel);
    ground.scratch.reset()?;
    let is = is?;
    let (old_model, new_model) = (sides.locked.surface(old), sides.target.surface(new));
    let neighbours = neighbours(&old_model, &was, &is);
    let old_side = Judge::new(before, &was, old, neighbours.iter().map(|n| (&n.name, &n.old)));
    let new_side = Judge::new(after, &is, new, neighbours.iter().map(|n| (&n.name, &n.new)));
    let (Some(old_side), Some(new_side)) = (old_side, new_side) else {
        return Ok(nobody("cargo left no library of a version"));
    };
    let proofs = witness::prove(&old_model, &new_model, changes, &mut |side, text| match side {
        witness::Side::Old => old_side.compile(session, text),
        witness::Side::New => new_side.compile(session, text),
    })?;
    Ok(settle(changes, proofs))
}

/// Asks cargo whether a dependent that names a removed feature can take the update.
pub(crate) fn features(
    session: &Session,
    (package, old, new): (&str, &Version, &Version),
    cargo: &CargoArgs,
    changes: &mut [Change],
) {
    let removed = |change: &&mut Change| {
        change.item.ns == Namespace::Feature
            && change.lint == "feature_removed"
            && witness::is_provable(change)
    };
    for change in changes.iter_mut().filter(removed) {
        let feature = change.item.path.clone();
        let mut with = cargo.clone();
        with.features.push(feature.clone());
        // Where the old version cannot be had with it, nothing is proven.
        let Ok(asked) = crate::diff::ask(session, (package, old, new), &with) else { continue };
        change.proven = Some(asked.answer.is_err());
        change.witness = Some(format!(
            "[dependencies]\n{package} = {{ version = \"{old}\", features = [{feature:?}] }}"
        ));
    }
}

/// Writes the proofs into the changes, and sums up what is missing.
fn settle(changes: &mut [Change], proofs: BTreeMap<usize, Proof>) -> Vec<Gap> {
    let mut missing: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (at, proof) in proofs {
        let change = &mut changes[at];
        // Cargo has judged it already.
        if change.proven.is_some() {
            continue;
        }
        let why = match proof {
            Proof::Proven { client, .. } => {
                (change.proven, change.witness) = (Some(true), Some(client.text()));
                continue;
            }
            Proof::Refuted { client, elsewhere } => {
                (change.proven, change.witness) = (Some(false), Some(client.text()));
                let Some(elsewhere) = elsewhere else { continue };
                format!("its client fails elsewhere: {elsewhere}")
            }
            Proof::Unwritten { why } => why,
        };
        *missing.entry((change.lint.clone(), why)).or_default() += 1;
    }
    missing
        .into_iter()
        .map(|((lint, why), count)| Gap::new(format!("proof of {lint} ({count})"), why))
        .collect()
}

/// The unit on which the client depends, else any.
fn unit<'a>(side: &'a Side, name: &'a str, version: &'a Version) -> Option<&'a ModelRef> {
    let of_client = |model: &&ModelRef| {
        model.dependents.iter().any(|dependent| dependent == crate::diff::CLIENT)
    };
    side.models_of(name, version).max_by_key(of_client)
}

/// A crate that the old version's API names, on both sides.
struct Neighbour {
    name: String,
    old: PathBuf,
    new: PathBuf,
}

/// The crates that a client can name beside the package. What moved out of its range is on both
/// sides what it was: a client that names it depends on it by itself.
fn neighbours(model: &ApiModel, was: &Libraries, is: &Libraries) -> Vec<Neighbour> {
    let find = |libraries: &Libraries, fits: &dyn Fn(&Version) -> bool, origin: &Origin| {
        let mut found: Vec<_> = libraries
            .iter()
            .filter(|(unit, _)| {
                unit.package.name == origin.package
                    && unit.package.source == origin.source
                    && unit.crate_name == origin.crate_name
                    && fits(&unit.package.version)
            })
            .collect();
        found.sort_by_key(|(unit, _)| (unit.platform, unit.kind != UnitKind::Other, &unit.hash));
        found.last().map(|(_, file)| file.to_path_buf())
    };
    let ids = (0u32..).map(ripe_model::CrateId).zip(&model.crates).skip(1);
    ids.filter(|(_, origin)| origin.source != Source::Sysroot)
        .filter_map(|(id, origin)| {
            let same = |version: &Version| origin.version.as_ref() == Some(version);
            let near = |version: &Version| origin.range == Some(CompatRange::of(version));
            let old = find(was, &same, origin)?;
            let new = find(is, &near, origin).unwrap_or_else(|| old.clone());
            Some(Neighbour { name: extern_name(id), old, new })
        })
        .collect()
}

/// One version with what a client of it is compiled against.
struct Judge<'a> {
    request: &'a SideRequest,
    libraries: &'a Libraries,
    externs: BTreeMap<String, PathBuf>,
}

impl<'a> Judge<'a> {
    fn new<'n>(
        request: &'a SideRequest,
        libraries: &'a Libraries,
        unit: &ModelRef,
        neighbours: impl Iterator<Item = (&'n String, &'n PathBuf)>,
    ) -> Option<Judge<'a>> {
        let own = libraries.of(&unit.unit.hash)?.to_owned();
        let mut externs: BTreeMap<String, PathBuf> =
            neighbours.map(|(name, file)| (name.clone(), file.clone())).collect();
        externs.insert(unit.unit.crate_name.clone(), own);
        Some(Judge { request, libraries, externs })
    }

    fn compile(&self, session: &Session, text: &str) -> Result<Vec<Refusal>, Failure> {
        let Judge { request, libraries, externs } = self;
        let errors =
            ripe_rustdoc::compile(request, text, externs, libraries, &session.cancel)?.into_iter();
        let refusals = errors.map(|error| Refusal {
            lines: error.lines,
            code: error.code,
            message: error.message,
        });
        Ok(refusals.collect())
    }
}

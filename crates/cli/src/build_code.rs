//! What new versions would run on this machine: their build scripts and macros, compared with those
//! of the locked versions before any of it runs.

use std::collections::BTreeMap;

use ripe_apidiff::build_changes;
use ripe_model::{BuildChange, BuildCode, Gap, Move, PackageId};
use ripe_verify::Resolution;
use semver::Version;

use crate::args::Builds;
use crate::ground::Ground;
use crate::session::Session;

/// What comes with each version of a resolution, or why that is not known.
pub(crate) type Runs = BTreeMap<(String, Version), Result<Vec<BuildChange>, Gap>>;

/// Compares what runs, for everything that a resolution brings; where it is going to be built, says
/// so first.
pub(crate) fn compare(
    session: &Session,
    ground: &Ground,
    builds: Builds,
    resolution: &Resolution,
) -> Runs {
    session.progress.stage("reading what new versions would run", None);
    let lock = ripe_verify::read_lock(&resolution.lockfile);
    let read = |name: &str, version: &Version| -> Option<BuildCode> {
        let entry = lock.iter().find(|p| p.name == name && p.version == *version)?;
        let source = ripe_resolver::source_of(entry.source.as_ref()?);
        of_package(ground, &PackageId { name: name.to_owned(), version: version.clone(), source })
    };
    let runs: Runs = resolution
        .moves
        .iter()
        .filter_map(|moved| {
            let to = moved.to.as_ref()?;
            let changes = one(ground, moved, to, &read);
            Some(((moved.package.clone(), to.clone()), changes))
        })
        .collect();
    let told: Vec<String> = runs.values().flatten().flatten().map(ripe_report::run_words).collect();
    if builds == Builds::All && !told.is_empty() {
        session.progress.note(&format!("about to run in the build: {}", told.join(", ")));
    }
    runs
}

fn one(
    ground: &Ground,
    moved: &Move,
    to: &Version,
    read: &dyn Fn(&str, &Version) -> Option<BuildCode>,
) -> Result<Vec<BuildChange>, Gap> {
    let missing = |version: &Version| {
        Gap::new(
            format!("{}@{version}", moved.package),
            "its sources are not on disk, so what it runs in a build was not compared",
        )
    };
    let new = read(&moved.package, to).ok_or_else(|| missing(to))?;
    let old = match &moved.from {
        None => None,
        Some(from) => {
            let locked = ground.graph.named(&moved.package).find(|n| n.id.version == *from);
            let code = locked.and_then(|node| of_package(ground, &node.id));
            Some(code.ok_or_else(|| missing(from))?)
        }
    };
    Ok(build_changes(&moved.package, to, old.as_ref(), &new))
}

fn of_package(ground: &Ground, id: &PackageId) -> Option<BuildCode> {
    let folder = match ground.index.source_folder(id) {
        Some(folder) => folder,
        // What comes from no registry is where cargo's metadata saw it.
        None => ground.graph.named(&id.name).find(|n| n.id == *id)?.manifest.parent()?.to_owned(),
    };
    ripe_registry::read_build_code(&folder).ok()
}

/// What some moves bring, sorted, and what is not known of them.
pub(crate) fn of_moves<'a>(
    moves: impl IntoIterator<Item = &'a Move>,
    all: &[&Runs],
) -> (Vec<BuildChange>, Vec<Gap>) {
    let (mut changes, mut gaps) = (Vec::new(), Vec::new());
    for moved in moves {
        let Some(to) = &moved.to else { continue };
        let key = (moved.package.clone(), to.clone());
        match all.iter().find_map(|runs| runs.get(&key)) {
            Some(Ok(found)) => changes.extend(found.iter().cloned()),
            Some(Err(gap)) => gaps.push(gap.clone()),
            None => {}
        }
    }
    changes.sort();
    changes.dedup();
    (changes, gaps)
}

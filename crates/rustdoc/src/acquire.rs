//! From a workspace with a lockfile to the models of the packages that are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ripe_model::{ApiModel, Gap, PackageId};
use ripe_runner::{CancelToken, Level};

use crate::check::{Build, BuiltLib};
use crate::choose_rustdoc;
use crate::document::{From, document, in_parallel, not_cached};
use crate::key::Keys;
use crate::lockfile::Checksums;
use crate::packages::Packages;
use crate::passes::{Passes, forget_artifacts, renew};
use crate::replay::Replay;
use crate::unit_list::{UnitList, UnitListKey};
use crate::{
    Cached, Cost, Error, Libraries, ModelCache, ModelKey, ModelRef, Progress, Recording, Rustdoc,
    SideOutcome, SideRequest,
};
use ripe_record::Records;
use ripe_record::Room;
use ripe_record::{Platform, Unit, UnitHash};

/// Gets the models of one side: from the cache where everything is known, else by a recorded build
/// and a replay of the library units that are wanted and not cached.
///
/// # Errors
/// [`Error`] where nothing could be made at all: no cargo, no space, a broken manifest, a
/// cancelled token. What fails for one package is a gap.
pub fn models_for(
    request: &SideRequest,
    cache: &ModelCache,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancelToken,
) -> Result<SideOutcome, Error> {
    let started = Instant::now();
    let rustdoc = choose_rustdoc(&request.toolchain, &[]);
    let version = rustdoc.as_ref().map(|rustdoc| rustdoc.version.as_str()).unwrap_or_default();
    let key = UnitListKey::of(request, version)?;
    let mut notes = Vec::new();
    let mut known = None;
    match cache.get_units(&key) {
        Cached::Hit(list) => {
            if let Some(mut outcome) = remembered(request, cache, &list) {
                outcome.cost.wall = started.elapsed();
                return Ok(outcome);
            }
            known = Some(list).filter(|list| can_replay(request, cache, list));
        }
        Cached::Miss => {}
        Cached::Unusable(gap) => notes.push(gap),
    }
    let side = Acquisition { request, cache, rustdoc, progress, cancel };
    let mut outcome = side.run(&key, known)?;
    outcome.gaps.extend(notes);
    outcome.cost.wall = started.elapsed();
    Ok(outcome)
}

/// What an earlier build of the same side left, where all of it that is wanted can still be read.
/// Runs nothing but the toolchain's own `--version`.
pub(crate) fn known(
    request: &SideRequest,
    cache: &ModelCache,
) -> Result<Option<SideOutcome>, Error> {
    let rustdoc = choose_rustdoc(&request.toolchain, &[]);
    let version = rustdoc.as_ref().map(|rustdoc| rustdoc.version.as_str()).unwrap_or_default();
    let key = UnitListKey::of(request, version)?;
    Ok(match cache.get_units(&key) {
        Cached::Hit(list) => remembered(request, cache, &list),
        Cached::Miss | Cached::Unusable(_) => None,
    })
}

/// The libraries of one side: built again only where the target directory lost some of them.
///
/// # Errors
/// As [`models_for`].
pub fn libraries_for(
    request: &SideRequest,
    cache: &ModelCache,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancelToken,
) -> Result<Libraries, Error> {
    let rustdoc = choose_rustdoc(&request.toolchain, &[]);
    let version = rustdoc.as_ref().map(|rustdoc| rustdoc.version.as_str()).unwrap_or_default();
    if let Cached::Hit(list) = cache.get_units(&UnitListKey::of(request, version)?)
        && list.artifacts.values().all(|file| file.is_file())
    {
        return Ok(Libraries::new(list.units.into_values(), list.artifacts));
    }
    let side = Acquisition { request, cache, rustdoc, progress, cancel };
    let packages = Packages::read(request, cancel)?;
    let room = side.room(&packages)?;
    let list = side.build(&packages, &room, &log_file(request))?.list;
    Ok(Libraries::new(list.units.into_values(), list.artifacts))
}

/// The outcome of an earlier build, if every model of it that is wanted can still be read.
fn remembered(request: &SideRequest, cache: &ModelCache, list: &UnitList) -> Option<SideOutcome> {
    let wanted = wanted_units(request, list);
    let keys: BTreeSet<&ModelKey> = wanted
        .iter()
        .filter(|unit| !list.undocumented.contains_key(&unit.hash))
        .map(|unit| list.keys.get(&unit.hash))
        .collect::<Option<_>>()?;
    let keys: Vec<&ModelKey> = keys.into_iter().collect();
    let models = in_parallel(request, &keys, |key| {
        Ok(match cache.get(key) {
            Cached::Hit(model) => Some((ModelKey::clone(key), model)),
            Cached::Miss | Cached::Unusable(_) => None,
        })
    });
    let models: BTreeMap<ModelKey, Arc<ApiModel>> =
        models.ok()?.into_iter().collect::<Option<_>>()?;
    let cost = Cost { from_cache: models.len(), ..Cost::default() };
    Some(conclude(request, list, &models, Ending { log: None, level: None, cost }))
}

/// Makes sure that these units, which a build of the same request has shown, are recorded: cargo
/// forgets those that are not, and the request is built once more. Returns what that cost. The
/// records are the caller's to delete, with [`Records::forget`].
///
/// # Errors
/// As [`models_for`].
pub fn complete_records(
    request: &SideRequest,
    units: &[&Unit],
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancelToken,
) -> Result<Duration, Error> {
    let records = records(request);
    let missing: Vec<&Unit> = units
        .iter()
        .copied()
        .filter(|unit| !records.has_record(&unit.crate_name, &unit.hash))
        .collect();
    if missing.is_empty() {
        return Ok(Duration::ZERO);
    }
    forget_artifacts(request, &missing);
    let packages = Packages::read(request, cancel)?;
    let mut room =
        Room::open(&request.toolchain, &request.work_dir, &request.workspace, request.sandbox)?;
    packages.dirs().for_each(|dir| room.show(dir));
    let request = SideRequest { recording: Recording::All, log: "records", ..request.clone() };
    let log = log_file(&request);
    let build =
        Build { request: &request, packages: &packages, room: &room, records: &records, log: &log };
    Ok(Passes::run(&build, progress, cancel)?.cpu)
}

/// Whether all that is wanted and not cached can be replayed without another build: the records
/// are there, and so is everything that cargo built.
fn can_replay(request: &SideRequest, cache: &ModelCache, list: &UnitList) -> bool {
    let records = records(request);
    let recorded = wanted_units(request, list).into_iter().all(|unit| {
        list.keys.get(&unit.hash).is_some_and(|key| cache.has(key))
            || list.undocumented.contains_key(&unit.hash)
            || records.has_record(&unit.crate_name, &unit.hash)
    });
    recorded && list.artifacts.values().all(|file| file.is_file())
}

fn records(request: &SideRequest) -> Records {
    Records::of(&request.work_dir, &request.toolchain.rustc_version)
}

/// One side on its way.
struct Acquisition<'a> {
    request: &'a SideRequest,
    cache: &'a ModelCache,
    rustdoc: Result<Rustdoc, String>,
    progress: &'a (dyn Fn(Progress) + Sync),
    cancel: &'a CancelToken,
}

impl Acquisition<'_> {
    /// Builds and records unless the units are known, replays what is wanted, and remembers.
    fn run(&self, key: &UnitListKey, known: Option<UnitList>) -> Result<SideOutcome, Error> {
        let request = self.request;
        let packages = Packages::read(request, self.cancel)?;
        let room = self.room(&packages)?;
        let mut cost = Cost::default();
        let mut log = None;
        let mut complete = true;
        let mut list = match known {
            Some(list) => list,
            None => {
                let file = log_file(request);
                let built = self.build(&packages, &room, &file)?;
                cost.check_cpu = built.cpu;
                complete = !built.timed_out;
                log = Some(file);
                built.list
            }
        };
        let mut notes = Vec::new();
        let models = self.document(&packages, &room, &mut list, &mut cost, &mut notes)?;
        if complete
            && !list.lacks_space()
            && let Err(error) = self.cache.put_units(key, &list)
        {
            notes.push(not_cached(&error));
        }
        self.cache.trim();
        let level = room.level()?;
        let ending = Ending { log, level: Some(level), cost };
        let mut outcome = conclude(request, &list, &models, ending);
        notes.sort();
        notes.dedup();
        outcome.gaps.extend(notes);
        Ok(outcome)
    }

    fn room(&self, packages: &Packages) -> Result<Room, Error> {
        let request = self.request;
        let mut room =
            Room::open(&request.toolchain, &request.work_dir, &request.workspace, request.sandbox)?;
        for dir in packages.dirs() {
            room.show(dir);
        }
        Ok(room)
    }

    /// Builds and records. What cargo kept from an earlier run, and of which we kept too little, is
    /// built again.
    fn build(&self, packages: &Packages, room: &Room, log: &Path) -> Result<Built, Error> {
        let request = self.request;
        match std::fs::remove_file(log) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("replace", log)(error));
            }
            Ok(()) | Err(_) => {}
        }
        let records = &records(request);
        let build = Build { request, packages, room, records, log };
        let mut passes = Passes::run(&build, self.progress, self.cancel)?;
        let mut cpu = passes.cpu;
        let forgotten: Vec<BuiltLib> = passes.forgotten().cloned().collect();
        if renew(request, &forgotten) {
            passes = Passes::run(&build, self.progress, self.cancel)?;
            cpu += passes.cpu;
        }
        let lockfile = request.workspace.join("Cargo.lock");
        let text = std::fs::read_to_string(&lockfile).map_err(Error::io("read", &lockfile))?;
        let checksums = Checksums::parse(&text);
        let mut keys = self.keys(&passes, &checksums);
        let unrecorded: Vec<BuiltLib> = passes
            .built
            .values()
            .filter(|built| is_wanted(request, &built.package))
            .filter(|built| !records.has_record(&built.crate_name, &built.hash))
            .filter(|built| keys.get(&built.hash).is_some_and(|key| !self.cache.has(key)))
            .cloned()
            .collect();
        if renew(request, &unrecorded) {
            passes = Passes::run(&build, self.progress, self.cancel)?;
            keys = self.keys(&passes, &checksums);
            cpu += passes.cpu;
        }
        let list = UnitList {
            keys,
            missing: passes.missing(request, packages),
            artifacts: passes.built.into_iter().map(|(hash, lib)| (hash, lib.file)).collect(),
            units: passes.units,
            errors: passes.errors,
            refused: passes.refused,
            undocumented: BTreeMap::new(),
        };
        Ok(Built { list, timed_out: passes.timed_out, cpu })
    }

    fn keys(&self, passes: &Passes, checksums: &Checksums) -> BTreeMap<UnitHash, ModelKey> {
        let rustdoc = self.rustdoc.as_ref().map(|rustdoc| rustdoc.version.as_str());
        let toolchain = &self.request.toolchain;
        let mut keys = Keys::new(&passes.units, checksums, toolchain, rustdoc.unwrap_or_default());
        passes.apis.iter().map(|hash| (hash.clone(), keys.of(hash))).collect()
    }

    /// Looks the wanted models up, and makes those that are not cached.
    fn document(
        &self,
        packages: &Packages,
        room: &Room,
        list: &mut UnitList,
        cost: &mut Cost,
        notes: &mut Vec<Gap>,
    ) -> Result<BTreeMap<ModelKey, Arc<ApiModel>>, Error> {
        let rustdoc = match &self.rustdoc {
            Ok(rustdoc) => rustdoc,
            Err(why) => {
                list.undocumented =
                    list.keys.keys().map(|hash| (hash.clone(), why.clone())).collect();
                return Ok(BTreeMap::new());
            }
        };
        let jobs = wanted_keys(self.request, list);
        let replay = Replay {
            request: self.request,
            rustdoc,
            packages,
            room,
            records: &records(self.request),
            units: &list.units,
        };
        let done =
            document(&replay, self.cache, &jobs, &list.artifacts, self.progress, self.cancel)?;
        let mut models = BTreeMap::new();
        for one in done {
            cost.rustdoc_cpu += one.rustdoc_cpu;
            cost.lower_cpu += one.lowering;
            notes.extend(one.note);
            let units = jobs.get(&one.key).into_iter().flatten();
            match one.model {
                Ok((model, from)) => {
                    match from {
                        From::Cache => cost.from_cache += 1,
                        From::Rustdoc => cost.documented += 1,
                    }
                    models.insert(one.key, model);
                    units.for_each(|hash| drop(list.undocumented.remove(hash)));
                }
                Err(why) => {
                    list.undocumented.extend(units.map(|hash| (hash.clone(), why.clone())));
                }
            }
        }
        Ok(models)
    }
}

/// What a build left.
struct Built {
    list: UnitList,
    timed_out: bool,
    cpu: Duration,
}

fn log_file(request: &SideRequest) -> PathBuf {
    request.work_dir.join("log").join(format!("{}.jsonl", request.log))
}

fn is_wanted(request: &SideRequest, package: &PackageId) -> bool {
    request.wanted.contains(&(package.name.clone(), package.version.clone()))
}

fn wanted_units<'a>(request: &SideRequest, list: &'a UnitList) -> Vec<&'a Unit> {
    list.units
        .values()
        .filter(|unit| list.keys.contains_key(&unit.hash) && is_wanted(request, &unit.package))
        .collect()
}

/// The models that are wanted, each with its units; those for the target first, so that they
/// describe the model that both share.
fn wanted_keys(request: &SideRequest, list: &UnitList) -> BTreeMap<ModelKey, Vec<UnitHash>> {
    let mut jobs: BTreeMap<ModelKey, Vec<&Unit>> = BTreeMap::new();
    for unit in wanted_units(request, list) {
        if let Some(key) = list.keys.get(&unit.hash) {
            jobs.entry(key.clone()).or_default().push(unit);
        }
    }
    jobs.into_iter()
        .map(|(key, mut units)| {
            units.sort_by_key(|unit| (std::cmp::Reverse(unit.platform), &unit.hash));
            (key, units.into_iter().map(|unit| unit.hash.clone()).collect())
        })
        .collect()
}

/// What a side ends with beside its models.
struct Ending {
    log: Option<PathBuf>,
    level: Option<Level>,
    cost: Cost,
}

/// Puts the outcome together, with a gap for every wanted package that has no model.
fn conclude(
    request: &SideRequest,
    list: &UnitList,
    models: &BTreeMap<ModelKey, Arc<ApiModel>>,
    ending: Ending,
) -> SideOutcome {
    let mut dependents: BTreeMap<&UnitHash, BTreeSet<&str>> = BTreeMap::new();
    for unit in list.units.values() {
        for dep in unit.dependencies.values() {
            dependents.entry(dep).or_default().insert(&unit.package.name);
        }
    }
    let mut refs: Vec<ModelRef> = wanted_units(request, list)
        .into_iter()
        .filter_map(|unit| {
            let key = list.keys.get(&unit.hash)?;
            let dependents = dependents.get(&unit.hash).into_iter().flatten();
            Some(ModelRef {
                unit: unit.clone(),
                key: key.clone(),
                model: Arc::clone(models.get(key)?),
                dependents: dependents.map(|&name| name.to_owned()).collect(),
            })
        })
        .collect();
    refs.sort_by(|a, b| order(&a.unit).cmp(&order(&b.unit)));
    let mut gaps = Vec::new();
    for (name, version) in &request.wanted {
        let what = format!("{name}@{version}");
        let units: Vec<&Unit> = list
            .units
            .values()
            .filter(|unit| list.keys.contains_key(&unit.hash))
            .filter(|unit| unit.package.name == *name && unit.package.version == *version)
            .collect();
        for why in units.iter().filter_map(|unit| list.undocumented.get(&unit.hash)) {
            gaps.push(Gap::new(&what, why));
        }
        if let Some(error) =
            list.errors.iter().find(|error| units.iter().any(|unit| unit.package == error.package))
        {
            let code = error.code.as_deref().unwrap_or("error");
            let why = format!("it does not compile ({code}: {})", error.message);
            gaps.push(Gap::new(&what, why));
        }
        if units.is_empty() {
            let why = list.missing.get(&what).map_or(
                "it takes no part in the build with these features on this target",
                String::as_str,
            );
            gaps.push(Gap::new(&what, why));
        }
    }
    gaps.sort();
    gaps.dedup();
    let mut units: Vec<Unit> = list.units.values().cloned().collect();
    units.sort_by(|a, b| order(a).cmp(&order(b)));
    SideOutcome {
        models: refs,
        units,
        errors: list.errors.clone(),
        refused: list.refused.clone(),
        partial: BTreeSet::new(),
        gaps,
        log: ending.log,
        level: ending.level,
        cost: ending.cost,
    }
}

pub(crate) fn order(unit: &Unit) -> (&PackageId, &[String], Platform, &UnitHash) {
    (&unit.package, &unit.features, unit.platform, &unit.hash)
}

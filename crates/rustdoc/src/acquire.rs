//! From a workspace with a lockfile to the models of the packages that are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ripe_model::{ApiModel, Gap, PackageId};
use ripe_runner::CancelToken;

use crate::check::{Build, BuiltLib, Checked, Targets};
use crate::key::Keys;
use crate::lockfile::Checksums;
use crate::packages::Packages;
use crate::record::Records;
use crate::replay::Replay;
use crate::room::Room;
use crate::toolchain::choose_rustdoc;
use crate::unit_list::{UnitList, UnitListKey};
use crate::{
    Cached, Client, Cost, DevDependencies, Error, ModelCache, ModelKey, ModelRef, Platform,
    Progress, Rustdoc, SideOutcome, SideRequest, Unit, UnitHash,
};

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
        let mut room =
            Room::open(&request.toolchain, &request.work_dir, &request.workspace, request.sandbox)?;
        for dir in packages.dirs() {
            room.show(dir);
        }
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
        if complete && let Err(error) = self.cache.put_units(key, &list) {
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

fn not_cached(error: &Error) -> Gap {
    Gap::new("the cache", format!("{error}; the next run will not be faster"))
}

fn log_file(request: &SideRequest) -> PathBuf {
    let name = match request.client {
        Client::Compile => "locked.jsonl",
        Client::Refuse => "target.jsonl",
    };
    request.work_dir.join("log").join(name)
}

/// What one or two passes of cargo showed together.
struct Passes {
    units: BTreeMap<UnitHash, Unit>,
    built: BTreeMap<UnitHash, BuiltLib>,
    /// The libraries and macros whose models may be asked for.
    apis: BTreeSet<UnitHash>,
    errors: Vec<crate::BuildError>,
    refused: Vec<crate::Refused>,
    timed_out: bool,
    cpu: Duration,
}

impl Passes {
    fn run(
        build: &Build<'_>,
        progress: &(dyn Fn(Progress) + Sync),
        cancel: &CancelToken,
    ) -> Result<Passes, Error> {
        let mut passes = Passes::of(build.check(Targets::Shipped, progress, cancel)?);
        let request = build.request;
        let dev_wanted = request.dev_dependencies == DevDependencies::Compile
            && request.wanted.iter().any(|(name, version)| {
                build.packages.find(name, version).is_some_and(|id| build.packages.is_dev_only(id))
            });
        if dev_wanted && !passes.timed_out {
            let all = Passes::of(build.check(Targets::All, progress, cancel)?);
            let seen: BTreeSet<PackageId> =
                passes.apis().map(|unit| unit.package.clone()).collect();
            let more: Vec<UnitHash> = all
                .apis()
                .filter(|unit| !seen.contains(&unit.package))
                .map(|unit| unit.hash.clone())
                .collect();
            passes.apis.extend(more);
            passes.units.extend(all.units);
            passes.built.extend(all.built);
            passes.errors.extend(all.errors);
            passes.errors.sort();
            passes.errors.dedup();
            passes.refused = all.refused;
            passes.timed_out |= all.timed_out;
            passes.cpu += all.cpu;
        }
        Ok(passes)
    }

    fn of(checked: Checked) -> Passes {
        let apis = checked
            .units
            .values()
            .filter(|unit| unit.kind.has_api() && !checked.refused_units.contains(&unit.hash))
            .map(|unit| unit.hash.clone())
            .collect();
        Passes {
            units: checked.units,
            built: checked.built,
            apis,
            errors: checked.errors,
            refused: checked.refused,
            timed_out: checked.timed_out,
            cpu: checked.cpu,
        }
    }

    fn apis(&self) -> impl Iterator<Item = &Unit> {
        self.apis.iter().filter_map(|hash| self.units.get(hash))
    }

    /// Libraries of which cargo has an artifact, and we no unit.
    fn forgotten(&self) -> impl Iterator<Item = &BuiltLib> {
        self.built.values().filter(|built| !self.units.contains_key(&built.hash))
    }

    /// Why packages have no unit with an API.
    fn missing(&self, request: &SideRequest, packages: &Packages) -> BTreeMap<String, String> {
        let seen: BTreeSet<&PackageId> = self.apis().map(|unit| &unit.package).collect();
        let broken: BTreeSet<PackageId> =
            self.errors.iter().map(|error| error.package.clone()).collect();
        let reason = |id: &PackageId| {
            let error = self.errors.iter().find(|error| error.package == *id);
            if let Some(error) = error {
                format!("it does not compile: {}", error.message)
            } else if request.refuse_packages.contains(&id.name) {
                "it was refused".to_owned()
            } else if !packages.has_lib(id) {
                "it has no library".to_owned()
            } else if let Some(dep) = packages.dependency_among(id, &broken) {
                format!("{dep}, on which it depends, does not compile")
            } else if self.timed_out {
                "the time was up before it was compiled".to_owned()
            } else if packages.is_dev_only(id) {
                "only tests, examples or benchmarks need it".to_owned()
            } else {
                "it is not compiled with these features on this target".to_owned()
            }
        };
        packages
            .ids()
            .filter(|id| !seen.contains(id))
            .map(|id| (id.to_string(), reason(id)))
            .collect()
    }
}

/// Makes cargo forget artifacts: its fingerprints go. Returns whether there was something to do.
fn renew(request: &SideRequest, libs: &[BuiltLib]) -> bool {
    let mut renewed = false;
    for lib in libs {
        let Some(profile) = lib.file.parent().and_then(Path::parent) else { continue };
        if !profile.starts_with(&request.target_dir) {
            continue;
        }
        let name = format!("{}-{}", lib.package.name, lib.hash);
        let fingerprint = profile.join(".fingerprint").join(name);
        renewed |= std::fs::remove_dir_all(fingerprint).is_ok();
    }
    renewed
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

/// Where a model came from.
enum From {
    Cache,
    Rustdoc,
}

/// A model that was looked up or made.
struct Documented {
    key: ModelKey,
    model: Result<(Arc<ApiModel>, From), String>,
    note: Option<Gap>,
    rustdoc_cpu: Duration,
    lowering: Duration,
}

/// Looks models up, and makes those that are not cached, the largest first.
fn document(
    replay: &Replay<'_>,
    cache: &ModelCache,
    jobs: &BTreeMap<ModelKey, Vec<UnitHash>>,
    artifacts: &BTreeMap<UnitHash, PathBuf>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancelToken,
) -> Result<Vec<Documented>, Error> {
    let size = |units: &[UnitHash]| {
        let file = units.iter().find_map(|hash| artifacts.get(hash));
        file.and_then(|file| file.metadata().ok()).map_or(0, |metadata| metadata.len())
    };
    let mut queue: Vec<(&ModelKey, &Vec<UnitHash>)> = jobs.iter().collect();
    queue.sort_by_key(|(key, units)| (std::cmp::Reverse(size(units)), (*key).clone()));
    let total = queue.len();
    let done = Mutex::new(0);
    in_parallel(replay.request, &queue, |(key, units)| {
        let documented = document_one(replay, cache, key, units, cancel)?;
        if let Some(unit) = units.first().and_then(|hash| replay.units.get(hash)) {
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += 1;
            progress(Progress::Documenting { done: *done, total, package: unit.package.clone() });
        }
        Ok(documented)
    })
}

fn document_one(
    replay: &Replay<'_>,
    cache: &ModelCache,
    key: &ModelKey,
    units: &[UnitHash],
    cancel: &CancelToken,
) -> Result<Documented, Error> {
    let mut documented = Documented {
        key: key.clone(),
        model: Err("it was not seen".to_owned()),
        note: None,
        rustdoc_cpu: Duration::ZERO,
        lowering: Duration::ZERO,
    };
    match cache.get(key) {
        Cached::Hit(model) => {
            documented.model = Ok((model, From::Cache));
            forget(replay, units);
            return Ok(documented);
        }
        Cached::Miss => {}
        Cached::Unusable(gap) => documented.note = Some(gap),
    }
    for hash in units {
        let Some(unit) = replay.units.get(hash) else { continue };
        let replayed = replay.document(unit, cancel)?;
        documented.rustdoc_cpu += replayed.rustdoc_cpu;
        documented.lowering += replayed.lowering;
        match replayed.model {
            Ok(model) => {
                if let Err(error) = cache.put(key, &model) {
                    documented.note = Some(not_cached(&error));
                }
                documented.model = Ok((Arc::new(model), From::Rustdoc));
                forget(replay, units);
                break;
            }
            Err(why) => documented.model = Err(why),
        }
    }
    Ok(documented)
}

fn forget(replay: &Replay<'_>, units: &[UnitHash]) {
    for unit in units.iter().filter_map(|hash| replay.units.get(hash)) {
        replay.records.forget(&unit.crate_name, &unit.hash);
    }
}

/// Works on all items with as many threads as the request allows, in order. After an error, no
/// further item is begun.
fn in_parallel<T: Sync, R: Send>(
    request: &SideRequest,
    items: &[T],
    work: impl Fn(&T) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    // Types nest deeply in some APIs, and lowering follows them.
    const STACK: usize = 64 << 20;
    let threads = match request.jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs,
    };
    let queue = Mutex::new(items.iter().enumerate());
    let results = Mutex::new(Vec::new());
    let failure = Mutex::new(None);
    let worker = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, item)) = next else { break };
            match work(item) {
                Ok(result) => {
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
                Err(error) => {
                    queue.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker);
            if spawned.is_err() {
                // Without a thread for it, the work is done here.
                worker();
            }
        }
    });
    if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// What a side ends with beside its models.
struct Ending {
    log: Option<PathBuf>,
    level: Option<ripe_runner::Level>,
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
        gaps,
        log: ending.log,
        level: ending.level,
        cost: ending.cost,
    }
}

fn order(unit: &Unit) -> (&PackageId, &[String], Platform, &UnitHash) {
    (&unit.package, &unit.features, unit.platform, &unit.hash)
}

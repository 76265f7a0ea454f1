//! The models of a side: looked up, or made by rustdoc, several at once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ripe_model::{ApiModel, Gap};
use ripe_runner::CancelToken;

use crate::replay::Replay;
use crate::{Cached, Error, ModelCache, ModelKey, Progress, Recording, SideRequest};
use ripe_record::UnitHash;

/// Where a model came from.
pub(crate) enum From {
    Cache,
    Rustdoc,
}

/// A model that was looked up or made.
pub(crate) struct Documented {
    pub(crate) key: ModelKey,
    pub(crate) model: Result<(Arc<ApiModel>, From), String>,
    pub(crate) note: Option<Gap>,
    pub(crate) rustdoc_cpu: Duration,
    pub(crate) lowering: Duration,
}

/// Looks models up, and makes those that are not cached, the largest first.
pub(crate) fn document(
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
    if replay.request.recording == Recording::All {
        return;
    }
    for unit in units.iter().filter_map(|hash| replay.units.get(hash)) {
        replay.records.forget(&unit.crate_name, &unit.hash);
    }
}

/// Works on all items with as many threads as the request allows, in order. After an error, no
/// further item is begun.
pub(crate) fn in_parallel<T: Sync, R: Send>(
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

pub(crate) fn not_cached(error: &Error) -> Gap {
    Gap::new("the cache", format!("{error}; the next run will not be faster"))
}

//! Replays units in the order of their dependencies, several at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ripe_record::{Error, Record, Records, Room, Unit, UnitHash, UnitKind, finish};
use ripe_runner::{CancelToken, Stream};

use crate::copy::Copy;
use crate::notice::{self, Notice};
use crate::order::Order;
use crate::rustc::{Changed, arguments, artifact};
use crate::{Progress, Request};

/// What all replays share.
pub(crate) struct Replay<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) order: &'a Order<'a>,
    pub(crate) room: &'a Room,
    pub(crate) records: &'a Records,
    /// The folder of the new artifacts.
    pub(crate) out: &'a Path,
    pub(crate) progress: &'a (dyn Fn(Progress<'_>) + Sync),
    pub(crate) until: Option<Instant>,
}

/// What a replay showed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Replayed {
    pub(crate) notices: Vec<Notice>,
    /// Why it failed.
    pub(crate) failure: Option<String>,
    /// The folder in which the compiler ran: its file names are relative to it.
    pub(crate) dir: PathBuf,
    pub(crate) cpu: Duration,
}

impl Replayed {
    fn failed(why: &str) -> Replayed {
        Replayed { failure: Some(why.to_owned()), ..Replayed::default() }
    }
}

/// What is known while several threads replay.
#[derive(Default)]
struct State<'a> {
    waiting: Vec<&'a Unit>,
    done: BTreeMap<UnitHash, Replayed>,
    artifacts: BTreeMap<UnitHash, PathBuf>,
    running: usize,
    /// How many were waiting at first.
    total: usize,
    error: Option<Error>,
}

impl Replay<'_> {
    /// Whether the time is up.
    pub(crate) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() > until)
    }

    /// Replays what is wanted of the plan, after what it depends on. `done` was replayed before.
    pub(crate) fn run(
        &self,
        wanted: impl Fn(&Unit) -> bool,
        copies: &[Copy],
        done: BTreeMap<UnitHash, Replayed>,
        cancel: &CancelToken,
    ) -> Result<BTreeMap<UnitHash, Replayed>, Error> {
        let waiting: Vec<&Unit> = self
            .order
            .units
            .values()
            .copied()
            .filter(|unit| !done.contains_key(&unit.hash) && wanted(unit))
            .collect();
        let threads = match self.request.jobs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs,
        };
        let threads = threads.min(waiting.len());
        let artifacts = done
            .iter()
            .filter(|(_, replayed)| replayed.failure.is_none())
            .filter_map(|(hash, _)| {
                Some((hash.clone(), self.artifact(self.order.units.get(hash)?)))
            })
            .collect();
        let total = waiting.len();
        let state = State { waiting, done, artifacts, running: 0, total, error: None };
        let state = Mutex::new(state);
        let changed = Condvar::new();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| self.work(&state, &changed, copies, cancel));
            }
        });
        let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match state.error {
            Some(error) => Err(error),
            None => Ok(state.done),
        }
    }

    /// Takes what is ready until nothing is left.
    fn work(
        &self,
        state: &Mutex<State<'_>>,
        changed: &Condvar,
        copies: &[Copy],
        cancel: &CancelToken,
    ) {
        let mut held = state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if held.error.is_some() || held.waiting.is_empty() {
                changed.notify_all();
                return;
            }
            let ready = held
                .waiting
                .iter()
                .position(|unit| self.order.below(unit).all(|hash| held.done.contains_key(hash)));
            let Some(at) = ready else {
                if held.running == 0 {
                    // Nothing will become ready any more: what is missing was not asked for.
                    for unit in std::mem::take(&mut held.waiting) {
                        let why = "what it depends on was not replayed";
                        held.done.insert(unit.hash.clone(), Replayed::failed(why));
                    }
                    continue;
                }
                held = changed.wait(held).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let unit = held.waiting.swap_remove(at);
            let below_failed = self
                .order
                .below(unit)
                .any(|hash| held.done.get(hash).is_some_and(|done| done.failure.is_some()));
            if below_failed {
                let why = "what it depends on could not be replayed";
                held.done.insert(unit.hash.clone(), Replayed::failed(why));
                changed.notify_all();
                continue;
            }
            let artifacts = held.artifacts.clone();
            let open = held.waiting.len() + held.running + 1;
            let done = held.total - open;
            (self.progress)(Progress { done, total: held.total, package: &unit.package });
            held.running += 1;
            drop(held);
            let replayed = self.unit(unit, copies, &artifacts, cancel);
            held = state.lock().unwrap_or_else(PoisonError::into_inner);
            held.running -= 1;
            match replayed {
                Ok(replayed) => {
                    if replayed.failure.is_none() {
                        held.artifacts.insert(unit.hash.clone(), self.artifact(unit));
                    }
                    held.done.insert(unit.hash.clone(), replayed);
                }
                Err(error) => {
                    held.error.get_or_insert(error);
                }
            }
            changed.notify_all();
        }
    }

    fn artifact(&self, unit: &Unit) -> PathBuf {
        artifact(self.out, &unit.crate_name, &unit.hash, self.kind(unit))
    }

    /// What a unit is for; a macro that only uses what is asked about leaves metadata.
    fn kind(&self, unit: &Unit) -> UnitKind {
        match unit.kind {
            UnitKind::ProcMacro if !self.order.roots.contains_key(&unit.hash) => UnitKind::Other,
            kind => kind,
        }
    }

    fn unit(
        &self,
        unit: &Unit,
        copies: &[Copy],
        artifacts: &BTreeMap<UnitHash, PathBuf>,
        cancel: &CancelToken,
    ) -> Result<Replayed, Error> {
        let left = self.until.map(|until| until.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(Replayed::failed("the time was up"));
        }
        let Some(record) = self.records.record(&unit.crate_name, &unit.hash) else {
            return Ok(Replayed::failed("its build was not recorded"));
        };
        let copy = self.order.roots.get(&unit.hash).and_then(|subject| copies.get(*subject));
        let changed = Changed {
            out: self.out,
            artifacts,
            copy: copy.map(|copy| (copy.from.as_path(), copy.to.as_path())),
            kind: self.kind(unit),
        };
        let mut seen = BTreeSet::new();
        let mut notices = Vec::new();
        let run = self.command(&record, &changed, copies, left);
        let what = format!("rustc for {}", unit.package);
        let outcome = finish(&what, &run, cancel, &mut |stream, line| {
            // Lines of a diagnostic that a macro repeats are the same use.
            if stream == Stream::Stderr && seen.insert(line.to_owned()) {
                notices.extend(notice::read(line));
            }
        })?;
        let error = notices.iter().find_map(|notice| match notice {
            Notice::Error { message, .. } => Some(message.clone()),
            Notice::Use { .. } => None,
        });
        let failure = (!outcome.success())
            .then(|| error.unwrap_or_else(|| format!("rustc ended with {:?}", outcome.end)));
        Ok(Replayed { notices, failure, dir: record.dir, cpu: outcome.cpu })
    }

    fn command(
        &self,
        record: &Record,
        changed: &Changed<'_>,
        copies: &[Copy],
        time_limit: Option<Duration>,
    ) -> ripe_runner::Run {
        let rustc = &self.request.toolchain.rustc;
        let mut run =
            self.room.run(rustc, &record.dir, &[self.out]).args(arguments(record, changed));
        run.env.extend(record.env.clone());
        run.time_limit = time_limit;
        run.capture_limit = 1 << 20;
        if let Some(sandbox) = &mut run.sandbox {
            sandbox.read.push(self.request.target_dir.to_owned());
            sandbox.read.extend(copies.iter().map(|copy| copy.to.clone()));
        }
        run
    }
}

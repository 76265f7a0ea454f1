//! The ground of every analysis: the project, its scratch copy, the locked graph, the index.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use rayon::prelude::*;
use ripe_model::{Gap, PackageId, Release, Source};
use ripe_registry::{CargoConfig, Index};
use ripe_resolver::{Graph, Releases, is_aged};
use ripe_verify::{
    Aged, Answer, Cargo, CargoFlags, Compatible, Features, LockState, MissingToolchain, Project,
    Request, Resolution, ResolutionCache, Resolving, Scratch, Workplace,
};
use semver::Version;

use crate::args::CargoArgs;
use crate::failure::Failure;
use crate::session::Session;
use crate::view::{View, serve_aged};

/// For how long cargo's view of the index counts as today's.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// A loaded project.
pub(crate) struct Ground {
    /// The user's project.
    pub(crate) project: Project,
    /// Its copy, in which cargo works.
    pub(crate) scratch: Scratch,
    /// Cargo's metadata of the locked side, with all features where cargo gives it; its paths are
    /// paths of the copy.
    pub(crate) metadata: cargo_metadata::Metadata,
    /// The locked graph.
    pub(crate) graph: Graph,
    /// Cargo's index cache.
    pub(crate) index: Index,
    /// The releases of every registry package of the graph.
    pub(crate) releases: Releases,
    /// The folder of cached resolutions.
    resolutions: PathBuf,
    /// The toolchain that the project asks for, where it is not installed.
    pub(crate) missing: Option<MissingToolchain>,
    /// What could not be read so far.
    pub(crate) gaps: Vec<Gap>,
    /// What cargo sees instead of its registries.
    view: Option<View>,
    /// Hashes of the rows of each package of the graph, by name, until cargo may have changed them.
    digests: Mutex<Option<Arc<BTreeMap<String, String>>>>,
}

impl Ground {
    /// Loads the project that the flags name.
    pub(crate) fn load(
        session: &Session,
        cargo: &CargoArgs,
        as_of: Option<&str>,
    ) -> Result<Ground, Failure> {
        session.progress.stage("reading the project", None);
        let flags = CargoFlags {
            offline: cargo.offline,
            locked: cargo.locked,
            features: cargo.features.clone(),
            all_features: cargo.all_features,
            no_default_features: cargo.no_default_features,
            target: cargo.target.clone(),
        };
        let (project, missing) = load(session, cargo.manifest_path.as_deref(), &flags)?;
        session.progress.stage("copying the workspace for cargo to work in", None);
        let mut scratch = Scratch::copied(&project, Workplace::of(&project, &session.cache)?)?;
        let config = CargoConfig::read(&project.workspace.root)
            .context("cargo's configuration cannot be read")
            .map_err(Failure::usage)?;
        let index = Index::new(config);
        let view = match as_of {
            Some(date) => Some(View::of_day(session, &scratch, index.clone(), date)?),
            None => None,
        };
        let index = view.as_ref().map_or(index, |view| view.index().clone());
        session.progress.stage("asking cargo whether the lockfile fits", None);
        let fits =
            scratch.settle(view.as_ref().map_or_else(Resolving::default, View::resolving))?;
        if cargo.locked && scratch.lock_state() != LockState::Fits {
            let what = match scratch.lock_state() {
                LockState::Missing => "there is no Cargo.lock, and --locked asks for one",
                LockState::Outdated | LockState::Fits => {
                    "Cargo.lock does not fit the manifests, and --locked forbids to update it"
                }
            };
            return Err(Failure::no_report(anyhow::anyhow!(what))
                .next("run `cargo generate-lockfile`, or leave out --locked"));
        }
        session.progress.stage("reading the dependency graph", None);
        // What is off by default is in the lockfile all the same, and is named by the graph.
        let active = match fits {
            Some(metadata) => metadata,
            None => scratch.metadata(Features::AsAsked)?,
        };
        let metadata = scratch.metadata(Features::All).unwrap_or_else(|_| active.clone());
        let graph = Graph::new(&metadata, &active)
            .context("cargo's metadata is not understood")
            .map_err(Failure::no_report)?;
        if let Some(view) = &view {
            view.complete(graph.packages().map(|node| &node.id));
        }
        let (releases, gaps) = index.releases_of(graph.packages().map(|node| &node.id));
        let resolutions = session.cache.join("resolutions");
        Ok(Ground {
            project,
            scratch,
            metadata,
            graph,
            index,
            releases,
            resolutions,
            missing,
            gaps,
            view,
            digests: Mutex::default(),
        })
    }

    /// The releases of a package, as far as the index tells.
    pub(crate) fn rows(&self, id: &PackageId) -> &[Release] {
        let key = (id.name.clone(), id.source.clone());
        self.releases.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether everything that the copy's lockfile names is on disk already.
    pub(crate) fn is_downloaded(&self) -> bool {
        let lockfile = std::fs::read_to_string(self.scratch.root().join("Cargo.lock"));
        lockfile.is_ok_and(|text| {
            let packages = from_elsewhere(&text);
            packages
                .iter()
                .all(|id| id.source.is_registry() && self.index.source_folder(id).is_some())
        })
    }

    /// What a resolution brings, and of which `gaps` say that it cannot be downloaded.
    pub(crate) fn absent(&self, resolution: &Resolution, gaps: &[Gap]) -> Vec<PackageId> {
        let named = |id: &PackageId| gaps.iter().any(|gap| gap.what == id.to_string());
        let brought = |id: &PackageId| {
            let moves = &mut resolution.moves.iter();
            moves.any(|m| m.package == id.name && m.to.as_ref() == Some(&id.version))
        };
        let packages = from_elsewhere(&resolution.lockfile).into_iter();
        packages.filter(|id| named(id) && brought(id)).collect()
    }

    /// Asks cargo for all compatible updates. Unless offline this refreshes the index, so the
    /// releases are read again afterwards. What was asked less than [`FRESH`] ago is not asked
    /// again, unless the lockfile changed since. Where a registry fails, what can be had of it is
    /// asked for apart.
    pub(crate) fn refresh(&mut self, session: &Session) -> Result<(Request, Answer), Failure> {
        let request = Request { compatible: Compatible::All, ..Request::default() };
        let mark = match self.view.as_ref().and_then(View::date) {
            Some(date) => format!("refreshed-{date}"),
            None => "refreshed".to_owned(),
        };
        let mark = self.scratch.workplace().join(mark);
        let is_fresh = std::fs::metadata(&mark)
            .and_then(|meta| meta.modified())
            .is_ok_and(|then| then.elapsed().is_ok_and(|ago| ago < FRESH));
        let answer = if is_fresh {
            // What the rows say was read a moment ago.
            self.resolve(&request)?
        } else {
            let mut answer = self.scratch.resolve(&request, None);
            if !matches!(answer, Ok(Ok(_))) && self.go_around(session)? {
                // What is locked fits itself; if cargo refuses all the same, that is its answer.
                answer = self.scratch.resolve(&request, None);
            }
            let answer = answer?;
            // The answer is kept with the rows that it rests on, which are those of now.
            self.read_releases();
            self.cached(|cache| self.scratch.keep(&request, &answer, cache))?;
            if self.view.as_ref().is_none_or(|view| view.date().is_some()) {
                // Without the mark the next run asks again, which costs a second.
                std::fs::write(&mark, b"").ok();
            }
            answer
        };
        self.gaps.extend(self.view_gaps());
        Ok((request, answer))
    }

    fn read_releases(&mut self) {
        self.forget_digests();
        (self.releases, self.gaps) =
            self.index.releases_of(self.graph.packages().map(|node| &node.id));
    }

    /// From now on cargo sees what could be had of its registries. `false` where it does already,
    /// or may not ask.
    pub(crate) fn go_around(&mut self, session: &Session) -> Result<bool, Failure> {
        if self.view.is_some() || self.project.flags.offline || session.cancel.is_cancelled() {
            return Ok(false);
        }
        let view = View::of_rest(session, &self.scratch, self.index.clone(), &self.metadata)?;
        if self.scratch.settle(view.resolving()).is_err() {
            // What cargo said at first stands.
            self.scratch.settle(Resolving::default()).ok();
            return Ok(false);
        }
        self.view = Some(view);
        Ok(true)
    }

    /// Calls `ask` with the cache of resolutions.
    pub(crate) fn cached<T>(&self, ask: impl FnOnce(&ResolutionCache<'_>) -> T) -> T {
        let digests = self.digests();
        let rows = |name: &str| digests.get(name).cloned();
        ask(&ResolutionCache { folder: self.resolutions.clone(), rows: &rows })
    }

    /// A hash of the rows of each package of the graph, by name.
    pub(crate) fn digests(&self) -> Arc<BTreeMap<String, String>> {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let known = digests.get_or_insert_with(|| {
            let keys: Vec<_> = self.releases.keys().collect();
            let digest = |(name, source): &&(String, Source)| {
                Some((name.clone(), self.index.digest(name, source)?))
            };
            let mut found: Vec<_> = keys.par_iter().filter_map(digest).collect();
            found.sort();
            let mut by_name: BTreeMap<String, String> = BTreeMap::new();
            for (name, digest) in found {
                by_name.entry(name).or_default().push_str(&digest);
            }
            Arc::new(by_name)
        });
        Arc::clone(known)
    }

    fn forget_digests(&self) {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Asks cargo what an update moves; its refusal is a value.
    pub(crate) fn resolve(&self, request: &Request) -> Result<Answer, Failure> {
        if let Some(answer) = self.cached(|cache| self.scratch.known(request, cache))? {
            return Ok(answer);
        }
        let answer = match &request.compatible {
            Compatible::Aged(aged) => self.resolve_aged(request, aged)?,
            Compatible::Keep | Compatible::All | Compatible::Precise(_) => {
                self.scratch.resolve(request, None)?
            }
        };
        // Cargo may have refreshed what its answer rests on.
        self.forget_digests();
        self.cached(|cache| self.scratch.keep(request, &answer, cache))?;
        Ok(answer)
    }

    fn resolve_aged(&self, request: &Request, aged: &Aged) -> Result<Answer, Failure> {
        let served = serve_aged(&self.scratch, self.index.clone(), &self.metadata, aged)
            .map_err(Failure::no_report)?;
        let view = Some(format!("what came out until {}", aged.by));
        let resolving = Resolving { args: served.args(), env: served.env(), view };
        let answer = self.scratch.resolve_as(request, &resolving)?;
        match served.gaps().first() {
            // Cargo would choose among less than there is.
            Some(Gap { what, why }) => Err(Failure::no_report(anyhow::anyhow!("{what}: {why}"))),
            None => Ok(answer),
        }
    }

    /// Whether a release came out after a day.
    pub(crate) fn is_younger(&self, id: &PackageId, day: &str) -> bool {
        let is_young = |rows: &[Release]| {
            let row = rows.iter().find(|row| row.version == id.version);
            row.is_some_and(|row| !is_aged(row.published.as_deref(), Some(day)))
        };
        match self.rows(id) {
            // It comes in anew.
            [] => self.index.releases(&id.name, &id.source).is_ok_and(|rows| is_young(&rows)),
            rows => is_young(rows),
        }
    }

    /// The day for which everything is judged.
    pub(crate) fn today(&self) -> String {
        let day = self.view.as_ref().and_then(View::date);
        day.map_or_else(crate::setup::today, str::to_owned)
    }

    /// What has to be known of what cargo sees.
    pub(crate) fn view_note(&self) -> Option<String> {
        self.view.as_ref().and_then(View::note)
    }

    /// What of the registries could not be seen.
    pub(crate) fn view_gaps(&self) -> Vec<Gap> {
        self.view.as_ref().map(View::gaps).unwrap_or_default()
    }

    /// What the project calls itself: its package, or the folder of a virtual workspace.
    pub(crate) fn name(&self) -> String {
        match self.project.workspace.members.as_slice() {
            [only] => format!("{} {}", only.name, only.version),
            _ => {
                self.project.workspace.root.file_name().map_or_else(
                    || "workspace".to_owned(),
                    |name| name.to_string_lossy().into_owned(),
                )
            }
        }
    }

    /// What has to be said before everything else.
    pub(crate) fn notes(&self) -> Vec<String> {
        let lock = match self.scratch.lock_state() {
            LockState::Fits => None,
            LockState::Missing => Some(
                "there is no Cargo.lock: locked means the newest compatible versions, which is what your users get today",
            ),
            LockState::Outdated => Some(
                "Cargo.lock does not fit the manifests: locked means what cargo would make of it",
            ),
        };
        let missing = self.missing.as_ref().map(|MissingToolchain { asked, used }| {
            format!(
                "this project asks for Rust {asked}, which is not installed: looked at with {used} instead; `rustup toolchain install {asked}` closes the gap"
            )
        });
        self.view_note().into_iter().chain(lock.map(str::to_owned)).chain(missing).collect()
    }

    /// The compiler that the project is built with: the one that it asks for, installed or not.
    pub(crate) fn rustc(&self) -> Option<Version> {
        let Some(missing) = &self.missing else { return self.project.rustc.clone() };
        let number = missing.asked.split('-').next().unwrap_or_default();
        Version::parse(number).or_else(|_| Version::parse(&format!("{number}.0"))).ok()
    }

    /// The names of the members.
    pub(crate) fn member_names(&self) -> Vec<String> {
        self.project.workspace.members.iter().map(|member| member.name.clone()).collect()
    }

    /// Whether several versions of a package are locked.
    pub(crate) fn several_locked(&self, name: &str) -> bool {
        self.graph.named(name).count() > 1
    }
}

/// The packages of a lockfile that come from no folder.
pub(crate) fn from_elsewhere(lockfile: &str) -> Vec<PackageId> {
    let packages = ripe_verify::read_lock(lockfile).into_iter();
    packages
        .filter_map(|package| {
            let source = ripe_resolver::source_of(&package.source?);
            Some(PackageId { name: package.name, version: package.version, source })
        })
        .collect()
}

/// Loads the project; where the toolchain that it asks for is not installed, with another one.
fn load(
    session: &Session,
    manifest: Option<&Path>,
    flags: &CargoFlags,
) -> Result<(Project, Option<MissingToolchain>), ripe_verify::Error> {
    let mut cargo = Cargo::find(session.cancel.clone());
    let failure = match Project::load(manifest, &session.cwd, flags, cargo.clone()) {
        Ok(project) => return Ok((project, None)),
        Err(failure) => failure,
    };
    let folder = session.cwd.join(manifest.and_then(Path::parent).unwrap_or(Path::new("")));
    let missing = if folder.is_dir() { cargo.settle(&folder)? } else { None };
    if missing.is_none() {
        return Err(failure);
    }
    Ok((Project::load(manifest, &session.cwd, flags, cargo)?, missing))
}

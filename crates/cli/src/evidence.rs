//! From a resolution to what it means: models of both sides, their diff, and the sites that a
//! change reaches.
//!
//! Invariant: nothing is judged here. This module asks, keeps what it got, and says what is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use ripe_apidiff::{Diff, Neighbours, diff_among, graft};
use ripe_model::{
    ApiModel, Bump, Certainty, Change, Gap, Impact, Move, Origin, PackageId, UseSite, declared_bump,
};
use ripe_rustdoc::{
    Client, DevDependencies, FeatureFlags, ModelCache, ModelKey, ModelRef, SideOutcome,
    SideRequest, Toolchain, models_for,
};
use ripe_usage::{Extent, Scan, expansions, impact, join, scan, site_impact};
use ripe_verify::{LockGraph, Request, Resolution};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::ground::Ground;
use crate::kept::{Inputs, Kept};
use crate::session::Session;
use crate::sources;

/// The name and versions of one entry of a lockfile that moves.
pub(crate) type MoveKey = (String, Version, Version);

/// What is asked of all sides of a run.
pub(crate) struct Asked {
    /// The toolchain.
    pub(crate) toolchain: Toolchain,
    /// The features of the client.
    pub(crate) features: FeatureFlags,
    /// `--target`
    pub(crate) target: Option<String>,
    /// The `cfg`s of the target, where rustc told.
    pub(crate) cfg: Option<BTreeSet<String>>,
    /// When to stop compiling.
    pub(crate) time_limit: Option<std::time::Duration>,
}

/// Both models of a package that moves, compared.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Comparison {
    /// What the lints said, united over the units of the package.
    pub(crate) changes: Vec<Change>,
    /// Whether the API broke beyond what the numbers declare.
    pub(crate) undeclared: bool,
    /// The bump that the definite changes require.
    pub(crate) required: Bump,
    /// The bump that the others would require.
    pub(crate) possible: Bump,
    /// Rows that no lint spoke about.
    pub(crate) unexplained: Vec<ripe_model::Unexplained>,
    /// What could not be compared.
    pub(crate) gaps: Vec<Gap>,
}

/// The models of one side, and what the build said.
pub(crate) struct Side {
    outcome: SideOutcome,
    /// Models with their re-exports grafted in, made when they are first asked for.
    surfaces: Mutex<BTreeMap<ModelKey, Arc<ApiModel>>>,
}

/// The evidence about one package that moves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// What the evidence says of the code that does not move along.
    pub(crate) impact: Option<Impact>,
    /// The changes that reach a site, each with its sites.
    pub(crate) reached: Vec<(Change, Vec<UseSite>)>,
    /// How many changes there are in all.
    pub(crate) total: usize,
    /// Whether the API broke beyond what the numbers declare.
    pub(crate) undeclared: bool,
    /// Whether the models were compared.
    pub(crate) compared: bool,
    /// Whether nothing that stays depends on it.
    pub(crate) unused: bool,
    /// What was not seen.
    pub(crate) gaps: Vec<Gap>,
}

/// Gets the models of the locked side. The client is compiled: this is the baseline.
pub(crate) fn locked_side(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    cache: &ModelCache,
    wanted: BTreeSet<(String, Version)>,
) -> Result<Side, ripe_rustdoc::Error> {
    side(session, ground, asked, cache, wanted, Client::Compile, BTreeSet::new())
}

/// Gets the models of the target side. The scratch copy has to hold the resolution. No unit of the
/// client is compiled, nor of a package between it and what moves.
pub(crate) fn target_side(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    cache: &ModelCache,
    resolution: &Resolution,
) -> Result<Side, ripe_rustdoc::Error> {
    let wanted = resolution
        .moves
        .iter()
        .filter(|moved| moved.from.is_some())
        .filter_map(|moved| Some((moved.package.clone(), moved.to.clone()?)))
        .collect();
    let refused = between(ground, &resolution.moves);
    side(session, ground, asked, cache, wanted, Client::Refuse, refused)
}

/// The packages that stay where they are, are compiled against something that moves, and are not
/// themselves needed by what moves.
fn between(ground: &Ground, moves: &[Move]) -> BTreeSet<String> {
    let moved: BTreeSet<&str> = moves.iter().map(|m| m.package.as_str()).collect();
    let mut above = BTreeSet::new();
    let mut needed = BTreeSet::new();
    for node in ground.graph.packages().filter(|n| moved.contains(n.id.name.as_str())) {
        above.extend(ground.graph.reached_from(&node.id).into_iter().map(|n| n.id.name.clone()));
        let mut below = vec![node.id.clone()];
        while let Some(id) = below.pop() {
            for dependency in ground.graph.dependencies(&id) {
                if needed.insert(dependency.dependency.name.clone()) {
                    below.push(dependency.dependency.clone());
                }
            }
        }
    }
    above.retain(|name| !moved.contains(name.as_str()) && !needed.contains(name));
    above
}

fn side(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    cache: &ModelCache,
    wanted: BTreeSet<(String, Version)>,
    client: Client,
    refuse_packages: BTreeSet<String>,
) -> Result<Side, ripe_rustdoc::Error> {
    let name = match client {
        Client::Compile => "the locked versions",
        Client::Refuse => "the new versions",
    };
    let mut request = SideRequest {
        workspace: ground.scratch.root().to_owned(),
        target_dir: ground.scratch.workplace().join("build"),
        work_dir: ground.scratch.workplace().to_owned(),
        wanted,
        client,
        refuse_packages,
        features: asked.features.clone(),
        target: asked.target.clone(),
        dev_dependencies: DevDependencies::Compile,
        toolchain: asked.toolchain.clone(),
        wrapper: own_binary(),
        sandbox: session.sandbox,
        jobs: 0,
        time_limit: asked.time_limit,
    };
    let compiling = format!("compiling {name}:");
    let documenting = format!("documenting {name}:");
    let stage = Mutex::new(0u8);
    let progress = |now: ripe_rustdoc::Progress| {
        let mut at = stage.lock().unwrap_or_else(PoisonError::into_inner);
        match now {
            ripe_rustdoc::Progress::Compiling { done, total, what } => {
                if *at != 1 {
                    session.progress.stage(&compiling, total);
                    *at = 1;
                }
                if let Some(total) = total {
                    session.progress.total(total);
                }
                session.progress.at(&what, done);
            }
            ripe_rustdoc::Progress::Documenting { done, total, package } => {
                if *at != 2 {
                    session.progress.stage(&documenting, Some(total));
                    *at = 2;
                }
                session.progress.at(&package.to_string(), done);
            }
        }
    };
    // Re-exports of other crates are known only once a model is there: ask again for what they
    // name, until nothing new is named. Each round finds the earlier ones in the cache.
    loop {
        let outcome = models_for(&request, cache, &progress, &session.cancel)?;
        if outcome.cost.documented > 0 {
            session.progress.part("rustdoc", outcome.cost.rustdoc_cpu);
            session.progress.part("lowering", outcome.cost.lower_cpu);
        }
        let more: BTreeSet<(String, Version)> = reexported(&outcome)
            .into_iter()
            .filter(|package| !request.wanted.contains(package))
            .collect();
        if more.is_empty() {
            return Ok(Side { outcome, surfaces: Mutex::default() });
        }
        request.wanted.extend(more);
    }
}

/// The packages of crates that the models re-export.
fn reexported(outcome: &SideOutcome) -> BTreeSet<(String, Version)> {
    let mut packages = BTreeSet::new();
    for model in &outcome.models {
        for alias in &model.model.aliases {
            let (ripe_model::AliasTarget::Foreign { krate, .. }
            | ripe_model::AliasTarget::ForeignGlob { krate, .. }) = &alias.target
            else {
                continue;
            };
            let origin = model.model.origin(*krate);
            if origin.source.is_registry()
                && let Some(version) = &origin.version
                && outcome
                    .units
                    .iter()
                    .any(|u| u.package.name == origin.package && u.package.version == *version)
            {
                packages.insert((origin.package.clone(), version.clone()));
            }
        }
    }
    packages
}

/// Our own binary: cargo calls it as the compiler's wrapper.
fn own_binary() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("cargo-ripe"))
}

impl Side {
    /// What the build said.
    pub(crate) fn outcome(&self) -> &SideOutcome {
        &self.outcome
    }

    /// A text that differs where any of the models does.
    fn digest(&self) -> String {
        let mut keys: Vec<&str> = self.outcome.models.iter().map(|m| m.key.0.as_str()).collect();
        keys.sort_unstable();
        keys.join(" ")
    }

    /// What was not seen of a package on this side.
    pub(crate) fn gaps_about(&self, name: &str) -> Vec<Gap> {
        let about = |gap: &&Gap| gap.what == name || gap.what.starts_with(&format!("{name}@"));
        self.outcome.gaps.iter().filter(about).cloned().collect()
    }

    fn models_of<'a>(
        &'a self,
        name: &'a str,
        version: &'a Version,
    ) -> impl Iterator<Item = &'a ModelRef> {
        self.outcome
            .models
            .iter()
            .filter(move |m| m.unit.package.name == name && m.unit.package.version == *version)
    }

    /// A model with the rows of the crates that it re-exports.
    fn surface(&self, model: &ModelRef) -> Arc<ApiModel> {
        let foreign = model
            .model
            .aliases
            .iter()
            .any(|alias| !matches!(alias.target, ripe_model::AliasTarget::Local(_)));
        if !foreign {
            return Arc::clone(&model.model);
        }
        let lock = || self.surfaces.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&model.key) {
            return Arc::clone(known);
        }
        let others = |origin: &Origin| -> Option<Arc<ApiModel>> {
            self.outcome
                .models
                .iter()
                .filter(|m| {
                    m.model.crates.first().is_some_and(|own| own.same(origin))
                        && origin.version.as_ref().is_none_or(|v| *v == m.unit.package.version)
                })
                .max_by_key(|m| m.unit.platform == model.unit.platform)
                .map(|m| Arc::clone(&m.model))
        };
        let made = Arc::new(graft(&model.model, &others));
        lock().insert(model.key.clone(), Arc::clone(&made));
        made
    }

    /// The surface of a crate that a compared one names in its types, in whatever version of the
    /// range this side has.
    fn neighbour(&self, origin: &Origin) -> Option<Arc<ApiModel>> {
        let is = |m: &&ModelRef| m.model.crates.first().is_some_and(|own| own.same(origin));
        self.outcome.models.iter().find(is).map(|model| self.surface(model))
    }

    /// The surface of a package as one of its dependents sees it.
    pub(crate) fn surface_for(
        &self,
        dependency: &PackageId,
        dependent: &str,
    ) -> Option<Arc<ApiModel>> {
        let mut models: Vec<&ModelRef> =
            self.models_of(&dependency.name, &dependency.version).collect();
        models.sort_by_key(|m| !m.dependents.iter().any(|d| d == dependent));
        models.first().map(|model| self.surface(model))
    }
}

/// Compares all packages that a resolution moves, as far as both models are there.
pub(crate) fn compare(
    kept: &Kept,
    locked: &Side,
    target: &Side,
    moves: &[Move],
) -> BTreeMap<MoveKey, Comparison> {
    let (old, new) = (locked.digest(), target.digest());
    moves
        .par_iter()
        .filter_map(|moved| {
            let (from, to) = (moved.from.as_ref()?, moved.to.as_ref()?);
            let key = (moved.package.clone(), from.clone(), to.clone());
            let inputs = Inputs::of("comparison")
                .and(format!("{key:?}").as_bytes())
                .and(old.as_bytes())
                .and(new.as_bytes());
            let comparison = kept.get(inputs, || compare_one(locked, target, &key))?;
            Some((key, comparison))
        })
        .collect()
}

/// Compares one package; `None` where a model is missing.
fn compare_one(locked: &Side, target: &Side, key: &MoveKey) -> Option<Comparison> {
    let (name, from, to) = key;
    let olds: Vec<&ModelRef> = locked.models_of(name, from).collect();
    let news: Vec<&ModelRef> = target.models_of(name, to).collect();
    let mut pairs: Vec<(usize, usize)> =
        olds.iter().enumerate().filter_map(|(n, old)| Some((n, partner(old, &news)?))).collect();
    pairs.dedup();
    let (before, after) = (|o: &Origin| locked.neighbour(o), |o: &Origin| target.neighbour(o));
    let around = Neighbours { old: &before, new: &after };
    let diffs: Vec<Diff> = pairs
        .into_iter()
        .map(|(old, new)| {
            diff_among(&locked.surface(olds[old]), &target.surface(news[new]), around)
        })
        .collect();
    (!diffs.is_empty()).then(|| unite(diffs, from, to))
}

/// The unit of the new version that plays the part of `old`: same platform first, then the most
/// similar features.
fn partner(old: &ModelRef, news: &[&ModelRef]) -> Option<usize> {
    news.iter()
        .enumerate()
        .max_by_key(|(at, new)| {
            let shared = new.unit.features.iter().filter(|f| old.unit.features.contains(f)).count();
            let extra = new.unit.features.len() - shared;
            (
                new.unit.platform == old.unit.platform,
                shared,
                std::cmp::Reverse(extra),
                std::cmp::Reverse(*at),
            )
        })
        .map(|(at, _)| at)
}

/// One comparison from those of the units: a change counts once, however many units have it.
pub(crate) fn unite(diffs: Vec<Diff>, from: &Version, to: &Version) -> Comparison {
    let required = diffs.iter().map(Diff::required_bump).max().unwrap_or_default();
    let possible = diffs.iter().map(Diff::possible_bump).max().unwrap_or_default();
    let mut changes = BTreeMap::new();
    let (mut unexplained, mut gaps) = (BTreeSet::new(), BTreeSet::new());
    for diff in diffs {
        for change in diff.changes {
            changes
                .entry((change.item.clone(), change.lint.clone(), change.detail.clone()))
                .or_insert(change);
        }
        unexplained.extend(diff.unexplained);
        gaps.extend(diff.gaps);
    }
    Comparison {
        changes: changes.into_values().collect(),
        undeclared: required == Bump::Major && declared_bump(from, to) < Bump::Major,
        required,
        possible,
        unexplained: unexplained.into_iter().collect(),
        gaps: gaps.into_iter().collect(),
    }
}

/// Whether a version is one that something leaves.
fn moves_from(moves: &[Move], id: &PackageId) -> bool {
    moves.iter().any(|m| m.package == id.name && m.from.as_ref() == Some(&id.version))
}

/// Whether a dependent is the same afterwards, but for the version of `on` that it depends on.
fn takes_part(dependent: &PackageId, on: &PackageId, moves: &[Move], after: &LockGraph) -> bool {
    !moves_from(moves, dependent)
        && !after.depends((&dependent.name, &dependent.version), (&on.name, &on.version))
}

/// Searches the sources of every package that stays and depends on something that moves.
pub(crate) fn uses(
    kept: &Kept,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    moves: &[Move],
    after: &LockGraph,
) -> Vec<Scan> {
    let models = locked.digest();
    let users: Vec<&ripe_resolver::Node> = ground
        .graph
        .packages()
        .filter(|node| {
            let dependencies = ground.graph.dependencies(&node.id);
            dependencies.iter().any(|d| {
                moves_from(moves, &d.dependency)
                    && takes_part(&node.id, &d.dependency, moves, after)
            })
        })
        .collect();
    users
        .into_par_iter()
        .map(|node| {
            let sources = sources::of(ground, node, asked.cfg.as_ref());
            let inputs = Inputs::of("scan")
                .and(models.as_bytes())
                .and(format!("{sources:?}").as_bytes())
                .and(sources::digest(node, &sources).as_bytes());
            kept.get(inputs, || scan(&sources, &sources::surfaces(ground, node, locked)))
        })
        .collect()
}

/// Adds what the macros of the packages that move no longer give to the code that was scanned.
fn expand(ground: &Ground, asked: &Asked, moves: &[Move], scans: &mut [Scan]) {
    let cfg = asked.cfg.as_ref();
    scans.par_iter_mut().for_each(|scan| {
        let Some(user) = ground.graph.packages().find(|n| n.id.name == scan.package) else {
            return;
        };
        for (from, to) in moves.iter().filter_map(|m| Some((m, m.to.as_ref()?))) {
            let Some(node) = ground
                .graph
                .packages()
                .find(|n| n.id.name == from.package && Some(&n.id.version) == from.from.as_ref())
            else {
                continue;
            };
            if scan.sites_of(&node.id).is_empty() {
                continue;
            }
            let Some((old, new)) = sources::macros(ground, node, to, cfg) else { continue };
            let sources = sources::of(ground, user, cfg);
            let found = expansions(&sources, scan.sites_of(&node.id), &old, &new);
            scan.lost.extend(found.into_iter().map(|(c, sites)| (node.id.clone(), c, sites)));
        }
    });
}

/// What a move means for the code that stays and takes part in it.
pub(crate) fn found(ground: &Ground, locked: &Side, moved: &MoveKey, compared: &Compared) -> Found {
    let (name, from, _) = moved;
    let Some(node) = ground.graph.packages().find(|n| n.id.name == *name && n.id.version == *from)
    else {
        return Found::default();
    };
    let users: BTreeSet<String> = ground
        .graph
        .dependents(&node.id)
        .into_iter()
        .map(|d| &d.dependent)
        .filter(|id| takes_part(id, &node.id, &compared.moves, &compared.after))
        .map(|id| id.name.clone())
        .collect();
    let Some(comparison) = compared.comparisons.get(moved) else {
        // What no unit of the build is made of cannot break the build that was looked at.
        let units = &locked.outcome().units;
        let compiled = units.is_empty() || units.iter().any(|u| u.package.name == *name);
        let impact = (!compiled).then_some(Impact::None);
        let mut gaps = locked.gaps_about(name);
        gaps.extend(compared.target.gaps_about(name));
        let impact = if users.is_empty() { Some(Impact::None) } else { impact };
        return Found { impact, gaps, unused: users.is_empty(), ..Found::default() };
    };
    let mut found = Found {
        total: comparison.changes.len(),
        undeclared: comparison.undeclared,
        compared: true,
        gaps: comparison.gaps.iter().cloned().chain(compared.target.gaps_about(name)).collect(),
        impact: Some(Impact::None),
        ..Found::default()
    };
    let mut reached: BTreeMap<(usize, Certainty), Vec<UseSite>> = BTreeMap::new();
    for scan in compared.scans.iter().filter(|scan| users.contains(&scan.package)) {
        let sites = scan.sites_of(&node.id);
        let Some(surface) = locked.surface_for(&node.id, &scan.package) else { continue };
        let hit = join(&comparison.changes, sites, &surface);
        let now = impact(&hit, &scan.gaps, Extent::Compiled);
        found.impact = found.impact.map(|before| before.max(now));
        found.gaps.extend(scan.gaps.iter().cloned());
        for (_, change, sites) in scan.lost.iter().filter(|(of, ..)| *of == node.id) {
            let compiled = sites.iter().filter(|site| !site.inactive);
            let now = compiled.map(|site| site_impact(change.certainty, site.confidence)).max();
            found.impact = found.impact.map(|before| before.max(now.unwrap_or(Impact::None)));
            found.total += 1;
            found.reached.push((change.clone(), sites.clone()));
        }
        for one in hit {
            reached.entry((one.change, one.certainty)).or_default().extend(one.sites);
        }
    }
    found.reached.extend(reached.into_iter().map(|((change, certainty), mut sites)| {
        sites.sort();
        sites.dedup();
        (Change { certainty, ..comparison.changes[change].clone() }, sites)
    }));
    found
}

/// The models of one target side with the comparisons that they allow.
pub(crate) struct Compared {
    /// The comparisons.
    pub(crate) comparisons: BTreeMap<MoveKey, Comparison>,
    /// The uses of what moves.
    pub(crate) scans: Vec<Scan>,
    /// What moves.
    pub(crate) moves: Vec<Move>,
    /// What depends on what afterwards.
    pub(crate) after: LockGraph,
    /// The target side.
    pub(crate) target: Side,
}

/// Puts a resolution into the scratch copy, and compares everything that it moves.
pub(crate) fn compare_resolution(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    cache: &ModelCache,
    locked: &Side,
    request: &Request,
    resolution: &Resolution,
) -> Result<Compared, crate::failure::Failure> {
    ground.scratch.set(request, resolution)?;
    let target = target_side(session, ground, asked, cache, resolution)
        .map_err(crate::failure::Failure::from)?;
    ground.scratch.reset()?;
    session.progress.stage("comparing the APIs", None);
    let kept = Kept::new(session.cache.join("evidence"));
    let comparisons = compare(&kept, locked, &target, &resolution.moves);
    session.progress.stage("searching the sources for uses", None);
    let moves = resolution.moves.clone();
    let after = LockGraph::new(&resolution.lockfile);
    let mut scans = uses(&kept, ground, asked, locked, &moves, &after);
    expand(ground, asked, &moves, &mut scans);
    Ok(Compared { comparisons, scans, moves, after, target })
}

//! The models of one side of an update: what is asked of rustdoc, and the surfaces that come out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ripe_apidiff::graft;
use ripe_model::{ApiModel, Gap, Move, Origin, PackageId};
use ripe_rustdoc::{
    Client, DevDependencies, DocsRs, FeatureFlags, ModelCache, ModelKey, ModelRef, SideOutcome,
    SideRequest, Toolchain, hosted_models_for, models_for,
};
use ripe_verify::Resolution;
use semver::Version;

use crate::args::Builds;
use crate::ground::Ground;
use crate::session::Session;

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
    /// What may be built.
    pub(crate) builds: Builds,
    /// Who is asked about what may not.
    pub(crate) docs: DocsRs,
    /// When to stop compiling.
    pub(crate) time_limit: Option<std::time::Duration>,
}

/// The models of one side, and what the build said.
pub(crate) struct Side {
    outcome: SideOutcome,
    /// Models with their re-exports grafted in, made when they are first asked for.
    surfaces: Mutex<BTreeMap<ModelKey, Arc<ApiModel>>>,
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
    let asking = format!("asking docs.rs for {name}:");
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
            ripe_rustdoc::Progress::Asking { done, total, what } => {
                if *at != 3 {
                    session.progress.stage(&asking, Some(total));
                    *at = 3;
                }
                session.progress.at(&what, done);
            }
        }
    };
    // Re-exports of other crates are known only once a model is there: ask again for what they
    // name, until nothing new is named. Each round finds the earlier ones in the cache.
    loop {
        let outcome = if is_built(asked.builds, client) {
            models_for(&request, cache, &progress, &session.cancel)?
        } else {
            hosted_models_for(&request, &asked.docs, cache, &progress, &session.cancel)?
        };
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

/// Whether a side is built here.
fn is_built(builds: Builds, client: Client) -> bool {
    match (builds, client) {
        (Builds::All, Client::Compile | Client::Refuse) | (Builds::Locked, Client::Compile) => true,
        (Builds::Locked, Client::Refuse) | (Builds::Never, Client::Compile | Client::Refuse) => {
            false
        }
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
    pub(crate) fn digest(&self) -> String {
        let mut keys: Vec<&str> = self.outcome.models.iter().map(|m| m.key.0.as_str()).collect();
        keys.sort_unstable();
        keys.join(" ")
    }

    /// Whether the model of a package lacks features that the build switches on.
    pub(crate) fn is_partial(&self, name: &str, version: &Version) -> bool {
        self.outcome.partial.iter().any(|id| id.name == name && id.version == *version)
    }

    /// What was not seen of a package on this side.
    pub(crate) fn gaps_about(&self, name: &str) -> Vec<Gap> {
        let about = |gap: &&Gap| gap.what == name || gap.what.starts_with(&format!("{name}@"));
        self.outcome.gaps.iter().filter(about).cloned().collect()
    }

    pub(crate) fn models_of<'a>(
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
    pub(crate) fn surface(&self, model: &ModelRef) -> Arc<ApiModel> {
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
    pub(crate) fn neighbour(&self, origin: &Origin) -> Option<Arc<ApiModel>> {
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

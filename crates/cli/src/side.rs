//! The models of one side of an update: what is asked of rustdoc, and the surfaces that come out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ripe_apidiff::graft;
use ripe_model::{ApiModel, Gap, Move, Origin, PackageId};
use ripe_record::Toolchain;
use ripe_rustdoc::{
    Client, DevDependencies, DocsRs, FeatureFlags, ModelCache, ModelKey, ModelRef, Recording,
    SideOutcome, SideRequest, hosted_models_for, models_for,
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
    /// What has to be said of the toolchain, where it is not the project's own.
    pub(crate) note: Option<String>,
    /// Who is asked about what may not.
    pub(crate) docs: DocsRs,
    /// Whether the compiler is asked who uses what.
    pub(crate) probes: bool,
    /// When the machine's time is over.
    pub(crate) until: Option<Instant>,
}

impl Asked {
    /// How long may still be compiled. A build that was begun shows something.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let left = self.until?.saturating_duration_since(Instant::now());
        Some(left.max(Duration::from_secs(1)))
    }

    /// Whether the machine's time is over.
    pub(crate) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() > until)
    }
}

/// With which features of the workspace a side is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FeatureSet {
    /// Those that the user asked for. The locked side is then the baseline: the client is compiled.
    Asked,
    /// All, for packages that those leave out.
    All,
    /// Those that the user asked for and one more, where all together do not compile.
    And(String),
}

impl FeatureSet {
    fn flags(&self, asked: &FeatureFlags) -> FeatureFlags {
        let mut flags = asked.clone();
        match self {
            FeatureSet::Asked => {}
            FeatureSet::All => flags.all_features = true,
            FeatureSet::And(feature) => flags.features.push(feature.clone()),
        }
        flags
    }

    /// The logs of both sides, by name.
    fn logs(&self) -> (&'static str, &'static str) {
        match self {
            FeatureSet::Asked => ("locked", "target"),
            FeatureSet::All | FeatureSet::And(_) => {
                ("locked-more-features", "target-more-features")
            }
        }
    }

    /// ` with all features`; nothing for what the user asked for.
    pub(crate) fn in_words(&self) -> String {
        match self {
            FeatureSet::Asked => String::new(),
            FeatureSet::All => " with all features".to_owned(),
            FeatureSet::And(feature) => format!(" with feature {feature}"),
        }
    }
}

/// The models of one side, and what the build said.
pub(crate) struct Side {
    outcome: SideOutcome,
    /// What was asked for in the end.
    request: SideRequest,
    /// Whether it was built here.
    built: bool,
    features: FeatureSet,
    /// What was asked for at first.
    wanted: Wanted,
    /// Models with their re-exports grafted in, made when they are first asked for.
    surfaces: Mutex<BTreeMap<ModelKey, Arc<ApiModel>>>,
}

/// Packages by name and version.
pub(crate) type Wanted = BTreeSet<(String, Version)>;

/// Gets the models of the locked side. With the features that the user asked for the client is
/// compiled too: this is the baseline.
pub(crate) fn locked_side(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    cache: &ModelCache,
    features: FeatureSet,
    wanted: Wanted,
) -> Result<Side, ripe_rustdoc::Error> {
    let client = match features {
        FeatureSet::Asked => Client::Compile,
        FeatureSet::All | FeatureSet::And(_) => Client::Refuse,
    };
    let how = How {
        name: "the locked versions",
        log: features.logs().0,
        recording: match client {
            Client::Compile if asked.probes => Recording::All,
            Client::Compile | Client::Refuse => Recording::Libraries,
        },
        client,
        refuse: BTreeSet::new(),
        features,
    };
    side(session, ground, asked, cache, wanted, how)
}

/// Gets the models of the target side, of what the locked side was asked for. The scratch copy has
/// to hold the resolution. No unit of the client is compiled, nor of a package between it and what
/// moves.
pub(crate) fn target_side(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    cache: &ModelCache,
    locked: &Side,
    resolution: &Resolution,
) -> Result<Side, ripe_rustdoc::Error> {
    let wanted = resolution
        .moves
        .iter()
        .filter(|moved| locked.was_asked_for(moved))
        .filter_map(|moved| Some((moved.package.clone(), moved.to.clone()?)))
        .collect();
    let how = How {
        name: "the new versions",
        log: locked.features.logs().1,
        recording: Recording::Libraries,
        client: Client::Refuse,
        refuse: between(ground, &resolution.moves),
        features: locked.features.clone(),
    };
    side(session, ground, asked, cache, wanted, how)
}

/// In what one side differs from another.
struct How {
    name: &'static str,
    log: &'static str,
    recording: Recording,
    client: Client,
    refuse: BTreeSet<String>,
    features: FeatureSet,
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
    wanted: Wanted,
    How { name, log, recording, client, refuse: refuse_packages, features }: How,
) -> Result<Side, ripe_rustdoc::Error> {
    let mut request = SideRequest {
        workspace: ground.scratch.root().to_owned(),
        target_dir: ground.scratch.workplace().join("build"),
        work_dir: ground.scratch.workplace().to_owned(),
        wanted: wanted.clone(),
        client,
        log,
        recording,
        refuse_packages,
        features: features.flags(&asked.features),
        target: asked.target.clone(),
        dev_dependencies: DevDependencies::Compile,
        toolchain: asked.toolchain.clone(),
        wrapper: own_binary(),
        sandbox: session.sandbox,
        jobs: 0,
        time_limit: asked.time_left(),
    };
    let with = features.in_words();
    let compiling = format!("compiling {name}{with}:");
    let documenting = format!("documenting {name}{with}:");
    let asking = format!("asking docs.rs for {name}{with}:");
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
            let built = is_built(asked.builds, client);
            let surfaces = Mutex::default();
            return Ok(Side { outcome, request, built, features, wanted, surfaces });
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
    /// What was asked for; `None` where nothing was built.
    pub(crate) fn build_request(&self) -> Option<&SideRequest> {
        self.built.then_some(&self.request)
    }

    /// With which features it was built.
    pub(crate) fn features(&self) -> &FeatureSet {
        &self.features
    }

    /// Whether the version that a move leaves is among what was asked for.
    pub(crate) fn was_asked_for(&self, moved: &Move) -> bool {
        moved.from.clone().is_some_and(|from| self.wanted.contains(&(moved.package.clone(), from)))
    }

    /// What was asked of it.
    pub(crate) fn request(&self) -> &SideRequest {
        &self.request
    }

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

//! One side of a comparison: what is asked, and what comes out.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ripe_model::{ApiModel, Gap, PackageId};
use ripe_runner::{Level, Mode};
use semver::Version;

use crate::{BuildError, ModelKey, Refused};
use ripe_record::{Toolchain, Unit};

/// The features that are asked for, in cargo's own terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeatureFlags {
    /// `--features`, each once.
    pub features: Vec<String>,
    /// `--no-default-features`
    pub no_default_features: bool,
    /// `--all-features`
    pub all_features: bool,
}

/// What to do with the client's own code: the workspace's members, and path packages that only
/// they depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Compile it: the locked side, where this is the baseline build.
    Compile,
    /// Refuse to compile any of it: the target side. The log proves it.
    Refuse,
}

/// What to do about packages that only tests, examples and benchmarks need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DevDependencies {
    /// Leave them out; those that are wanted are gaps.
    Skip,
    /// Compile them in a second pass, where some are wanted. The units of all other packages are
    /// those of the first pass: with tests, cargo unites the features of both.
    Compile,
}

/// Of which units the calls of the compiler are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// Of libraries and macros, until they are documented.
    Libraries,
    /// Of all units, until whoever asked for it has replayed them: see
    /// [`complete_records`](crate::complete_records).
    All,
}

/// What is asked of one side.
#[derive(Debug, Clone)]
pub struct SideRequest {
    /// A copy of the workspace that is ours, with the lockfile of this side. Both sides use the
    /// same path, one after the other, so that what did not change stays fresh.
    pub workspace: PathBuf,
    /// The target directory; the same for both sides.
    pub target_dir: PathBuf,
    /// A folder of ours for records, logs and temporary files; the same for both sides.
    pub work_dir: PathBuf,
    /// The packages whose models are wanted, by name and version.
    pub wanted: BTreeSet<(String, Version)>,
    /// What happens to the client's own units.
    pub client: Client,
    /// The name of this side's log below `work_dir/log`, without extension: `locked`.
    pub log: &'static str,
    /// Further packages whose units are refused, by name.
    pub refuse_packages: BTreeSet<String>,
    /// The features.
    pub features: FeatureFlags,
    /// `--target`
    pub target: Option<String>,
    /// What is compiled for tests, examples and benchmarks.
    pub dev_dependencies: DevDependencies,
    /// Which units are recorded.
    pub recording: Recording,
    /// The toolchain.
    pub toolchain: Toolchain,
    /// The program that cargo is to call instead of rustc, which calls
    /// [`wrapper_main`](ripe_record::wrapper_main) first of all: usually our own binary.
    pub wrapper: PathBuf,
    /// Whether a sandbox is wanted.
    pub sandbox: Mode,
    /// How many processes may run at once; 0 means one a core.
    pub jobs: usize,
    /// When to stop compiling. What was compiled by then is used.
    pub time_limit: Option<Duration>,
}

/// A model, and the unit that it describes.
#[derive(Debug, Clone)]
pub struct ModelRef {
    /// The unit.
    pub unit: Unit,
    /// Its name in the cache.
    pub key: ModelKey,
    /// The model. Units that cannot differ share one.
    pub model: Arc<ApiModel>,
    /// The packages that depend on this unit, sorted; the client's own ones among them.
    pub dependents: Vec<String>,
}

/// Processor and wall time of the stages of a side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Processor time of cargo, rustc and the build scripts.
    pub check_cpu: Duration,
    /// Processor time of rustdoc.
    pub rustdoc_cpu: Duration,
    /// Time spent lowering, summed over the threads.
    pub lower_cpu: Duration,
    /// Wall time of all.
    pub wall: Duration,
    /// How many units were documented in this run.
    pub documented: usize,
    /// How many models came from the cache.
    pub from_cache: usize,
    /// How many models docs.rs gave in this run.
    pub fetched: usize,
}

/// What came out of one side.
#[derive(Debug, Clone)]
pub struct SideOutcome {
    /// The models of the wanted packages, sorted by package, then features, then platform. A
    /// package has several where it was compiled in several ways.
    pub models: Vec<ModelRef>,
    /// All units that were seen, sorted by package and hash.
    pub units: Vec<Unit>,
    /// The errors of the compiler, by package; empty where everything compiles.
    pub errors: Vec<BuildError>,
    /// The units that were refused.
    pub refused: Vec<Refused>,
    /// The packages whose model lacks features that are on in this build: what it says is not all.
    pub partial: BTreeSet<PackageId>,
    /// The wanted packages without a model, and what else was not seen.
    pub gaps: Vec<Gap>,
    /// The log of every unit that the compiler was asked to compile; `None` where nothing had to be
    /// compiled, because the list of units and all models were cached.
    pub log: Option<PathBuf>,
    /// What held the processes; `None` where none ran.
    pub level: Option<Level>,
    /// What it cost.
    pub cost: Cost,
}

/// What goes on at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Cargo compiles.
    Compiling {
        /// Units done.
        done: usize,
        /// Units in all, as far as cargo says.
        total: Option<usize>,
        /// What is being compiled.
        what: String,
    },
    /// docs.rs is asked, or waited for.
    Asking {
        /// Packages done.
        done: usize,
        /// Packages in all.
        total: usize,
        /// What is asked for, or waited for.
        what: String,
    },
    /// Rustdoc documents, and the result is lowered.
    Documenting {
        /// Units done.
        done: usize,
        /// Units in all.
        total: usize,
        /// The package that was just finished.
        package: PackageId,
    },
}

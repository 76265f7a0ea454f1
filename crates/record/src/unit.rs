//! A unit: one crate of one package, compiled once under one set of circumstances.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use ripe_model::PackageId;
use serde::{Deserialize, Serialize};

/// The hash that cargo gives to a unit and appends to the names of its artifacts. It covers the
/// package, the features, the profile, the target and the hashes of the dependencies, so that equal
/// hashes of one rustc mean equal units, as long as a path package's sources do not change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitHash(pub String);

impl fmt::Display for UnitHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a unit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UnitKind {
    /// A library, for other crates.
    Lib,
    /// A library of macros, for the compiler.
    ProcMacro,
    /// A build script.
    BuildScript,
    /// A binary, example, test or benchmark.
    Other,
}

impl UnitKind {
    /// Whether it has an API.
    pub fn has_api(self) -> bool {
        match self {
            UnitKind::Lib | UnitKind::ProcMacro => true,
            UnitKind::BuildScript | UnitKind::Other => false,
        }
    }
}

/// Where a unit runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Platform {
    /// On the machine that builds: for build scripts and macros.
    Host,
    /// On the machine that the program is built for.
    Target,
}

/// A unit as it was seen in a build. Holds nothing of the environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its package.
    pub package: PackageId,
    /// The crate's name, with underscores.
    pub crate_name: String,
    /// Its hash.
    pub hash: UnitHash,
    /// What it is for.
    pub kind: UnitKind,
    /// Where it runs.
    pub platform: Platform,
    /// The triple that it was compiled for.
    pub triple: String,
    /// The features that were on, sorted.
    pub features: Vec<String>,
    /// All `--cfg` options, sorted: the features, and what build scripts and flags add.
    pub cfgs: Vec<String>,
    /// The folder of the package's manifest.
    pub manifest_dir: PathBuf,
    /// Its direct dependencies: the name in this unit's code, and the dependency's hash.
    pub dependencies: BTreeMap<String, UnitHash>,
}

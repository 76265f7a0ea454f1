//! Code of a package that runs on the machine that builds: before anybody starts the program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use semver::Version;
use serde::{Deserialize, Serialize};

/// What of a package's sources runs, or is linked from elsewhere, when somebody builds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildCode {
    /// The files of its build script by their path in the package; empty without one.
    pub build_script: BTreeMap<PathBuf, String>,
    /// The files of its library, where that is a procedural macro; else empty.
    pub proc_macro: BTreeMap<PathBuf, String>,
    /// The `links` key: the native library that it brings in.
    pub links: Option<String>,
}

/// What kind of code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildCodeKind {
    /// A build script.
    BuildScript,
    /// A procedural macro.
    ProcMacro,
    /// A native library that is linked in.
    NativeCode,
}

/// What became of it with an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildCodeEvent {
    /// The locked version had none.
    New,
    /// It is not the same as in the locked version.
    Changed,
}

/// Code that would run when an update is built, and that the locked version did not run so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BuildChange {
    /// The package.
    pub package: String,
    /// The version that comes.
    pub version: Version,
    /// What runs.
    pub what: BuildCodeKind,
    /// Whether it is new.
    pub change: BuildCodeEvent,
    /// The native library, where one is linked.
    pub links: Option<String>,
    /// Lines that are new.
    pub added_lines: u32,
    /// Lines that are gone.
    pub removed_lines: u32,
}

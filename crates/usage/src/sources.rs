//! What is scanned: one package's sources and the configuration in which they are compiled.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// The sources of one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// The package's name as in its manifest.
    pub package: String,
    /// The folder of its manifest, absolute. Files are reported relative to it.
    pub root: PathBuf,
    /// The edition: `2015`, `2018`, `2021`, `2024`.
    pub edition: String,
    /// Its targets. The order does not matter.
    pub targets: Vec<Target>,
    /// The configuration of the unit that is looked at.
    pub cfg: CfgSet,
}

/// One target of a package: a crate root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name of the crate as code refers to it, with underscores.
    pub name: String,
    /// What it is.
    pub kind: TargetKind,
    /// The root file, absolute.
    pub path: PathBuf,
    /// Whether the unit that is looked at compiles it. Sites of others are marked inactive.
    pub compiled: bool,
}

/// The kinds of target. The kind decides which tables of the manifest the code can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A library.
    Lib,
    /// A library of procedural macros.
    ProcMacro,
    /// A binary.
    Bin,
    /// An integration test.
    Test,
    /// An example.
    Example,
    /// A benchmark.
    Bench,
    /// A build script.
    Build,
    /// The documentation tests of a library, whose root file is given: the code blocks in its doc
    /// comments, and in the texts that it takes in as documentation.
    Doc,
}

/// What is known of the configuration. What is not known counts as possibly on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CfgSet {
    /// The package's own features that are on; `None` where they are not known.
    pub features: Option<BTreeSet<String>>,
    /// The `cfg`s of the target as `rustc --print cfg` writes them (`unix`, `target_os="linux"`);
    /// `None` where they are not known.
    pub target: Option<BTreeSet<String>>,
    /// Whether `cfg(test)` is on.
    pub test: bool,
}

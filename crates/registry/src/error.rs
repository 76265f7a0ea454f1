//! What can go wrong between cargo's folders and us.

use std::path::PathBuf;

/// Why something of a registry could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Cargo's home folder is not known.
    #[error("cargo's home folder is not known: neither CARGO_HOME nor HOME is set")]
    NoHome,
    /// A configuration file of cargo is not TOML.
    #[error("cannot read cargo's configuration {path}")]
    ConfigUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No row of a package is in the cache.
    #[error("cargo's index cache holds nothing of {package}")]
    NotCached {
        /// The package.
        package: String,
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A cache file is damaged or of a newer format.
    #[error("cargo's index cache of {package} cannot be read: {what}")]
    CacheUnreadable {
        /// The package.
        package: String,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A manifest cannot be read.
    #[error("cannot read the manifest {path}")]
    ManifestUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Cargo could not be started, or said nothing that helps.
    #[error("cannot run cargo fetch")]
    CargoUnavailable {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

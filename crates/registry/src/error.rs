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
    #[error("cargo's index cache holds nothing of {package}; a run with network fills it")]
    NotCached {
        /// The package.
        package: String,
        /// The file that was looked for.
        path: PathBuf,
    },
    /// Nothing of a package was out on the day that is looked at.
    #[error("no release of {package} was out on {date}")]
    NotYet {
        /// The package.
        package: String,
        /// The day.
        date: String,
    },
    /// A cache file is damaged or of a newer format.
    #[error(
        "cargo's index cache of {package} cannot be read ({what}); remove {path} and run `cargo update --dry-run` to have it written anew"
    )]
    CacheUnreadable {
        /// The package.
        package: String,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The packages are vendored: there is no index that lists others.
    #[error("packages are vendored in {folder}, which lists no other versions")]
    Vendored {
        /// The folder.
        folder: PathBuf,
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
    /// The lockfile of a download cannot be read.
    #[error("cannot read the lockfile {path}")]
    LockfileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No port of this machine can be had.
    #[error("cannot serve the index of the past on 127.0.0.1")]
    Serve {
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file of ours cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Cargo could not be run.
    #[error("cannot run cargo fetch")]
    Run(#[from] ripe_runner::RunError),
    /// The user stopped the download.
    #[error("the download was stopped")]
    Cancelled,
}

impl Error {
    /// What a gap about this error is about: the package where it concerns one.
    pub(crate) fn subject(&self) -> String {
        match self {
            Error::NotCached { package, .. }
            | Error::NotYet { package, .. }
            | Error::CacheUnreadable { package, .. } => package.clone(),
            Error::Vendored { folder } => folder.display().to_string(),
            Error::ConfigUnreadable { path, .. }
            | Error::ManifestUnreadable { path, .. }
            | Error::Write { path, .. }
            | Error::LockfileUnreadable { path, .. } => path.display().to_string(),
            Error::NoHome | Error::Serve { .. } | Error::Run(_) | Error::Cancelled => {
                "the registry".to_owned()
            }
        }
    }
}

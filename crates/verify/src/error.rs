//! What stops a resolution before cargo has an opinion on it.

use std::path::PathBuf;

/// Why a project could not be loaded, copied or resolved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No manifest here or above.
    #[error("no Cargo.toml in {folder} or any folder above it")]
    NotCargo {
        /// Where the search began.
        folder: PathBuf,
    },
    /// A manifest was named that is not there.
    #[error("there is no manifest at {path}")]
    NoManifest {
        /// The path.
        path: PathBuf,
    },
    /// Cargo cannot read the manifests.
    #[error("cargo cannot read {path}: {what}")]
    BrokenManifest {
        /// The manifest that was asked for.
        path: PathBuf,
        /// Cargo's own first lines.
        what: String,
    },
    /// The lockfile cannot be read by this cargo.
    #[error("cargo cannot read the lockfile {path}: {what}")]
    BrokenLockfile {
        /// The lockfile.
        path: PathBuf,
        /// Cargo's own first lines.
        what: String,
    },
    /// The index cannot be had.
    #[error("the registry index cannot be reached: {what}")]
    NoIndex {
        /// Cargo's own first lines.
        what: String,
        /// Whether offline mode was asked for.
        offline: bool,
    },
    /// The archive of a package that is locked cannot be had.
    #[error("cargo cannot get a package that is locked: {what}")]
    NoPackage {
        /// Cargo's own first lines.
        what: String,
    },
    /// Cargo cannot resolve the project as it stands.
    #[error("cargo cannot resolve the project as it stands: {what}")]
    Unresolvable {
        /// Cargo's own words.
        what: String,
    },
    /// A workspace names a member that is not there, or whose manifest cannot be read.
    #[error("the workspace member {member} cannot be read: {what}")]
    BrokenMember {
        /// The folder of the member.
        member: PathBuf,
        /// Cargo's own last lines.
        what: String,
    },
    /// A path dependency is not where a manifest says.
    #[error("{dependent} depends on {path}, which cannot be read: {what}")]
    BrokenPath {
        /// The package that names it.
        dependent: String,
        /// The folder.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// `--locked` was asked for, and the lockfile does not fit the manifests.
    #[error("the lockfile {path} does not fit the manifests, and --locked was passed")]
    LockedOutdated {
        /// The lockfile.
        path: PathBuf,
    },
    /// Cargo could not be started.
    #[error("cannot run cargo")]
    CargoUnavailable {
        /// Why.
        #[source]
        source: ripe_runner::RunError,
    },
    /// The user stopped it.
    #[error("stopped")]
    Cancelled,
    /// Cargo's answer is none that is understood.
    #[error("cargo's answer to `{command}` is not understood: {what}")]
    Unintelligible {
        /// The command.
        command: String,
        /// What is wrong with it.
        what: String,
    },
    /// A file of the copy cannot be made.
    #[error("cannot copy {from} to {to}")]
    Copy {
        /// The original.
        from: PathBuf,
        /// The copy.
        to: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file cannot be read or written.
    #[error("cannot {verb} {path}")]
    File {
        /// What was tried: `read`, `write`, `remove`, `lock`.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A manifest of the copy leads out of it, through a link: it will not be written to.
    #[error("{path} leads out of the copy of the workspace")]
    Outside {
        /// The manifest.
        path: PathBuf,
    },
    /// A manifest of the user's cannot be parsed.
    #[error("cannot parse {path}")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<toml_edit::TomlError>,
    },
    /// An edit names a dependency that its manifest does not have.
    #[error("{manifest} has no requirement of {key} that could be rewritten")]
    EditMisses {
        /// The manifest.
        manifest: PathBuf,
        /// The key in its dependency tables.
        key: String,
    },
}

//! What can go wrong with a fixture.

use std::path::PathBuf;

/// Why a case could not be loaded or built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read or written.
    #[error("cannot use {path}")]
    Io {
        /// The path.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// `case.toml` does not say what it must.
    #[error("{path} does not describe a case")]
    BadCase {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: toml_edit::de::Error,
    },
    /// A fixture that must compile does not.
    #[error("{what} does not compile:\n{stderr}")]
    DoesNotCompile {
        /// What it is.
        what: String,
        /// What the compiler said.
        stderr: String,
    },
    /// The compiler cannot be started.
    #[error("cannot start {program}")]
    NotStarted {
        /// The program.
        program: String,
        /// The reason.
        source: std::io::Error,
    },
}

//! What can go wrong around the processes of a build.

use std::path::PathBuf;

use ripe_runner::RunError;

/// Nothing could be done at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder of ours could not be read or written.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A process could not be run.
    #[error("cannot run {what}")]
    Run {
        /// Which one, in words.
        what: String,
        /// Why.
        source: RunError,
    },
    /// A tool of the toolchain failed where it must not.
    #[error("{what} failed: {stderr}")]
    Tool {
        /// Which one, in words.
        what: String,
        /// The last line that it wrote to standard error.
        stderr: String,
    },
    /// No toolchain was found.
    #[error("no Rust toolchain found: {reason}")]
    NoToolchain {
        /// What was tried.
        reason: String,
    },
    /// The token was cancelled.
    #[error("cancelled")]
    Cancelled,
}

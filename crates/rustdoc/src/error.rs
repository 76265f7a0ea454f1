//! What can go wrong while API models are made.

use std::path::PathBuf;

use ripe_runner::RunError;

/// Nothing could be made at all. What fails for one package is a gap of the outcome instead.
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
    /// The compiler ended without a word on the text.
    #[error("rustc did not judge the text: {reason}")]
    Compiler {
        /// The last line that it wrote.
        reason: String,
    },
    /// Cargo ended before it compiled anything.
    #[error("cargo check could not start: {reason}")]
    Check {
        /// The error that it printed, first line.
        reason: String,
    },
    /// A file that should hold rustdoc JSON could not be lowered.
    #[error("cannot read the rustdoc JSON in {path}: {reason}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The token was cancelled.
    #[error("cancelled")]
    Cancelled,
}

//! What can go wrong before or while a child runs.

use std::path::PathBuf;

/// A child could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The program could not be started.
    #[error("cannot start {program}")]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Waiting for the program failed.
    #[error("cannot wait for {program}")]
    Wait {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A sandbox is required, and this system has no complete one.
    #[error("a sandbox is required, and this system offers {level}")]
    NoSandbox {
        /// What it offers, in the words of [`Level`](crate::Level).
        level: String,
    },
    /// The rules of the sandbox could not be made.
    #[error("cannot make the {part} rules of the sandbox: {reason}")]
    Rules {
        /// The part: `landlock` or `seccomp`.
        part: &'static str,
        /// What its library said.
        reason: String,
    },
}

//! What can go wrong while API models are made.

use std::path::{Path, PathBuf};

/// Nothing could be made at all. What fails for one package is a gap of the outcome instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file, a process or the toolchain failed, or the token was cancelled.
    #[error(transparent)]
    Record(#[from] ripe_record::Error),
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
}

impl Error {
    /// That a file could not be read or written, as a closure for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        move |source| ripe_record::Error::io(action, path)(source).into()
    }
}

//! What can go wrong.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// An error with the file that it is about.
#[derive(Debug, Error)]
pub enum Error {
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("cannot look through a directory: {0}")]
    Walk(#[from] walkdir::Error),
    #[error("{} is no configuration of hoard: {source}", .path.display())]
    BadConfig { path: PathBuf, source: toml::de::Error },
    #[error("cannot write the report: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// What the process ends with: 2 where the user can mend it by another argument or file.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::BadConfig { .. } => 2,
            Error::Unreadable { .. } | Error::Walk(_) | Error::Json(_) => 1,
        }
    }
}

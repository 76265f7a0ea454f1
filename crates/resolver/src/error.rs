//! What can be wrong with the input.

/// Why no graph could be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The metadata was asked for with `--no-deps`.
    #[error("the metadata carries no resolution")]
    NoResolution,
    /// The resolution names a package that the metadata does not list.
    #[error("the resolution names {id}, which the metadata does not list")]
    UnknownPackage {
        /// Cargo's id of the package.
        id: String,
    },
}

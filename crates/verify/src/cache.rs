//! Resolutions kept between runs.

use std::path::PathBuf;

/// Where resolutions are kept, and how the rows that they rest on are known.
pub struct ResolutionCache<'a> {
    /// The folder.
    pub folder: PathBuf,
    /// A hash of the index rows of a package, by name; `None` where they are not cached.
    pub rows: &'a dyn Fn(&str) -> Option<String>,
}

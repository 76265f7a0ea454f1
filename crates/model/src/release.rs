//! One release of a package as its registry's index lists it (Cargo book, "Index Format").

use semver::Version;
use serde::{Deserialize, Serialize};

/// A row of a registry index. What of a release is needed to resolve it is cargo's business, and
/// is not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The version; build metadata included.
    pub version: Version,
    /// Whether its authors withdrew it from new resolutions. Yanks carry no date.
    pub yanked: bool,
    /// The `rust-version` that it declares, as `major.minor.patch`.
    pub rust_version: Option<Version>,
    /// When it was published, RFC 3339 in UTC (`pubtime`); `None` where the index does not say.
    pub published: Option<String>,
}

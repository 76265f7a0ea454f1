//! The recorded build.

use ripe_model::{PackageId, Span};
use serde::{Deserialize, Serialize};

/// An error of the compiler, or of a build script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BuildError {
    /// The package that does not compile.
    pub package: PackageId,
    /// The crate in it.
    pub crate_name: String,
    /// The error code, `E0599`; `None` for errors without one.
    pub code: Option<String>,
    /// The first line of the message.
    pub message: String,
    /// The primary places, relative to the package's root where they lie inside.
    pub spans: Vec<Span>,
}

/// A unit that was not compiled, because it is the client's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refused {
    /// The package's name.
    pub package: String,
    /// The package's version, as text.
    pub version: String,
    /// The crate.
    pub crate_name: String,
}

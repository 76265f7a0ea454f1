//! What an update changes inside the functions that are called, where no signature tells.

use serde::{Deserialize, Serialize};

use crate::Span;

/// The functions of a package that the code calls, and those of them that do something else now,
/// or the same otherwise: only reading tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    /// How many functions are called whose body was found in both versions.
    pub called: u32,
    /// Those that changed, sorted by item.
    pub changed: Vec<ChangedFunction>,
    /// Lines that are new or gone in all of them, each function's counted once.
    pub lines: u32,
}

/// A function whose body changed, or that of a private function which it calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChangedFunction {
    /// Its path in the locked version's surface.
    pub item: String,
    /// Where it stands in the locked version.
    pub old_span: Span,
    /// Where it stands in the target version.
    pub new_span: Span,
    /// The private functions that it calls, directly or not, and that changed; sorted.
    pub through: Vec<String>,
    /// Lines that are new or gone in it and in those.
    pub lines: u32,
}

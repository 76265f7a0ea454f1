//! The lints, one a file, and the table of all of them.

use crate::Lint;

/// All lints, sorted by id.
pub static LINTS: &[&Lint] = &[];

//! The exit codes, a part of the machine contract. 1 is kept for a gate that was hit (`--fail-on`);
//! a panic is a bug, and ends with [`NO_REPORT`].

/// A report was made.
pub(crate) const REPORT: u8 = 0;
/// Bad usage or configuration.
pub(crate) const USAGE: u8 = 2;
/// A report was made, and `--strict` found its evidence incomplete.
pub(crate) const INCOMPLETE: u8 = 3;
/// No report is possible.
pub(crate) const NO_REPORT: u8 = 4;

//! Compares two API models and judges the deltas with lints.
//!
//! ```text
//! model, others --graft--> model      (twice: old and new)
//! old, new --join--> equal | changed | removed | added --lints--> Change | Unexplained
//! ```
//!
//! Invariant: values in, values out. Equal inputs give equal results in equal order.
//! Invariant: equal rows never reach a lint; a row that differs and that no lint spoke about is
//! counted as unexplained.

mod diff;
mod graft;
mod lint;
mod lints;

pub use diff::{Compared, Diff, diff};
pub use graft::graft;
pub use lint::Lint;
pub use lints::LINTS;

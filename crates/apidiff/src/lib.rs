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

mod ask;
mod build_code;
mod delta;
mod diff;
mod function;
mod graft;
mod hosted;
mod identity;
mod impls;
mod join;
mod lint;
mod lints;
mod matcher;
mod place;
mod relate;
mod render;
mod retell;
mod successor;
mod surface;
mod unfold;
mod walk;
pub mod witness;
mod world;

pub use build_code::build_changes;
pub use delta::Delta;
pub use diff::{Compared, Diff, diff, diff_among};
pub use graft::graft;
pub use identity::Neighbours;
pub use lint::{Found, Lint, Witness};
pub use lints::LINTS;

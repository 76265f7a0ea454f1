//! Turns cargo metadata, lockfile and index rows into a graph, and lists its update candidates.
//!
//! Invariant: values in, values out. Cargo was asked before, and is asked afterwards what moves
//! along with a candidate: nothing here resolves.

mod asked;
mod candidates;
mod edges;
mod enabling;
mod error;
mod graph;
mod requirement;
mod roles;
mod settle;
mod source;

pub use asked::asked;
pub use candidates::{Candidates, Context, Releases, Waiting, candidates, is_aged};
pub use enabling::enabling_feature;
pub use error::Error;
pub use graph::{Dependent, Graph, Node, UnitRole};
pub use requirement::{oldest, rewrite};
pub use source::source_of;

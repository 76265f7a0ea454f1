//! Scratch copies of a workspace, in which cargo resolves.
//!
//! Invariant: nothing of the user's is written. Cargo runs in the user's tree only where it reads
//! (`cargo metadata --no-deps`); all else happens in a [`Scratch`].

mod cache;
mod error;
mod project;
mod resolve;
mod scratch;

pub use cache::ResolutionCache;
pub use error::Error;
pub use project::{CargoFlags, Project};
pub use resolve::{Compatible, Request, Resolution};
pub use scratch::{LockState, Scratch};

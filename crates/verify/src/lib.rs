//! Scratch copies of a workspace, in which cargo resolves.
//!
//! Invariant: nothing of the user's is written. Cargo runs in the user's tree only where it reads
//! (`cargo metadata --no-deps`); all else happens in a [`Scratch`].

mod cache;
mod cargo;
mod copy;
mod error;
mod layout;
mod lock;
mod majors;
mod manifest;
mod msrv;
mod names;
mod project;
mod refusal;
mod resolve;
mod scratch;
mod stray;
mod workplace;

pub use cache::ResolutionCache;
pub use cargo::{Cargo, CargoFlags, MissingToolchain, network_env};
pub use error::Error;
pub use lock::{LockGraph, LockedPackage, moves_between, read_lock};
pub use majors::{Majors, newest_majors};
pub use manifest::edit_manifest;
pub use project::Project;
pub use resolve::{Aged, Answer, Compatible, Request, Resolution, Resolving};
pub use scratch::{Features, LockState, Scratch};
pub use workplace::Workplace;

//! Reads cargo's own index cache and downloaded sources.
//!
//! Invariant: what cargo did not put on disk is not seen, and is a gap. Cargo owns the network,
//! the credentials, the mirrors and the offline mode.
//! Invariant: the one thing that is served ([`Served`]) is served to cargo on this machine, and
//! holds nothing that cargo's own cache does not.

mod as_of;
mod ask;
mod build_code;
mod config;
mod error;
mod fetch;
mod index;
mod rows;
mod serve;
mod source;

pub use as_of::AsOf;
pub use ask::Asker;
pub use build_code::read_build_code;
pub use config::CargoConfig;
pub use error::Error;
pub use fetch::{Fetch, Fetched, fetch};
pub use index::{Index, Releases};
pub use serve::{Served, Spare};
pub use source::{Manifest, read_manifest};

//! Reads cargo's own index cache and downloaded sources.
//!
//! Invariant: what cargo did not put on disk is not seen, and is a gap. Cargo owns the network,
//! the credentials, the mirrors and the offline mode.

mod build_code;
mod config;
mod error;
mod fetch;
mod index;
mod rows;
mod source;

pub use build_code::read_build_code;
pub use config::CargoConfig;
pub use error::Error;
pub use fetch::{Fetch, Fetched, fetch};
pub use index::{Index, Releases};
pub use source::{Manifest, read_manifest};

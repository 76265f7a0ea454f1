//! Loads the corpus and builds its fixtures with the real compiler, for tests only.
//!
//! A case of the diff is a folder `corpus/diff/<lint>/<case>` with `old.rs`, `new.rs`, `client.rs`
//! and `case.toml`; where a dependency takes part, also `dep.rs`, and `dep2.rs` if the new version
//! depends on its next major. rustc judges the client against both versions.
//!
//! [`Registry`] is a package registry on this machine, good or bad as a test needs it.

mod build;
mod case;
mod error;
mod judge;
mod registry;
mod server;

pub use build::{Built, Judged, build};
pub use case::{Case, Expected, Side, load};
pub use error::Error;
pub use judge::{Refused, judge};
pub use registry::{Answer, Published, Registry, rows_of};
pub use server::{Reply, Request, Server};

//! Gets rustdoc JSON by record and replay, and lowers it to API models.
//!
//! A side of a comparison is one call, [`models_for`]: cargo checks the workspace with our own
//! binary as the compiler's wrapper, which *records* every unit (`ripe-record`); the library
//! units that are wanted are *replayed* through rustdoc with their recorded arguments; the JSON is
//! lowered at once and kept in the [`ModelCache`]. Where nothing may be built, [`hosted_models_for`]
//! gives the same outcome from what docs.rs documented.
//!
//! A text can be [compiled](compile) against the libraries that such a build left.
//!
//! Invariant: on the target side no unit of the client is compiled; the wrapper refuses it, and its
//! log shows every unit that the compiler was asked for.
//! Invariant: `RUSTC_BOOTSTRAP` is set for rustdoc alone. Set for cargo, it changes what crates
//! export.
//! Invariant: everything that runs is held by the sandbox; only the wrapper's records, the target
//! directory and temporary folders can be written.

mod acquire;
mod cache;
mod check;
mod docsrs;
mod document;
mod error;
mod file;
mod key;
mod libraries;
mod lockfile;
mod lower;
mod packages;
mod passes;
mod replay;
mod rustdoc;
mod side;
mod store;
mod stored;
mod unit_list;

pub use acquire::{complete_records, libraries_for, models_for};
pub use cache::{Cached, ModelCache};
pub use check::{BuildError, Refused};
pub use docsrs::{Client as HttpClient, DocsRs, Manners, hosted_models_for};
pub use error::Error;
pub use file::from_file;
pub use key::ModelKey;
pub use libraries::{CompileError, Libraries, compile};
pub use lower::{KNOWN_FORMATS, LowerError, LowerInput, OriginOf, format_version, lower};
pub use rustdoc::{Rustdoc, choose_rustdoc};
pub use side::{
    Client, Cost, DevDependencies, FeatureFlags, ModelRef, Progress, Recording, SideOutcome,
    SideRequest,
};
pub use store::Store;

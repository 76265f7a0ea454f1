//! Models of what docs.rs documented, for who does not want new versions to be built.
//!
//! docs.rs builds every release in a sandbox of its own, with the features that the package's
//! manifest names for it (`[package.metadata.docs.rs]`), without hidden items, and serves the JSON
//! under `/crate/{name}/{version}[/{target}]/json[/{format}]` (docs.rs, "rustdoc JSON"). A model
//! that was made from it says so by [`UnitFacts::hosted`](ripe_model::UnitFacts) and by a gap.
//!
//! The network is reached through the system's `curl`: a TLS library of our own would be a third of
//! the time that this tool takes to install.
//!
//! Invariant: at most one request a second, and a 404 is not asked for again within a day.
//! Invariant: what was downloaded is lowered and deleted; it never runs.

mod body;
mod curl;
mod polite;
mod release;
mod side;
#[cfg(test)]
mod tests;

pub use polite::{Client, Manners};
pub use release::DocsRs;
pub use side::hosted_models_for;

pub(crate) use body::Unfit;
pub(crate) use polite::Failed;
pub(crate) use release::{Absence, Errand, Hosted, Release};

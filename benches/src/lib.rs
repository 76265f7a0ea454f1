//! Named long runs: accuracy over real cases, cost beside the peers.

pub mod client;
pub mod document;
pub mod mend;
pub mod pairs;
pub mod spend;
pub mod table;
pub mod tools;

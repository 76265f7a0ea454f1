//! Judges impact and policy, estimates minutes, chooses what to take within a budget, and says why
//! the rest waits.
//!
//! ```text
//! Candidate + impact + changes = EvidenceForUpdate --judge--> (Verdict, reasons)
//!                                                  --estimate--> Estimate
//! Candidate + Update + Worth = Offer; [Offer] + budget --plan--> Plan
//! ```
//!
//! Invariant: values in, values out. No file, process, environment or clock: the day is given, the
//! history is compiled in.

mod cluster;
mod date;
mod estimate;
mod evidence;
mod history;
mod judge;
mod knapsack;
mod offer;
mod plan;
mod until;
mod words;
mod worth;

pub use date::{date_of, day_number};
pub use estimate::{SET_UP, estimate};
pub use evidence::{EvidenceForUpdate, FirstLook, Policy};
pub use history::{History, MoveHistory};
pub use judge::judge;
pub use offer::{Offer, commands_for};
pub use plan::{budget_words, plan};
pub use worth::Worth;

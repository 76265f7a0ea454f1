//! The versioned reports of cargo ripe and their renderers.
//!
//! A report is plain data in the words of the machine contract; a renderer is a function over a
//! report. Every report carries `schema_version`: fields may be added, none is renamed or removed
//! without a new one.
//!
//! Invariant: equal reports give equal bytes. Lists are sorted when a report is made, except those
//! whose order carries meaning (steps, holds, reasons).
//! Invariant: no renderer looks past its report, and none knows whether it writes to a terminal:
//! width and colour are given.

mod diff;
mod entry;
mod explain;
mod inside;
mod json;
mod plan;
mod style;
mod tests;
mod text;
mod uses;

pub use diff::{DiffReport, UnexplainedEntry};
pub use entry::{
    ChangeEntry, ConfirmedBy, CoverageEntry, ErrorEntry, GapEntry, PackageVersion, ReachingChange,
    ReasonEntry, RunEntry, SiteEntry, SpanEntry,
};
pub use explain::ExplainReport;
pub use inside::{ChangedFunctionEntry, InsideEntry};
pub use json::{ReportError, json};
pub use plan::{HoldEntry, PlanHeader, PlanReport, StepEntry, UpdateEntry};
pub use style::Style;
pub use tests::{PlaceEntry, TestsEntry};
pub use text::{diff_text, explain_text, plan_text, run_words, uses_text};
pub use uses::{ItemSite, UserEntry, UsesReport};

/// The version of the machine contract that the reports follow.
pub const SCHEMA_VERSION: u32 = 1;

//! Finds the use sites of a dependency's items and joins them with changes.
//!
//! ```text
//! Sources (one package) x Surfaces (its locked dependencies) --scan--> Scan: use sites
//! [UseSite] x [Change] --join--> [Reached] --impact--> Impact
//! ```
//!
//! [`mentions()`] is the first look before any surface is known: lines that name a crate.
//!
//! Production of use sites and the join are apart: sites can also come from a compiler's
//! diagnostics or from an index, and are merged by [`union()`].
//!
//! Invariant: a scan runs nothing and writes nothing; it reads the source files that the module
//! tree reaches. What it cannot read becomes a gap.

mod cfg;
mod doctest;
mod expand;
mod expansion;
mod exposed;
mod impact;
mod index;
mod inside;
mod join;
mod library;
mod mentions;
mod reach;
mod scan;
mod seen;
mod sink;
mod sources;
mod standard;
mod surfaces;
mod tree;
mod types;
mod union;
mod walk;
mod world;

pub use expansion::{EXPANSION_LOST, expansions};
pub use exposed::Exposure;
pub use impact::{Extent, impact, site_impact};
pub use index::{INDEX_FORMAT, UseIndex};
pub use inside::changed_inside;
pub use join::{Reached, join};
pub use library::LibrarySource;
pub use mentions::{Mention, mentions};
pub use reach::Reach;
pub use scan::{Coverage, Scan, scan};
pub use seen::{Seen, Untyped};
pub use sources::{CfgSet, Sources, Target, TargetKind};
pub use surfaces::{Extern, Surfaces};
pub use union::{Named, confirm, union};

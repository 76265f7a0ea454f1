//! Has rustc name the uses of changed items, on the locked version.
//!
//! The recorded build of the locked side is replayed in part: the library whose items changed from
//! an annotated copy of its source, in which each changed item is `#[deprecated]` with a number as
//! its note, and what is compiled against it, with the lint forced. The compiler then names each
//! use that it resolved: methods, fields, variants, inside of macros, in packages of the graph.
//! Several packages are asked about in one pass.
//!
//! Impls that are gone are taken out of a second copy: what no longer compiles needs them.
//!
//! What it cannot see: code that is not compiled, items of trait impls, what a derive makes, and
//! items whose definition a macro put together.
//!
//! Invariant: cargo takes no part, the lockfile and the recorded artifacts are only read, and
//! nothing of a new version is run. All that is written lies in a folder of its own, which is
//! removed.

mod copy;
mod derived;
mod edit;
mod find;
mod how;
mod knockout;
mod mark;
mod notice;
mod order;
mod probe;
mod replay;
mod rustc;
mod tokens;

pub use mark::{GoneImpl, Mark, Subject};
pub use order::needed;
pub use probe::{Named, Probed, Progress, Request, probe};

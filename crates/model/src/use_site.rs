//! Where code uses an item of a dependency.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A place in a source that uses an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UseSite {
    /// The package whose source it is.
    pub package: String,
    /// The file, relative to the package's root.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The item's canonical path in the locked version's surface.
    pub item: String,
    /// How it is used.
    pub how: How,
    /// How sure the finding is.
    pub confidence: Confidence,
    /// Whether the code stands under a `cfg` that is off in the unit that was looked at, or in a
    /// place that the unit does not compile (tests, examples, doctests).
    pub inactive: bool,
}

impl UseSite {
    /// Stands in an item between a blanket impl and a type of the same surface that needs it.
    /// Whether such a use is hurt is told by the type: a change names those that lose the impl.
    pub const BY: &str = " by ";

    /// Stands in an item after a function whose result is converted by `into()` where it is
    /// called. A change names it where the new type still converts.
    pub const INTO: &str = " into";
}

/// The kinds of use. The join with a change asks whether it hurts this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Named in a `use`.
    Import,
    /// Named by a path in an expression without being called: a constant, a function as a value.
    Path,
    /// Called: a function or a method.
    Call,
    /// Built by a literal, a tuple constructor or a unit value.
    Construct,
    /// Matched by a pattern, or matched on.
    Match,
    /// Cast with `as`.
    Cast,
    /// A field read or written.
    Field,
    /// A trait implemented, or an item of it defined in an impl.
    Implement,
    /// A trait in a bound, in `dyn` or in `impl Trait`.
    Bound,
    /// Named in the position of a type.
    Type,
    /// A macro invoked.
    Macro,
    /// A derive or an attribute of the dependency applied.
    Derive,
    /// Used through inference only: a trait impl, an auto trait, an associated type.
    Infer,
    /// A feature asked for in a manifest.
    Feature,
    /// The package depended on at all.
    Depend,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            How::Import => "import",
            How::Path => "path",
            How::Call => "call",
            How::Construct => "construct",
            How::Match => "match",
            How::Cast => "cast",
            How::Field => "field",
            How::Implement => "implement",
            How::Bound => "bound",
            How::Type => "type",
            How::Macro => "macro",
            How::Derive => "derive",
            How::Infer => "infer",
            How::Feature => "feature",
            How::Depend => "depend",
        })
    }
}

/// How sure a use site is. Ordered from sure to unsure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The compiler resolved it, or the path leaves no doubt.
    Exact,
    /// Types were followed with the API model.
    Likely,
    /// The name fits, and nothing speaks against it.
    Guess,
}

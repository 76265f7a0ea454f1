//! What the diff says: a delta that a lint spoke about.

use serde::{Deserialize, Serialize};

use crate::{Bump, How, ItemKey, ItemKind, Span};

/// How sure a lint is that clients stop compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Some client that used only the promised API stops compiling.
    Definite,
    /// Only a witness can tell: inference, globs, code under `cfg(doc)`.
    Possible,
    /// Outside what the API promises, or no compile error: hidden items, ABI, layout, `must_use`.
    Policy,
}

/// A change of one item, with what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The lint that spoke: `<subject>_<event>`.
    pub lint: String,
    /// The bump that the change requires.
    pub bump: Bump,
    /// How sure it is.
    pub certainty: Certainty,
    /// The item, by its path in the old version (of an addition: in the new one).
    pub item: ItemKey,
    /// What the item is.
    pub kind: ItemKind,
    /// Where it stood in the old version.
    pub old_span: Option<Span>,
    /// Where it stands in the new version.
    pub new_span: Option<Span>,
    /// One line: what was, what is.
    pub detail: String,
    /// What to write instead, where that is known.
    pub suggestion: Option<String>,
    /// The kinds of use that it breaks; empty where no use can break. The join key to use sites.
    pub hurts: Vec<How>,
    /// Other paths under which a client can reach the item in the old version, sorted.
    pub also_at: Vec<String>,
    /// Whether rustc agreed on a witness; `None` if it was not asked.
    pub proven: Option<bool>,
    /// The client that rustc judged.
    pub witness: Option<String>,
}

/// A row that differs and that no lint spoke about: the backlog of the diff, always counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unexplained {
    /// The item.
    pub item: ItemKey,
    /// What it is.
    pub kind: ItemKind,
}

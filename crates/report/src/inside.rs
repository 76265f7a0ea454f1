//! What changed inside called functions, as the contract spells it.

use ripe_model::{ChangedFunction, Inside};
use serde::Serialize;

use crate::SpanEntry;

/// Changed lines that a person reads in a minute. A starting guess: twice the 400 an hour that count
/// as the bound of a careful review, since most of them only have to be recognised as harmless.
const LINES_A_MINUTE: u32 = 12;

/// The functions that the code calls, and those that read differently inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InsideEntry {
    /// How many functions are called whose body was found in both versions.
    pub called: u32,
    /// Those that changed.
    pub changed: Vec<ChangedFunctionEntry>,
    /// Lines that are new or gone in all of them.
    pub lines: u32,
    /// Minutes to read them. Not part of the update's own minutes.
    pub reading_minutes: u32,
}

/// A function that changed inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedFunctionEntry {
    /// The function.
    pub item: String,
    /// Where it stood.
    pub old_span: SpanEntry,
    /// Where it stands.
    pub new_span: SpanEntry,
    /// The private functions that it calls and that changed.
    pub through: Vec<String>,
    /// Lines that are new or gone in it and in those.
    pub lines: u32,
}

impl InsideEntry {
    /// The entry.
    pub fn new(inside: &Inside) -> InsideEntry {
        InsideEntry {
            called: inside.called,
            changed: inside.changed.iter().map(ChangedFunctionEntry::new).collect(),
            lines: inside.lines,
            reading_minutes: inside.lines.div_ceil(LINES_A_MINUTE),
        }
    }
}

impl ChangedFunctionEntry {
    fn new(function: &ChangedFunction) -> ChangedFunctionEntry {
        ChangedFunctionEntry {
            item: function.item.clone(),
            old_span: SpanEntry::new(&function.old_span),
            new_span: SpanEntry::new(&function.new_span),
            through: function.through.clone(),
            lines: function.lines,
        }
    }
}

//! An item is now `#[deprecated]`: a warning, and a sign of what comes.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "item_deprecated",
    about: "an item is deprecated: a warning for its users",
    kinds: &[],
    bump: Bump::Minor,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both() {
        Some((old, new)) if old.marks.deprecated.is_none() => match &new.marks.deprecated {
            Some(note) if note.is_empty() => vec![Found::new("now deprecated")],
            Some(note) => vec![Found::new(format!("now deprecated: {}", first_line(note)))],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn first_line(note: &str) -> &str {
    note.lines().next().unwrap_or_default()
}

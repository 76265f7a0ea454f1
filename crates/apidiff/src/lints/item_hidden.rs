//! An item is now `#[doc(hidden)]`.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "item_hidden",
    about: "an item left the documented API; it still compiles",
    kinds: &[],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both() {
        Some((old, new)) if !old.marks.hidden && new.marks.hidden => {
            vec![Found::new(format!("{} is now hidden from the documentation", new.facts.kind()))]
        }
        _ => Vec::new(),
    }
}

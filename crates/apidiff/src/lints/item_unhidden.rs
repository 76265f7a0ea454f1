//! A hidden item became part of the documented API.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "item_unhidden",
    about: "an item joined the documented API",
    kinds: &[],
    bump: Bump::Minor,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both() {
        Some((old, new)) if old.marks.hidden && !new.marks.hidden => {
            vec![Found::new(format!("{} is now documented", new.facts.kind()))]
        }
        _ => Vec::new(),
    }
}

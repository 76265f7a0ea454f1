//! A result may no longer be dropped silently: a warning.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "must_use_added",
    about: "an item is now `#[must_use]`: a warning for who drops it",
    kinds: &[],
    bump: Bump::Minor,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both() {
        Some((old, new)) if !old.marks.must_use && new.marks.must_use => {
            vec![Found::new("now `#[must_use]`")]
        }
        _ => Vec::new(),
    }
}

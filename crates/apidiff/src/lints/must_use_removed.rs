//! A result may be dropped silently again.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "must_use_removed",
    about: "an item is no longer `#[must_use]`",
    kinds: &[],
    bump: Bump::Patch,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both() {
        Some((old, new)) if old.marks.must_use && !new.marks.must_use => {
            vec![Found::new("no longer `#[must_use]`")]
        }
        _ => Vec::new(),
    }
}

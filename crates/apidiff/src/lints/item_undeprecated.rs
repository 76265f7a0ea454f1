//! An item is no longer `#[deprecated]`.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "item_undeprecated",
    about: "an item is no longer deprecated",
    kinds: &[],
    bump: Bump::Patch,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both() {
        Some((old, new)) if old.marks.deprecated.is_some() && new.marks.deprecated.is_none() => {
            vec![Found::new("no longer deprecated")]
        }
        _ => Vec::new(),
    }
}

//! A struct, enum or variant is no longer `#[non_exhaustive]`: a promise, no break.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "non_exhaustive_removed",
    about: "the item is exhaustive now",
    kinds: &[ItemKind::Struct, ItemKind::Enum, ItemKind::Variant],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both() {
        Some((old, new)) if old.marks.non_exhaustive && !new.marks.non_exhaustive => {
            vec![Found::new("no longer `#[non_exhaustive]`")]
        }
        _ => Vec::new(),
    }
}

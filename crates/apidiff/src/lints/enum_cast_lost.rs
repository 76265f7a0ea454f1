//! An enum of unit variants got one with fields: `as` casts stop compiling.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "enum_cast_lost",
    about: "the enum can no longer be cast with `as`",
    kinds: &[ItemKind::Enum],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Cast],
    witness: &[Witness::Constant],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let was = d.is_castable_in_old(old);
    if was && !d.is_castable(new) {
        return vec![Found::new("not all variants are plain numbers any more: `as` casts fail")];
    }
    Vec::new()
}

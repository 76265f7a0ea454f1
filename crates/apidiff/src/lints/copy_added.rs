//! A type is `Copy` now: closures capture it by reference where they moved it.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "copy_added",
    about: "a closure that moved the value borrows it now",
    kinds: &[ItemKind::Impl],
    bump: Bump::Minor,
    certainty: Certainty::Possible,
    hurts: &[How::Infer],
    witness: &[Witness::Infer],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.added().map(|row| &row.facts) {
        Some(Facts::Impl(i))
            if i.trait_.path == "core::marker::Copy" && !d.is_new_with_its_parts(i) =>
        {
            vec![Found::new(format!(
                "`{}` is `Copy` now; breaks closures without `move` that outlive it",
                Show(&i.self_ty)
            ))]
        }
        _ => Vec::new(),
    }
}

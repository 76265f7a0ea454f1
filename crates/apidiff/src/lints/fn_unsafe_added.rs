//! A function is now `unsafe`.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_unsafe_added",
    about: "calls outside `unsafe` stop compiling",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.functions() {
        Some((old, new)) if !old.signature.is_unsafe && new.signature.is_unsafe => {
            // A safe impl of an unsafe trait function is fine; only its callers change.
            vec![Found::new("now `unsafe`").hurts(&[How::Call, How::Path])]
        }
        _ => Vec::new(),
    }
}

//! A function is no longer `unsafe`; an impl that still says `unsafe` does not fit a safe trait function.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_unsafe_removed",
    about: "callers get a warning; impls that say `unsafe` stop compiling",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.functions() {
        Some((old, new)) if old.signature.is_unsafe && !new.signature.is_unsafe => {
            let found = Found::new("no longer `unsafe`");
            if d.in_open_trait() {
                return vec![found.bump(Bump::Major).hurts(&[How::Implement])];
            }
            vec![found]
        }
        _ => Vec::new(),
    }
}

//! A function has another calling convention.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_abi_changed",
    about: "the function has another type as a value, and foreign callers must follow",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[How::Path],
    witness: &[Witness::Coerce],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let (was, is) = (&old.signature.abi, &new.signature.abi);
    if was == is {
        return Vec::new();
    }
    let found = Found::new(format!("ABI `{was}` became `{is}`"));
    if d.in_open_trait() {
        return vec![found.certainty(Certainty::Definite).hurts(&[How::Implement, How::Path])];
    }
    vec![found]
}

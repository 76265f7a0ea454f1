//! The lifetimes of a signature allow fewer calls, or the result borrows longer than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_lifetimes_tightened",
    about: "calls that the borrow checker accepted are refused",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    on_events(d, |event| {
        matches!(event, FnEvent::LifetimesTightened)
            .then(|| format!("the lifetimes of `{}` became stricter: `{}`", Show(old), Show(new)))
    })
}

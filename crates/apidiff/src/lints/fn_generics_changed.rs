//! The generic parameters that a call may name changed in number, order or kind.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_generics_changed",
    about: "calls that name generic arguments, like `f::<T>()`, stop compiling",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(change) = d.fn_change() else { return Vec::new() };
    let inferable = |e: &FnEvent| matches!(e, FnEvent::ExplicitGenerics { inferable: true, .. });
    let goes_on = change.callers.iter().any(inferable);
    let found = on_events(d, |event| match event {
        FnEvent::ExplicitGenerics { detail, .. } => Some(format!("generic parameters {detail}")),
        _ => None,
    });
    // Where arguments tell the generics, a call that does not spell them out goes on.
    let without_calls = |mut found: Found| {
        found.hurts.iter_mut().for_each(|hurts| hurts.retain(|how| *how != How::Call));
        found
    };
    if goes_on { found.into_iter().map(without_calls).collect() } else { found }
}

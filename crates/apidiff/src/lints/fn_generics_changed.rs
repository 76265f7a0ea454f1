//! The generic parameters that a call may name changed in number, order or kind.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_generics_changed",
    about: "calls that name generic arguments, like `f::<T>()`, stop compiling",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    on_events(d, |event| match event {
        FnEvent::ExplicitGenerics(how) => Some(format!("generic parameters {how}")),
        _ => None,
    })
}

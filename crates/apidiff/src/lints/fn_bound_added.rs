//! A generic function asks for more than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_bound_added",
    about: "types that fitted before do not any more",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Bound],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    on_events(d, |event| match event {
        FnEvent::BoundAdded(bound) => Some(format!("new condition `{bound}`")),
        _ => None,
    })
}

//! A generic function asks for more than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_bound_added",
    about: "types that fitted before do not any more",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Bound, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let mut found = on_events(d, |event| match event {
        FnEvent::BoundAdded(bound) => Some(format!("new condition `{bound}`")),
        _ => None,
    });
    let traded = on_events(d, |event| match event {
        FnEvent::BoundTraded(bound) => Some(format!("the condition is `{bound}` now")),
        _ => None,
    });
    found.extend(traded.into_iter().map(|found| found.certainty(Certainty::Possible)));
    found
}

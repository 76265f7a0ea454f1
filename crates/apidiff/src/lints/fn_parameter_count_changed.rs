//! A function takes another number of arguments.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_parameter_count_changed",
    about: "every call has the wrong number of arguments",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    on_events(d, |event| {
        matches!(event, FnEvent::ParamCount).then(|| {
            let (was, is) = (old.signature.params.len(), new.signature.params.len());
            format!("{was} parameters became {is}: `{}` became `{}`", Show(old), Show(new))
        })
    })
}

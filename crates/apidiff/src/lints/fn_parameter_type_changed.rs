//! A parameter takes other types than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_parameter_type_changed",
    about: "arguments of the old type no longer fit",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    on_events(d, |event| match event {
        FnEvent::ParamChanged(at) => {
            let ((name, was), (_, is)) = (&old.signature.params[*at], &new.signature.params[*at]);
            Some(format!("parameter `{name}`: `{}` became `{}`", Show(was), Show(is)))
        }
        _ => None,
    })
}

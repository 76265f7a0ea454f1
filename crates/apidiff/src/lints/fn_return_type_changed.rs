//! A function returns something else.

use ripe_model::UseSite;

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_return_type_changed",
    about: "code that uses the result meets another type",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    if old.signature.is_async != new.signature.is_async {
        return Vec::new();
    }
    let (was, is) = (&old.signature.output, &new.signature.output);
    let mark = d.keeps_conversions(was, is).then(|| UseSite::INTO.to_owned());
    let found = on_events(d, |event| {
        matches!(event, FnEvent::ReturnChanged)
            .then(|| format!("returns `{}` instead of `{}`", Show(is), Show(was)))
    });
    found.into_iter().map(|found| found.marks(mark.iter().cloned().collect())).collect()
}

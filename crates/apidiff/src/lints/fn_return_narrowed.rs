//! A function returns a type that does at least what the old one promised.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_return_narrowed",
    about: "the result is more specific than before",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let breaks_impls = d.fn_change().is_some_and(|c| c.implementors_break) && d.in_open_trait();
    on_events(d, |event| {
        matches!(event, FnEvent::ReturnNarrowed).then(|| {
            let (was, is) = (&old.signature.output, &new.signature.output);
            format!("returns `{}` instead of `{}`", Show(is), Show(was))
        })
    })
    .into_iter()
    .map(|found| {
        if breaks_impls {
            found.bump(Bump::Major).hurts(&[How::Implement])
        } else {
            found.hurts(&[])
        }
    })
    .collect()
}

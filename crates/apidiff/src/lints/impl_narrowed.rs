//! A type implements a trait in fewer cases than before.

use ripe_model::UseSite;

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "impl_narrowed",
    about: "code that needs the impl in the other cases stops compiling",
    kinds: &[ItemKind::Impl],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Infer, How::Bound, How::Call, How::Path],
    witness: &[Witness::Satisfies],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Impl(o), Facts::Impl(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    if crate::impls::is_auto_impl(&o.trait_) {
        return vec![Found::harmless("an auto trait, judged at its type", Bump::Patch)];
    }
    let what = format!("`{}` implements `{}`", Show(&o.self_ty), Show(&o.trait_));
    match crate::impls::relate(d.new_world(), o, n) {
        Some(lost) if lost.is_empty() => Vec::new(),
        Some(lost) => {
            let marks =
                d.types_that_lose(o, n).into_iter().map(|ty| format!("{}{ty}", UseSite::BY));
            let found = Found::new(format!("{what} only {}", lost.join(" and ")));
            vec![found.marks(marks.collect())]
        }
        None => vec![Found::new(format!("{what} only as `{}`", Show(&n.self_ty)))],
    }
}

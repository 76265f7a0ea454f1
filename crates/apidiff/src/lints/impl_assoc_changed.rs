//! An impl gives another associated type or constant.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "impl_assoc_changed",
    about: "code that relied on the associated type meets another one",
    kinds: &[ItemKind::Impl],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Infer, How::Call, How::Path, How::Type],
    witness: &[Witness::Satisfies],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Impl(o), Facts::Impl(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    let told = d.assoc_in_terms_of(o, n);
    o.assoc
        .iter()
        .filter_map(|(name, was)| {
            let is = told.get(name)?;
            match (was, is) {
                (Binding::Type(was), Binding::Type(is))
                    if !crate::relate::same_but_lifetimes(was, is) =>
                {
                    Some(Found::new(format!(
                        "`{name}` of `{}` for `{}` was `{}` and is `{}`",
                        Show(&n.trait_),
                        Show(&n.self_ty),
                        Show(was),
                        Show(is)
                    )))
                }
                (Binding::Const(was), Binding::Const(is)) if was != is => Some(Found::harmless(
                    format!("`{name}` was {} and is {}", Show(was), Show(is)),
                    Bump::Patch,
                )),
                (Binding::Type(was), Binding::Type(is)) if was != is => {
                    Some(Found::harmless(format!("lifetimes of `{name}`"), Bump::Patch))
                }
                (_, _) => None,
            }
        })
        .collect()
}

//! An impl gives another associated type or constant.

use ripe_model::ImplFacts;

use super::prelude::*;
use crate::relate::same_but_lifetimes;

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
    let mut found: Vec<Found> =
        o.assoc.iter().filter_map(|(name, was)| compared(n, name, was, told.get(name)?)).collect();
    if o.assoc.len() != told.len() || o.assoc.keys().ne(told.keys()) {
        found.push(Found::harmless("it gives other associated items", Bump::Patch));
    }
    found
}

fn compared(n: &ImplFacts, name: &str, was: &Binding, is: &Binding) -> Option<Found> {
    match (was, is) {
        (Binding::Type(was), Binding::Type(is)) if !same_but_lifetimes(was, is) => {
            let (trait_, own) = (Show(&n.trait_), Show(&n.self_ty));
            let (was, is) = (Show(was), Show(is));
            Some(Found::new(format!(
                "`{name}` of `{trait_}` for `{own}` was `{was}` and is `{is}`"
            )))
        }
        (Binding::Const(was), Binding::Const(is)) if was != is => {
            let detail = format!("`{name}` was {} and is {}", Show(was), Show(is));
            Some(Found::harmless(detail, Bump::Patch))
        }
        (Binding::Type(was), Binding::Type(is)) if was != is => {
            Some(Found::harmless(format!("lifetimes of `{name}`"), Bump::Patch))
        }
        (_, _) => None,
    }
}

//! A signature asks for less than before: good for callers; impls of an open trait may ask for too much now.

use ripe_model::FunctionFacts;

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_loosened",
    about: "callers may do more; impls of a trait may ask for more than it allows",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Patch,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let Some(change) = d.fn_change() else { return Vec::new() };
    if !change.callers.contains(&FnEvent::Loosened) {
        if change.callers.is_empty() && reworded(old, new) {
            return equivalent(change.implementors_break && d.in_open_trait());
        }
        return Vec::new();
    }
    let detail = format!("`{}` became `{}`, which asks for less", Show(old), Show(new));
    if change.implementors_break && d.in_open_trait() {
        return vec![Found::new(detail).bump(Bump::Major).hurts(&[How::Implement])];
    }
    vec![Found::new(detail)]
}

/// Whether the text differs, apart from what the rules about receivers and defaults say.
fn reworded(old: &FunctionFacts, new: &FunctionFacts) -> bool {
    let impl_generics = |f: &FunctionFacts| match &f.role {
        FunctionRole::Inherent { generics, self_ty } => Some((generics.clone(), self_ty.clone())),
        FunctionRole::Free | FunctionRole::Trait { .. } => None,
    };
    let skip = usize::from(old.receiver != new.receiver);
    let params =
        |f: &FunctionFacts| f.signature.params.iter().skip(skip).cloned().collect::<Vec<_>>();
    old.generics != new.generics
        || impl_generics(old) != impl_generics(new)
        || params(old) != params(new)
        || old.signature.output != new.signature.output
            && old.signature.is_async == new.signature.is_async
}

fn equivalent(implementors_break: bool) -> Vec<Found> {
    let found = Found::new("an equivalent signature in other words");
    if implementors_break {
        return vec![found.bump(Bump::Major).hurts(&[How::Implement])];
    }
    vec![found]
}

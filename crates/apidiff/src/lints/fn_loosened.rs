//! A signature asks for less than before: good for callers; impls of an open trait may ask for too much now.

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
        let generics = old.generics != new.generics
            || old.role != new.role
            || old.signature.params != new.signature.params
            || old.signature.output != new.signature.output;
        if change.callers.is_empty() && generics && !d.in_open_trait() {
            return vec![Found::new("an equivalent signature in other words")];
        }
        if change.callers.is_empty() && generics && d.in_open_trait() {
            return equivalent(change.implementors_break);
        }
        return Vec::new();
    }
    let detail = format!("`{}` became `{}`, which asks for less", Show(old), Show(new));
    if change.implementors_break && d.in_open_trait() {
        return vec![Found::new(detail).bump(Bump::Major).hurts(&[How::Implement])];
    }
    vec![Found::new(detail)]
}

fn equivalent(implementors_break: bool) -> Vec<Found> {
    let found = Found::new("an equivalent signature in other words");
    if implementors_break {
        return vec![found.bump(Bump::Major).hurts(&[How::Implement])];
    }
    vec![found]
}

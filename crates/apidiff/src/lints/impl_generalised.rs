//! A type implements a trait in more cases than before, or in other words.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "impl_generalised",
    about: "the impl covers at least what it did",
    kinds: &[ItemKind::Impl],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Impl(o), Facts::Impl(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    let same = o.generics == n.generics && o.self_ty == n.self_ty && o.trait_ == n.trait_;
    let wider = crate::impls::relate(d.new_world(), o, n).is_some_and(|lost| lost.is_empty());
    if !same && wider || o.is_derived != n.is_derived || o.is_unsafe != n.is_unsafe {
        return vec![Found::new("covers at least what it did")];
    }
    Vec::new()
}

//! A trait asks its implementors for another trait.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_supertrait_added",
    about: "types that implement the trait may lack the new supertrait",
    kinds: &[ItemKind::Trait],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Implement],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Trait(o), Facts::Trait(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    n.supertraits
        .iter()
        .filter(|bound| !d.bound_follows(bound, &o.supertraits) && !d.everyone_has(bound))
        .map(|bound| {
            let detail = format!("new supertrait `{}`", Show(bound));
            if is_open_trait(old) {
                Found::new(detail)
            } else {
                Found::harmless(detail, Bump::Minor)
            }
        })
        .collect()
}

//! A trait no longer implies another trait.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_supertrait_removed",
    about: "generic code that used the supertrait through this one stops compiling",
    kinds: &[ItemKind::Trait],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Bound, How::Infer, How::Type],
    witness: &[Witness::Bound],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Trait(o), Facts::Trait(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    o.supertraits
        .iter()
        .filter(|bound| !d.bound_follows(bound, &n.supertraits))
        .map(|bound| {
            let detail = format!("no longer implies `{}`", Show(bound));
            if d.is_unnameable(bound) {
                Found::harmless(detail, Bump::Patch)
            } else {
                Found::new(detail)
            }
        })
        .collect()
}

//! `dyn Trait` is no longer allowed.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_dyn_incompatible",
    about: "trait objects of the trait stop compiling",
    kinds: &[ItemKind::Trait],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Type, How::Bound],
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (&old.facts, &new.facts) {
        (Facts::Trait(o), Facts::Trait(n)) if o.dyn_compatible && !n.dyn_compatible => {
            vec![Found::new("`dyn` is no longer allowed")]
        }
        (Facts::Trait(o), Facts::Trait(n)) if !o.dyn_compatible && n.dyn_compatible => {
            vec![Found::harmless("`dyn` is allowed now", Bump::Minor)]
        }
        _ => Vec::new(),
    }
}

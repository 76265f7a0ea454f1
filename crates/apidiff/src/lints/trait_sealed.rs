//! A trait that clients could implement is sealed now.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_sealed",
    about: "impls outside the crate stop compiling",
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
    match (&o.sealed, &n.sealed) {
        (None, Some(why)) => {
            vec![Found::new(format!("no client can implement it any more: {why}"))]
        }
        (_, _) => Vec::new(),
    }
}

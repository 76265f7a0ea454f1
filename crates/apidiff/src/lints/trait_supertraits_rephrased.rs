//! The supertraits are written otherwise, and imply the same.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_supertraits_rephrased",
    about: "the supertraits imply what they did",
    kinds: &[ItemKind::Trait],
    bump: Bump::Patch,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Trait(o), Facts::Trait(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    let same = o.supertraits != n.supertraits
        && n.supertraits.iter().all(|b| d.bound_follows(b, &o.supertraits) || d.everyone_has(b))
        && o.supertraits.iter().all(|b| d.bound_follows(b, &n.supertraits));
    if same { vec![Found::new("the supertraits imply what they did")] } else { Vec::new() }
}

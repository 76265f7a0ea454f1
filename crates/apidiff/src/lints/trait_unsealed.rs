//! A sealed trait can be implemented by clients now.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_unsealed",
    about: "clients can implement the trait now",
    kinds: &[ItemKind::Trait],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Trait(o), Facts::Trait(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    match (&o.sealed, &n.sealed) {
        (Some(_), None) => vec![Found::new("clients can implement it now")],
        (_, _) => Vec::new(),
    }
}

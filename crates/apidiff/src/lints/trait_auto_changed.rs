//! A trait became an auto trait, or stopped being one.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_auto_changed",
    about: "types that had the trait by themselves may not have it",
    kinds: &[ItemKind::Trait],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Bound, How::Infer, How::Implement],
    witness: &[Witness::Satisfies],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (&old.facts, &new.facts) {
        (Facts::Trait(o), Facts::Trait(n)) if o.is_auto != n.is_auto => {
            vec![Found::new("whether it is an auto trait changed")]
        }
        _ => Vec::new(),
    }
}

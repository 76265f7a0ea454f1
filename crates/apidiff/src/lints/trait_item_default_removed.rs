//! An item of a trait lost its default: impls must give it.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_item_default_removed",
    about: "impls that relied on the default are incomplete",
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
    o.provided
        .iter()
        .filter(|name| n.required.contains(name))
        .map(|name| {
            let detail = format!("`{name}` has no default any more");
            if is_open_trait(old) {
                Found::new(detail)
            } else {
                Found::harmless(detail, Bump::Patch)
            }
        })
        .collect()
}

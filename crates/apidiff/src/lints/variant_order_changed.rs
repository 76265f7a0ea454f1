//! Variants changed their order: the meaning of a derived ordering.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "variant_order_changed",
    about: "a derived ordering compares variants by their order",
    kinds: &[ItemKind::Enum],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Enum(o), Facts::Enum(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    let kept: Vec<&String> = o.variants.iter().filter(|name| n.variants.contains(name)).collect();
    let still: Vec<&String> = n.variants.iter().filter(|name| o.variants.contains(name)).collect();
    if kept == still {
        return Vec::new();
    }
    let bump = if d.derives(new, "PartialOrd") { Bump::Major } else { Bump::Patch };
    vec![Found::new("the variants changed their order").bump(bump)]
}

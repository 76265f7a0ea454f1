//! Named fields changed their order: layout under `repr(C)`, and the order of a derived `PartialOrd`.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "field_order_changed",
    about: "the order of fields is layout under `repr(C)` and the meaning of a derived ordering",
    kinds: &[ItemKind::Struct, ItemKind::Union, ItemKind::Variant],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (o, n, shape) = match (&old.facts, &new.facts) {
        (Facts::Struct(o), Facts::Struct(n)) => (&o.fields, &n.fields, n.shape),
        (Facts::Union(o), Facts::Union(n)) => (&o.fields, &n.fields, Shape::Plain),
        (Facts::Variant(o), Facts::Variant(n)) => (&o.fields, &n.fields, n.shape),
        _ => return Vec::new(),
    };
    let kept: Vec<&String> = o.iter().filter(|name| n.contains(name)).collect();
    let still: Vec<&String> = n.iter().filter(|name| o.contains(name)).collect();
    if kept == still || shape == Shape::Tuple {
        return Vec::new();
    }
    let owner = match &new.facts {
        Facts::Variant(_) => d.owner_in_new(new).unwrap_or(new),
        _ => new,
    };
    let matters = d.is_repr_c(owner) || d.derives(owner, "PartialOrd");
    let bump = if matters { Bump::Major } else { Bump::Patch };
    vec![Found::new("the fields changed their order").bump(bump)]
}

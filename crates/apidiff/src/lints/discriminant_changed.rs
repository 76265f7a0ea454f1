//! The number of a variant changed: casts give another value.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "discriminant_changed",
    about: "casts and foreign code see another number",
    kinds: &[ItemKind::Variant],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Variant(o), Facts::Variant(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let castable = d.owner_in_new(new).is_some_and(|owner| d.is_castable(owner));
    let has_number = castable || o.discriminant.is_some();
    let explicit = o.discriminant != n.discriminant
        && (o.discriminant.is_some()
            || o.index.to_string() != n.discriminant.clone().unwrap_or_default());
    let implicit = o.discriminant.is_none() && n.discriminant.is_none() && o.index != n.index;
    let was = o.discriminant.clone().unwrap_or_else(|| o.index.to_string());
    let is = n.discriminant.clone().unwrap_or_else(|| n.index.to_string());
    if !has_number || !(explicit || implicit) || was == is {
        return Vec::new();
    }
    vec![Found::new(format!("its discriminant {was} became {is}"))]
}

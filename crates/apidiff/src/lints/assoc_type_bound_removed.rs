//! An associated type promises less than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "assoc_type_bound_removed",
    about: "generic code that used the bound stops compiling",
    kinds: &[ItemKind::AssocType],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Bound, How::Infer, How::Type, How::Call],
    witness: &[Witness::Bound],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::AssocType(o), Facts::AssocType(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let mut lost: Vec<String> = o
        .bounds
        .iter()
        .filter(|bound| !d.bound_follows(bound, &n.bounds) && !is_maybe(bound))
        .map(|bound| Show(bound).to_string())
        .collect();
    if n.bounds.iter().any(is_maybe) && !o.bounds.iter().any(is_maybe) {
        lost.push("Sized".to_owned());
    }
    lost.into_iter().map(|bound| Found::new(format!("no longer promises `{bound}`"))).collect()
}

fn is_maybe(bound: &Bound) -> bool {
    matches!(bound, Bound::Trait { modifier: ripe_model::TraitModifier::Maybe, .. })
}

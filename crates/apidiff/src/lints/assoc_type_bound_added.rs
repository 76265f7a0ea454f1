//! An associated type must satisfy more than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "assoc_type_bound_added",
    about: "impls whose type does not satisfy the new bound stop compiling",
    kinds: &[ItemKind::AssocType],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Implement],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::AssocType(o), Facts::AssocType(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let mut lost: Vec<String> = n
        .bounds
        .iter()
        .filter(|bound| !d.bound_follows(bound, &o.bounds) && !is_maybe(bound))
        .map(|bound| Show(bound).to_string())
        .collect();
    if o.bounds.iter().any(is_maybe) && !n.bounds.iter().any(is_maybe) {
        lost.push("Sized".to_owned());
    }
    let gone = o.bounds.iter().any(|bound| !d.bound_follows(bound, &n.bounds));
    if lost.is_empty() && !gone && o.bounds != n.bounds {
        return vec![Found::harmless("equivalent bounds in other words", Bump::Patch)];
    }
    lost.into_iter()
        .map(|bound| {
            let detail = format!("new bound `{bound}`");
            if d.in_open_trait() {
                Found::new(detail)
            } else {
                Found::harmless(detail, Bump::Minor)
            }
        })
        .collect()
}

fn is_maybe(bound: &Bound) -> bool {
    matches!(bound, Bound::Trait { modifier: ripe_model::TraitModifier::Maybe, .. })
}

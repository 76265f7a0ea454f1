//! A type, trait, alias or associated type asks for less than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "bound_dropped",
    about: "generic code may use the item with more types",
    kinds: GENERIC,
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Some(o), Some(n)) = (generics_of(&old.facts), generics_of(&new.facts)) else {
        return Vec::new();
    };
    let dropped = d.new_conditions(n, o);
    let other_words =
        dropped.is_empty() && d.new_conditions(o, n).is_empty() && o.predicates != n.predicates;
    if other_words {
        return vec![Found::harmless("equivalent conditions in other words", Bump::Patch)];
    }
    dropped
        .into_iter()
        .map(|condition| Found::new(format!("no longer asks for `{condition}`")))
        .collect()
}

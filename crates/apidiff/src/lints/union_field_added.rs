//! A union got another field: its layout changed.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "union_field_added",
    about: "the layout of the union may change",
    kinds: &[ItemKind::Union],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Union(o), Facts::Union(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    let added: Vec<&String> = fresh(&o.fields, &n.fields).collect();
    let private = n.has_private_fields && !o.has_private_fields;
    match (added.is_empty(), private) {
        (true, false) => Vec::new(),
        (true, true) => vec![Found::new("the union got a private field")],
        (false, _) => vec![Found::new(format!("the union got {}", quoted(added)))],
    }
}

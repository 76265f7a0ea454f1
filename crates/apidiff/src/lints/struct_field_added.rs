//! A struct whose fields were all public got another field: literals and patterns without `..` are incomplete.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "struct_field_added",
    about: "literals and full patterns of the struct are incomplete",
    kinds: &[ItemKind::Struct],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Construct, How::Match],
    witness: &[Witness::Construct, Witness::Match],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Struct(o), Facts::Struct(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let added: Vec<&String> = fresh(&o.fields, &n.fields).collect();
    let private = n.has_private_fields && !o.has_private_fields;
    if added.is_empty() && !private || !constructible(old) || o.shape != n.shape {
        return Vec::new();
    }
    if o.shape == Shape::Unit {
        return Vec::new();
    }
    let detail = match (added.is_empty(), private) {
        (true, _) => "the struct got a private field".to_owned(),
        (false, true) => format!("the struct got {} and a private field", quoted(added.clone())),
        (false, false) => format!("the struct got {}", quoted(added.clone())),
    };
    vec![Found::new(detail)]
}

//! A variant got another field: literals and full patterns are incomplete.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "variant_field_added",
    about: "literals and full patterns of the variant are incomplete",
    kinds: &[ItemKind::Variant],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Construct, How::Match, How::Call],
    witness: &[Witness::Construct, Witness::Match],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Variant(o), Facts::Variant(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let added: Vec<&String> = fresh(&o.fields, &n.fields).collect();
    let hidden = n.has_hidden_fields && !o.has_hidden_fields;
    if added.is_empty() && !hidden || o.shape != n.shape || o.shape == Shape::Unit {
        return Vec::new();
    }
    let what = if added.is_empty() { "a hidden field".to_owned() } else { quoted(added) };
    let detail = format!("the variant got {what}");
    if old.marks.non_exhaustive || o.has_hidden_fields {
        return vec![Found::harmless(detail, Bump::Minor)];
    }
    vec![Found::new(detail)]
}

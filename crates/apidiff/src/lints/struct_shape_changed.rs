//! A struct changed between unit, tuple and named fields.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "struct_shape_changed",
    about: "the way to write a value of the struct changed",
    kinds: &[ItemKind::Struct],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Construct, How::Match, How::Field, How::Path, How::Call],
    witness: &[Witness::Construct, Witness::Match],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Struct(o), Facts::Struct(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    if o.shape == n.shape {
        return Vec::new();
    }
    let detail = format!("{} became {}", form(o.shape), form(n.shape));
    // Without public parts, no client can tell the forms apart: `S { .. }` fits them all.
    let opaque = !constructible(old) && o.fields.is_empty();
    let empty_braces = o.shape == Shape::Plain && o.fields.is_empty() && constructible(new);
    if opaque || empty_braces && n.fields.is_empty() {
        return vec![Found::harmless(detail, Bump::Patch)];
    }
    vec![Found::new(detail)]
}

fn form(shape: Shape) -> &'static str {
    match shape {
        Shape::Unit => "a unit struct",
        Shape::Tuple => "a tuple struct",
        Shape::Plain => "a struct with named fields",
    }
}

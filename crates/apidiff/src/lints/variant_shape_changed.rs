//! A variant changed between unit, tuple and named fields.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "variant_shape_changed",
    about: "the way to write the variant changed",
    kinds: &[ItemKind::Variant],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Construct, How::Match, How::Path, How::Call],
    witness: &[Witness::Construct, Witness::Match],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Variant(o), Facts::Variant(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    if o.shape == n.shape {
        return Vec::new();
    }
    let detail = format!("{} became {}", form(o.shape), form(n.shape));
    let empty = o.shape == Shape::Plain && o.fields.is_empty() && n.fields.is_empty();
    if empty && !new.marks.non_exhaustive {
        return vec![Found::harmless(detail, Bump::Patch)];
    }
    vec![Found::new(detail)]
}

fn form(shape: Shape) -> &'static str {
    match shape {
        Shape::Unit => "a unit variant",
        Shape::Tuple => "a tuple variant",
        Shape::Plain => "a variant with named fields",
    }
}

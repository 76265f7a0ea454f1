//! A public field has another type.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "field_type_changed",
    about: "reading, writing or building with the field meets another type",
    kinds: &[ItemKind::Field],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Field, How::Construct, How::Match],
    witness: &[Witness::Field, Witness::Construct],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (&old.facts, &new.facts) {
        (Facts::Field(o), Facts::Field(n)) if o.ty != n.ty => {
            vec![Found::new(format!("`{}` became `{}`", Show(&o.ty), Show(&n.ty)))]
        }
        _ => Vec::new(),
    }
}

//! A type has a destructor now: its fields cannot be moved out, and borrows live longer.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "drop_added",
    about: "fields cannot be moved out of the type any more",
    kinds: &[ItemKind::Impl],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Field, How::Match, How::Infer],
    witness: &[Witness::Match],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(new) = d.added() else { return Vec::new() };
    let Facts::Impl(i) = &new.facts else { return Vec::new() };
    if i.trait_.path != "core::ops::drop::Drop" || d.is_new_with_its_parts(i) {
        return Vec::new();
    }
    if d.has_movable_field(&i.self_ty) {
        return vec![Found::new("it has a destructor now: its fields cannot be moved out")];
    }
    vec![
        Found::new("it has a destructor now; breaks constants and borrows that end late")
            .bump(Bump::Minor)
            .certainty(Certainty::Policy)
            .hurts(&[]),
    ]
}

//! A type, trait, alias or associated type asks for more than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "bound_added",
    about: "types that fitted before do not any more",
    kinds: GENERIC,
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Type, How::Bound, How::Implement, How::Call, How::Construct],
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Some(o), Some(n)) = (generics_of(&old.facts), generics_of(&new.facts)) else {
        return Vec::new();
    };
    d.new_conditions(o, n)
        .into_iter()
        .map(|condition| {
            let found = Found::new(format!("new condition `{condition}`"));
            // rustc does not check the bounds of a type alias.
            if matches!(new.facts, Facts::TypeAlias(_)) {
                found.bump(Bump::Patch).hurts(&[])
            } else if d.is_reshaped() || d.has_unnameable_bound(o) {
                // Which parameter it is about is told by `generics_changed`; what fitted a trait that
                // nobody can name is not known.
                found.certainty(Certainty::Possible)
            } else {
                found
            }
        })
        .collect()
}

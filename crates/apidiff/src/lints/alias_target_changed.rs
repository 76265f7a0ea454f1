//! A type alias stands for another type.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "alias_target_changed",
    about: "code that relied on what the alias stands for stops compiling",
    kinds: &[ItemKind::TypeAlias],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Type, How::Construct, How::Match, How::Call, How::Path, How::Field],
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (&old.facts, &new.facts) {
        (Facts::TypeAlias(o), Facts::TypeAlias(n))
            if o.ty != n.ty && !super::alias_argument_changed::only_chosen(&o.ty, &n.ty) =>
        {
            vec![Found::new(format!("stands for `{}` instead of `{}`", Show(&n.ty), Show(&o.ty)))]
        }
        _ => Vec::new(),
    }
}

//! An alias stands for the same type with another argument, which the alias chooses itself.

use ripe_model::GenericArg;

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "alias_argument_changed",
    about: "code that names the argument, or passes something that has it, stops compiling",
    kinds: &[ItemKind::TypeAlias],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Type, How::Path],
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (&old.facts, &new.facts) {
        (Facts::TypeAlias(o), Facts::TypeAlias(n)) if o.ty != n.ty && only_chosen(&o.ty, &n.ty) => {
            let (was, is) = (Show(&o.ty), Show(&n.ty));
            vec![Found::new(format!(
                "stands for `{is}` instead of `{was}`; breaks where the argument is named"
            ))]
        }
        _ => Vec::new(),
    }
}

/// Whether only arguments differ that both aliases choose themselves: code that goes through the
/// alias sees the same type with the same parameters. rustc-hash 2 has another hasher in
/// `FxHashMap`.
pub(super) fn only_chosen(old: &Ty, new: &Ty) -> bool {
    let (Ty::Path(old), Ty::Path(new)) = (old, new) else { return false };
    let chosen = |arg: &GenericArg| matches!(arg, GenericArg::Type(Ty::Path(_)));
    old.krate == new.krate
        && old.path == new.path
        && old.args.len() == new.args.len()
        && old.args.iter().any(|arg| matches!(arg, GenericArg::Type(Ty::Param(..))))
        && old.args.iter().zip(&new.args).all(|(o, n)| o == n || chosen(o) && chosen(n))
}

//! A type alias stands for another type.

use ripe_model::GenericArg;

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
        (Facts::TypeAlias(o), Facts::TypeAlias(n)) if o.ty != n.ty => {
            let detail = format!("stands for `{}` instead of `{}`", Show(&n.ty), Show(&o.ty));
            if same_type_but_for_arguments(&o.ty, &n.ty) {
                let detail = format!("{detail}; breaks where the argument is named");
                let hurts = &[How::Type, How::Path];
                return vec![Found::new(detail).certainty(Certainty::Possible).hurts(hurts)];
            }
            vec![Found::new(detail)]
        }
        _ => Vec::new(),
    }
}

/// Whether only arguments differ that both aliases choose themselves: code that goes through the
/// alias sees the same type with the same parameters. rustc-hash 2 has another hasher in
/// `FxHashMap`.
fn same_type_but_for_arguments(old: &Ty, new: &Ty) -> bool {
    let (Ty::Path(old), Ty::Path(new)) = (old, new) else { return false };
    let chosen = |arg: &GenericArg| matches!(arg, GenericArg::Type(Ty::Path(_)));
    old.krate == new.krate
        && old.path == new.path
        && old.args.len() == new.args.len()
        && old.args.iter().any(|arg| matches!(arg, GenericArg::Type(Ty::Param(..))))
        && old.args.iter().zip(&new.args).all(|(o, n)| o == n || chosen(o) && chosen(n))
}

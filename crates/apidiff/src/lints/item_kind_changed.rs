//! An item became another kind of item under the same path.

use super::prelude::*;
use ripe_model::ProcMacroKind;

pub(crate) static LINT: Lint = Lint {
    id: "item_kind_changed",
    about: "a struct became an enum, a function a constant, or the like",
    kinds: &[],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: EVERY_USE,
    witness: &[
        Witness::Import,
        Witness::Call,
        Witness::Construct,
        Witness::Match,
        Witness::Type,
        Witness::Constant,
    ],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (was, is) = (old.facts.kind(), new.facts.kind());
    if was == is || is_function(was) && is_function(is) {
        return Vec::new();
    }
    let detail = format!("{was} became {is}");
    match (&old.facts, &new.facts) {
        (Facts::Macro(_), Facts::ProcMacro(p)) if p.kind == ProcMacroKind::Bang => {
            vec![Found::new(detail).certainty(Certainty::Possible).hurts(&[How::Macro])]
        }
        (Facts::Struct(_) | Facts::Enum(_) | Facts::Union(_), Facts::TypeAlias(alias)) => {
            match d.same_type_behind(old, alias) {
                Some(true) => vec![Found::harmless(
                    format!("{was} became an alias of an equal type"),
                    Bump::Patch,
                )],
                Some(false) => vec![
                    Found::new(format!("{detail}, which cannot stand for its constructor"))
                        .hurts(&[How::Construct, How::Match, How::Call]),
                ],
                None => vec![Found::new(detail)],
            }
        }
        (Facts::Reexport(_), _) | (_, Facts::Reexport(_)) => {
            vec![Found::new(detail).certainty(Certainty::Possible)]
        }
        (Facts::TypeAlias(alias), Facts::Struct(_) | Facts::Enum(_) | Facts::Union(_)) => {
            match &alias.ty {
                Ty::Path(_) => vec![Found::new(detail).certainty(Certainty::Possible)],
                _ => vec![Found::new(detail)],
            }
        }
        (Facts::Const(_), Facts::Static(_)) => {
            vec![Found::new(detail).hurts(&[How::Path, How::Match])]
        }
        (_, _) => vec![Found::new(detail)],
    }
}

fn is_function(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Function | ItemKind::Method | ItemKind::AssocFunction)
}

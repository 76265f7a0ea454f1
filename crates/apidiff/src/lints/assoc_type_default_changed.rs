//! The default of an associated type is gone or another one.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "assoc_type_default_changed",
    about: "impls that relied on the default",
    kinds: &[ItemKind::AssocType],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Implement],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::AssocType(o), Facts::AssocType(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    match (&o.default, &n.default) {
        (Some(was), Some(is)) if was != is => {
            vec![Found::new(format!("the default was `{}` and is `{}`", Show(was), Show(is)))]
        }
        // That the default is gone is said of the trait.
        (Some(_), None) => vec![Found::harmless("no default any more", Bump::Patch)],
        (None, Some(_)) => vec![Found::harmless("now with a default", Bump::Minor)],
        (_, _) => Vec::new(),
    }
}

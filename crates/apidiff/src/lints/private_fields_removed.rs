//! A struct has no private fields any more: it can be built by literal.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "private_fields_removed",
    about: "the struct can be built by literal now",
    kinds: &[ItemKind::Struct, ItemKind::Union],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let private = |row: &Row| match &row.facts {
        Facts::Struct(s) => Some(s.has_private_fields),
        Facts::Union(u) => Some(u.has_private_fields),
        _ => None,
    };
    match d.both().map(|(old, new)| (private(old), private(new))) {
        Some((Some(true), Some(false))) => vec![Found::new("it has no private fields any more")],
        _ => Vec::new(),
    }
}

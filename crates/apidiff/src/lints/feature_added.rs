//! A new feature.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "feature_added",
    about: "a new feature",
    kinds: &[ItemKind::Feature],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.added() {
        Some(row) if matches!(row.facts, Facts::Feature(_)) => vec![Found::new("a new feature")],
        _ => Vec::new(),
    }
}

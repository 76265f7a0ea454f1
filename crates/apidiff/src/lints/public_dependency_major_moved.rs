//! A dependency whose types stand in the API moved to another compatibility range: same text, other types.

use super::prelude::*;
use ripe_model::Origin;

use crate::retell::MovedCrate;

pub(crate) static LINT: Lint = Lint {
    id: "public_dependency_major_moved",
    about: "the types of the dependency are other types now, although they look the same",
    kinds: &[ItemKind::Package],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: EVERY_USE,
    witness: &[
        Witness::Type,
        Witness::Satisfies,
        Witness::Call,
        Witness::Coerce,
        Witness::Field,
        Witness::Construct,
        Witness::Constant,
        Witness::Bound,
        Witness::Implement,
    ],
    judge,
};

fn judge(_: &Delta<'_>) -> Vec<Found> {
    // The engine asks for this lint itself, where rows are equal but for the moved crates.
    Vec::new()
}

/// What to say of a row that differs only in these crates.
pub(crate) fn found(moved: &[MovedCrate]) -> Found {
    let words: Vec<String> = moved
        .iter()
        .map(|m| format!("`{}` {} became {}", m.old.package, range(&m.old), range(&m.new)))
        .collect();
    Found::new(format!("its types come from another dependency: {}", words.join(", ")))
}

fn range(origin: &Origin) -> String {
    match (&origin.version, &origin.range) {
        (Some(version), _) => version.to_string(),
        (None, Some(range)) => range.to_string(),
        (None, None) => "of unknown version".to_owned(),
    }
}

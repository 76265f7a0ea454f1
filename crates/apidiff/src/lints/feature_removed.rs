//! A feature is gone: cargo refuses to resolve a dependent that asks for it.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "feature_removed",
    about: "cargo refuses to resolve a dependent that asks for the feature",
    kinds: &[ItemKind::Feature],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Feature],
    witness: &[Witness::Manifest],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(old) = d.removed() else { return Vec::new() };
    let Facts::Feature(f) = &old.facts else { return Vec::new() };
    if f.implicit {
        // Cargo's SemVer reference calls it "possibly-breaking": nobody wrote the feature down.
        let detail = "the feature that stood for an optional dependency is gone";
        return vec![Found::new(detail).certainty(Certainty::Possible)];
    }
    vec![Found::new("the feature is gone")]
}

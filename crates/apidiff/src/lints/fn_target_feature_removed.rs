//! A function asks for fewer CPU features.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_target_feature_removed",
    about: "impls of a trait function may ask for more features than it allows",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let gone: Vec<&String> = fresh(&new.target_features, &old.target_features).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let found = Found::new(format!("no longer needs the target feature {}", quoted(gone)));
    if d.in_open_trait() {
        return vec![found.bump(Bump::Major).hurts(&[How::Implement])];
    }
    vec![found]
}

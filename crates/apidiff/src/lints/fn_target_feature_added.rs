//! A function asks for CPU features: safe code may no longer call it.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_target_feature_added",
    about: "a safe call needs `unsafe` or the same features",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let added: Vec<&String> = fresh(&old.target_features, &new.target_features).collect();
    if added.is_empty() {
        return Vec::new();
    }
    let found = Found::new(format!("now needs the target feature {}", quoted(added)));
    if new.signature.is_unsafe {
        return vec![found.certainty(Certainty::Policy).hurts(&[])];
    }
    vec![found]
}

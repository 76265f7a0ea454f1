//! A new inherent method hides a trait method of the same name that callers reached.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "inherent_item_shadows",
    about: "a call reaches the new inherent method instead of the trait method",
    kinds: &[ItemKind::Method],
    bump: Bump::Minor,
    certainty: Certainty::Possible,
    hurts: &[How::Call],
    witness: &[Witness::Infer],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(new) = d.added() else { return Vec::new() };
    let Facts::Function(f) = &new.facts else { return Vec::new() };
    let FunctionRole::Inherent { self_ty, .. } = &f.role else { return Vec::new() };
    match d.trait_method_before(self_ty, new.key.name()) {
        Some(before) if before.signature.params.len() != f.signature.params.len() => vec![
            Found::new(format!(
                "hides the trait method `{}`, which takes other arguments",
                new.key.name()
            ))
            .bump(Bump::Major),
        ],
        Some(_) | None => Vec::new(),
    }
}

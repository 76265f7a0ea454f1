//! A trait became `unsafe`, or stopped being so: impls must say the same.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_unsafe_changed",
    about: "impls must say `unsafe`, or must not",
    kinds: &[ItemKind::Trait],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Implement],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Trait(o), Facts::Trait(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    if o.is_unsafe == n.is_unsafe {
        return Vec::new();
    }
    let detail = if n.is_unsafe { "now `unsafe`" } else { "no longer `unsafe`" };
    if is_open_trait(old) {
        vec![Found::new(detail)]
    } else {
        vec![Found::harmless(detail, Bump::Patch)]
    }
}

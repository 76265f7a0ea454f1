//! A type no longer implements a trait.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "impl_removed",
    about: "code that needs the impl stops compiling",
    kinds: &[ItemKind::Impl],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Infer, How::Bound, How::Call, How::Path, How::Derive],
    witness: &[Witness::Satisfies],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(old) = d.removed() else { return Vec::new() };
    let Facts::Impl(i) = &old.facts else { return Vec::new() };
    let what = format!("`{}` no longer implements `{}`", Show(&i.self_ty), Show(&i.trait_));
    // Auto traits are judged at the type; what is gone with its trait or type is said there.
    if i.is_negative || crate::impls::is_auto_impl(&i.trait_) || d.is_gone_with_its_parts(i) {
        return vec![Found::harmless(what, Bump::Patch)];
    }
    if i.trait_.path == "core::ops::drop::Drop"
        || crate::world::name(&i.trait_.path) == "StructuralPartialEq"
    {
        return vec![Found::harmless(what, Bump::Patch)];
    }
    let mut hurts = vec![How::Infer, How::Bound, How::Call, How::Path];
    if i.is_blanket {
        hurts.push(How::Implement);
    }
    vec![Found::new(what).hurts(&hurts)]
}

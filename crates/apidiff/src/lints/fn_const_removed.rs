//! A function is no longer `const`.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_const_removed",
    about: "calls in constants stop compiling",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path],
    witness: &[Witness::Constant],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let (o, n) = (&old.signature, &new.signature);
    if o.is_const && !n.is_const { vec![Found::new("no longer `const`")] } else { Vec::new() }
}

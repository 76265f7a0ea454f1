//! A function is now `const`.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_const_added",
    about: "the function can be called in constants",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let (o, n) = (&old.signature, &new.signature);
    if !o.is_const && n.is_const { vec![Found::new("now `const`")] } else { Vec::new() }
}

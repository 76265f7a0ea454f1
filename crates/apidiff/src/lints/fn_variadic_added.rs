//! A function now takes variable arguments.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_variadic_added",
    about: "the function has another type as a value",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[How::Path],
    witness: &[Witness::Coerce],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let (o, n) = (&old.signature, &new.signature);
    if !o.c_variadic && n.c_variadic { vec![Found::new("now variadic")] } else { Vec::new() }
}

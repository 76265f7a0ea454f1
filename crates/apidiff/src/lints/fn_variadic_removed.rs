//! A function no longer takes variable arguments.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_variadic_removed",
    about: "calls with further arguments stop compiling",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path],
    witness: &[Witness::Call],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let (o, n) = (&old.signature, &new.signature);
    if o.c_variadic && !n.c_variadic { vec![Found::new("no longer variadic")] } else { Vec::new() }
}

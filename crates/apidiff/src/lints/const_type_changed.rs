//! A constant or static has another type.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "const_type_changed",
    about: "code that uses the value meets another type",
    kinds: &[ItemKind::Const, ItemKind::Static, ItemKind::AssocConst],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Path, How::Match, How::Implement],
    witness: &[Witness::Constant, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (o, n) = match (&old.facts, &new.facts) {
        (Facts::Const(o), Facts::Const(n)) => (&o.ty, &n.ty),
        (Facts::Static(o), Facts::Static(n)) => (&o.ty, &n.ty),
        (Facts::AssocConst(o), Facts::AssocConst(n)) => (&o.ty, &n.ty),
        _ => return Vec::new(),
    };
    if o == n {
        return Vec::new();
    }
    let mut hurts = vec![How::Path, How::Match];
    if d.in_open_trait() {
        hurts.push(How::Implement);
    }
    vec![Found::new(format!("`{}` became `{}`", Show(o), Show(n))).hurts(&hurts)]
}

//! The symbol of a function changed: foreign code no longer links.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_export_name_changed",
    about: "foreign code that links to the symbol",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let (o, n) = (&old.signature, &new.signature);
    if old.export_name != new.export_name && o.abi == n.abi {
        vec![Found::new("its exported symbol changed")]
    } else {
        Vec::new()
    }
}

//! A derive macro no longer takes a helper attribute.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "derive_helper_removed",
    about: "the helper attribute is unknown",
    kinds: &[ItemKind::DeriveMacro],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Derive],
    witness: &[Witness::Derive],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::ProcMacro(o), Facts::ProcMacro(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let gone: Vec<&String> = fresh(&n.helpers, &o.helpers).collect();
    if !gone.is_empty() {
        return vec![Found::new(format!("no longer takes the attribute {}", quoted(gone)))];
    }
    if o.helpers != n.helpers {
        return vec![Found::harmless("takes another helper attribute", Bump::Minor)];
    }
    Vec::new()
}

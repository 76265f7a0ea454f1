//! Reading a static needs `unsafe` now, or no longer.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "static_unsafe_changed",
    about: "reading the static needs `unsafe`",
    kinds: &[ItemKind::Static],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Path],
    witness: &[Witness::Constant],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (&old.facts, &new.facts) {
        (Facts::Static(o), Facts::Static(n)) if !o.is_unsafe && n.is_unsafe => {
            vec![Found::new("reading it needs `unsafe` now")]
        }
        (Facts::Static(o), Facts::Static(n)) if o.is_unsafe && !n.is_unsafe => {
            vec![Found::harmless("reading it no longer needs `unsafe`", Bump::Minor)]
        }
        _ => Vec::new(),
    }
}

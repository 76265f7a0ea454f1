//! A static became `mut`, or stopped being so.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "static_mut_changed",
    about: "reading needs `unsafe`, or writing is refused",
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
        (Facts::Static(o), Facts::Static(n)) if o.is_mutable != n.is_mutable => {
            let detail = if n.is_mutable { "now `static mut`" } else { "no longer `mut`" };
            vec![Found::new(detail)]
        }
        _ => Vec::new(),
    }
}

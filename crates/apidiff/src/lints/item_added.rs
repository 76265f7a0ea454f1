//! A new item: new API, no break by itself.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "item_added",
    about: "a new public item",
    kinds: NAMED,
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(new) = d.added() else { return Vec::new() };
    let bump = if new.marks.hidden { Bump::Patch } else { Bump::Minor };
    vec![Found::harmless(format!("new {}", new.facts.kind()), bump)]
}

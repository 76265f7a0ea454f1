//! A feature joined or left the default ones: what it gates is judged at the items.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "feature_default_changed",
    about: "what a feature gates is, or is not, there by default",
    kinds: &[ItemKind::Feature],
    bump: Bump::Minor,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[Witness::Manifest],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (&old.facts, &new.facts) {
        (Facts::Feature(o), Facts::Feature(n)) if o.default && !n.default => {
            vec![Found::new("no longer on by default").bump(Bump::Major)]
        }
        (Facts::Feature(o), Facts::Feature(n)) if !o.default && n.default => {
            vec![Found::new("now on by default")]
        }
        _ => Vec::new(),
    }
}

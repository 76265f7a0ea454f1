//! The package has another edition: what its macros expand to is read by other rules.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "edition_changed",
    about: "its macros expand under other rules",
    kinds: &[ItemKind::Package],
    bump: Bump::Patch,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both().map(|(old, new)| (&old.facts, &new.facts)) {
        Some((Facts::Package(o), Facts::Package(n))) if o.edition != n.edition => {
            let word = |e: &Option<String>| e.clone().unwrap_or_else(|| "2015".to_owned());
            vec![Found::new(format!("edition {} became {}", word(&o.edition), word(&n.edition)))]
        }
        _ => Vec::new(),
    }
}

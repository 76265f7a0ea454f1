//! The native library that the package claims changed.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "links_changed",
    about: "build scripts of dependents read `DEP_<links>_…`, and two claims on one library conflict",
    kinds: &[ItemKind::Package],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[Witness::Manifest],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    match d.both().map(|(old, new)| (&old.facts, &new.facts)) {
        Some((Facts::Package(o), Facts::Package(n))) if o.links != n.links => {
            let word = |l: &Option<String>| l.clone().unwrap_or_else(|| "nothing".to_owned());
            vec![Found::new(format!("`links` {} became {}", word(&o.links), word(&n.links)))]
        }
        _ => Vec::new(),
    }
}

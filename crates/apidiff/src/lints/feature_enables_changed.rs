//! A feature enables more or less than before.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "feature_enables_changed",
    about: "what the feature brings along changed",
    kinds: &[ItemKind::Feature],
    bump: Bump::Minor,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[Witness::Manifest],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Feature(o), Facts::Feature(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let gone: Vec<&String> = fresh(&n.enables, &o.enables).collect();
    if !gone.is_empty() {
        let own = gone.iter().any(|name| !name.starts_with("dep:") && !name.contains('/'));
        let bump = if own { Bump::Major } else { Bump::Minor };
        found.push(Found::new(format!("no longer enables {}", quoted(gone))).bump(bump));
    }
    let more: Vec<&String> = fresh(&o.enables, &n.enables).collect();
    if !more.is_empty() {
        found.push(Found::new(format!("now enables {}", quoted(more))));
    }
    if o.implicit != n.implicit {
        found.push(
            Found::new("whether it is the feature of an optional dependency changed")
                .bump(Bump::Patch),
        );
    }
    found
}

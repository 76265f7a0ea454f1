//! An exhaustive enum got another variant: a match over all of them is incomplete.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "enum_variant_added",
    about: "a match over all variants is incomplete",
    kinds: &[ItemKind::Enum],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Match],
    witness: &[Witness::Match],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Enum(o), Facts::Enum(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    // Whoever matches without a wildcard over hidden variants uses what was not promised.
    let was_open = old.marks.non_exhaustive || !o.hidden_variants.is_empty();
    let all: Vec<String> = o.variants.iter().chain(&o.hidden_variants).cloned().collect();
    let now =
        n.variants.iter().map(|v| (v, false)).chain(n.hidden_variants.iter().map(|v| (v, true)));
    now.filter(|(name, _)| !all.contains(name))
        .map(|(name, hidden)| {
            let words = if hidden { "hidden variant" } else { "variant" };
            let detail = format!("new {words} `{name}`");
            if was_open { Found::harmless(detail, Bump::Minor) } else { Found::new(detail) }
        })
        .collect()
}

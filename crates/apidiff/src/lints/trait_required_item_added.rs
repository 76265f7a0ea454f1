//! A trait that clients implement asks for another item.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_required_item_added",
    about: "every impl of the trait is incomplete",
    kinds: &[ItemKind::Trait],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Implement],
    witness: &[Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Trait(o), Facts::Trait(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    fresh(&o.required, &n.required)
        .filter(|name| !o.provided.contains(name))
        .map(|name| {
            let detail = format!("new required item `{name}`");
            if is_open_trait(old) {
                let is_type = d.is_assoc_type(new, name);
                let mut hurts = vec![How::Implement];
                if is_type && o.dyn_compatible {
                    hurts.push(How::Type);
                }
                Found::new(detail).hurts(&hurts)
            } else {
                Found::harmless(detail, Bump::Minor)
            }
        })
        .collect()
}

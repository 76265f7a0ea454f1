//! An item of a trait got a default.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_item_default_added",
    about: "impls may leave the item out now",
    kinds: &[
        ItemKind::Trait,
        ItemKind::Function,
        ItemKind::Method,
        ItemKind::AssocFunction,
        ItemKind::AssocConst,
        ItemKind::AssocType,
    ],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let detail = match (&old.facts, &new.facts) {
        (Facts::Trait(o), Facts::Trait(n)) => {
            let names: Vec<&String> =
                o.required.iter().filter(|name| n.provided.contains(name)).collect();
            if names.is_empty() {
                return Vec::new();
            }
            format!("{} got a default", quoted(names))
        }
        (Facts::Function(o), Facts::Function(n)) if o.role != n.role => match (&o.role, &n.role) {
            (FunctionRole::Trait { .. }, FunctionRole::Trait { provided: true }) => {
                "it got a default".to_owned()
            }
            (FunctionRole::Trait { .. }, FunctionRole::Trait { provided: false }) => {
                return vec![Found::harmless("judged at its trait: no default", Bump::Patch)];
            }
            (_, _) => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    vec![Found::new(detail)]
}

//! A type is no longer `Send`, `Sync`, `Unpin` or unwind safe, or only sometimes.

use super::prelude::*;
use ripe_model::AutoTrait;

pub(crate) static LINT: Lint = Lint {
    id: "auto_trait_lost",
    about: "code that needs the auto trait, like a thread, stops compiling",
    kinds: &[ItemKind::Struct, ItemKind::Union, ItemKind::Enum],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Infer, How::Bound],
    witness: &[Witness::Satisfies],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let arity = |row: &Row| generics_of(&row.facts).map(|g| g.params.len());
    let same_arity = arity(old) == arity(new);
    d.auto_traits()
        .filter_map(|(name, was, is)| {
            let detail = match (was, is) {
                (AutoTrait::When(_), AutoTrait::Never) => format!("no longer `{name}`"),
                (AutoTrait::When(o), AutoTrait::When(n)) => {
                    let lost = d.new_conditions(o, n);
                    // A condition on a parameter that is new says nothing of old uses.
                    if lost.is_empty() || !same_arity {
                        return None;
                    }
                    format!("`{name}` only where `{}`", lost.join("`, `"))
                }
                (AutoTrait::Never, _) => return None,
            };
            let found = Found::new(detail);
            // `Freeze` only matters where a constant is borrowed for `'static`.
            if name == "Freeze" {
                return Some(found.certainty(Certainty::Policy).hurts(&[]));
            }
            Some(found)
        })
        .collect()
}

//! A type is `Send`, `Sync`, `Unpin` or unwind safe in more cases.

use super::prelude::*;
use ripe_model::AutoTrait;

pub(crate) static LINT: Lint = Lint {
    id: "auto_trait_gained",
    about: "the type has an auto trait that it lacked",
    kinds: &[ItemKind::Struct, ItemKind::Union, ItemKind::Enum],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    d.auto_traits()
        .filter_map(|(name, was, is)| match (was, is) {
            (AutoTrait::Never, AutoTrait::When(_)) => Some(Found::new(format!("now `{name}`"))),
            (AutoTrait::When(o), AutoTrait::When(n))
                if o != n && d.new_conditions(o, n).is_empty() =>
            {
                Some(Found::new(format!("`{name}` in more cases")))
            }
            (_, _) => None,
        })
        .collect()
}

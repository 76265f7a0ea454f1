//! A trait got an item with a default: method calls on types that have a method of that name may become ambiguous.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "trait_provided_item_added",
    about: "where the trait is implemented for foreign types, a method call may become ambiguous",
    kinds: &[ItemKind::Trait],
    bump: Bump::Minor,
    certainty: Certainty::Possible,
    hurts: &[],
    witness: &[Witness::Infer],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Trait(o), Facts::Trait(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    let foreign = d.is_extension_trait(new);
    fresh(&o.provided, &n.provided)
        .chain(if is_open_trait(old) && !foreign { [].iter() } else { n.required.iter() })
        .filter(|name| !o.required.contains(name) && !o.provided.contains(name))
        .map(|name| {
            if foreign {
                Found::new(format!(
                    "new item `{name}` of a trait that foreign types have: `x.{name}()` may be ambiguous"
                ))
                .bump(Bump::Major)
                .hurts(&[How::Call])
                .member(name)
            } else {
                Found::harmless(format!("new item `{name}`"), Bump::Minor)
                    .certainty(Certainty::Definite)
            }
        })
        .collect()
}

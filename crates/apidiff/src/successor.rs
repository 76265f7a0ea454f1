//! What to use instead of an item that is gone.

use std::collections::BTreeMap;

use ripe_model::{Facts, ItemKind, Marks, Row};

use crate::surface::split;

/// The additions, indexed by where a successor would stand.
pub(crate) struct Successors<'m> {
    by_owner: BTreeMap<(&'m str, ItemKind), Vec<&'m Row>>,
    by_name: BTreeMap<(&'m str, ItemKind), Vec<&'m Row>>,
}

impl<'m> Successors<'m> {
    pub(crate) fn new(added: &[&'m Row]) -> Self {
        let mut by_owner: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in added {
            let kind = row.facts.kind();
            if let Some((owner, name)) = split(&row.key.path) {
                by_owner.entry((owner, kind)).or_default().push(*row);
                by_name.entry((name, kind)).or_default().push(*row);
            }
        }
        Successors { by_owner, by_name }
    }

    /// What to write instead: what the deprecation note named, the one new item of the same shape
    /// in the same place, or the one of the same name elsewhere.
    pub(crate) fn find(&self, old: &Row) -> Option<String> {
        if let Some(name) = named_in_note(&old.marks) {
            return Some(format!("use `{name}`, as the deprecation note said"));
        }
        let kind = old.facts.kind();
        let (owner, name) = split(&old.key.path)?;
        let same_shape = |row: &&&Row| row.facts == old.facts && says_something(&old.facts);
        let siblings = self.by_owner.get(&(owner, kind)).map_or(&[] as &[&Row], Vec::as_slice);
        let mut alike = siblings.iter().filter(same_shape);
        if let (Some(row), None) = (alike.next(), alike.next()) {
            return Some(format!("it looks renamed to `{}`", row.key.path));
        }
        match self.by_name.get(&(name, kind)).map(Vec::as_slice) {
            Some([row]) => Some(format!("it looks moved to `{}`", row.key.path)),
            _ => None,
        }
    }
}

/// Whether equal facts are evidence: a unit-returning function without parameters is equal to many.
fn says_something(facts: &Facts) -> bool {
    match facts {
        Facts::Module | Facts::Reexport(_) | Facts::ExternType | Facts::Package(_) => false,
        Facts::Function(f) => {
            f.signature.params.len() > 1 || f.signature.output != ripe_model::Ty::unit()
        }
        Facts::Struct(s) => !s.fields.is_empty(),
        Facts::Enum(e) => !e.variants.is_empty(),
        Facts::Trait(t) => !t.required.is_empty() || !t.provided.is_empty(),
        Facts::Variant(_) | Facts::Feature(_) | Facts::Impl(_) => false,
        _ => true,
    }
}

/// The name in backticks of a deprecation note that says to use it.
fn named_in_note(marks: &Marks) -> Option<&str> {
    let note = marks.deprecated.as_deref()?;
    let lower = note.to_lowercase();
    let speaks = ["use ", "replaced", "renamed", "favor of", "favour of", "instead"];
    if !speaks.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let (_, rest) = note.split_once('`')?;
    let (name, _) = rest.split_once('`')?;
    let is_path =
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_:<>()!".contains(c));
    is_path.then_some(name)
}

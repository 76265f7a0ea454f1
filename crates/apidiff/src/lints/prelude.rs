//! What every rule file uses.

pub(super) use ripe_model::{
    Binding, Bound, Bump, Certainty, Facts, FunctionRole, Generics, How, ItemKind, Param,
    ParamKind, Receiver, Row, Shape, Ty,
};

pub(super) use crate::delta::{Delta, is_open_trait};
pub(super) use crate::function::FnEvent;
pub(super) use crate::lint::{EVERY_USE, Found, Lint, Witness};
pub(super) use crate::render::Show;

/// The items that a path names.
pub(super) const NAMED: &[ItemKind] = &[
    ItemKind::Module,
    ItemKind::Struct,
    ItemKind::Union,
    ItemKind::Enum,
    ItemKind::Variant,
    ItemKind::Field,
    ItemKind::Function,
    ItemKind::Method,
    ItemKind::AssocFunction,
    ItemKind::Trait,
    ItemKind::TraitAlias,
    ItemKind::TypeAlias,
    ItemKind::AssocType,
    ItemKind::AssocConst,
    ItemKind::Const,
    ItemKind::Static,
    ItemKind::ExternType,
    ItemKind::Macro,
    ItemKind::ProcMacro,
    ItemKind::AttributeMacro,
    ItemKind::DeriveMacro,
    ItemKind::Reexport,
];

/// The items that carry generics of their own and are no functions.
pub(super) const GENERIC: &[ItemKind] = &[
    ItemKind::Struct,
    ItemKind::Union,
    ItemKind::Enum,
    ItemKind::Trait,
    ItemKind::TraitAlias,
    ItemKind::TypeAlias,
    ItemKind::AssocType,
];

/// One finding per event of a changed function that the rule is about, hurting its callers, and its
/// implementors where an impl of the old trait no longer fits.
pub(super) fn on_events(d: &Delta<'_>, detail: impl Fn(&FnEvent) -> Option<String>) -> Vec<Found> {
    let Some(change) = d.fn_change() else { return Vec::new() };
    change
        .callers
        .iter()
        .filter_map(|event| {
            let mut hurts = vec![How::Call, How::Path];
            if change.implementors_break && d.in_open_trait() {
                hurts.push(How::Implement);
            }
            Some(Found::new(detail(event)?).hurts(&hurts))
        })
        .collect()
}

/// The generics of a type, trait or alias.
pub(crate) fn generics_of(facts: &Facts) -> Option<&Generics> {
    match facts {
        Facts::Struct(f) => Some(&f.generics),
        Facts::Union(f) => Some(&f.generics),
        Facts::Enum(f) => Some(&f.generics),
        Facts::Trait(f) => Some(&f.generics),
        Facts::TraitAlias(g, _) => Some(g),
        Facts::TypeAlias(f) => Some(&f.generics),
        Facts::AssocType(f) => Some(&f.generics),
        _ => None,
    }
}

/// Whether clients of the old version could build a value by literal.
pub(super) fn constructible(row: &Row) -> bool {
    match &row.facts {
        Facts::Struct(s) => !s.has_private_fields && !row.marks.non_exhaustive,
        Facts::Variant(_) => !row.marks.non_exhaustive,
        _ => false,
    }
}

/// What stands in `new` and not in `old`.
pub(super) fn fresh<'a>(old: &'a [String], new: &'a [String]) -> impl Iterator<Item = &'a String> {
    new.iter().filter(move |name| !old.contains(name))
}

/// A list of names for a detail.
pub(super) fn quoted<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

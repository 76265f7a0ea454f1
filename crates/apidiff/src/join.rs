//! Pairs old rows with new ones through the paths that clients write.

use std::collections::{BTreeMap, HashMap};

use ripe_model::{
    Alias, AliasFacts, AliasTarget, ApiModel, Facts, FunctionRole, Generics, ItemKey, ItemKind,
    Marks, Namespace, Row, Source, Ty,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::impls::{self, Cover};
use crate::retell::Retelling;
use crate::surface::{Surface, behind_alias, split, without_args};
use crate::world::World;

/// The pairing of two models.
#[derive(Default)]
pub(crate) struct Joined<'m> {
    /// Old rows with their new partners.
    pub(crate) pairs: Vec<(&'m Row, &'m Row)>,
    /// Old rows without a partner.
    pub(crate) removed: Vec<&'m Row>,
    /// New rows without a partner.
    pub(crate) added: Vec<&'m Row>,
    /// Old canonical paths of types, traits and modules whose new canonical path differs.
    pub(crate) renames: HashMap<String, String>,
    /// Old paths, canonical or aliases, that lead nowhere although the item is still there.
    pub(crate) lost_paths: Vec<(ItemKey, &'m Row, &'m Row)>,
}

/// The model with every foreign alias as a row of its own, so that one join sees everything.
pub(crate) fn with_reexport_rows(model: &ApiModel) -> ApiModel {
    let mut rows = Vec::new();
    let mut aliases = Vec::new();
    for alias in &model.aliases {
        let path = match &alias.target {
            AliasTarget::Local(_) => {
                aliases.push(alias.clone());
                continue;
            }
            AliasTarget::Foreign { .. } => alias.path.clone(),
            AliasTarget::ForeignGlob { path, .. } => {
                format!("{}::*{}", alias.path, path.replace("::", "."))
            }
        };
        let mut row = reexport(alias, path, inherits_hidden(model, &alias.path));
        if let Some(facts) = alias_of_c_type(model, &alias.target) {
            row.facts = facts;
        }
        rows.push(row);
    }
    ApiModel {
        package: model.package.clone(),
        unit: model.unit.clone(),
        crates: model.crates.clone(),
        rows: model.rows.and(rows),
        aliases,
        definitions: model.definitions.clone(),
        gaps: model.gaps.clone(),
    }
}

/// What a re-exported alias of the sysroot for a C type says: the same as an alias of one's own.
fn alias_of_c_type(model: &ApiModel, target: &AliasTarget) -> Option<Facts> {
    let AliasTarget::Foreign { krate, path, .. } = target else { return None };
    if model.origin(*krate).source != Source::Sysroot {
        return None;
    }
    let name = ripe_model::c_type(path, &model.unit.target)?;
    let ty = Ty::Primitive(name.to_owned());
    Some(Facts::TypeAlias(AliasFacts { generics: Generics::default(), ty }))
}

/// Whether a module or type at or above a path is hidden.
pub(crate) fn inherits_hidden(model: &ApiModel, path: &str) -> bool {
    let mut at = Some(path);
    while let Some(owner) = at {
        if model.rows.get(owner, Namespace::Type).is_some_and(|row| row.marks.hidden) {
            return true;
        }
        at = split(owner).map(|(above, _)| above);
    }
    false
}

fn reexport(alias: &Alias, path: String, hidden: bool) -> Row {
    Row {
        key: ItemKey::new(path, alias.ns),
        facts: Facts::Reexport(alias.target.clone()),
        marks: Marks { hidden: alias.hidden || hidden, ..Marks::default() },
        span: alias.span.clone(),
    }
}

/// Joins all rows but the impls.
pub(crate) fn join<'m>(old: &Surface<'m>, new: &Surface<'m>) -> Joined<'m> {
    let mut joined = Joined::default();
    let mut taken: FxHashSet<*const Row> = FxHashSet::default();
    let mut missing = Vec::new();
    let type_aliases = type_aliases(old);
    let mut rest = new.model.rows.iter().peekable();
    for row in &old.model.rows {
        // Both sides are sorted, so a row under its own path is found by going along.
        while rest.next_if(|new| new.key < row.key).is_some() {}
        if row.key.ns == Namespace::Impl {
            continue;
        }
        let same = rest.next_if(|new| new.key == row.key);
        let found = same
            .or_else(|| partner(old, new, row, &joined.renames))
            .or_else(|| under_type_alias(new, row, &type_aliases));
        match found {
            Some(partner) => pair(&mut joined, &mut taken, row, partner),
            None => missing.push(row),
        }
    }
    move_by_name(new, &mut joined, &mut taken, missing);
    for row in &new.model.rows {
        // An alias at a path that led to the type before is nothing new.
        let was_there = || {
            matches!(row.facts, Facts::TypeAlias(_)) && old.row(&row.key.path, row.key.ns).is_some()
        };
        if row.key.ns != Namespace::Impl
            && !taken.contains(&std::ptr::from_ref(row))
            && !was_there()
        {
            joined.added.push(row);
        }
    }
    lost_aliases(old, new, &mut joined);
    joined
}

fn pair<'m>(
    joined: &mut Joined<'m>,
    taken: &mut FxHashSet<*const Row>,
    old: &'m Row,
    new: &'m Row,
) {
    if let (Facts::Struct(_) | Facts::Union(_) | Facts::Enum(_), Some(behind)) =
        (&old.facts, behind_alias(new))
    {
        // chrono 0.4.32 renamed `Duration` and left an alias: the same type.
        joined.renames.insert(old.key.path.clone(), behind);
    } else if old.key.path != new.key.path && old.key.ns == Namespace::Type {
        joined.renames.insert(old.key.path.clone(), new.key.path.clone());
    }
    taken.insert(std::ptr::from_ref(new));
    joined.pairs.push((old, new));
}

/// The new row of an old one: under its own path, under its owner's new path, or under one of its
/// other old paths.
fn partner<'m>(
    old: &Surface<'m>,
    new: &Surface<'m>,
    row: &Row,
    renames: &HashMap<String, String>,
) -> Option<&'m Row> {
    if let Some(found) = new.row(&row.key.path, row.key.ns) {
        return Some(found);
    }
    if let Some((owner, name)) = split(&row.key.path) {
        let plain = without_args(owner);
        if let Some(to) = renames.get(plain) {
            let moved = format!("{to}{}::{name}", &owner[plain.len()..]);
            if let Some(found) = new.row(&moved, row.key.ns) {
                return Some(found);
            }
        }
        if plain != owner {
            let to = renames.get(plain).map_or(plain, String::as_str);
            if let Some(found) = new.row(&format!("{to}::{name}"), row.key.ns) {
                return Some(found);
            }
        }
    }
    old.other_paths(&row.key).iter().find_map(|path| new.row(path, row.key.ns))
}

/// The type aliases that pass their parameters through, by the path of the type behind them.
fn type_aliases<'m>(old: &Surface<'m>) -> HashMap<String, Vec<&'m Row>> {
    let mut found: HashMap<String, Vec<&Row>> = HashMap::new();
    for row in &old.model.rows {
        if let Some(behind) = behind_alias(row) {
            found.entry(behind).or_default().push(row);
        }
    }
    found
}

/// The new row of a type that took the name of an alias of it: clap 3 has `App` and
/// `type Command = App`, clap 4 has `Command`.
fn under_type_alias<'m>(
    new: &Surface<'m>,
    row: &Row,
    type_aliases: &HashMap<String, Vec<&'m Row>>,
) -> Option<&'m Row> {
    let aliases = type_aliases.get(&row.key.path).filter(|_| row.key.ns == Namespace::Type)?;
    aliases
        .iter()
        .filter_map(|alias| new.row(&alias.key.path, alias.key.ns))
        .find(|found| found.facts.kind() == row.facts.kind())
}

/// Items that are gone under every path, while one new item of the same kind and name appeared:
/// the same item elsewhere. Its members move with it, and its paths are lost.
fn move_by_name<'m>(
    new: &Surface<'m>,
    joined: &mut Joined<'m>,
    taken: &mut FxHashSet<*const Row>,
    missing: Vec<&'m Row>,
) {
    let mut arrivals: BTreeMap<(&str, ItemKind), Vec<&'m Row>> = BTreeMap::new();
    for row in &new.model.rows {
        if moves(row) && !taken.contains(&std::ptr::from_ref(row)) {
            arrivals.entry((row.key.name(), row.facts.kind())).or_default().push(row);
        }
    }
    let mut departures: HashMap<(&str, ItemKind), usize> = HashMap::new();
    for row in missing.iter().filter(|row| moves(row)) {
        *departures.entry((row.key.name(), row.facts.kind())).or_default() += 1;
    }
    for row in missing {
        let key = (row.key.name(), row.facts.kind());
        let arrived = arrivals.get(&key).map(Vec::as_slice);
        if let (true, Some(1), Some(&[arrived])) = (moves(row), departures.get(&key), arrived) {
            joined.lost_paths.push((row.key.clone(), row, arrived));
            pair(joined, taken, row, arrived);
            continue;
        }
        let moved = split(&row.key.path).and_then(|(owner, name)| {
            let plain = without_args(owner);
            let to = joined.renames.get(plain)?;
            new.row(&format!("{to}{}::{name}", &owner[plain.len()..]), row.key.ns)
        });
        match moved {
            Some(partner) => pair(joined, taken, row, partner),
            None => joined.removed.push(row),
        }
    }
}

fn moves(row: &Row) -> bool {
    matches!(row.facts, Facts::Struct(_) | Facts::Union(_) | Facts::Enum(_) | Facts::Trait(_))
}

/// Pairs functions that belong to a type with particular arguments on one side: `S::new` became one
/// of `S<T, Global>`, or what the argument was called is another name. Of a type whose parameters
/// are others now, the only function of the name is it.
pub(crate) fn pair_members(joined: &mut Joined<'_>, retelling: &Retelling) {
    let mut arrivals: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for &row in joined.added.iter().filter(|row| inherent_self(row).is_some()) {
        if let Some((owner, name)) = split(&row.key.path) {
            arrivals.entry((without_args(owner), name)).or_default().push(row);
        }
    }
    let mut pairs = Vec::new();
    joined.removed.retain(|&row| {
        let Some((this, (owner, name))) = inherent_self(row).zip(split(&row.key.path)) else {
            return true;
        };
        let owner = without_args(owner);
        let told = joined.renames.get(owner).map_or(owner, String::as_str);
        let Some(candidates) = arrivals.get_mut(&(told, name)) else { return true };
        let this = retelling.ty(this);
        let serves = |row: &&Row| inherent_self(row).is_some_and(|ty| impls::serves(ty, &this));
        let only = || (candidates.len() == 1 && retelling.is_reshaped(owner)).then_some(0);
        let Some(at) = candidates.iter().position(serves).or_else(only) else { return true };
        pairs.push((row, candidates.remove(at)));
        false
    });
    let found: FxHashSet<*const Row> =
        pairs.iter().map(|&(_, new)| std::ptr::from_ref(new)).collect();
    joined.added.retain(|&row| !found.contains(&std::ptr::from_ref(row)));
    joined.pairs.extend(pairs);
}

/// The type of the inherent impl in which a function stands.
fn inherent_self(row: &Row) -> Option<&Ty> {
    match &row.facts {
        Facts::Function(f) => match &f.role {
            FunctionRole::Inherent { self_ty, .. } => Some(self_ty),
            FunctionRole::Free | FunctionRole::Trait { .. } => None,
        },
        _ => None,
    }
}

/// Old paths of items that are still there, where the path is not.
fn lost_aliases<'m>(old: &Surface<'m>, new: &Surface<'m>, joined: &mut Joined<'m>) {
    let partner: FxHashMap<*const Row, &'m Row> =
        joined.pairs.iter().map(|&(o, n)| (std::ptr::from_ref(o), n)).collect();
    let mut lost = Vec::new();
    let moved: FxHashSet<ItemKey> = joined.lost_paths.iter().map(|(key, ..)| key.clone()).collect();
    for &(row, arrived) in &joined.pairs {
        if row.key.path != arrived.key.path
            && new.row(&row.key.path, row.key.ns).is_none()
            && is_item(row)
            && !moved.contains(&row.key)
        {
            lost.push((row.key.clone(), row, arrived));
        }
    }
    for alias in &old.model.aliases {
        let AliasTarget::Local(canonical) = &alias.target else { continue };
        if let Some(row) = old.model.rows.get(canonical, alias.ns)
            && let Some(&arrived) = partner.get(&std::ptr::from_ref(row))
            && new.row(&alias.path, alias.ns).is_none()
        {
            lost.push((ItemKey::new(alias.path.clone(), alias.ns), row, arrived));
        }
    }
    joined.lost_paths.extend(lost);
    joined.lost_paths.sort_by(|a, b| a.0.cmp(&b.0));
    joined.lost_paths.dedup_by(|a, b| a.0 == b.0);
}

/// Whether a row is an item with a path of its own, not a member.
fn is_item(row: &Row) -> bool {
    match &row.facts {
        Facts::Variant(_) | Facts::Field(_) | Facts::AssocType(_) | Facts::AssocConst(_) => false,
        Facts::Function(f) => matches!(f.role, FunctionRole::Free),
        _ => true,
    }
}

/// The pairing of the impls.
#[derive(Default)]
pub(crate) struct JoinedImpls<'m> {
    /// Old impls and the new ones that take over fully.
    pub(crate) pairs: Vec<(&'m Row, &'m Row)>,
    /// Old impls that are covered in some cases only, with the new conditions.
    pub(crate) narrowed: Vec<(&'m Row, &'m Row, Vec<String>)>,
    /// Old impls that nothing covers.
    pub(crate) removed: Vec<&'m Row>,
    /// New impls that no old one covers.
    pub(crate) added: Vec<&'m Row>,
}

/// Joins the impls by what they cover, not by their text. `told` is the old row in new terms.
pub(crate) fn join_impls<'m>(old: &[(&'m Row, &Row)], new_world: &World<'m>) -> JoinedImpls<'m> {
    let mut joined = JoinedImpls::default();
    let mut taken: FxHashSet<*const Row> = FxHashSet::default();
    for &(row, told) in old {
        let Facts::Impl(facts) = &told.facts else { continue };
        let same_key = new_world.model.rows.get(&row.key.path, Namespace::Impl);
        if let Some(same) = same_key
            && same.facts == told.facts
        {
            taken.insert(std::ptr::from_ref(same));
            joined.pairs.push((row, same));
            continue;
        }
        match impls::cover(new_world, facts) {
            Cover::Full(partner) => {
                taken.insert(std::ptr::from_ref(partner));
                joined.pairs.push((row, partner));
            }
            Cover::Partial(partner, lost) => {
                taken.insert(std::ptr::from_ref(partner));
                joined.narrowed.push((row, partner, lost));
            }
            Cover::None => joined.removed.push(row),
        }
    }
    for row in &new_world.model.rows {
        if row.key.ns == Namespace::Impl && !taken.contains(&std::ptr::from_ref(row)) {
            joined.added.push(row);
        }
    }
    joined
}

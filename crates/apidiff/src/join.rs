//! Pairs old rows with new ones through the paths that clients write.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use ripe_model::{
    Alias, AliasFacts, AliasTarget, ApiModel, Facts, FunctionRole, Generics, ItemKey, ItemKind,
    Marks, Namespace, Row, Rows, Source, Ty,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::impls::{self, Cover};
use crate::retell::Retelling;
use crate::surface::{Surface, behind_alias, split, without_args};
use crate::world::{World, name};

/// The pairing of two models.
#[derive(Default)]
pub(crate) struct Joined<'m> {
    /// The positions of rows under one key, of which it is known without a look that they say the
    /// same, as long as the crates and items that they name are the same.
    pub(crate) same: Vec<(usize, usize)>,
    /// The same of impls.
    pub(crate) same_impls: Vec<(usize, usize)>,
    /// Other old rows with their new partners.
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
        let rows = &model.rows;
        if rows.find(owner, Namespace::Type).is_some_and(|at| rows.is_hidden(at)) {
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

/// The positions of the rows that stand under one key in both.
pub(crate) fn same_keys(old: &Rows, new: &Rows) -> impl Iterator<Item = (usize, usize)> {
    let mut there = 0;
    // Both sides are sorted, so a row under its own path is found by going along.
    (0..old.len()).filter_map(move |at| {
        let key = old.key(at);
        while there < new.len() {
            match new.key(there).cmp(&key) {
                Ordering::Less => there += 1,
                Ordering::Equal => return Some((at, there)),
                Ordering::Greater => return None,
            }
        }
        None
    })
}

/// A join under way, by positions.
struct Pairing<'s, 'm> {
    old: &'s Surface<'m>,
    new: &'s Surface<'m>,
    joined: Joined<'m>,
    /// The partner of each old row.
    partners: Vec<Option<usize>>,
    /// Whether each new row has a partner.
    taken: Vec<bool>,
}

/// Joins all rows, of the impls only those that are the same.
pub(crate) fn join<'m>(old: &Surface<'m>, new: &Surface<'m>) -> Joined<'m> {
    let (rows, new_rows) = (&old.model.rows, &new.model.rows);
    let mut pairing = Pairing {
        old,
        new,
        joined: Joined::default(),
        partners: vec![None; rows.len()],
        taken: vec![false; new_rows.len()],
    };
    let mut missing = Vec::new();
    let type_aliases = type_aliases(old);
    let mut same_keys = same_keys(rows, new_rows).peekable();
    for at in 0..rows.len() {
        let same = same_keys.next_if(|(old, _)| *old == at).map(|(_, there)| there);
        let is_impl = rows.ns(at) == Namespace::Impl;
        match same {
            Some(there) if rows.is_same(at, new_rows, there) => {
                if is_impl {
                    pairing.joined.same_impls.push((at, there));
                } else {
                    pairing.take(at, there);
                    pairing.joined.same.push((at, there));
                }
            }
            Some(_) | None if is_impl => {}
            Some(there) => pairing.pair(at, there),
            None => {
                let row = rows.row(at);
                let found = partner(old, new, row, &pairing.joined.renames)
                    .or_else(|| under_type_alias(new, row, &type_aliases));
                match found {
                    Some(there) => pairing.pair(at, there),
                    None => missing.push(at),
                }
            }
        }
    }
    pairing.move_by_name(missing);
    for (at, taken) in pairing.taken.iter().enumerate() {
        // An alias at a path that led to the type before is nothing new.
        let was_there = || {
            let (path, ns) = new_rows.key(at);
            new_rows.kind(at) == ItemKind::TypeAlias && old.find(path, ns).is_some()
        };
        if !taken && new_rows.ns(at) != Namespace::Impl && !was_there() {
            pairing.joined.added.push(new_rows.row(at));
        }
    }
    pairing.lost_aliases();
    pairing.joined
}

impl Pairing<'_, '_> {
    fn take(&mut self, at: usize, there: usize) {
        self.taken[there] = true;
        self.partners[at] = Some(there);
    }

    fn pair(&mut self, at: usize, there: usize) {
        let (old, new) = (self.old.model.rows.row(at), self.new.model.rows.row(there));
        let joined = &mut self.joined;
        if let (Facts::Struct(_) | Facts::Union(_) | Facts::Enum(_), Some(behind)) =
            (&old.facts, behind_alias(new))
        {
            // chrono 0.4.32 renamed `Duration` and left an alias: the same type.
            joined.renames.insert(old.key.path.clone(), behind);
        } else if old.key.path != new.key.path && old.key.ns == Namespace::Type {
            joined.renames.insert(old.key.path.clone(), new.key.path.clone());
        }
        joined.pairs.push((old, new));
        self.take(at, there);
    }

    /// Items that are gone under every path, while one new item of the same kind and name appeared:
    /// the same item elsewhere. Its members move with it, and its paths are lost.
    fn move_by_name(&mut self, missing: Vec<usize>) {
        let (rows, new_rows) = (&self.old.model.rows, &self.new.model.rows);
        let mut arrivals: BTreeMap<(&str, ItemKind), Vec<usize>> = BTreeMap::new();
        for (at, taken) in self.taken.iter().enumerate() {
            if !taken && moves(new_rows.kind(at)) {
                let key = (name(new_rows.key(at).0), new_rows.kind(at));
                arrivals.entry(key).or_default().push(at);
            }
        }
        let mut departures: FxHashMap<(&str, ItemKind), usize> = FxHashMap::default();
        for at in missing.iter().filter(|at| moves(rows.kind(**at))) {
            *departures.entry((name(rows.key(*at).0), rows.kind(*at))).or_default() += 1;
        }
        for at in missing {
            let row = rows.row(at);
            let key = (name(&row.key.path), rows.kind(at));
            let arrived = arrivals.get(&key).map(Vec::as_slice);
            if let (true, Some(1), Some(&[arrived])) = (moves(key.1), departures.get(&key), arrived)
            {
                self.joined.lost_paths.push((row.key.clone(), row, new_rows.row(arrived)));
                self.pair(at, arrived);
                continue;
            }
            let moved = split(&row.key.path).and_then(|(owner, name)| {
                let plain = without_args(owner);
                let to = self.joined.renames.get(plain)?;
                self.new.find(&format!("{to}{}::{name}", &owner[plain.len()..]), row.key.ns)
            });
            match moved {
                Some(partner) => self.pair(at, partner),
                None => self.joined.removed.push(row),
            }
        }
    }

    /// Old paths of items that are still there, where the path is not.
    fn lost_aliases(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut lost = Vec::new();
        let joined = &mut self.joined;
        let moved: FxHashSet<ItemKey> =
            joined.lost_paths.iter().map(|(key, ..)| key.clone()).collect();
        for &(row, arrived) in &joined.pairs {
            if row.key.path != arrived.key.path
                && new.find(&row.key.path, row.key.ns).is_none()
                && is_item(row)
                && !moved.contains(&row.key)
            {
                lost.push((row.key.clone(), row, arrived));
            }
        }
        for alias in &old.model.aliases {
            let AliasTarget::Local(canonical) = &alias.target else { continue };
            if let Some(at) = old.model.rows.find(canonical, alias.ns)
                && let Some(arrived) = self.partners[at]
                && new.find(&alias.path, alias.ns).is_none()
            {
                let (row, arrived) = (old.model.rows.row(at), new.model.rows.row(arrived));
                lost.push((ItemKey::new(alias.path.clone(), alias.ns), row, arrived));
            }
        }
        joined.lost_paths.extend(lost);
        joined.lost_paths.sort_by(|a, b| a.0.cmp(&b.0));
        joined.lost_paths.dedup_by(|a, b| a.0 == b.0);
    }
}

/// The new row of an old one: under its own path, under its owner's new path, or under one of its
/// other old paths.
fn partner(
    old: &Surface<'_>,
    new: &Surface<'_>,
    row: &Row,
    renames: &HashMap<String, String>,
) -> Option<usize> {
    if let Some(found) = new.find(&row.key.path, row.key.ns) {
        return Some(found);
    }
    if let Some((owner, name)) = split(&row.key.path) {
        let plain = without_args(owner);
        if let Some(to) = renames.get(plain) {
            let moved = format!("{to}{}::{name}", &owner[plain.len()..]);
            if let Some(found) = new.find(&moved, row.key.ns) {
                return Some(found);
            }
        }
        if plain != owner {
            let to = renames.get(plain).map_or(plain, String::as_str);
            if let Some(found) = new.find(&format!("{to}::{name}"), row.key.ns) {
                return Some(found);
            }
        }
    }
    old.other_paths(&row.key).iter().find_map(|path| new.find(path, row.key.ns))
}

/// The type aliases that pass their parameters through, by the path of the type behind them.
fn type_aliases<'m>(old: &Surface<'m>) -> HashMap<String, Vec<&'m Row>> {
    let mut found: HashMap<String, Vec<&Row>> = HashMap::new();
    let rows = &old.model.rows;
    for at in (0..rows.len()).filter(|at| rows.kind(*at) == ItemKind::TypeAlias) {
        let row = rows.row(at);
        if let Some(behind) = behind_alias(row) {
            found.entry(behind).or_default().push(row);
        }
    }
    found
}

/// The new row of a type that took the name of an alias of it: clap 3 has `App` and
/// `type Command = App`, clap 4 has `Command`.
fn under_type_alias(
    new: &Surface<'_>,
    row: &Row,
    type_aliases: &HashMap<String, Vec<&Row>>,
) -> Option<usize> {
    let aliases = type_aliases.get(&row.key.path).filter(|_| row.key.ns == Namespace::Type)?;
    aliases
        .iter()
        .filter_map(|alias| new.find(&alias.key.path, alias.key.ns))
        .find(|at| new.model.rows.kind(*at) == row.facts.kind())
}

fn moves(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Struct | ItemKind::Union | ItemKind::Enum | ItemKind::Trait)
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

/// Joins the impls by what they cover, not by their text. `told` is the old row in new terms;
/// `taken` are the positions of new impls that have a partner already.
pub(crate) fn join_impls<'m>(
    old: &[(&'m Row, &Row)],
    new_world: &World<'m>,
    taken: impl Iterator<Item = usize>,
) -> JoinedImpls<'m> {
    let mut joined = JoinedImpls::default();
    let rows = &new_world.model.rows;
    let mut free: Vec<bool> = (0..rows.len()).map(|at| rows.ns(at) == Namespace::Impl).collect();
    taken.for_each(|at| free[at] = false);
    let mut take = |row: &Row| {
        if let Some(at) = rows.find(&row.key.path, Namespace::Impl) {
            free[at] = false;
        }
    };
    for &(row, told) in old {
        let Facts::Impl(facts) = &told.facts else { continue };
        let same_key = rows.get(&row.key.path, Namespace::Impl);
        if let Some(same) = same_key
            && same.facts == told.facts
        {
            take(same);
            joined.pairs.push((row, same));
            continue;
        }
        match impls::cover(new_world, facts) {
            Cover::Full(partner) => {
                take(partner);
                joined.pairs.push((row, partner));
            }
            Cover::Partial(partner, lost) => {
                take(partner);
                joined.narrowed.push((row, partner, lost));
            }
            Cover::None => joined.removed.push(row),
        }
    }
    joined.added.extend((0..rows.len()).filter(|at| free[*at]).map(|at| rows.row(at)));
    joined
}

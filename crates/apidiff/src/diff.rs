//! The comparison of two API models: one merge join over flat rows, then the lints.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ripe_model::{
    Alias, AliasTarget, ApiModel, Bump, Certainty, Change, CrateId, Facts, FunctionRole, Gap,
    ItemKey, ItemKind, Namespace, Row, Source, Ty, TypePath, Unexplained,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::delta::{Context, Delta};
use crate::hosted::Doubts;
use crate::identity::{self, Neighbours};
use crate::impls::{self, Cover};
use crate::join::{self, Joined};
use crate::lint::{Found, Lint};
use crate::lints::{LINTS, item_removed, public_dependency_major_moved};
use crate::retell::{self, Retelling};
use crate::successor::Successors;
use crate::surface::{Surface, split, without_args};
use crate::world::World;

/// What changed between two models.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// What the lints said, sorted by item and lint.
    pub changes: Vec<Change>,
    /// Rows that differ and that no lint spoke about, sorted.
    pub unexplained: Vec<Unexplained>,
    /// What could not be compared, sorted.
    pub gaps: Vec<Gap>,
    /// How many rows were looked at.
    pub compared: Compared,
}

/// How many rows the join saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Rows of the old model.
    pub old_rows: usize,
    /// Rows of the new model.
    pub new_rows: usize,
    /// Pairs that are equal.
    pub equal: usize,
    /// Pairs that differ.
    pub changed: usize,
    /// Rows of the old model without a partner.
    pub removed: usize,
    /// Rows of the new model without a partner.
    pub added: usize,
}

impl Diff {
    /// The bump that the definite changes require.
    pub fn required_bump(&self) -> Bump {
        self.bump_of(|certainty| certainty == Certainty::Definite)
    }

    /// The bump that the possible and policy changes would require.
    pub fn possible_bump(&self) -> Bump {
        self.bump_of(|certainty| certainty != Certainty::Definite)
    }

    fn bump_of(&self, of: impl Fn(Certainty) -> bool) -> Bump {
        self.changes.iter().filter(|c| of(c.certainty)).map(|c| c.bump).max().unwrap_or(Bump::None)
    }
}

/// Compares two models of one package. Pass them through [`graft`](crate::graft()) first, so that
/// items that moved into a dependency and are re-exported compare item by item.
///
/// Cost: each row is touched once; sorting the result is the only step above linear.
pub fn diff(old: &ApiModel, new: &ApiModel) -> Diff {
    diff_among(old, new, Neighbours::NONE)
}

/// Like [`diff`], knowing the crates around: items that moved from one of them into another and are
/// re-exported stay the same items.
pub fn diff_among(old: &ApiModel, new: &ApiModel, neighbours: Neighbours<'_>) -> Diff {
    let (old, mut new) = (prepared(old), prepared(new));
    let grown = retell::grown_types(&old, &new);
    if !grown.is_empty() {
        new = Cow::Owned(retell::written_out(&new, &grown));
    }
    let surfaces = (Surface::new(&old), Surface::new(&new));
    let mut joined = join::join(&surfaces.0, &surfaces.1);
    let retelling = Retelling::new(&old, &new, joined.renames.clone(), grown, neighbours);
    join::pair_members(&mut joined, &retelling);
    let cx = Context {
        old: surfaces.0,
        new: surfaces.1,
        old_world: World::new(&old),
        new_world: World::new(&new),
        doubts: Doubts::between(&old, &new),
        retelling,
        added_types: joined
            .added
            .iter()
            .filter(|row| row.key.ns == Namespace::Type)
            .map(|row| row.key.path.as_str())
            .collect(),
    };
    let mut judge = Judge::new(&cx, &joined);
    judge.result.compared.old_rows = old.rows.len();
    judge.result.compared.new_rows = new.rows.len();
    let changing = cx.retelling.changing(&old);
    for &(o, n) in &joined.same {
        if changing.has(o) {
            judge.pair(old.rows.row(o), new.rows.row(n));
        } else {
            judge.result.compared.equal += 1;
        }
    }
    for &(o, n) in &joined.pairs {
        judge.pair(o, n);
    }
    for (key, o, n) in &joined.lost_paths {
        judge.lost_path(key, o, n);
    }
    for &row in &joined.removed {
        judge.removed(row);
    }
    for &row in &joined.added {
        judge.added(row);
    }
    let same_impls = joined.same_impls.iter().filter(|(o, _)| !changing.has(*o)).copied();
    judge.impls(&same_impls.collect::<Vec<_>>());
    judge.finish()
}

/// The model with every foreign re-export as a row.
pub(crate) fn prepared(model: &ApiModel) -> Cow<'_, ApiModel> {
    let local = |alias: &Alias| matches!(alias.target, AliasTarget::Local(_));
    if model.aliases.iter().all(local) {
        Cow::Borrowed(model)
    } else {
        Cow::Owned(join::with_reexport_rows(model))
    }
}

/// Runs the lints over the deltas and keeps the books.
struct Judge<'c, 'm> {
    cx: &'c Context<'m>,
    gone: FxHashSet<(&'m str, Namespace)>,
    fresh: FxHashSet<(&'m str, Namespace)>,
    successors: Successors<'m>,
    /// The lints that look at each kind.
    lints: BTreeMap<ItemKind, Vec<&'static Lint>>,
    result: Diff,
}

impl<'c, 'm> Judge<'c, 'm> {
    fn new(cx: &'c Context<'m>, joined: &Joined<'m>) -> Self {
        let key = |row: &&'m Row| (row.key.path.as_str(), row.key.ns);
        Judge {
            cx,
            gone: joined.removed.iter().filter(|row| owns_members(row)).map(key).collect(),
            fresh: joined.added.iter().filter(|row| owns_members(row)).map(key).collect(),
            successors: Successors::new(&joined.added),
            lints: BTreeMap::new(),
            result: Diff::default(),
        }
    }

    fn pair(&mut self, old: &'m Row, new: &'m Row) {
        let told = self.cx.retelling.row(old);
        if retell::equal(&told, new) {
            self.result.compared.equal += 1;
            return;
        }
        if let Some(served) = as_served(&told, new) {
            if retell::equal(&told, &served) {
                self.result.compared.equal += 1;
                return;
            }
            self.result.compared.changed += 1;
            if !self.run(&Delta::new(Some(&told), Some(&served), self.cx), old) {
                self.unexplained(old);
            }
            return;
        }
        self.result.compared.changed += 1;
        if let Some(lenient) = self.cx.retelling.row_leniently(old)
            && retell::equal(&lenient, new)
        {
            let change = self.dependency_moved(old, new);
            self.result.changes.push(change);
            return;
        }
        if !self.run(&Delta::new(Some(&told), Some(new), self.cx), old)
            && !only_members_differ(&told, new)
        {
            self.unexplained(old);
        }
    }

    fn dependency_moved(&self, old: &Row, new: &Row) -> Change {
        let moved = self.cx.retelling.moved_in(old, self.cx.old.model, self.cx.new.model);
        let found = public_dependency_major_moved::found(&moved);
        change(&public_dependency_major_moved::LINT, found, self.cx, old, Some(new))
    }

    fn lost_path(&mut self, key: &ItemKey, old: &Row, new: &Row) {
        let found = Found::new(format!("`{}` can no longer be reached under this path", key.path))
            .suggest(Some(format!("use `{}`", new.key.path)));
        let mut lost = change(&item_removed::LINT, found, self.cx, old, Some(new));
        lost.item = key.clone();
        // The other paths still lead to it, or are lost on their own.
        lost.also_at.clear();
        if lost.certainty == Certainty::Definite && may_come_by_glob(&key.path, self.cx) {
            lost.certainty = Certainty::Possible;
        }
        // A model without hidden modules shows what they hold where it is re-exported.
        if self.cx.doubts.hidden && join::inherits_hidden(self.cx.old.model, &key.path) {
            (lost.certainty, lost.bump) = (Certainty::Possible, Bump::None);
        }
        self.result.changes.push(lost);
    }

    fn removed(&mut self, row: &'m Row) {
        self.result.compared.removed += 1;
        if self.belongs_to(row, &self.gone) {
            return;
        }
        if self.owner_is_reexported(row) {
            return;
        }
        let told = self.cx.retelling.row(row);
        if Delta::new(Some(&told), None, self.cx).owner_changed_form(row) {
            return;
        }
        let before = self.result.changes.len();
        if !self.run(&Delta::new(Some(&told), None, self.cx), row) {
            self.unexplained(row);
        }
        let suggestion = self.successors.find(&told);
        for change in &mut self.result.changes[before..] {
            change.suggestion = change.suggestion.take().or_else(|| suggestion.clone());
        }
    }

    /// Whether a member's owner is still there under its path, as an alias of another crate's item
    /// that it always was: its members are that crate's to keep.
    fn owner_is_reexported(&self, row: &Row) -> bool {
        let Some((owner, _)) = split(&row.key.path) else { return false };
        let owner = without_args(owner);
        let elsewhere = self.cx.retelling.elsewhere(owner);
        elsewhere.is_some_and(|(krate, _)| *krate != CrateId::LOCAL)
            && self.cx.new.row(owner, Namespace::Type).is_some()
    }

    fn added(&mut self, row: &'m Row) {
        self.result.compared.added += 1;
        if self.belongs_to(row, &self.fresh) {
            return;
        }
        if !self.run(&Delta::new(None, Some(row), self.cx), row) {
            self.unexplained(row);
        }
    }

    fn belongs_to(&self, row: &Row, owners: &FxHashSet<(&'m str, Namespace)>) -> bool {
        split(&row.key.path)
            .is_some_and(|(owner, _)| owners.contains(&(without_args(owner), Namespace::Type)))
    }

    /// Judges the impls. `same` are the positions of those that are known to be equal.
    fn impls(&mut self, same: &[(usize, usize)]) {
        self.result.compared.equal += same.len();
        let rows = &self.cx.old.model.rows;
        let mut others = same.iter().map(|(at, _)| *at).peekable();
        // An impl whose trait and types are all another crate's now is that crate's to keep.
        let told: Vec<(&'m Row, Cow<'m, Row>)> = (0..rows.len())
            .filter(|at| rows.ns(*at) == Namespace::Impl)
            .filter(|at| others.next_if_eq(at).is_none())
            .map(|at| (rows.row(at), self.cx.retelling.row(rows.row(at))))
            .filter(|(row, told)| identity::is_of_others(row) || !identity::is_of_others(told))
            .collect();
        let pairs: Vec<(&'m Row, &Row)> = told.iter().map(|(row, told)| (*row, &**told)).collect();
        let taken = same.iter().map(|(_, there)| *there);
        let joined = join::join_impls(&pairs, &self.cx.new_world, taken);
        let told: FxHashMap<*const Row, &Row> =
            told.iter().map(|(row, told)| (std::ptr::from_ref(*row), &**told)).collect();
        for (old, new) in joined.pairs {
            let old_told = told[&std::ptr::from_ref(old)];
            if retell::equal(old_told, new) || impls::is_other_direction(old_told, new) {
                self.result.compared.equal += 1;
                continue;
            }
            self.result.compared.changed += 1;
            if !self.run(&Delta::new(Some(old_told), Some(new), self.cx), old)
                && !covered(old_told, new)
            {
                self.unexplained(old);
            }
        }
        for (old, new, _) in joined.narrowed {
            self.result.compared.changed += 1;
            let old_told = told[&std::ptr::from_ref(old)];
            if !self.run(&Delta::new(Some(old_told), Some(new), self.cx), old) {
                self.unexplained(old);
            }
        }
        for old in joined.removed {
            self.result.compared.removed += 1;
            if let Some(new) = self.moved_impl(old) {
                let change = self.dependency_moved(old, new);
                self.result.changes.push(change);
                continue;
            }
            let old_told = told[&std::ptr::from_ref(old)];
            if !self.run(&Delta::new(Some(old_told), None, self.cx), old) {
                self.unexplained(old);
            }
        }
        for new in joined.added {
            self.result.compared.added += 1;
            if !self.run(&Delta::new(None, Some(new), self.cx), new) {
                self.unexplained(new);
            }
        }
    }

    /// The impl that would take over if moved dependencies had not moved.
    fn moved_impl(&self, old: &Row) -> Option<&'m Row> {
        let lenient = self.cx.retelling.row_leniently(old)?;
        let Facts::Impl(facts) = &lenient.facts else { return None };
        match impls::cover(&self.cx.new_world, facts) {
            Cover::Full(row) => Some(row),
            Cover::Partial(..) | Cover::None => None,
        }
    }

    /// Runs all lints; whether one spoke.
    fn run(&mut self, delta: &Delta<'_>, old: &Row) -> bool {
        let kind = delta.kind();
        let mut spoke = false;
        let looks = |lint: &&Lint| lint.kinds.is_empty() || lint.kinds.contains(&kind);
        let lints = self.lints.entry(kind);
        for lint in lints.or_insert_with(|| LINTS.iter().copied().filter(looks).collect()) {
            for found in (lint.judge)(delta) {
                spoke = true;
                let said = change(lint, found, self.cx, old, delta.new);
                self.result.changes.push(said);
            }
        }
        spoke
    }

    fn unexplained(&mut self, row: &Row) {
        let item = Unexplained { item: row.key.clone(), kind: row.facts.kind() };
        self.result.unexplained.push(item);
    }

    fn finish(mut self) -> Diff {
        let order = |a: &Change, b: &Change| {
            (&a.item, &a.lint, &a.detail).cmp(&(&b.item, &b.lint, &b.detail))
        };
        self.result.changes.sort_by(order);
        self.result.changes.dedup();
        self.result.unexplained.sort();
        self.result.gaps = gaps(self.cx.old.model, self.cx.new.model, &self.cx.doubts);
        self.result
    }
}

/// The new function of an inherent impl, told for the type of the old one where it is more general:
/// `S<T, A>` serves `S<T, Global>`.
fn as_served(old: &Row, new: &Row) -> Option<Row> {
    let (Facts::Function(o), Facts::Function(n)) = (&old.facts, &new.facts) else { return None };
    let FunctionRole::Inherent { self_ty, .. } = &o.role else { return None };
    let served = impls::as_served(n, self_ty)?;
    Some(Row { facts: Facts::Function(Box::new(served)), ..new.clone() })
}

/// A change from what a rule found. Hidden items, code under `cfg(doc)` and what may be switched off
/// in the new model are never definite.
fn change(lint: &Lint, found: Found, cx: &Context<'_>, row: &Row, new: Option<&Row>) -> Change {
    let is_addition = new.is_some_and(|new| std::ptr::eq(new, row));
    let mut certainty = found.certainty.unwrap_or(lint.certainty);
    let cfg_doc = row.marks.cfg_doc || new.is_some_and(|new| new.marks.cfg_doc);
    if certainty == Certainty::Definite && cfg_doc {
        certainty = Certainty::Possible;
    }
    let mut bump = found.bump.unwrap_or(lint.bump);
    let of_grown = bump == Bump::Major && cx.retelling.is_of_grown_type(&row.key.path);
    if certainty == Certainty::Definite && of_grown {
        certainty = Certainty::Possible;
    }
    let may_be_found_elsewhere =
        new.is_some() || row.key.ns == Namespace::Impl || row.key.path.contains('<');
    if certainty == Certainty::Definite
        && may_be_found_elsewhere
        && cx.retelling.is_of_reshaped_type(row)
    {
        certainty = Certainty::Possible;
    }
    let of_manifest = matches!(row.key.ns, Namespace::Feature | Namespace::Package);
    if certainty == Certainty::Definite && !cx.doubts.features.is_empty() && !of_manifest {
        certainty = Certainty::Possible;
    }
    if is_hidden(row, if is_addition { cx.new.model } else { cx.old.model }) {
        certainty = Certainty::Policy;
        if cx.doubts.hidden {
            (certainty, bump) = (Certainty::Possible, Bump::None);
        }
    }
    if certainty == Certainty::Definite && new.is_none() && may_come_by_glob(&row.key.path, cx) {
        certainty = Certainty::Possible;
    }
    if new.is_none() && cx.doubts.hidden && is_below_hidden(row, cx) {
        (certainty, bump) = (Certainty::Possible, Bump::None);
    }
    let mut hurts = found.hurts.unwrap_or_else(|| lint.hurts.to_vec());
    hurts.sort();
    hurts.dedup();
    let (item, kind, also_at) = match found.member {
        Some(name) => {
            let key = ItemKey::new(format!("{}::{name}", row.key.path), Namespace::Value);
            let member = cx.new.model.rows.get(&key.path, key.ns);
            (key, member.map_or(ItemKind::Method, |row| row.facts.kind()), Vec::new())
        }
        None if is_addition => (row.key.clone(), row.facts.kind(), Vec::new()),
        None => {
            let mut also_at = cx.old.other_paths(&row.key);
            also_at.extend(found.marks.iter().map(|mark| format!("{}{mark}", row.key.path)));
            (row.key.clone(), row.facts.kind(), also_at)
        }
    };
    Change {
        lint: lint.id.to_owned(),
        bump,
        certainty,
        item,
        kind,
        old_span: if is_addition { None } else { row.span.clone() },
        new_span: new.and_then(|new| new.span.clone()),
        detail: found.detail,
        suggestion: found.suggestion,
        hurts,
        also_at,
        proven: None,
        witness: None,
    }
}

/// Whether what seems to be gone may come from a crate of which nothing is known: the nearest thing
/// above it that is still there is re-exported from one, or has a glob over one. clap 4 is little
/// more than `pub use clap_builder::*`.
fn may_come_by_glob(path: &str, cx: &Context<'_>) -> bool {
    let unknown = |facts: &Facts| match facts {
        Facts::Reexport(
            AliasTarget::Foreign { krate, .. } | AliasTarget::ForeignGlob { krate, .. },
        ) => {
            let origin = cx.new.model.origin(*krate);
            origin.range.is_none() && origin.source != Source::Sysroot
        }
        _ => false,
    };
    let mut at = split(path);
    while let Some((owner, _)) = at {
        if let Some(row) = cx.new.row(owner, Namespace::Type) {
            let globs = format!("{}::*", row.key.path);
            let mut below = cx.new.model.rows.starting_at(&globs);
            return unknown(&row.facts)
                || below
                    .by_ref()
                    .take_while(|r| r.key.path.starts_with(&globs))
                    .any(|r| unknown(&r.facts));
        }
        at = split(owner);
    }
    false
}

/// Whether a hidden module is one of the places of an old item: rustdoc without hidden items drops
/// what is re-exported from there by a glob, without a trace (itertools' `pub use crate::free::*`).
fn is_below_hidden(row: &Row, cx: &Context<'_>) -> bool {
    let others = cx.old.other_paths(&row.key);
    let mut paths = others.iter().map(String::as_str).chain([row.key.path.as_str()]);
    paths.any(|path| join::inherits_hidden(cx.old.model, path))
}

fn is_hidden(row: &Row, model: &ApiModel) -> bool {
    let hidden_type = |path: &TypePath| {
        path.krate == CrateId::LOCAL
            && model
                .rows
                .find(&path.path, Namespace::Type)
                .is_none_or(|at| model.rows.is_hidden(at))
    };
    row.marks.hidden
        || match &row.facts {
            Facts::Impl(i) => {
                hidden_type(&i.trait_) || matches!(&i.self_ty, Ty::Path(path) if hidden_type(path))
            }
            _ => false,
        }
}

/// Whether an item's members stand in rows of their own and go with it.
fn owns_members(row: &Row) -> bool {
    matches!(
        row.facts,
        Facts::Struct(_)
            | Facts::Union(_)
            | Facts::Enum(_)
            | Facts::Variant(_)
            | Facts::Trait(_)
            | Facts::TypeAlias(_)
    )
}

/// Whether two rows are equal but for the lists of members, whose rows speak for themselves.
fn only_members_differ(old: &Row, new: &Row) -> bool {
    let mut old = old.clone();
    match (&mut old.facts, &new.facts) {
        (Facts::Struct(o), Facts::Struct(n)) => {
            o.fields.clone_from(&n.fields);
            o.has_private_fields = n.has_private_fields;
        }
        (Facts::Union(o), Facts::Union(n)) => {
            o.fields.clone_from(&n.fields);
            o.has_private_fields = n.has_private_fields;
        }
        (Facts::Enum(o), Facts::Enum(n)) => {
            o.variants.clone_from(&n.variants);
            o.hidden_variants.clone_from(&n.hidden_variants);
        }
        (Facts::Variant(o), Facts::Variant(n)) => {
            o.fields.clone_from(&n.fields);
            o.has_hidden_fields = n.has_hidden_fields;
            o.index = n.index;
            o.discriminant.clone_from(&n.discriminant);
        }
        (Facts::Field(o), Facts::Field(n)) => o.index = n.index,
        (Facts::Trait(o), Facts::Trait(n)) => {
            o.required.clone_from(&n.required);
            o.provided.clone_from(&n.provided);
        }
        (_, _) => return false,
    }
    retell::equal(&old, new)
}

/// Whether an impl that differs in text still says the same, only in more general words.
fn covered(old: &Row, new: &Row) -> bool {
    match (&old.facts, &new.facts) {
        (Facts::Impl(o), Facts::Impl(n)) => {
            o.assoc == n.assoc || n.generics != o.generics || n.self_ty != o.self_ty
        }
        (_, _) => false,
    }
}

fn gaps(old: &ApiModel, new: &ApiModel, doubts: &Doubts) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = old.gaps.iter().chain(&new.gaps).cloned().collect();
    if !doubts.features.is_empty() {
        let why = format!(
            "documented without {}: what seems to be gone may only be switched off",
            doubts.features.join(", ")
        );
        gaps.push(Gap::new(new.package.to_string(), why));
    }
    for model in [old, new] {
        let unknown: Vec<&str> = (model.crates.iter().skip(1))
            .filter(|origin| origin.range.is_none() && origin.source != Source::Sysroot)
            .map(|origin| origin.crate_name.as_str())
            .collect();
        if !unknown.is_empty() {
            gaps.push(Gap::new(
                format!("dependencies of {}", model.package),
                format!(
                    "their versions are not known, so types agree by name alone: {}",
                    unknown.join(", ")
                ),
            ));
        }
    }
    gaps.sort();
    gaps.dedup();
    gaps
}

//! The old model in the terms of the new one: crates by identity, paths by the join.
//!
//! After retelling, two types are equal exactly if a client sees the same type, so lints compare
//! with `==`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ripe_model::{
    AliasTarget, ApiModel, ConstExpr, CrateId, Facts, GenericArg, ItemKind, Lifetime, Marks,
    Namespace, Naming, Origin, Param, ParamKind, Row, Rows, Source, Ty, TypePath,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::identity::{Identities, Name, Neighbours};
use crate::join::same_keys;
use crate::place;
use crate::surface::{Surface, split, without_args};
use crate::unfold::Aliases;
use crate::walk::{self, Visit};

/// How to retell the old model.
#[derive(Debug, Default)]
pub(crate) struct Retelling {
    /// The new id of each old crate.
    crates: Vec<CrateId>,
    /// The same, but crates that moved to another range count as the same crate.
    lenient: Vec<CrateId>,
    /// Old path to new path, by old crate.
    paths: HashMap<(CrateId, String), String>,
    /// Old names of items that another crate has now, with their new names.
    names: HashMap<Name, Name>,
    /// The types that got parameters with defaults, by their new path.
    grown: GrownTypes,
    /// The old paths of types whose parameters are others now, so that positions tell nothing.
    reshaped: BTreeSet<String>,
    /// The old paths of types that take no lifetimes any more, and else what they took: a lifetime
    /// at such a name says nothing.
    unbound: BTreeSet<String>,
    /// Aliases of the new model that old names lead to.
    aliases: Aliases,
    /// The crates of the old names that are other names now, by path.
    changing: FxHashMap<String, Vec<CrateId>>,
}

/// Types with more parameters than before, by their path.
pub(crate) type GrownTypes = HashMap<String, Grown>;

/// A type with more parameters than before: whoever names it as before means the defaults.
#[derive(Debug, Clone)]
pub(crate) struct Grown {
    /// How many arguments it took.
    before: usize,
    /// What stands for the others.
    defaults: Vec<GenericArg>,
}

/// A dependency whose types stand in the API, and that moved to another compatibility range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MovedCrate {
    pub(crate) old: Origin,
    pub(crate) new: Origin,
}

impl Retelling {
    /// Pairs the crates of two models, and takes the renames of local items from the join.
    pub(crate) fn new(
        old: &ApiModel,
        new: &ApiModel,
        renames: HashMap<String, String>,
        grown: GrownTypes,
        neighbours: Neighbours<'_>,
    ) -> Retelling {
        let unknown = |at: usize| CrateId(u32::MAX - u32::try_from(at).unwrap_or(u32::MAX / 2));
        let id = |at: usize| CrateId(u32::try_from(at).unwrap_or(u32::MAX));
        let mut crates = Vec::with_capacity(old.crates.len());
        let mut lenient = Vec::with_capacity(old.crates.len());
        for (at, origin) in old.crates.iter().enumerate() {
            if at == 0 {
                crates.push(CrateId::LOCAL);
                lenient.push(CrateId::LOCAL);
                continue;
            }
            let others = || new.crates.iter().enumerate().skip(1);
            let exact = others()
                .find(|(_, o)| o.same(origin) && o.version == origin.version)
                .or_else(|| others().find(|(_, o)| o.same(origin)));
            let by_name = others()
                .find(|(_, o)| o.package == origin.package && o.crate_name == origin.crate_name);
            crates.push(exact.map_or(unknown(at), |(n, _)| id(n)));
            lenient.push(exact.or(by_name).map_or(unknown(at), |(n, _)| id(n)));
        }
        let mut paths: HashMap<(CrateId, String), String> =
            renames.into_iter().map(|(from, to)| ((CrateId::LOCAL, from), to)).collect();
        let (old_said, new_said) = (mentioned(old), mentioned(new));
        let names = Identities { old, new, crates: &crates, new_said: &new_said, neighbours };
        let mut names = names.of(&old_said);
        for (was, is) in place::successors(old, new, &crates) {
            names.entry(was).or_insert(is);
        }
        let (named, unnamed): (BTreeSet<Name>, BTreeSet<Name>) =
            old_said.into_iter().partition(|said| names.contains_key(said));
        same_name_elsewhere(old, new, (&unnamed, &new_said), &lenient, &mut paths);
        let leads_to = |said: &Name| -> Option<&Row> {
            let own = || {
                let path = paths.get(said).unwrap_or(&said.1);
                Some((*crates.get(said.0.0 as usize)?, path.clone()))
            };
            let (krate, path) = names.get(said).cloned().or_else(own)?;
            let row = new.rows.get(&path, Namespace::Type)?;
            (krate == CrateId::LOCAL && matches!(row.facts, Facts::TypeAlias(_))).then_some(row)
        };
        let behind = named.iter().chain(&unnamed).filter_map(leads_to);
        let aliases = Aliases::of(behind.map(|row| (row.key.path.as_str(), &row.facts)));
        let unbound = unbound_types(old, new);
        let told = |said: &Name| {
            said.0 == CrateId::LOCAL && unbound.contains(&said.1)
                || names.contains_key(said)
                || leads_to(said).is_some()
                || paths.contains_key(said)
                || crates.get(said.0.0 as usize).is_some_and(|to| *to != said.0)
        };
        let mut changing: FxHashMap<String, Vec<CrateId>> = FxHashMap::default();
        for (krate, path) in named.into_iter().chain(unnamed).filter(told) {
            changing.entry(path).or_default().push(krate);
        }
        let mut reshaped = reshaped_types(old, new);
        reshaped.retain(|path| !grown.contains_key(path));
        Retelling { crates, lenient, paths, names, grown, reshaped, unbound, aliases, changing }
    }

    fn teller<'t>(&'t self, crates: &'t [CrateId]) -> Teller<'t> {
        let Retelling { paths, names, grown, unbound, aliases, .. } = self;
        Teller { crates, paths, names, grown, unbound, aliases }
    }

    /// Whether an item is a member of a type that got parameters with defaults: it stands for any
    /// argument now, and is compared without knowing which.
    pub(crate) fn is_of_grown_type(&self, path: &str) -> bool {
        !self.grown.is_empty()
            && split(path).is_some_and(|(owner, _)| self.grown.contains_key(without_args(owner)))
    }

    /// Whether the parameters of a type are others now.
    pub(crate) fn is_reshaped(&self, path: &str) -> bool {
        self.reshaped.contains(path)
    }

    /// Whether an item is a member or an impl of a type whose parameters are others now: who leaves
    /// them to inference may go on.
    pub(crate) fn is_of_reshaped_type(&self, row: &Row) -> bool {
        !self.reshaped.is_empty()
            && match &row.facts {
                Facts::Impl(i) => {
                    matches!(&i.self_ty, Ty::Path(path) if self.is_reshaped(&path.path))
                }
                _ => {
                    let owner = split(&row.key.path);
                    owner.is_some_and(|(owner, _)| self.is_reshaped(without_args(owner)))
                }
            }
    }

    /// The new path of a local item whose canonical path changed.
    pub(crate) fn renamed(&self, path: &str) -> Option<&str> {
        self.paths.get(&(CrateId::LOCAL, path.to_owned())).map(String::as_str)
    }

    /// The name in the new model of an item that is another crate's there, or an alias.
    pub(crate) fn elsewhere(&self, path: &str) -> Option<&Name> {
        self.names.get(&(CrateId::LOCAL, path.to_owned()))
    }

    /// Which rows of the old model are others in the new model's terms.
    pub(crate) fn changing<'r>(&'r self, old: &'r ApiModel) -> Naming<'r> {
        old.rows.naming(|krate, path| self.is_changing(krate, path))
    }

    fn is_changing(&self, krate: CrateId, path: &str) -> bool {
        self.changing.get(path).is_some_and(|crates| crates.contains(&krate))
    }

    /// A row in the new model's terms.
    pub(crate) fn row<'r>(&self, row: &'r Row) -> Cow<'r, Row> {
        let changes = |path: &TypePath| self.is_changing(path.krate, &path.path);
        if self.grown.is_empty()
            && !matches!(row.facts, Facts::Reexport(_))
            && (self.changing.is_empty() || !row.facts.any_path(&mut |path| changes(path)))
        {
            return Cow::Borrowed(row);
        }
        let mut told = row.clone();
        self.teller(&self.crates).tell(&mut told.facts);
        Cow::Owned(told)
    }

    /// A type in the new model's terms.
    pub(crate) fn ty(&self, ty: &Ty) -> Ty {
        let mut told = ty.clone();
        walk::ty(&mut self.teller(&self.crates), &mut told);
        told
    }

    /// A row in the new model's terms, as if moved dependencies had not moved; `None` if that makes
    /// no difference for any row.
    pub(crate) fn row_leniently(&self, row: &Row) -> Option<Row> {
        if self.crates == self.lenient {
            return None;
        }
        let mut told = row.clone();
        self.teller(&self.lenient).tell(&mut told.facts);
        Some(told)
    }

    /// The dependencies that moved to another range, among those that a row mentions.
    pub(crate) fn moved_in(&self, row: &Row, old: &ApiModel, new: &ApiModel) -> Vec<MovedCrate> {
        let mut ids: BTreeSet<CrateId> = BTreeSet::new();
        row.facts.any_path(&mut |path| {
            ids.insert(path.krate);
            false
        });
        if let Facts::Reexport(
            AliasTarget::Foreign { krate, .. } | AliasTarget::ForeignGlob { krate, .. },
        ) = &row.facts
        {
            ids.insert(*krate);
        }
        let mut moved: Vec<MovedCrate> = ids
            .into_iter()
            .filter_map(|id| {
                let at = id.0 as usize;
                let (strict, lenient) = (self.crates.get(at)?, self.lenient.get(at)?);
                (strict != lenient).then(|| MovedCrate {
                    old: old.crates[at].clone(),
                    new: new.crates[lenient.0 as usize].clone(),
                })
            })
            .collect();
        moved.sort();
        moved.dedup();
        moved
    }
}

/// The types of both models that have more parameters now, where all new ones stand at the end and
/// have defaults that name no other parameter.
pub(crate) fn grown_types(old: &ApiModel, new: &ApiModel) -> GrownTypes {
    changed_types(old, new)
        .filter_map(|(row, now)| {
            let before = type_params(&row.facts)?;
            let after = type_params(&now.facts)?;
            let added = after.get(before.len()..).filter(|added| !added.is_empty())?;
            let defaults = added.iter().map(|param| match &param.kind {
                ParamKind::Type { default: Some(ty), .. } if !names_a_parameter(ty) => {
                    Some(GenericArg::Type(ty.clone()))
                }
                ParamKind::Const { default: Some(value @ ConstExpr::Value(_)), .. } => {
                    Some(GenericArg::Const(value.clone()))
                }
                _ => None,
            });
            let defaults = defaults.collect::<Option<Vec<_>>>()?;
            Some((row.key.path.clone(), Grown { before: before.len(), defaults }))
        })
        .collect()
}

/// Whether a type depends on what it stands in.
fn names_a_parameter(ty: &Ty) -> bool {
    struct Parameters(bool);
    impl Visit for Parameters {
        fn ty(&mut self, ty: &mut Ty) {
            self.0 |= matches!(ty, Ty::Param(..) | Ty::SelfType);
        }
        fn lifetime(&mut self, lifetime: &mut Lifetime) {
            self.0 |= *lifetime != Lifetime::Static;
        }
        fn constant(&mut self, constant: &mut ConstExpr) {
            self.0 |= !matches!(constant, ConstExpr::Value(_));
        }
    }
    let mut found = Parameters(false);
    walk::ty(&mut found, &mut ty.clone());
    found.0
}

/// Of the parameters that are no lifetimes, which are constants.
fn sorts(params: &[Param]) -> Vec<bool> {
    let params = params.iter().filter(|p| p.kind != ParamKind::Lifetime);
    params.map(|p| matches!(p.kind, ParamKind::Const { .. })).collect()
}

/// The types of both models with other type and const parameters than before, be it more of them,
/// but not [`grown_types`].
fn reshaped_types(old: &ApiModel, new: &ApiModel) -> BTreeSet<String> {
    changed_types(old, new)
        .filter(|(row, now)| {
            let params = type_params(&row.facts).zip(type_params(&now.facts));
            params.is_some_and(|(was, is)| sorts(was) != sorts(is))
        })
        .map(|(row, _)| row.key.path.clone())
        .collect()
}

/// The types of both models that take no lifetimes any more, and else what they took.
fn unbound_types(old: &ApiModel, new: &ApiModel) -> BTreeSet<String> {
    let bound = |params: &[Param]| params.iter().any(|p| p.kind == ParamKind::Lifetime);
    changed_types(old, new)
        .filter(|(row, now)| {
            let params = type_params(&row.facts).zip(type_params(&now.facts));
            params.is_some_and(|(was, is)| bound(was) && !bound(is) && sorts(was) == sorts(is))
        })
        .map(|(row, _)| row.key.path.clone())
        .collect()
}

/// The types that both models have and that are not known to say the same.
fn changed_types<'m>(
    old: &'m ApiModel,
    new: &'m ApiModel,
) -> impl Iterator<Item = (&'m Row, &'m Row)> {
    same_keys(&old.rows, &new.rows)
        .filter(|(o, n)| is_type(old.rows.kind(*o)) && !old.rows.is_same(*o, &new.rows, *n))
        .map(|(o, n)| (old.rows.row(o), new.rows.row(n)))
}

/// A model in which the defaults of some types are written out wherever they were left out.
pub(crate) fn written_out(model: &ApiModel, grown: &GrownTypes) -> ApiModel {
    let rows = model.rows.iter().cloned().map(|mut row| {
        walk::facts(&mut Filler(grown), &mut row.facts);
        row
    });
    ApiModel { rows: Rows::new(rows.collect()).0, ..model.clone() }
}

struct Filler<'t>(&'t GrownTypes);

impl Visit for Filler<'_> {
    fn ty(&mut self, ty: &mut Ty) {
        fill(self.0, ty);
    }
}

/// Adds the defaults to a type that is named as it was before it grew.
fn fill(grown: &GrownTypes, ty: &mut Ty) {
    let Ty::Path(path) = ty else { return };
    if let (CrateId::LOCAL, Some(grown)) = (path.krate, grown.get(&path.path))
        && path.args.len() == grown.before
    {
        path.args.extend(grown.defaults.iter().cloned());
    }
}

fn is_type(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Struct | ItemKind::Union | ItemKind::Enum)
}

fn type_params(facts: &Facts) -> Option<&[Param]> {
    match facts {
        Facts::Struct(s) => Some(&s.generics.params),
        Facts::Union(u) => Some(&u.generics.params),
        Facts::Enum(e) => Some(&e.generics.params),
        _ => None,
    }
}

/// Where both sides name an item of one crate by different paths, and only one path on either side
/// is unmatched under its last segment, it is one item that moved inside: definitions of other
/// versions move about, and unnameable local items have no row that would join them.
fn same_name_elsewhere(
    old: &ApiModel,
    new: &ApiModel,
    (old_said, new_said): (&BTreeSet<Name>, &BTreeSet<Name>),
    lenient: &[CrateId],
    paths: &mut HashMap<(CrateId, String), String>,
) {
    let mut free: BTreeMap<(CrateId, &str), Vec<&str>> = BTreeMap::new();
    let old_in_new: BTreeSet<(CrateId, &str)> = old_said
        .iter()
        .filter_map(|(krate, path)| Some((*lenient.get(krate.0 as usize)?, path.as_str())))
        .collect();
    for (krate, path) in new_said {
        // What no client could name before may be public now.
        let is_new_here =
            *krate == CrateId::LOCAL && old.rows.find(path, ripe_model::Namespace::Type).is_none();
        if !old_in_new.contains(&(*krate, path.as_str()))
            && (is_new_here || unnamed(new, *krate, path))
        {
            free.entry((*krate, name(path))).or_default().push(path);
        }
    }
    let mut wanted: BTreeMap<(CrateId, &str), Vec<&(CrateId, String)>> = BTreeMap::new();
    let (ns, new_surface) = (ripe_model::Namespace::Type, Surface::new(new));
    for said in old_said {
        let Some(&to) = lenient.get(said.0.0 as usize) else { continue };
        let is_gone = || said.0 == CrateId::LOCAL && new_surface.find(&said.1, ns).is_none();
        let moved_inside = || {
            let homes = free.get(&(to, name(&said.1))).map(Vec::as_slice).unwrap_or_default();
            is_gone() && homes.iter().all(|home| new.rows.find(home, ns).is_none())
        };
        if !new_said.contains(&(to, said.1.clone()))
            && (unnamed(old, said.0, &said.1) || moved_inside())
        {
            wanted.entry((to, name(&said.1))).or_default().push(said);
        }
    }
    for (key, from) in wanted {
        if let (&[from], Some(&[to])) = (from.as_slice(), free.get(&key).map(Vec::as_slice)) {
            paths.entry(from.clone()).or_insert_with(|| to.to_owned());
        }
    }
}

/// Whether a path may have moved without a join seeing it: it is no row of its own crate.
fn unnamed(model: &ApiModel, krate: CrateId, path: &str) -> bool {
    if krate == CrateId::LOCAL {
        return model.rows.find(path, ripe_model::Namespace::Type).is_none();
    }
    model.origin(krate).source != Source::Sysroot || !model.unit.rustdoc.is_empty()
}

fn name(path: &str) -> &str {
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}

fn mentioned(model: &ApiModel) -> BTreeSet<Name> {
    let mut said: FxHashSet<(CrateId, &str)> = FxHashSet::default();
    model.rows.each_name(|krate, path| _ = said.insert((krate, path)));
    said.into_iter().map(|(krate, path)| (krate, path.to_owned())).collect()
}

struct Teller<'t> {
    crates: &'t [CrateId],
    paths: &'t HashMap<(CrateId, String), String>,
    names: &'t HashMap<Name, Name>,
    grown: &'t GrownTypes,
    unbound: &'t BTreeSet<String>,
    aliases: &'t Aliases,
}

impl Teller<'_> {
    fn tell(&mut self, facts: &mut Facts) {
        walk::facts(self, facts);
        let Facts::Reexport(target) = facts else { return };
        match target {
            AliasTarget::Foreign { krate, .. } | AliasTarget::ForeignGlob { krate, .. } => {
                if let Some(to) = self.crates.get(krate.0 as usize) {
                    *krate = *to;
                }
            }
            AliasTarget::Local(_) => {}
        }
    }
}

impl Visit for Teller<'_> {
    fn ty(&mut self, ty: &mut Ty) {
        fill(self.grown, ty);
        self.aliases.unfold_type(ty);
    }

    fn path(&mut self, path: &mut TypePath) {
        if path.krate == CrateId::LOCAL && self.unbound.contains(&path.path) {
            path.args.retain(|arg| !matches!(arg, GenericArg::Lifetime(_)));
        }
        if !self.names.is_empty()
            && let Some((krate, to)) = self.names.get(&(path.krate, path.path.clone()))
        {
            path.path.clone_from(to);
            path.krate = *krate;
            return;
        }
        if !self.paths.is_empty()
            && let Some(to) = self.paths.get(&(path.krate, path.path.clone()))
        {
            path.path.clone_from(to);
        }
        if let Some(to) = self.crates.get(path.krate.0 as usize) {
            path.krate = *to;
        }
    }
}

/// Whether two rows say the same to a client. Notes of deprecations, reasons of seals and positions
/// that no client can see are no difference.
pub(crate) fn equal(old: &Row, new: &Row) -> bool {
    let marks = |m: &Marks| (m.hidden, m.non_exhaustive, m.deprecated.is_some(), m.must_use);
    if marks(&old.marks) != marks(&new.marks) {
        return false;
    }
    match (&old.facts, &new.facts) {
        (Facts::Trait(a), Facts::Trait(b)) => {
            let mut b = b.clone();
            if a.sealed.is_some() && b.sealed.is_some() {
                b.sealed.clone_from(&a.sealed);
            }
            *a == b
        }
        (a, b) => a == b,
    }
}

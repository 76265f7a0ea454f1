//! One item under the names of several crates: what was grafted on one side only, what is an alias
//! now, and what moved to a crate that the old one re-exports.
//!
//! To a client, `quote::__private::Ident` is `proc_macro2::Ident`, and `serde::de::Deserialize` is
//! `serde_core::de::Deserialize` where serde moves along: re-exports make no types (Rust Reference,
//! "Use declarations").

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ripe_model::{
    AliasTarget, ApiModel, CrateId, Definition, Facts, GenericArg, ItemKind, Namespace, Origin,
    Row, Ty, TypePath,
};

use crate::surface::Surface;

/// The models of the crates that two versions depend on, each with its re-exports grafted in, as
/// the resolutions of both sides have them.
#[derive(Clone, Copy)]
pub struct Neighbours<'n> {
    /// The model of a crate on the old side; `None` where it is not known.
    pub old: &'n dyn Fn(&Origin) -> Option<Arc<ApiModel>>,
    /// The model of a crate on the new side, in whatever version of the same range.
    pub new: &'n dyn Fn(&Origin) -> Option<Arc<ApiModel>>,
}

impl Neighbours<'_> {
    /// No crate but the compared ones is known.
    pub const NONE: Neighbours<'static> = Neighbours { old: &|_| None, new: &|_| None };
}

/// A named type or trait: its crate in the new model, and its path.
pub(crate) type Name = (CrateId, String);

/// Finds what names of the old model stand for in the new one, as far as paths and crates alone do
/// not say. `crates` has the new id of each old crate.
pub(crate) struct Identities<'a> {
    pub(crate) old: &'a ApiModel,
    pub(crate) new: &'a ApiModel,
    pub(crate) crates: &'a [CrateId],
    pub(crate) new_said: &'a BTreeSet<Name>,
    pub(crate) neighbours: Neighbours<'a>,
}

impl Identities<'_> {
    /// The names of the new model for those names of the old one that are mentioned.
    pub(crate) fn of(&self, old_said: &BTreeSet<Name>) -> HashMap<Name, Name> {
        let surface = Surface::new(self.new);
        let homes = foreign_homes(self.old);
        let grafted = grafted(self.new);
        let mut neighbours: HashMap<CrateId, Bridge> = HashMap::new();
        let mut found = HashMap::new();
        for said in old_said {
            let to = if said.0 == CrateId::LOCAL {
                self.local(&said.1, &surface, &homes, &grafted)
            } else {
                self.foreign(said, &grafted, &mut neighbours)
            };
            if let Some(to) = to {
                found.insert(said.clone(), to);
            }
        }
        found
    }

    /// An item of the crate that is another crate's now, or always was.
    fn local(
        &self,
        path: &str,
        surface: &Surface<'_>,
        homes: &HashMap<&str, Vec<&str>>,
        grafted: &HashMap<&str, &str>,
    ) -> Option<Name> {
        let rows = &surface.model.rows;
        let found = surface.find(path, Namespace::Type);
        // Only these are names of something else.
        let names = |at: &usize| matches!(rows.kind(*at), ItemKind::TypeAlias | ItemKind::Reexport);
        match found.filter(names).map(|at| &rows.row(at).facts) {
            Some(Facts::TypeAlias(alias)) => {
                if let Some(target) = passed_through(&alias.ty) {
                    return Some((target.krate, target.path.clone()));
                }
            }
            Some(Facts::Reexport(AliasTarget::Foreign { krate, path, .. })) => {
                return Some((*krate, path.clone()));
            }
            Some(_) | None => {}
        }
        if found.is_some() {
            return None;
        }
        homes.get(path)?.iter().find_map(|home| self.in_new(home, grafted))
    }

    /// An item of another crate that is grafted now, or that moved on to a third crate.
    fn foreign(
        &self,
        said: &Name,
        grafted: &HashMap<&str, &str>,
        neighbours: &mut HashMap<CrateId, Bridge>,
    ) -> Option<Name> {
        let to = self.crates.get(said.0.0 as usize).copied();
        if to.is_some_and(|to| self.new_said.contains(&(to, said.1.clone()))) {
            return None;
        }
        let origin = self.old.crates.get(said.0.0 as usize)?;
        let known = self.new.crates.iter().any(|o| o.crate_name == origin.crate_name);
        if known
            && to.is_some_and(|to| (to.0 as usize) < self.new.crates.len())
            && let Some(here) = grafted.get(said.1.as_str())
        {
            return Some((CrateId::LOCAL, (*here).to_owned()));
        }
        let bridge = neighbours.entry(said.0).or_insert_with(|| {
            Bridge::new((self.neighbours.old)(origin), (self.neighbours.new)(origin))
        });
        bridge.homes(&said.1).iter().find_map(|home| self.in_new(home, grafted))
    }

    /// The new model's name for what is defined at a path.
    fn in_new(&self, home: &str, grafted: &HashMap<&str, &str>) -> Option<Name> {
        let crate_name = home.split("::").next().unwrap_or_default();
        let ids = (1u32..).zip(self.new.crates.iter().skip(1));
        let said = ids
            .filter(|(_, origin)| origin.crate_name == crate_name)
            .map(|(id, _)| (CrateId(id), home.to_owned()))
            .find(|name| self.new_said.contains(name));
        said.or_else(|| Some((CrateId::LOCAL, (*grafted.get(home)?).to_owned())))
    }
}

/// Where items of a crate are defined in the next version of it, be it in other crates.
struct Bridge {
    old: Option<Arc<ApiModel>>,
    new: Option<Arc<ApiModel>>,
}

impl Bridge {
    fn new(old: Option<Arc<ApiModel>>, new: Option<Arc<ApiModel>>) -> Bridge {
        Bridge { old, new }
    }

    /// The paths of the definition of what the old version defined at a path.
    fn homes(&self, defined_at: &str) -> Vec<String> {
        let Some(new) = self.new.as_deref() else { return Vec::new() };
        let canonical = self.old.as_deref().and_then(|old| {
            let mut definitions = old.definitions.iter().filter(|d| d.ns == Namespace::Type);
            definitions.find(|d| d.defined_at == defined_at).map(|d| d.canonical.as_str())
        });
        let path = canonical.unwrap_or(defined_at);
        let surface = Surface::new(new);
        let mut homes = Vec::new();
        if let Some(row) = surface.row(path, Namespace::Type) {
            let at = new.definitions.iter().filter(|d| d.canonical == row.key.path);
            homes.extend(at.map(|d| d.defined_at.clone()));
            homes.push(row.key.path.clone());
        }
        for alias in new.aliases.iter().filter(|a| a.path == path && a.ns == Namespace::Type) {
            if let AliasTarget::Foreign { path, .. } = &alias.target {
                homes.push(path.clone());
            }
        }
        homes
    }
}

/// Paths of grafted items with the paths of their definitions in other crates.
fn foreign_homes(model: &ApiModel) -> HashMap<&str, Vec<&str>> {
    let mut homes: HashMap<&str, Vec<&str>> = HashMap::new();
    for (defined_at, canonical) in foreign_definitions(model) {
        homes.entry(canonical).or_default().push(defined_at);
    }
    homes
}

/// Definitions in other crates with the paths of their grafted rows.
fn grafted(model: &ApiModel) -> HashMap<&str, &str> {
    foreign_definitions(model).collect()
}

fn foreign_definitions(model: &ApiModel) -> impl Iterator<Item = (&str, &str)> {
    let own = model.crate_name();
    let all: &[Definition] =
        if model.definitions.have_other_crates() { &model.definitions } else { &[] };
    all.iter()
        .filter(move |d| d.ns == Namespace::Type && d.defined_at.split("::").next() != Some(own))
        .map(|d| (d.defined_at.as_str(), d.canonical.as_str()))
}

/// What an alias stands for, if it passes its parameters through in order.
pub(crate) fn passed_through(ty: &Ty) -> Option<&TypePath> {
    let Ty::Path(target) = ty else { return None };
    let mut next = 0;
    let plain = target.args.iter().all(|arg| match arg {
        GenericArg::Type(Ty::Param(_, n, _)) => {
            next += 1;
            *n + 1 == next
        }
        GenericArg::Lifetime(_) => true,
        GenericArg::Type(_) | GenericArg::Const(_) | GenericArg::Infer => false,
    });
    plain.then_some(target)
}

/// Whether nothing in the header of an impl is of the model's own crate: such an impl can only be
/// another crate's.
pub(crate) fn is_of_others(row: &Row) -> bool {
    let Facts::Impl(i) = &row.facts else { return false };
    let mut local = Local(false);
    crate::walk::path(&mut local, &mut i.trait_.clone());
    crate::walk::ty(&mut local, &mut i.self_ty.clone());
    !local.0
}

struct Local(bool);

impl crate::walk::Visit for Local {
    fn path(&mut self, path: &mut TypePath) {
        self.0 |= path.krate == CrateId::LOCAL;
    }
}

//! What nobody can name is known by its place: the default of a parameter, or the trait that bounds
//! it.
//!
//! hashbrown 0.12 wrote its own `Allocator` and `Global` in a private module, and 0.14 takes those
//! of allocator-api2. No client could name the old ones, implement the trait or give another
//! argument, so that to every client the new ones stand where the old ones stood.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{
    ApiModel, Bound, CrateId, Generics, Level, Namespace, ParamKind, Predicate, Ty, TypePath,
};

use crate::identity::Name;
use crate::join::same_keys;
use crate::lints::generics_of;

/// Old types that no client can name, and the traits that bound their parameters, with what stands in their places now. What has
/// different successors in different places has none.
pub(crate) fn successors(old: &ApiModel, new: &ApiModel, crates: &[CrateId]) -> Vec<(Name, Name)> {
    let mut found: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
    let types = same_keys(&old.rows, &new.rows)
        .filter(|(o, n)| !old.rows.is_same(*o, &new.rows, *n))
        .filter(|(o, _)| old.rows.ns(*o) == Namespace::Type);
    for (row, now) in types.map(|(o, n)| (old.rows.row(o), new.rows.row(n))) {
        let Some(old_generics) = generics_of(&row.facts) else { continue };
        let Some(new_generics) = generics_of(&now.facts) else { continue };
        let defaults: Vec<(u32, (&TypePath, &TypePath))> = (0..)
            .zip(defaults(old_generics).into_iter().zip(defaults(new_generics)))
            .filter_map(|(at, (was, is))| Some((at, was.zip(is)?)))
            .filter(|(_, (was, _))| is_unnameable(old, was))
            .collect();
        let traits = defaults.iter().filter_map(|&(at, _)| {
            let (was, is) = (bounds(old_generics, at), bounds(new_generics, at));
            let unnamed = was.iter().filter(|t| is_unnameable(old, t)).copied().collect::<Vec<_>>();
            let stays = |t: &&TypePath| was.iter().any(|w| told(w, crates) == name_of(t));
            let fresh = is.into_iter().filter(|t| !stays(t)).collect::<Vec<_>>();
            match (unnamed.as_slice(), fresh.as_slice()) {
                (&[was], &[is]) => Some((was, is)),
                (_, _) => None,
            }
        });
        for (was, is) in defaults.iter().map(|(_, pair)| *pair).chain(traits) {
            if told(was, crates) != name_of(is) {
                found.entry(name_of(was)).or_default().insert(name_of(is));
            }
        }
    }
    let only = |(was, all): (Name, BTreeSet<Name>)| {
        let mut all = all.into_iter();
        all.next().filter(|_| all.next().is_none()).map(|is| (was, is))
    };
    found.into_iter().filter_map(only).collect()
}

fn name_of(path: &TypePath) -> Name {
    (path.krate, path.path.clone())
}

/// A name with the new id of its crate.
fn told(path: &TypePath, crates: &[CrateId]) -> Name {
    let krate = crates.get(path.krate.0 as usize).copied();
    (krate.unwrap_or(CrateId(u32::MAX)), path.path.clone())
}

fn is_unnameable(model: &ApiModel, path: &TypePath) -> bool {
    path.krate == CrateId::LOCAL && model.rows.find(&path.path, Namespace::Type).is_none()
}

/// The defaults of the type parameters, where they are plain names.
fn defaults(generics: &Generics) -> Vec<Option<&TypePath>> {
    let params = generics.params.iter().filter(|p| p.kind != ParamKind::Lifetime);
    params
        .map(|param| match &param.kind {
            ParamKind::Type { default: Some(Ty::Path(path)), .. } if path.args.is_empty() => {
                Some(&**path)
            }
            ParamKind::Lifetime | ParamKind::Type { .. } | ParamKind::Const { .. } => None,
        })
        .collect()
}

/// The traits that a parameter must have.
fn bounds(generics: &Generics, param: u32) -> Vec<&TypePath> {
    let of_param = |predicate: &'_ Predicate| match predicate {
        Predicate::Bound { ty: Ty::Param(Level::Item, at, _), bound: Bound::Trait { .. } } => {
            *at == param
        }
        Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => false,
    };
    let traits = generics.predicates.iter().filter(|p| of_param(p)).filter_map(|p| match p {
        Predicate::Bound { bound: Bound::Trait { trait_, .. }, .. } => Some(trait_),
        Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => None,
    });
    traits.collect()
}

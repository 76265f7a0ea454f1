//! Why no client can implement a trait.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ripe_model::{Bound, CrateId, Facts, Row, TraitModifier, Ty};
use rustdoc_types as rd;

use crate::lower::item::Item;
use crate::lower::session::Session;

impl Session<'_, '_> {
    /// Whether a supertrait cannot be named, or only by a hidden path.
    pub(crate) fn sealed_by_supertrait(
        &mut self,
        t: &rd::Trait,
        supertraits: &[Bound],
    ) -> Option<String> {
        let bounds = t.bounds.iter().filter_map(|bound| match bound {
            rd::GenericBound::TraitBound { trait_, .. } => Some(trait_.id.0),
            _ => None,
        });
        let of_self = t.generics.where_predicates.iter().flat_map(|predicate| match predicate {
            rd::WherePredicate::BoundPredicate {
                type_: rd::Type::Generic(name), bounds, ..
            } if name == "Self" => bounds.as_slice(),
            _ => &[],
        });
        let of_self = of_self.filter_map(|bound| match bound {
            rd::GenericBound::TraitBound { trait_, .. } => Some(trait_.id.0),
            _ => None,
        });
        let ids: Vec<u32> = bounds.chain(of_self).collect();
        for id in ids {
            let Some(named) = self.named(id).filter(|named| named.krate == CrateId::LOCAL) else {
                continue;
            };
            if !supertraits.iter().any(|b| is_trait(b, &named.path)) || self.has_blanket_impl(id) {
                continue;
            }
            if !named.nameable {
                return Some(format!("its supertrait {} cannot be named", named.path));
            }
            if self.is_hidden_path(id) {
                return Some(format!("its supertrait {} is hidden", named.path));
            }
        }
        None
    }

    /// Whether a trait of this crate is implemented for a bare parameter, and so by types of
    /// clients. rustdoc does not list the impls of traits without a public path.
    fn has_blanket_impl(&self, id: u32) -> bool {
        let parse = |id: u32| Item::parse(self.document.index.get(id)?).ok();
        let Some(rd::ItemEnum::Trait(t)) = parse(id).map(|item| item.inner) else { return false };
        t.implementations.iter().any(|id| {
            matches!(parse(id.0).map(|item| item.inner),
                Some(rd::ItemEnum::Impl(block)) if matches!(block.for_, rd::Type::Generic(_)))
        })
    }
}

/// Whether a required item keeps clients from implementing its trait: it is hidden, or a parameter
/// has a type that cannot be named.
pub(crate) fn by_required(
    name: &str,
    facts: &Facts,
    hidden: bool,
    unnameable: &[(u32, String)],
) -> Option<String> {
    if hidden {
        return Some(format!("the required {name} is hidden"));
    }
    let Facts::Function(function) = facts else { return None };
    let params = function.signature.params.iter().map(|(_, ty)| ty);
    let in_params = |path: &str| params.clone().any(|ty| mentions(ty, path));
    let (_, path) = unnameable.iter().find(|(_, path)| in_params(path))?;
    Some(format!("a parameter of the required {name} has type {path}, which cannot be named"))
}

/// Whether a type names a path of this crate, outside of bounds.
fn mentions(ty: &Ty, path: &str) -> bool {
    match ty {
        Ty::Path(named) => {
            (named.krate == CrateId::LOCAL && named.path == path)
                || named.args.iter().any(
                    |arg| matches!(arg, ripe_model::GenericArg::Type(ty) if mentions(ty, path)),
                )
        }
        Ty::Tuple(types) => types.iter().any(|ty| mentions(ty, path)),
        Ty::Slice(ty) | Ty::Array(ty, _) | Ty::Ref { ty, .. } | Ty::Pointer { ty, .. } => {
            mentions(ty, path)
        }
        Ty::FnPointer(pointer) => {
            pointer.signature.params.iter().any(|(_, ty)| mentions(ty, path))
                || mentions(&pointer.signature.output, path)
        }
        Ty::Param(..)
        | Ty::SelfType
        | Ty::Primitive(_)
        | Ty::Dyn { .. }
        | Ty::Impl(_)
        | Ty::Assoc { .. }
        | Ty::Infer
        | Ty::Other(_) => false,
    }
}

fn is_trait(bound: &Bound, path: &str) -> bool {
    matches!(bound, Bound::Trait { trait_, modifier: TraitModifier::Required }
        if trait_.krate == CrateId::LOCAL && trait_.path == path)
}

/// Seals traits whose supertraits are sealed, unless a blanket impl gives the supertrait to types
/// of clients.
pub(crate) fn inherit(rows: &mut [Arc<Row>]) {
    let mut sealed = BTreeSet::new();
    let mut subtraits: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut blanket = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        match &row.facts {
            Facts::Trait(facts) => {
                if facts.sealed.is_some() {
                    sealed.insert(row.key.path.clone());
                }
                for bound in &facts.supertraits {
                    if let Bound::Trait { trait_, .. } = bound
                        && trait_.krate == CrateId::LOCAL
                    {
                        subtraits.entry(trait_.path.clone()).or_default().push(at);
                    }
                }
            }
            Facts::Impl(facts) if facts.is_blanket && facts.trait_.krate == CrateId::LOCAL => {
                if matches!(facts.self_ty, Ty::Param(..)) {
                    blanket.insert(facts.trait_.path.clone());
                }
            }
            _ => {}
        }
    }
    let mut queue: Vec<String> = sealed.into_iter().collect();
    while let Some(path) = queue.pop() {
        if blanket.contains(&path) {
            continue;
        }
        for at in subtraits.remove(&path).unwrap_or_default() {
            let row = Arc::make_mut(&mut rows[at]);
            if let Facts::Trait(facts) = &mut row.facts
                && facts.sealed.is_none()
            {
                facts.sealed = Some(format!("its supertrait {path} is sealed"));
                queue.push(row.key.path.clone());
            }
        }
    }
}

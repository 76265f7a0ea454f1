//! A re-export leads to another item of another crate.

use super::prelude::*;
use ripe_model::{AliasTarget, CrateId};

pub(crate) static LINT: Lint = Lint {
    id: "reexport_retargeted",
    about: "the name means another item",
    kinds: &[ItemKind::Reexport],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: EVERY_USE,
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Reexport(o), Facts::Reexport(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    let (Some((ok, op)), Some((nk, np))) = (foreign(o), foreign(n)) else { return Vec::new() };
    if (ok, op) == (nk, np) {
        return vec![Found::harmless("the same item", Bump::Patch)];
    }
    let detail = format!("leads to `{np}` instead of `{op}`");
    // Inside one crate an item may have moved between two versions of it.
    if ok == nk && crate::world::name(op) == crate::world::name(np) {
        return vec![Found::harmless(detail, Bump::Patch)];
    }
    vec![Found::new(detail)]
}

fn foreign(target: &AliasTarget) -> Option<(CrateId, &str)> {
    match target {
        AliasTarget::Foreign { krate, path, .. } | AliasTarget::ForeignGlob { krate, path } => {
            Some((*krate, path))
        }
        AliasTarget::Local(_) => None,
    }
}

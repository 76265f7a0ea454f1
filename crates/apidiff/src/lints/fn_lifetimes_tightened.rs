//! The lifetimes of a signature allow fewer calls, or the result borrows longer than before.

use std::collections::BTreeSet;

use ripe_model::{FunctionFacts, Lifetime};

use super::prelude::*;
use crate::walk::{self, Visit};

pub(crate) static LINT: Lint = Lint {
    id: "fn_lifetimes_tightened",
    about: "calls that the borrow checker accepted are refused",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let found = on_events(d, |event| {
        matches!(event, FnEvent::LifetimesTightened)
            .then(|| format!("the lifetimes of `{}` became stricter: `{}`", Show(old), Show(new)))
    });
    if !is_inferred(old) || !is_inferred(new) {
        return found;
    }
    let named = |found: Found| found.certainty(Certainty::Possible).hurts(&[How::Path]);
    found.into_iter().map(named).collect()
}

/// Whether an associated function without `self` gives back the only lifetime that it takes: the
/// lifetime may be the type's as well, a call infers it. memchr 2.6 took the type's for `new`.
fn is_inferred(f: &FunctionFacts) -> bool {
    let mut taken = Lifetimes::default();
    let mut given = Lifetimes::default();
    f.signature.params.iter().for_each(|(_, ty)| walk::ty(&mut taken, &mut ty.clone()));
    walk::ty(&mut given, &mut f.signature.output.clone());
    matches!(f.role, FunctionRole::Inherent { .. })
        && f.receiver == Receiver::None
        && taken.0.len() == 1
        && taken.0 == given.0
}

#[derive(Default)]
struct Lifetimes(BTreeSet<Lifetime>);

impl Visit for Lifetimes {
    fn lifetime(&mut self, lifetime: &mut Lifetime) {
        self.0.insert(lifetime.clone());
    }
}

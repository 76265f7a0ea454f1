//! A `macro_rules!` macro takes fewer invocations than before.

use super::prelude::*;
use crate::matcher::{self, Takes};

pub(crate) static LINT: Lint = Lint {
    id: "macro_arm_removed",
    about: "invocations that an old arm took fit none of the new ones",
    kinds: &[ItemKind::Macro],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Macro],
    witness: &[Witness::Macro],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Macro(o), Facts::Macro(n)) = (&old.facts, &new.facts) else { return Vec::new() };
    let mut found = Vec::new();
    for arm in &o.arms {
        let verdict = n.arms.iter().map(|new| matcher::takes(&arm.0, &new.0)).max();
        match verdict {
            Some(Takes::All) => {}
            Some(Takes::Perhaps) => found.push(
                Found::new(format!("the arm `{}` changed", arm.0)).certainty(Certainty::Possible),
            ),
            Some(Takes::Less) | None => {
                found.push(Found::new(format!("the arm `{}` takes less, or is gone", arm.0)));
            }
        }
    }
    if found.is_empty() {
        found.push(Found::harmless("its arms take at least what they took", Bump::Minor));
    }
    found
}

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
    let arms: Vec<&str> = n.arms.iter().map(|arm| arm.0.as_str()).collect();
    let mut found = Vec::new();
    for arm in o.arms.iter().filter(|arm| !arms.contains(&arm.0.as_str())) {
        let less = Found::new(format!("the arm `{}` takes less, or is gone", arm.0));
        let said = match matcher::takes(&arm.0, &arms) {
            Takes::All => continue,
            Takes::Perhaps => less.certainty(Certainty::Possible),
            Takes::Less => less,
        };
        // By convention an arm that begins with `@` is for the macro itself.
        let internal = arm.0.trim_start().starts_with('@');
        found.push(if internal { said.certainty(Certainty::Policy).hurts(&[]) } else { said });
    }
    if found.is_empty() {
        found.push(Found::harmless("its arms take at least what they took", Bump::Minor));
    }
    found
}

//! A type, trait or alias takes fewer lifetimes, and its other parameters stayed.

use super::generics_changed::sort;
use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "lifetime_parameter_removed",
    about: "whoever writes its lifetimes stops compiling; who leaves them out does not",
    kinds: GENERIC,
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Type, How::Bound, How::Implement],
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    match (generics_of(&old.facts), generics_of(&new.facts)) {
        (Some(old), Some(new)) if is_it(old, new) => {
            let counts = (lifetimes(old).count(), lifetimes(new).count());
            vec![Found::new(format!("{} lifetime parameters became {}", counts.0, counts.1))]
        }
        (Some(_) | None, Some(_) | None) => Vec::new(),
    }
}

/// Whether all that changed about the parameters is that there are fewer lifetimes.
pub(super) fn is_it(old: &Generics, new: &Generics) -> bool {
    let rest = |g: &Generics| -> Vec<_> {
        g.params.iter().filter(|p| !is_lifetime(p)).map(sort).collect()
    };
    lifetimes(new).count() < lifetimes(old).count() && rest(old) == rest(new)
}

fn lifetimes(g: &Generics) -> impl Iterator<Item = &Param> {
    g.params.iter().filter(|p| is_lifetime(p))
}

fn is_lifetime(param: &Param) -> bool {
    matches!(param.kind, ParamKind::Lifetime)
}

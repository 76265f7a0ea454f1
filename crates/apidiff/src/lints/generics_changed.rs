//! A type, trait or alias has other generic parameters: number, order or kind.

use super::lifetime_parameter_removed;
use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "generics_changed",
    about: "whoever names the type or trait with arguments stops compiling",
    kinds: GENERIC,
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Type, How::Bound, How::Implement, How::Call, How::Construct],
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Some(o), Some(n)) = (generics_of(&old.facts), generics_of(&new.facts)) else {
        return Vec::new();
    };
    let kinds = |g: &Generics| -> Vec<(u8, Option<Ty>)> { g.params.iter().map(sort).collect() };
    let (was, is) = (kinds(o), kinds(n));
    if was == is || lifetime_parameter_removed::is_it(o, n) {
        return Vec::new();
    }
    let detail = format!("`<{}>` became `<{}>`", names(o), names(n));
    let appended = is.len() > was.len() && is[..was.len()] == was[..];
    let defaults = n.params[was.len().min(n.params.len())..].iter().all(|p| match &p.kind {
        ParamKind::Type { default, .. } => default.is_some(),
        ParamKind::Const { default, .. } => default.is_some(),
        ParamKind::Lifetime => false,
    });
    if appended && defaults {
        return vec![
            Found::new(format!("{detail}; breaks where the new parameter must be inferred"))
                .bump(Bump::Minor)
                .certainty(Certainty::Possible)
                .hurts(&[How::Infer]),
        ];
    }
    vec![Found::new(detail)]
}

/// What of a parameter others can tell.
pub(super) fn sort(p: &Param) -> (u8, Option<Ty>) {
    match &p.kind {
        ParamKind::Lifetime => (0, None),
        ParamKind::Type { .. } => (1, None),
        ParamKind::Const { ty, .. } => (2, Some(ty.clone())),
    }
}

fn names(g: &Generics) -> String {
    g.params.iter().map(|p| p.name.0.clone()).collect::<Vec<_>>().join(", ")
}

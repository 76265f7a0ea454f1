//! The default of a generic parameter is gone or another one.

use ripe_model::ConstExpr;

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "generic_default_changed",
    about: "whoever leaves the argument out means another type, or must name it",
    kinds: GENERIC,
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Type, How::Bound, How::Implement],
    witness: &[Witness::Type],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Some(o), Some(n)) = (generics_of(&old.facts), generics_of(&new.facts)) else {
        return Vec::new();
    };
    let sorts = |g: &Generics| -> Vec<_> {
        g.params.iter().map(|p| std::mem::discriminant(&p.kind)).collect()
    };
    if sorts(o) != sorts(n) {
        return Vec::new();
    }
    o.params
        .iter()
        .zip(&n.params)
        .filter_map(|(o, n)| {
            let name = &n.name;
            match (default(o), default(n)) {
                (None, None) => None,
                (Some(was), Some(is)) if was == is => None,
                (None, Some(_)) => {
                    Some(Found::harmless(format!("`{name}` got a default"), Bump::Minor))
                }
                (Some(_), None) => Some(Found::new(format!("`{name}` has no default any more"))),
                (Some(was), Some(is)) => {
                    Some(Found::new(format!("the default of `{name}` was `{was}` and is `{is}`")))
                }
            }
        })
        .collect()
}

/// What a parameter stands for where it is left out.
#[derive(PartialEq)]
enum LeftOut<'a> {
    Type(&'a Ty),
    Const(&'a ConstExpr),
}

impl std::fmt::Display for LeftOut<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LeftOut::Type(ty) => write!(f, "{}", Show(*ty)),
            LeftOut::Const(ConstExpr::Value(text) | ConstExpr::Text(text)) => f.write_str(text),
            LeftOut::Const(ConstExpr::Param(_, _, label)) => write!(f, "{label}"),
        }
    }
}

fn default(p: &ripe_model::Param) -> Option<LeftOut<'_>> {
    match &p.kind {
        ParamKind::Lifetime => None,
        ParamKind::Type { default, .. } => default.as_ref().map(LeftOut::Type),
        ParamKind::Const { default, .. } => default.as_ref().map(LeftOut::Const),
    }
}

//! A struct, enum or variant is now `#[non_exhaustive]`: no literal, no match without a wildcard.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "marked_non_exhaustive",
    about: "literals and matches without a wildcard stop compiling",
    kinds: &[ItemKind::Struct, ItemKind::Enum, ItemKind::Variant],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Construct, How::Match],
    witness: &[Witness::Construct, Witness::Match],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    if old.marks.non_exhaustive || !new.marks.non_exhaustive {
        return Vec::new();
    }
    let found = Found::new("now `#[non_exhaustive]`");
    match &old.facts {
        Facts::Struct(s) if s.has_private_fields => {
            vec![Found::harmless("now `#[non_exhaustive]`, but never constructible", Bump::Minor)]
        }
        Facts::Enum(e) if !e.hidden_variants.is_empty() => {
            vec![Found::harmless("now `#[non_exhaustive]` instead of hidden variants", Bump::Minor)]
        }
        Facts::Enum(_) => vec![found.hurts(&[How::Match])],
        Facts::Struct(s) => match s.shape {
            Shape::Unit | Shape::Tuple => {
                vec![found.hurts(&[How::Construct, How::Match, How::Path, How::Call])]
            }
            Shape::Plain => vec![found],
        },
        Facts::Variant(v) => match v.shape {
            Shape::Unit | Shape::Tuple => {
                vec![found.hurts(&[How::Construct, How::Match, How::Path, How::Call])]
            }
            Shape::Plain => vec![found],
        },
        _ => Vec::new(),
    }
}

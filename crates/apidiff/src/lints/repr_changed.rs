//! The layout attributes of a type changed.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "repr_changed",
    about: "foreign code and `transmute` see another layout",
    kinds: &[ItemKind::Struct, ItemKind::Union, ItemKind::Enum],
    bump: Bump::Major,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[Witness::Field],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (o, n) = match (&old.facts, &new.facts) {
        (Facts::Struct(o), Facts::Struct(n)) => (&o.repr, &n.repr),
        (Facts::Union(o), Facts::Union(n)) => (&o.repr, &n.repr),
        (Facts::Enum(o), Facts::Enum(n)) => (&o.repr, &n.repr),
        _ => return Vec::new(),
    };
    if o == n {
        return Vec::new();
    }
    let show = |repr: &[String]| {
        if repr.is_empty() {
            "no `repr`".to_owned()
        } else {
            format!("`repr({})`", repr.join(", "))
        }
    };
    let found = Found::new(format!("{} became {}", show(o), show(n)));
    let packed = |repr: &[String]| repr.iter().any(|r| r.starts_with("packed"));
    let gone = o.iter().any(|r| !n.contains(r))
        || n.iter().any(|r| r.starts_with("align") || r.starts_with("packed"));
    if packed(n) && !packed(o) && d.has_public_fields(old) {
        return vec![
            Found::new("now packed: references to its fields are refused")
                .certainty(Certainty::Definite)
                .hurts(&[How::Field, How::Match]),
        ];
    }
    vec![if gone { found } else { found.bump(Bump::Minor) }]
}

//! A constant has another value: a length or a pattern built from it changes.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "const_value_changed",
    about: "a type or pattern built from the value, like `[u8; N]`, changes",
    kinds: &[ItemKind::Const, ItemKind::AssocConst],
    bump: Bump::Patch,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[Witness::Constant],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (ty, was, is) = match (&old.facts, &new.facts) {
        (Facts::Const(o), Facts::Const(n)) if o.ty == n.ty && o.value != n.value => {
            (&n.ty, Show(&o.value).to_string(), Show(&n.value).to_string())
        }
        (Facts::AssocConst(o), Facts::AssocConst(n)) if o.ty == n.ty && o.value != n.value => {
            let text = |v: &Option<String>| v.clone().unwrap_or_else(|| "no default".to_owned());
            (&n.ty, text(&o.value), text(&n.value))
        }
        _ => return Vec::new(),
    };
    let detail = format!("{was} became {is}");
    let is_number =
        |text: &str| text.trim_end_matches("usize").chars().all(|c| c.is_ascii_digit() || c == '_');
    // Lengths are `usize`: only there does a value reach a type without a cast.
    if *ty == Ty::Primitive("usize".to_owned()) && is_number(&was) && is_number(&is) {
        return vec![
            Found::new(format!(
                "{detail}; breaks where a length like `[u8; {}]` meets it",
                old.key.name()
            ))
            .bump(Bump::Major)
            .certainty(Certainty::Possible)
            .hurts(&[How::Path]),
        ];
    }
    vec![Found::new(detail)]
}

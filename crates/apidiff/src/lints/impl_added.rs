//! A type implements another trait: new API, and sometimes an ambiguity or a conflict.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "impl_added",
    about: "a new impl can make inference ambiguous or conflict with impls of clients",
    kinds: &[ItemKind::Impl],
    bump: Bump::Minor,
    certainty: Certainty::Definite,
    hurts: &[],
    witness: &[Witness::Infer, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(new) = d.added() else { return Vec::new() };
    let Facts::Impl(i) = &new.facts else { return Vec::new() };
    let what = format!("`{}` implements `{}`", Show(&i.self_ty), Show(&i.trait_));
    let harmless = Found::harmless(what.clone(), Bump::Minor);
    if i.is_negative || crate::impls::is_auto_impl(&i.trait_) || d.is_new_with_its_parts(i) {
        return vec![harmless];
    }
    if i.is_blanket && d.clients_could_implement(i) {
        return vec![
            Found::new(format!("{what}: conflicts with impls of clients for their own types"))
                .bump(Bump::Major)
                .hurts(&[How::Implement]),
        ];
    }
    if let Some(shape) = d.ambiguity(i) {
        return vec![
            Found::new(format!("{what}: {shape}"))
                .bump(Bump::Major)
                .certainty(Certainty::Possible)
                .hurts(&[How::Infer, How::Call]),
        ];
    }
    vec![harmless]
}

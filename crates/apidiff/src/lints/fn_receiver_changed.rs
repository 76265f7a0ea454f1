//! A method takes `self` in another way.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_receiver_changed",
    about: "calls and impls must take or give `self` in another way",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let typed = old.receiver == Receiver::Typed
        && new.receiver == Receiver::Typed
        && old.signature.params.first().map(|(_, t)| t)
            != new.signature.params.first().map(|(_, t)| t);
    if typed {
        return Vec::new();
    }
    if old.receiver == new.receiver {
        return Vec::new();
    }
    let detail = format!("`{}` became `{}`", words(old.receiver), words(new.receiver));
    let open = d.in_open_trait();
    let implementors: &[How] = if open { &[How::Implement] } else { &[] };
    match (old.receiver, new.receiver) {
        (Receiver::RefMut, Receiver::Ref) => {
            if open {
                return vec![Found::new(detail).hurts(implementors)];
            }
            vec![Found::harmless(detail, Bump::Minor)]
        }
        (Receiver::None, _) => {
            // `S::f(s)` goes on to work where the first parameter stays; the count tells the rest.
            if open {
                return vec![Found::new(detail).hurts(implementors)];
            }
            vec![Found::harmless(detail, Bump::Minor)]
        }
        (Receiver::Value, Receiver::Ref | Receiver::RefMut) if !open => vec![
            Found::new(format!("{detail}; `Type::method` as a value and `Type::method(x)` break"))
                .certainty(Certainty::Possible)
                .hurts(&[How::Path, How::Call]),
        ],
        (_, _) => {
            let mut hurts = vec![How::Call, How::Path];
            hurts.extend_from_slice(implementors);
            vec![Found::new(detail).hurts(&hurts)]
        }
    }
}

fn words(receiver: Receiver) -> &'static str {
    match receiver {
        Receiver::None => "no self",
        Receiver::Value => "self",
        Receiver::Ref => "&self",
        Receiver::RefMut => "&mut self",
        Receiver::Typed => "self: …",
    }
}

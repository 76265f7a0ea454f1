//! An item that clients could name is gone under every path.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "item_removed",
    about: "a public item is gone: whoever names it stops compiling",
    kinds: NAMED,
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: EVERY_USE,
    witness: &[
        Witness::Import,
        Witness::Call,
        Witness::Construct,
        Witness::Match,
        Witness::Field,
        Witness::Type,
        Witness::Constant,
        Witness::Implement,
    ],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some(old) = d.removed() else { return Vec::new() };
    let name = old.key.name();
    let detail = format!("{} `{name}` is gone", old.facts.kind());
    let owner_new = d.owner_in_new(old);
    match &old.facts {
        Facts::Field(field) => {
            let reached =
                owner_new.and_then(|owner| d.member_behind_deref(owner, name, old.key.ns));
            match reached.map(|row| &row.facts) {
                Some(Facts::Field(now)) if now.ty == field.ty => vec![
                    Found::new(format!("field `{name}` is now reached through `Deref`"))
                        .hurts(&[How::Construct, How::Match])
                        .certainty(Certainty::Possible),
                ],
                _ => vec![Found::new(detail).hurts(&[How::Field, How::Construct, How::Match])],
            }
        }
        Facts::Function(f) if f.receiver != Receiver::None => {
            let reached =
                owner_new.and_then(|owner| d.member_behind_deref(owner, name, old.key.ns));
            match reached.map(|row| &row.facts) {
                Some(Facts::Function(now)) if now.signature.output == f.signature.output => vec![
                    Found::new(format!("method `{name}` is now reached through `Deref`"))
                        .hurts(&[How::Path])
                        .certainty(Certainty::Possible),
                ],
                _ => vec![Found::new(detail).hurts(&users(d)).suggest(d.trait_that_offers(old))],
            }
        }
        Facts::Function(_) | Facts::AssocConst(_) | Facts::AssocType(_) => {
            vec![Found::new(detail).hurts(&users(d)).suggest(d.trait_that_offers(old))]
        }
        Facts::Variant(_) => vec![Found::new(detail).hurts(&[
            How::Import,
            How::Path,
            How::Call,
            How::Construct,
            How::Match,
        ])],
        _ => vec![Found::new(detail)],
    }
}

fn users(d: &Delta<'_>) -> Vec<How> {
    let mut hurts = vec![How::Call, How::Path, How::Type, How::Bound, How::Infer];
    if d.in_trait() {
        hurts.push(How::Implement);
        hurts.push(How::Import);
    }
    hurts
}

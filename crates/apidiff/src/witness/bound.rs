//! What a bound promises: supertraits, and bounds of associated types.

use ripe_model::{Bound, Change, Facts};

use crate::render::Show;

use super::scope::Scope;
use super::spell::SELF;
use super::{Ask, applied, function};

pub(super) fn write(ask: &mut Ask<'_>) {
    let (row, change) = (ask.row, ask.change);
    match &row.facts {
        Facts::Trait(t) => {
            for bound in t.supertraits.iter().filter(|bound| is_meant(change, bound)) {
                ask.draft(|ask, spell| {
                    let (promise, generics) = applied(ask.row, ask.path());
                    let scope = Scope::of(generics, None).with_self(&promise);
                    let point = needs(&spell.bound(bound), SELF);
                    Some(function(spell, &scope, "", "", "", point))
                });
            }
        }
        Facts::AssocType(a) => {
            for bound in a.bounds.iter().filter(|bound| is_meant(change, bound)) {
                ask.draft(|ask, spell| {
                    let (owner, path) = ask.owner()?;
                    let (promise, generics) = applied(owner, path);
                    let scope = Scope::of(generics, Some(&a.generics)).with_self(&promise);
                    let args = super::scope::arguments(&a.generics, ripe_model::Level::Own);
                    let args = if args.is_empty() {
                        String::new()
                    } else {
                        format!("<{}>", args.join(", "))
                    };
                    let name = ask.name();
                    let ty = format!("<{SELF} as {promise}>::{name}{args}");
                    let point = needs(&spell.bound(bound), &ty);
                    Some(function(spell, &scope, "", "", "", point))
                });
            }
        }
        _ => {}
    }
}

/// Whether the change is about a bound; one about none means all.
fn is_meant(change: &Change, bound: &Bound) -> bool {
    let named = format!("`{}`", Show(bound));
    change.detail.ends_with(&named) || !change.detail.contains(" longer ")
}

fn needs(bound: &str, ty: &str) -> String {
    format!("{{ fn needs<T: ?Sized + {bound}>() {{}} needs::<{ty}>(); }}")
}

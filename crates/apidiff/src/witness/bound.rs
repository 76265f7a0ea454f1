//! What a bound promises: supertraits, and bounds of associated types.

use ripe_model::{Bound, Change, Facts, Level};

use crate::render::Show;

use super::scope::{Scope, arguments};
use super::spell::{SELF, Spell};
use super::{Ask, Client, applied, function};

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
                ask.draft(|ask, spell| {
                    let (promise, generics) = applied(ask.row, ask.path());
                    let scope = Scope::of(generics, None).with_self(&promise);
                    Some(given_back(spell, &scope, bound, SELF))
                });
            }
        }
        Facts::AssocType(a) => {
            for bound in a.bounds.iter().filter(|bound| is_meant(change, bound)) {
                for give_back in [false, true] {
                    ask.draft(|ask, spell| {
                        let (owner, path) = ask.owner()?;
                        let (promise, generics) = applied(owner, path);
                        let scope = Scope::of(generics, Some(&a.generics)).with_self(&promise);
                        let args = arguments(&a.generics, Level::Own);
                        let args = if args.is_empty() {
                            String::new()
                        } else {
                            format!("<{}>", args.join(", "))
                        };
                        let ty = format!("<{SELF} as {promise}>::{}{args}", ask.name());
                        if give_back {
                            return Some(given_back(spell, &scope, bound, &ty));
                        }
                        let point = needs(&spell.bound(bound), &ty);
                        Some(function(spell, &scope, "", "", "", point))
                    });
                }
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

/// `fn w(x: Type) -> impl Bound { x }`: where the bound names generics, no inner function can.
fn given_back(spell: &Spell<'_>, scope: &Scope<'_>, bound: &Bound, ty: &str) -> Client {
    let returns = format!(" -> impl {}", spell.bound(bound));
    function(spell, scope, "", &format!("x: {ty}"), &returns, "x".to_owned()).as_point()
}

fn needs(bound: &str, ty: &str) -> String {
    format!("{{ fn needs<T: ?Sized + {bound}>() {{}} needs::<{ty}>(); }}")
}

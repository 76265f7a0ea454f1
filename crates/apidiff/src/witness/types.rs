//! The item in a signature, with its old arguments.

use ripe_model::{AliasTarget, CrateId, Facts, ItemKind, Namespace, Row};

use super::scope::Scope;
use super::spell::{SELF, Spell, absolute};
use super::{Ask, Client, applied, function};

pub(super) fn write(ask: &mut Ask<'_>) {
    let row = ask.row;
    match &row.facts {
        Facts::Struct(_) | Facts::Union(_) | Facts::Enum(_) | Facts::ExternType => {
            contained(ask);
            with_defaults(ask);
        }
        Facts::TypeAlias(alias) => {
            contained(ask);
            with_defaults(ask);
            ask.draft(|ask, spell| {
                let (whole, generics) = applied(ask.row, ask.path());
                let scope = Scope::of(generics, None).with(&alias.ty);
                Some(same(spell, &scope, &whole, &spell.ty(&alias.ty)))
            });
        }
        Facts::Trait(_) | Facts::TraitAlias(..) => {
            bounded(ask);
            if ask.change.lint == "trait_dyn_incompatible" {
                object(ask);
            }
        }
        Facts::AssocType(_) => associated(ask),
        Facts::Reexport(AliasTarget::Foreign { krate, path, kind }) => {
            if matches!(
                kind,
                Some(ItemKind::Struct | ItemKind::Enum | ItemKind::Union | ItemKind::TypeAlias)
            ) {
                for arity in 0..4 {
                    retargeted(ask, *krate, path, arity);
                }
            }
        }
        _ => {}
    }
}

/// The item of another crate behind a re-export; how many arguments it takes, only its own model
/// would know.
fn retargeted(ask: &mut Ask<'_>, krate: CrateId, path: &str, arity: usize) {
    ask.draft(|ask, spell| {
        let name = spell.named(krate, path);
        let mut scope = Scope::default();
        scope.more.extend((0..arity).map(|at| format!("A{at}")));
        let args = scope.params(spell);
        Some(same(
            spell,
            &scope,
            &format!("{}{args}", absolute(ask.path())),
            &format!("{name}{args}"),
        ))
    });
}

/// A pointer of one type where the other is asked for: no coercion helps.
pub(super) fn same(spell: &Spell<'_>, scope: &Scope<'_>, is: &str, was: &str) -> Client {
    let returns = format!(" -> *const {was}");
    function(spell, scope, "", &format!("x: *const {is}"), &returns, "x".to_owned())
}

/// `struct W<'i0, I0>(pub path::Item<'i0, I0>) where …;`: no lifetime may be left out in a field.
fn contained(ask: &mut Ask<'_>) {
    ask.draft(|ask, spell| {
        let (whole, generics) = applied(ask.row, ask.path());
        let scope = Scope::of(generics, None);
        let (params, conditions) = (scope.params(spell), scope.conditions(spell));
        let point = format!("pub struct W{params}(pub {whole}){conditions};");
        Some(Client { before: String::new(), point, after: String::new() })
    });
    // An alias may leave parameters unused, which no struct may.
    ask.draft(|ask, spell| {
        let (whole, generics) = applied(ask.row, ask.path());
        let scope = Scope::of(generics, None);
        let (params, conditions) = (scope.params(spell), scope.conditions(spell));
        let point = format!("pub fn w{params}(_: *const {whole}){conditions} {{}}");
        Some(Client { before: String::new(), point, after: String::new() })
    });
}

/// The type with arguments left out that have defaults is the type with the old defaults.
fn with_defaults(ask: &mut Ask<'_>) {
    if ask.change.lint != "generic_default_changed" {
        return;
    }
    ask.draft(|ask, spell| {
        let (short, long, generics) = super::scope::defaulted(ask.row, ask.path(), spell)?;
        Some(same(spell, &Scope::of(Some(&generics), None), &short, &long))
    });
    ask.draft(|ask, spell| {
        let (short, _, generics) = super::scope::defaulted(ask.row, ask.path(), spell)?;
        let scope = Scope::of(Some(&generics), None);
        let (params, conditions) = (scope.params(spell), scope.conditions(spell));
        let point = format!("pub struct W{params}(pub {short}){conditions};");
        Some(Client { before: String::new(), point, after: String::new() })
    });
}

/// `fn w<I0, T: path::Trait<I0>>() {}`
fn bounded(ask: &mut Ask<'_>) {
    ask.draft(|ask, spell| {
        let (bound, generics) = applied(ask.row, ask.path());
        let scope = Scope::of(generics, None).with_self(&format!("?Sized + {bound}"));
        let (params, conditions) = (scope.params(spell), scope.conditions(spell));
        let point = format!("pub fn w{params}(){conditions} {{}}");
        Some(Client { before: String::new(), point, after: String::new() })
    });
}

/// `fn w<A>(_: &dyn path::Trait<Name = A>) {}`
fn object(ask: &mut Ask<'_>) {
    ask.draft(|ask, spell| {
        let (bound, generics) = applied(ask.row, ask.path());
        let mut scope = Scope::of(generics, None);
        let names = associated_types(ask, ask.row);
        let named: Vec<String> = (0..names.len()).map(|at| format!("A{at}")).collect();
        scope.more.extend(named.iter().cloned());
        let fixed: Vec<String> =
            names.iter().zip(&named).map(|(name, ty)| format!("{name} = {ty}")).collect();
        let object = match (bound.strip_suffix('>'), fixed.is_empty()) {
            (_, true) => bound,
            (Some(open), false) => format!("{open}, {}>", fixed.join(", ")),
            (None, false) => format!("{bound}<{}>", fixed.join(", ")),
        };
        let (params, conditions) = (scope.params(spell), scope.conditions(spell));
        let point = format!("pub fn w{params}(_: &dyn {object}){conditions} {{}}");
        Some(Client { before: String::new(), point, after: String::new() })
    });
}

/// The associated types of a trait by name.
pub(super) fn associated_types<'m>(ask: &Ask<'m>, row: &'m Row) -> Vec<&'m str> {
    let prefix = format!("{}::", row.key.path);
    let members = ask.old.model.rows.starting_at(&prefix);
    members
        .take_while(|member| member.key.path.starts_with(&prefix))
        .filter(|member| member.key.ns == Namespace::Type)
        .filter(|member| matches!(member.facts, Facts::AssocType(_)))
        .map(|member| member.key.name())
        .collect()
}

/// `fn w<T: path::Trait>(_: *const <T as path::Trait>::Name) {}`
fn associated(ask: &mut Ask<'_>) {
    let row = ask.row;
    let Facts::AssocType(facts) = &row.facts else { return };
    ask.draft(|ask, spell| {
        let (owner, path) = ask.owner()?;
        let (bound, generics) = applied(owner, path);
        let scope = Scope::of(generics, Some(&facts.generics)).with_self(&bound);
        let args = super::scope::arguments(&facts.generics, ripe_model::Level::Own);
        let args = if args.is_empty() { args.concat() } else { format!("<{}>", args.join(", ")) };
        let (params, conditions) = (scope.params(spell), scope.conditions(spell));
        let name = ask.name();
        Some(Client {
            before: format!("pub fn w{params}(_: *const "),
            point: format!("<{SELF} as {bound}>::{name}{args}"),
            after: format!("){conditions} {{}}"),
        })
    });
}

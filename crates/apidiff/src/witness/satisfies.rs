//! Impls and auto traits that a client relies on.

use ripe_model::{AutoTrait, Binding, Facts};

use super::scope::Scope;
use super::types::same;
use super::{Ask, applied, function};

pub(super) fn write(ask: &mut Ask<'_>) {
    let row = ask.row;
    match &row.facts {
        Facts::Struct(s) => auto(ask, &s.auto_traits),
        Facts::Union(u) => auto(ask, &u.auto_traits),
        Facts::Enum(e) => auto(ask, &e.auto_traits),
        Facts::Impl(i) => {
            if ask.change.lint == "impl_assoc_changed" {
                for (name, binding) in &i.assoc {
                    if let Binding::Type(was) = binding
                        && ask.change.detail.starts_with(&format!("`{name}` of "))
                    {
                        ask.draft(|_, spell| {
                            let scope = Scope::of(Some(&i.generics), None);
                            let own = spell.ty(&i.self_ty);
                            let is = format!("<{own} as {}>::{name}", spell.path(&i.trait_));
                            Some(same(spell, &scope, &is, &spell.ty(was)))
                        });
                    }
                }
                return;
            }
            // By value, then behind a reference for types without a size.
            ask.draft(|_, spell| {
                let scope = Scope::of(Some(&i.generics), None);
                let param = format!("x: {}", spell.ty(&i.self_ty));
                let returns = format!(" -> impl {}", spell.path(&i.trait_));
                let client = function(spell, &scope, "", &param, &returns, "x".to_owned());
                Some(client.as_point())
            });
            ask.draft(|_, spell| {
                let scope = Scope::of(Some(&i.generics), None);
                let own = spell.ty(&i.self_ty);
                let point = format!(
                    "{{ fn needs<T: ?Sized + {}>() {{}} needs::<{own}>(); }}",
                    spell.path(&i.trait_)
                );
                Some(function(spell, &scope, "", "", "", point))
            });
        }
        _ => {}
    }
}

/// `fn needs<T: Send>() {} needs::<path::Type<I0>>();` under the old conditions.
fn auto(ask: &mut Ask<'_>, traits: &std::collections::BTreeMap<String, AutoTrait>) {
    let named = ask.change.detail.split('`').nth(1).unwrap_or_default();
    let path = match named {
        "Send" | "Sync" | "Unpin" => format!("::std::marker::{named}"),
        "UnwindSafe" | "RefUnwindSafe" => format!("::std::panic::{named}"),
        _ => return,
    };
    let Some((_, AutoTrait::When(conditions))) = traits.iter().find(|(name, _)| *name == named)
    else {
        return;
    };
    ask.draft(|ask, spell| {
        let (whole, own) = applied(ask.row, ask.path());
        let mut generics = own.cloned().unwrap_or_default();
        generics.predicates.extend(conditions.predicates.iter().cloned());
        let scope = Scope::of(Some(&generics), None);
        let point = format!("{{ fn needs<T: ?Sized + {path}>() {{}} needs::<{whole}>(); }}");
        Some(function(spell, &scope, "", "", "", point))
    });
}

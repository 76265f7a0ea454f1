//! Constants, statics, casts, and functions in constants.

use ripe_model::{Facts, Ty};

use super::function::Callee;
use super::scope::Scope;
use super::spell::{SELF, absolute};
use super::{Ask, applied, function};

pub(super) fn write(ask: &mut Ask<'_>) {
    let row = ask.row;
    match &row.facts {
        Facts::Const(c) => {
            value(ask, &c.ty, false);
            ask.draft(|ask, spell| {
                let scope = Scope::default().with(&c.ty);
                let point = format!("let _ = matches!(x, {});", absolute(ask.path()));
                Some(function(spell, &scope, "", &format!("x: {}", spell.ty(&c.ty)), "", point))
            });
        }
        Facts::Static(s) => value(ask, &s.ty, s.is_mutable || s.is_unsafe),
        Facts::AssocConst(c) => {
            if c.in_trait {
                ask.draft(|ask, spell| {
                    let (owner, path) = ask.owner()?;
                    let (bound, generics) = applied(owner, path);
                    let scope = Scope::of(generics, None).with(&c.ty).with_self(&bound);
                    let value = format!("<{SELF} as {bound}>::{}", ask.name());
                    let point = format!("let _: {} = {value};", spell.ty(&c.ty));
                    Some(function(spell, &scope, "", "", "", point))
                });
            } else {
                ask.draft(|ask, spell| {
                    let (owner, path) = ask.owner()?;
                    let (whole, generics) = applied(owner, path);
                    let scope = Scope::of(generics, None).with(&c.ty);
                    let value = format!("<{whole}>::{}", ask.name());
                    let point = format!("let _: {} = {value};", spell.ty(&c.ty));
                    Some(function(spell, &scope, "", "", "", point))
                });
            }
        }
        Facts::Enum(_) => ask.draft(|ask, spell| {
            let (whole, generics) = applied(ask.row, ask.path());
            let scope = Scope::of(generics, None);
            let point = "let _ = x as isize;".to_owned();
            Some(function(spell, &scope, "", &format!("x: {whole}"), "", point))
        }),
        Facts::Function(f) if f.signature.is_const => ask.draft(|ask, spell| {
            let callee = Callee::of(ask, f, spell)?;
            let (params, args) = callee.arguments(spell, |_| true);
            let (path, named) = (&callee.path, callee.turbofish());
            let call = callee.wrapped(format!("{path}{named}({})", args.join(", ")));
            let returns = spell.returns(&f.signature.output);
            Some(function(spell, &callee.scope, "const ", &params, &returns, call))
        }),
        _ => {}
    }
}

/// The value of a constant or static as its old type; a mutable one written.
fn value(ask: &mut Ask<'_>, ty: &Ty, is_unsafe: bool) {
    let wrapped = |text: String| if is_unsafe { format!("unsafe {{ {text} }}") } else { text };
    let is_static = matches!(ask.row.facts, Facts::Static(_));
    let is_mutable = matches!(&ask.row.facts, Facts::Static(s) if s.is_mutable);
    ask.draft(|ask, spell| {
        let scope = Scope::default().with(ty);
        let (name, ty) = (absolute(ask.path()), spell.ty(ty));
        let point = if is_static {
            format!("let _: *const {ty} = &raw const {name};")
        } else {
            format!("let _: {ty} = {name};")
        };
        Some(function(spell, &scope, "", "", "", wrapped(point)))
    });
    if is_static {
        ask.draft(|ask, spell| {
            let name = absolute(ask.path());
            let scope = Scope::default();
            let point = if is_mutable {
                format!("let _ = &raw mut {name};")
            } else {
                format!("let _ = &{name};")
            };
            Some(function(spell, &scope, "", "", "", wrapped(point)))
        });
    }
}

//! Fields read, borrowed and written.

use ripe_model::{Facts, Namespace};

use super::scope::Scope;
use super::spell::{absolute, ident};
use super::{Ask, applied, function};
use crate::surface::split;

pub(super) fn write(ask: &mut Ask<'_>) {
    let row = ask.row;
    if let Facts::Struct(s) = &row.facts {
        for name in &s.fields {
            ask.draft(|ask, spell| {
                let (whole, generics) = applied(ask.row, ask.path());
                let scope = Scope::of(generics, None);
                let point = format!("let _ = &x.{};", ident(name));
                Some(function(spell, &scope, "", &format!("x: &{whole}"), "", point))
            });
        }
    }
    let Facts::Field(field) = &row.facts else { return };
    let Some((owner, path)) = ask.owner() else { return };
    let name = ask.name();
    if let Facts::Variant(_) = &owner.facts {
        let pattern = format!("{} {{ {name}: v, .. }}", absolute(path));
        ask.draft(|ask, spell| {
            let (enum_path, _) = split(path)?;
            let (whole, generics) = applied(ask.old.row(enum_path, Namespace::Type)?, enum_path);
            let scope = Scope::of(generics, None).with(&field.ty);
            let ty = spell.ty(&field.ty);
            let point = format!("if let {pattern} = x {{ let _: {ty} = v; }}");
            Some(function(spell, &scope, "", &format!("x: {whole}"), "", point))
        });
        return;
    }
    let is_union = matches!(owner.facts, Facts::Union(_));
    let wrapped = |text: String| if is_union { format!("unsafe {{ {text} }}") } else { text };
    if ask.change.lint == "item_removed" {
        ask.draft(|_, spell| {
            let (whole, generics) = applied(owner, path);
            let scope = Scope::of(generics, None);
            let point = wrapped(format!("let _ = &x.{name};"));
            Some(function(spell, &scope, "", &format!("x: &{whole}"), "", point))
        });
        return;
    }
    for borrow in ["", "&mut "] {
        ask.draft(|_, spell| {
            let (whole, generics) = applied(owner, path);
            let scope = Scope::of(generics, None).with(&field.ty);
            let ty = spell.ty(&field.ty);
            let point = wrapped(format!("let _: {borrow}{ty} = {borrow}x.{name};"));
            Some(function(spell, &scope, "", &format!("x: {borrow}{whole}"), "", point))
        });
    }
    ask.draft(|_, spell| {
        let (whole, generics) = applied(owner, path);
        let scope = Scope::of(generics, None).with(&field.ty);
        let params = format!("x: &mut {whole}, v: {}", spell.ty(&field.ty));
        Some(function(spell, &scope, "", &params, "", wrapped(format!("x.{name} = v;"))))
    });
}

//! Values written by literals, and patterns that take them apart.

use ripe_model::{Facts, Namespace, Row, Shape};

use super::scope::Scope;
use super::spell::{absolute, ident};
use super::{Ask, applied, function};
use crate::surface::split;

/// A literal with all public fields; of a field, one where only it is typed.
pub(super) fn construct(ask: &mut Ask<'_>) {
    let row = ask.row;
    match &row.facts {
        Facts::Struct(s) if !s.has_private_fields && !row.marks.non_exhaustive => {
            build(ask, row, ask.path(), s.shape, &s.fields, None);
        }
        Facts::Variant(v) if !row.marks.non_exhaustive => {
            build(ask, row, ask.path(), v.shape, &v.fields, None);
        }
        Facts::Field(_) => {
            let Some((owner, path)) = ask.owner() else { return };
            let name = row.key.name();
            match &owner.facts {
                Facts::Struct(s) if !s.has_private_fields && !owner.marks.non_exhaustive => {
                    build(ask, owner, path, s.shape, &s.fields, Some(name));
                }
                Facts::Variant(v) if !owner.marks.non_exhaustive => {
                    build(ask, owner, path, v.shape, &v.fields, Some(name));
                }
                _ => {}
            }
        }
        _ => {}
    }
}

fn build<'m>(
    ask: &mut Ask<'m>,
    row: &'m Row,
    path: &'m str,
    shape: Shape,
    fields: &'m [String],
    typed: Option<&str>,
) {
    ask.draft(|ask, spell| {
        let (whole, generics) = whole(ask, row, path)?;
        let mut scope = Scope::of(generics, None);
        let mut params = String::new();
        if let Some(name) = typed {
            let field = ask.old.row(&format!("{path}::{name}"), Namespace::Field)?;
            let Facts::Field(field) = &field.facts else { return None };
            params = format!("v: {}", spell.ty(&field.ty));
            scope = scope.with(&field.ty);
        }
        let value = |name: &String| if typed == Some(name.as_str()) { "v" } else { "any()" };
        let point = match shape {
            Shape::Unit => absolute(path),
            Shape::Tuple => {
                let values: Vec<&str> = fields.iter().map(value).collect();
                format!("{}({})", absolute(path), values.join(", "))
            }
            Shape::Plain => {
                let values: Vec<String> =
                    fields.iter().map(|name| format!("{}: {}", ident(name), value(name))).collect();
                format!("{} {{ {} }}", absolute(path), values.join(", "))
            }
        };
        Some(function(spell, &scope, "", &params, &format!(" -> {whole}"), point))
    });
}

/// The type of which a struct or variant makes values.
fn whole<'m>(
    ask: &Ask<'m>,
    row: &'m Row,
    path: &'m str,
) -> Option<(String, Option<&'m ripe_model::Generics>)> {
    match &row.facts {
        Facts::Variant(_) => {
            let (owner, _) = split(path)?;
            Some(applied(ask.old.row(owner, Namespace::Type)?, owner))
        }
        _ => Some(applied(row, path)),
    }
}

/// A match that lists every variant, a pattern that lists every field, a field moved out.
pub(super) fn take_apart(ask: &mut Ask<'_>) {
    let row = ask.row;
    match &row.facts {
        Facts::Struct(s) if ask.change.lint == "drop_added" => {
            for field in &s.fields {
                moved_out(ask, field);
            }
            dropped_in_const(ask);
        }
        Facts::Enum(_) if ask.change.lint == "drop_added" => dropped_in_const(ask),
        Facts::Struct(s) if !s.has_private_fields => {
            let pattern = pattern(ask.path(), s.shape, &s.fields);
            matched(ask, row, format!("let {pattern} = x;"));
        }
        Facts::Struct(_) => {
            matched(ask, row, format!("let {} {{ .. }} = x;", absolute(ask.path())))
        }
        Facts::Variant(v) => {
            let pattern = pattern(ask.path(), v.shape, &v.fields);
            matched(ask, row, format!("if let {pattern} = x {{}}"));
        }
        Facts::Enum(e) => {
            let arms: Vec<String> = (e.variants.iter().chain(&e.hidden_variants))
                .map(|name| format!("{}::{} {{ .. }} => {{}}", absolute(ask.path()), ident(name)))
                .collect();
            matched(ask, row, format!("match x {{ {} }}", arms.join(", ")));
        }
        Facts::Field(_) => {
            let Some((owner, path)) = ask.owner() else { return };
            let is_variant = matches!(owner.facts, Facts::Variant(_));
            let pattern = format!("{} {{ {}: _, .. }}", absolute(path), ask.name());
            let point = if is_variant {
                format!("if let {pattern} = x {{}}")
            } else {
                format!("let {pattern} = x;")
            };
            matched_at(ask, owner, path, point);
        }
        _ => {}
    }
}

fn pattern(path: &str, shape: Shape, fields: &[String]) -> String {
    let path = absolute(path);
    match shape {
        Shape::Unit => path,
        Shape::Tuple => format!("{path}({})", vec!["_"; fields.len()].join(", ")),
        Shape::Plain => {
            let names: Vec<String> =
                fields.iter().map(|name| format!("{}: _", ident(name))).collect();
            format!("{path} {{ {} }}", names.join(", "))
        }
    }
}

fn matched<'m>(ask: &mut Ask<'m>, row: &'m Row, point: String) {
    matched_at(ask, row, ask.path(), point);
}

fn matched_at<'m>(ask: &mut Ask<'m>, row: &'m Row, path: &'m str, point: String) {
    ask.draft(|ask, spell| {
        let (whole, generics) = whole(ask, row, path)?;
        let scope = Scope::of(generics, None);
        Some(function(spell, &scope, "", &format!("x: {whole}"), "", point))
    });
}

fn moved_out(ask: &mut Ask<'_>, field: &str) {
    ask.draft(|ask, spell| {
        let (whole, generics) = applied(ask.row, ask.path());
        let scope = Scope::of(generics, None);
        let point = format!("let _moved = x.{};", ident(field));
        Some(function(spell, &scope, "", &format!("x: {whole}"), "", point))
    });
}

/// A value that goes out of scope in a constant function must have nothing to drop. The error
/// points to the parameter.
fn dropped_in_const(ask: &mut Ask<'_>) {
    ask.draft(|ask, spell| {
        let (whole, generics) = applied(ask.row, ask.path());
        let scope = Scope::of(generics, None);
        let mut client =
            function(spell, &scope, "const ", &format!("_x: {whole}"), "", String::new());
        client.point = std::mem::take(&mut client.before);
        Some(client)
    });
}

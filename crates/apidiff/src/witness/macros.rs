//! Macros invoked and derived.

use ripe_model::Facts;

use super::spell::absolute;
use super::{Ask, Client};

/// An invocation that the old matcher took.
pub(super) fn invoke(ask: &mut Ask<'_>) {
    let row = ask.row;
    let (Facts::Macro(old), Some(Facts::Macro(new))) =
        (&row.facts, ask.new_row().map(|row| &row.facts))
    else {
        return;
    };
    let arms: Vec<&str> = new.arms.iter().map(|arm| arm.0.as_str()).collect();
    for sample in old.arms.iter().flat_map(|arm| crate::matcher::lost(&arm.0, &arms)).take(8) {
        let call = format!("{}! {{ {sample} }}", absolute(ask.path()));
        for (before, point) in [
            ("pub fn w() {", format!("let _ = {call};")),
            ("pub fn w() {", format!("{call};")),
            ("pub mod w {", call.clone()),
        ] {
            ask.draft(|_, _| {
                Some(Client { before: before.to_owned(), point, after: "}".to_owned() })
            });
        }
    }
}

/// `#[derive(path::Name)] #[helper] struct W;`
pub(super) fn derive(ask: &mut Ask<'_>) {
    let row = ask.row;
    let Facts::ProcMacro(old) = &row.facts else { return };
    for helper in &old.helpers {
        if !ask.change.detail.contains(&format!("`{helper}`")) {
            continue;
        }
        for body in ["pub struct W;", "pub struct W { pub f: u8 }", "pub enum W { A, B }"] {
            ask.draft(|ask, _| {
                let before = format!("#[derive({})]", absolute(ask.path()));
                let point = format!("#[{helper}]\n{body}");
                Some(Client { before, point, after: String::new() })
            });
        }
    }
}

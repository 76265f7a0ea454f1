//! A picture of the standard library, parsed like a source crate.

use std::sync::OnceLock;

use crate::tree::{File, Tree};

const PICTURE: &str = include_str!("std/picture.rs");

/// The picture as a crate. Functions get empty bodies, so that the text is a plain source file.
pub(crate) fn tree() -> Tree {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| with_bodies(PICTURE));
    let items = syn::parse_file(text).map(|file| file.items).unwrap_or_default();
    let file = File { path: "std".into(), text: String::new(), items, parsed: true };
    Tree { files: vec![file], ..Tree::default() }
}

/// Ends each `fn …;` with `{}` instead. Semicolons inside brackets belong to array types.
fn with_bodies(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4096);
    let mut rest = text;
    while let Some(at) = rest.find("fn ") {
        let starts =
            rest[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let (head, tail) = rest.split_at(at + 3);
        out.push_str(head);
        rest = tail;
        if !starts {
            continue;
        }
        let mut depth = 0usize;
        for (i, c) in rest.char_indices() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                '{' if depth == 0 => {
                    out.push_str(&rest[..i]);
                    rest = &rest[i..];
                    break;
                }
                ';' if depth == 0 => {
                    out.push_str(&rest[..i]);
                    out.push_str(" {}");
                    rest = &rest[i + 1..];
                    break;
                }
                _ => {}
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_is_a_source_file() {
        if let Err(error) = syn::parse_file(&with_bodies(PICTURE)) {
            let at = error.span().start();
            let line = with_bodies(PICTURE).lines().nth(at.line - 1).map(str::to_owned);
            let line = line.unwrap_or_default();
            let from = at.column.saturating_sub(60);
            panic!(
                "{error} at {}: {:?}",
                at.line,
                line.get(from..(at.column + 60).min(line.len()))
            );
        }
        let verbatim =
            |items: &[syn::Item]| items.iter().any(|i| matches!(i, syn::Item::Verbatim(_)));
        assert!(!verbatim(&tree().files[0].items));
    }
}

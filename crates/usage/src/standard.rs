//! A picture of the standard library, parsed like a source crate.

use std::rc::Rc;
use std::str::FromStr;
use std::sync::OnceLock;

use proc_macro2::{Group, Span, TokenStream, TokenTree};

use crate::tree::{File, Tree};

const PICTURE: &str = include_str!("std/picture.rs");

const INTEGERS: &[&str] =
    &["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// What every integer type has, by the type of the second parameter and the output.
const ARITHMETIC: &[(&str, &str, &[&str])] = &[
    (
        "o: Self",
        "Self",
        &[
            "wrapping_add",
            "wrapping_sub",
            "wrapping_mul",
            "wrapping_div",
            "saturating_add",
            "saturating_sub",
            "saturating_mul",
            "rem_euclid",
            "div_euclid",
            "div_ceil",
            "next_multiple_of",
            "abs_diff",
        ],
    ),
    (
        "o: Self",
        "Option<Self>",
        &["checked_add", "checked_sub", "checked_mul", "checked_div", "checked_rem"],
    ),
    ("o: Self", "(Self, bool)", &["overflowing_add", "overflowing_sub", "overflowing_mul"]),
    (
        "n: u32",
        "Self",
        &[
            "pow",
            "rotate_left",
            "rotate_right",
            "wrapping_shl",
            "wrapping_shr",
            "saturating_pow",
            "wrapping_pow",
        ],
    ),
    ("n: u32", "Option<Self>", &["checked_shl", "checked_shr", "checked_pow"]),
    (
        "",
        "Self",
        &[
            "swap_bytes",
            "reverse_bits",
            "to_be",
            "to_le",
            "abs",
            "signum",
            "next_power_of_two",
            "wrapping_neg",
            "isqrt",
        ],
    ),
    (
        "",
        "u32",
        &[
            "count_ones",
            "count_zeros",
            "leading_zeros",
            "trailing_zeros",
            "leading_ones",
            "trailing_ones",
            "ilog2",
            "ilog10",
        ],
    ),
    ("", "bool", &["is_positive", "is_negative", "is_power_of_two"]),
    ("", "[u8; 8]", &["to_be_bytes", "to_le_bytes", "to_ne_bytes"]),
];

fn integers() -> String {
    let mut text = String::new();
    for ty in INTEGERS {
        text.push_str(&format!("impl {ty} {{ pub const MAX: {ty} = 0; pub const MIN: {ty} = 0; pub const BITS: u32 = 0;"));
        for (second, output, names) in ARITHMETIC {
            for name in *names {
                text.push_str(&format!(" pub fn {name}(self, {second}) -> {output} {{}}"));
            }
        }
        text.push_str(&format!(" pub fn from_str_radix(s: &str, n: u32) -> Result<{ty}, crate::num::ParseIntError> {{}} }}\n"));
    }
    text
}

/// The picture as a crate, parsed once a thread. Functions get empty bodies, so that the text is a
/// plain source file; its spans are those of a call site, which outlive the text.
pub(crate) fn tree() -> Rc<Tree> {
    static TEXT: OnceLock<String> = OnceLock::new();
    thread_local! {
        static TREE: Rc<Tree> = {
            let text = TEXT.get_or_init(|| with_bodies(PICTURE) + &integers());
            let tokens = TokenStream::from_str(text).map(without_spans).unwrap_or_default();
            let items = syn::parse2(tokens).map(|file: syn::File| file.items).unwrap_or_default();
            let path = "std".into();
            let file = File { path, text: String::new(), items, parsed: true, off: false };
            Rc::new(Tree { files: vec![file], ..Tree::default() })
        };
    }
    TREE.with(Rc::clone)
}

fn without_spans(tokens: TokenStream) -> TokenStream {
    let token = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            TokenTree::Group(Group::new(group.delimiter(), without_spans(group.stream())))
        }
        mut other @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => {
            other.set_span(Span::call_site());
            other
        }
    };
    tokens.into_iter().map(token).collect()
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

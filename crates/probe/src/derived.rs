//! Code that a derive put together out of the tokens of its input.
//!
//! rustc is silent about uses in the expansion of a derive, but for tokens that carry the span of
//! the input: clap's derive gives the calls that it makes the spans of the fields' types, so that
//! `usize` is said to use `Arg::takes_value`.

use std::collections::BTreeSet;

use proc_macro2::Delimiter;

use crate::notice::Place;
use crate::tokens::{Kind, Tokens};

/// Whether a use was made by one of these derives: it lies in an input of theirs, and no token there
/// says the name of what is used, or a name that the file gives to something.
pub(crate) fn is_made(
    tokens: &Tokens,
    place: &Place,
    path: &str,
    derives: &BTreeSet<String>,
) -> bool {
    let Some(begin) = tokens.at(place.begin.0, place.begin.1) else { return false };
    let name = path.rsplit("::").next().unwrap_or(path);
    let end = tokens.0.partition_point(|token| token.end <= place.end).max(begin + 1);
    let words: BTreeSet<&str> = (begin..end).filter_map(|at| tokens.ident(at)).collect();
    let mut renamed = (1..tokens.0.len()).filter_map(|at| is_renamed(tokens, at));
    let written = words.contains(name) || renamed.any(|new| words.contains(new));
    !written && (0..begin).any(|at| input_end(tokens, at, derives).is_some_and(|end| begin <= end))
}

/// The name that `as NAME` gives at an index.
fn is_renamed(tokens: &Tokens, at: usize) -> Option<&str> {
    (tokens.ident(at - 1) == Some("as")).then(|| tokens.ident(at)).flatten()
}

/// Where the item ends whose attribute `derive` at an index names one of these.
fn input_end(tokens: &Tokens, at: usize, derives: &BTreeSet<String>) -> Option<usize> {
    if tokens.ident(at) != Some("derive") {
        return None;
    }
    let close = tokens.close_of(at + 1, Delimiter::Parenthesis)?;
    (at + 2..close)
        .filter_map(|at| tokens.ident(at))
        .any(|name| derives.contains(name))
        .then_some(())?;
    // After the bracket of the attribute.
    let mut at = close + 2;
    loop {
        match tokens.0.get(at)?.kind {
            Kind::Punct(';') => return Some(at),
            Kind::Open(Delimiter::Brace, close) => return Some(close),
            Kind::Open(_, close) => at = close + 1,
            Kind::Close(_) => return None,
            Kind::Ident(_) | Kind::Punct(_) | Kind::Literal(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_input_does_not_say_the_derive_made() {
        let source = "use d::Old as New;\n\
                      #[derive(Debug, d::Parse)]\n\
                      #[parse(with = d::f)]\n\
                      struct S {\n\
                      a: usize, b: d::Value, c: New }\n\
                      #[derive(Debug)] struct T { a: usize }\n";
        let tokens = Tokens::read(source).expect("tokens");
        let derives = BTreeSet::from(["Parse".to_owned()]);
        let made = |line: u32, word: &str, path: &str| {
            let text = source.lines().nth(line as usize - 1).expect("a line");
            let column = text.find(word).expect("the word is there") + 1;
            let of = |column: usize| (line, u32::try_from(column).expect("small"));
            let (begin, end) = (of(column), of(column + word.len()));
            let place = Place { file: "lib.rs".into(), begin, end, expanded: false };
            is_made(&tokens, &place, path, &derives)
        };
        assert!(made(5, "usize", "d::Arg::takes_value"));
        assert!(made(4, "S", "d::App"));
        assert!(made(3, "with", "d::Arg::value"));
        assert!(!made(3, "f", "d::f"));
        assert!(!made(5, "d::Value", "d::Value"));
        assert!(!made(5, "New", "d::Old"), "it can be another name of it");
        assert!(!made(6, "usize", "d::Arg::takes_value"), "another derive");
    }
}

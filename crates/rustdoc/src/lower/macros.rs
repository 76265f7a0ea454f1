//! The matchers of a `macro_rules!` macro, from the text that rustdoc shows.
//!
//! rustdoc prints each arm as its matcher followed by `=> { ... }`. The text is cut into tokens as
//! rustc's lexer would, and the matchers are read off between the outermost braces.

use ripe_model::{MacroArm, MacroFacts};

/// The arms of a macro.
pub(crate) fn arms(text: &str) -> MacroFacts {
    let tokens = tokens(text);
    let open = tokens.iter().position(|t| *t == "{" || *t == "(");
    let head = &tokens[..open.unwrap_or(tokens.len())];
    let body = &tokens[open.unwrap_or(tokens.len())..];
    let arms = if head.contains(&"macro_rules") {
        arms_between(body)
    } else {
        // `macro name($x: expr) { ... }` has one arm, `macro name { … }` lists them.
        match body.first() {
            Some(&"(") => group(body).map(|(matcher, _)| vec![arm(matcher)]).unwrap_or_default(),
            _ => arms_between(body),
        }
    };
    MacroFacts { arms }
}

/// The arms in a list that the first token opens.
fn arms_between(body: &[&str]) -> Vec<MacroArm> {
    let mut arms = Vec::new();
    let Some((mut rest, _)) = group(body) else { return arms };
    while let Some((matcher, after)) = group(rest) {
        arms.push(arm(matcher));
        let end = after.iter().position(|t| *t == "=>");
        let Some(transcriber) = end.map(|end| &after[end + 1..]) else { break };
        rest = group(transcriber).map_or(&[], |(_, rest)| rest);
        while rest.first().is_some_and(|t| matches!(*t, ";" | ",")) {
            rest = &rest[1..];
        }
    }
    arms
}

/// The tokens inside the group that the first token opens, and those after it.
fn group<'t, 's>(tokens: &'t [&'s str]) -> Option<(&'t [&'s str], &'t [&'s str])> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            return Some((&tokens[1..at], &tokens[at + 1..]));
        }
    }
    None
}

/// Joins the tokens of a matcher; `$name:kind` and `$(` stay together.
fn arm(tokens: &[&str]) -> MacroArm {
    let mut out = String::new();
    let mut at = 0;
    while at < tokens.len() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(tokens[at]);
        let is_metavariable = tokens[at] == "$";
        at += 1;
        if !is_metavariable {
            continue;
        }
        if let Some(name) = tokens.get(at) {
            out.push_str(name);
            at += 1;
        }
        if tokens.get(at) == Some(&":") && tokens.get(at - 1).is_some_and(|t| is_word(t)) {
            out.push(':');
            out.push_str(tokens.get(at + 1).unwrap_or(&""));
            at += 2;
        }
    }
    MacroArm(out)
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Punctuation of more than one character, longest first (Rust Reference, "Tokens").
const PUNCTUATION: &[&str] = &[
    "<<=", ">>=", "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=",
    "*=", "/=", "%=", "^=", "&=", "|=", "<<", ">>", "..",
];

/// Cuts text into tokens. Comments are dropped.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return tokens };
        let length = match first {
            '/' if rest.starts_with("//") => {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
                continue;
            }
            '"' => string_length(rest),
            '\'' => quote_length(rest),
            'r' | 'b' | 'c' if literal_prefix(rest).is_some() => {
                literal_prefix(rest).unwrap_or(first.len_utf8())
            }
            c if c.is_alphanumeric() || c == '_' => word_length(rest),
            _ => PUNCTUATION
                .iter()
                .find(|p| rest.starts_with(**p))
                .map_or(first.len_utf8(), |p| p.len()),
        };
        let (token, after) = rest.split_at(length.min(rest.len()));
        tokens.push(token);
        rest = after;
    }
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// The length of a string that starts with a quote.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character or a lifetime.
fn quote_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, c))) => {
            let from = at + c.len_utf8();
            text[from..].find('\'').map_or(text.len(), |end| from + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1 + word_length(&text[1..]),
    }
}

/// The length of a literal with a prefix: `b"…"`, `r#"…"#`, `b'x'`, and raw identifiers.
fn literal_prefix(text: &str) -> Option<usize> {
    let prefix = word_length(text);
    let after = &text[prefix..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let quoted = &after[hashes..];
    let is_raw = text[..prefix].ends_with('r');
    if !matches!(&text[..prefix], "r" | "b" | "c" | "br" | "cr") {
        return None;
    }
    if quoted.starts_with('"') && is_raw {
        let close = format!("\"{}", "#".repeat(hashes));
        let end = quoted[1..].find(&close)?;
        return Some(prefix + hashes + 1 + end + close.len());
    }
    match (hashes, quoted.chars().next()) {
        (0, Some('"')) => Some(prefix + string_length(quoted)),
        (0, Some('\'')) if &text[..prefix] == "b" => Some(prefix + quote_length(quoted)),
        (1, Some(c)) if c.is_alphabetic() || c == '_' => Some(prefix + 1 + word_length(quoted)),
        _ => None,
    }
}

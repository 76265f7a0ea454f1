//! How an item is used, from the text around the place that the compiler named.

use proc_macro2::Delimiter;
use ripe_model::{How, ItemKind};

use crate::notice::Place;
use crate::tokens::{Kind, Tokens};

/// Where the name of a used item stands, and how it is used there.
pub(crate) struct Use {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) how: How,
}

/// Reads a use. `kind` is what the compiler calls the item.
pub(crate) fn read(tokens: Option<&Tokens>, place: &Place, kind: &str) -> Use {
    let (line, column) = place.begin;
    let found = tokens.filter(|_| !place.expanded).and_then(|tokens| {
        let at = name(tokens, place, kind)?;
        let (line, column) = tokens.0[at].at;
        Some(Use { line, column, how: how(tokens, at, kind) })
    });
    found.unwrap_or(Use { line, column, how: usual(kind) })
}

/// The token of the name: of a field that is read the compiler gives the whole expression, and of
/// some paths too.
fn name(tokens: &Tokens, place: &Place, kind: &str) -> Option<usize> {
    let first = tokens.at(place.begin.0, place.begin.1)?;
    let literal = kind == "field" && tokens.is_punct(first + 1, ':');
    if literal {
        return Some(first);
    }
    let end = tokens.0.partition_point(|token| token.end < place.end);
    (first..=end.min(tokens.0.len() - 1))
        .rev()
        .find(|&at| {
            tokens.0[at].end <= place.end
                && (tokens.ident(at).is_some() || matches!(tokens.0[at].kind, Kind::Literal(_)))
        })
        .or(Some(first))
}

/// The kind of use where the text does not tell.
fn usual(kind: &str) -> How {
    match kind {
        "macro" => How::Macro,
        "attribute macro" | "derive macro" => How::Derive,
        "field" => How::Field,
        "function" | "method" | "associated function" => How::Call,
        "trait" => How::Bound,
        "module" | "constant" | "static" | "associated constant" => How::Path,
        kind if kind.ends_with("variant") || kind.starts_with("tuple ") => How::Construct,
        _ => How::Type,
    }
}

fn how(tokens: &Tokens, at: usize, kind: &str) -> How {
    if in_use(tokens, at) {
        return How::Import;
    }
    let next = after_arguments(tokens, at + 1);
    let called = tokens.close_of(next, Delimiter::Parenthesis);
    let braced = tokens.close_of(next, Delimiter::Brace);
    let usual = usual(kind);
    match usual {
        How::Call if called.is_none() => How::Path,
        How::Bound if is_implemented(tokens, at) => How::Implement,
        How::Field if !follows_dot(tokens, at) => match enclosing(tokens, at) {
            Some(close) if is_pattern(tokens, close) => How::Match,
            Some(_) | None => How::Construct,
        },
        How::Construct => {
            let end = called.or(braced).unwrap_or(at);
            match (is_pattern(tokens, end), end == at) {
                (true, _) => How::Match,
                (false, true) => How::Path,
                (false, false) => How::Construct,
            }
        }
        How::Type if kind == "struct" && !in_signature(tokens, at) => match braced {
            Some(end) if is_pattern(tokens, end) => How::Match,
            Some(_) => How::Construct,
            None => How::Type,
        },
        usual => usual,
    }
}

/// The index after `::<…>`.
fn after_arguments(tokens: &Tokens, at: usize) -> usize {
    if !(tokens.is_punct(at, ':') && tokens.is_punct(at + 1, ':') && tokens.is_punct(at + 2, '<')) {
        return at;
    }
    let mut depth = 0usize;
    let mut at = at + 2;
    while at < tokens.0.len() {
        if tokens.is_punct(at, '<') {
            depth += 1;
        } else if tokens.is_punct(at, '>') && !tokens.is_punct(at - 1, '-') {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
        at = match tokens.0[at].kind {
            Kind::Open(_, close) => close + 1,
            Kind::Close(_) => return at,
            Kind::Ident(_) | Kind::Punct(_) | Kind::Literal(_) => at + 1,
        };
    }
    at
}

fn follows_dot(tokens: &Tokens, at: usize) -> bool {
    at > 0 && tokens.is_punct(at - 1, '.')
}

/// The end of the group around an index.
fn enclosing(tokens: &Tokens, at: usize) -> Option<usize> {
    tokens.0[..at.min(tokens.0.len())].iter().rev().find_map(|token| match token.kind {
        Kind::Open(_, close) if close >= at => Some(close),
        Kind::Open(..) | Kind::Close(_) | Kind::Ident(_) | Kind::Punct(_) => None,
        Kind::Literal(_) => None,
    })
}

/// Whether a brace after a path is a body, not a literal: `-> S {`, `for S {`.
fn in_signature(tokens: &Tokens, at: usize) -> bool {
    let mut begin = at;
    while begin >= 3 && tokens.is_punct(begin - 1, ':') && tokens.ident(begin - 3).is_some() {
        begin -= 3;
    }
    begin.checked_sub(1).is_some_and(|before| {
        matches!(tokens.ident(before), Some("for" | "impl"))
            || (tokens.is_punct(before, '>') && before > 0 && tokens.is_punct(before - 1, '-'))
    })
}

/// Whether what ends at an index is a pattern, by what follows it or the patterns around it.
fn is_pattern(tokens: &Tokens, end: usize) -> bool {
    let mut at = end + 1;
    loop {
        let equals = tokens.is_punct(at, '=') && !tokens.is_punct(at + 1, '=');
        let or = tokens.is_punct(at, '|') && !tokens.is_punct(at + 1, '|');
        if equals || or || matches!(tokens.ident(at), Some("if" | "in")) {
            return true;
        }
        let ends = tokens.is_punct(at, ',') || matches!(kind(tokens, at), Some(Kind::Close(_)));
        // `Some(HERE)`, `S { a: HERE, .. }`: the pattern around it decides.
        let Some(close) = enclosing(tokens, at).filter(|_| ends) else { return false };
        let Some(Kind::Close(open)) = kind(tokens, close) else { return false };
        let named = open.checked_sub(1).is_some_and(|before| tokens.ident(before).is_some());
        let tuple = matches!(kind(tokens, *open), Some(Kind::Open(Delimiter::Parenthesis, _)));
        if !named && !tuple {
            return false;
        }
        at = close + 1;
    }
}

fn kind(tokens: &Tokens, at: usize) -> Option<&Kind> {
    tokens.0.get(at).map(|token| &token.kind)
}

/// Whether a trait is implemented here: `impl … Trait … for`.
fn is_implemented(tokens: &Tokens, at: usize) -> bool {
    let begins = tokens.0[..at]
        .iter()
        .rev()
        .take_while(|token| {
            !matches!(token.kind, Kind::Punct(';' | '=') | Kind::Open(..) | Kind::Close(_))
        })
        .any(|token| token.kind == Kind::Ident("impl".to_owned()));
    let mut rest = tokens.0[at..].iter().take_while(|token| {
        !matches!(token.kind, Kind::Punct(';' | '=' | '{') | Kind::Open(Delimiter::Brace, _))
    });
    begins && rest.any(|token| token.kind == Kind::Ident("for".to_owned()))
}

/// Whether an index lies in a `use`.
fn in_use(tokens: &Tokens, at: usize) -> bool {
    let mut at = at;
    while let Some(before) = at.checked_sub(1) {
        match &tokens.0[before].kind {
            Kind::Ident(word) if word == "use" => return true,
            Kind::Ident(_) | Kind::Punct(':' | ',' | '*') | Kind::Open(Delimiter::Brace, _) => {
                at = before;
            }
            // `{a::{b}, c}`
            Kind::Close(open) => at = *open,
            Kind::Open(..) | Kind::Punct(_) | Kind::Literal(_) => return false,
        }
    }
    false
}

/// Whether what the compiler calls an item fits the kind of a row.
pub(crate) fn fits(word: &str, kind: ItemKind) -> bool {
    match kind {
        ItemKind::Variant => word.ends_with("variant"),
        ItemKind::Field => word == "field",
        ItemKind::Module => word == "module",
        ItemKind::Struct => word.ends_with("struct") || word == "constructor",
        ItemKind::Enum => word == "enum",
        ItemKind::Trait | ItemKind::TraitAlias => word.starts_with("trait"),
        ItemKind::Method | ItemKind::AssocFunction | ItemKind::Function => {
            matches!(word, "method" | "function" | "associated function")
        }
        ItemKind::AssocConst | ItemKind::Const => word.ends_with("constant"),
        ItemKind::AssocType => word.starts_with("associated type"),
        ItemKind::Macro
        | ItemKind::ProcMacro
        | ItemKind::AttributeMacro
        | ItemKind::DeriveMacro => word.ends_with("macro"),
        ItemKind::Union
        | ItemKind::TypeAlias
        | ItemKind::Static
        | ItemKind::ExternType
        | ItemKind::Impl
        | ItemKind::Reexport
        | ItemKind::Feature
        | ItemKind::Package => true,
    }
}

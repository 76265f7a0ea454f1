//! Where in a source an item's attributes go.

use proc_macro2::Delimiter;
use ripe_model::ItemKind;

use crate::mark::Mark;
use crate::tokens::{Kind, Tokens};

/// Where an item begins after its attributes, as the index of a token; `None` where its
/// definition is not there as text: a macro put it together.
///
/// An item that was handed to a macro as a whole has the span of the macro's invocation: it is
/// searched for in there, and taken if there is only one of its name.
pub(crate) fn beginning(tokens: &Tokens, mark: &Mark) -> Option<usize> {
    let at = tokens.at(mark.span.line, mark.span.column)?;
    if is_definition(tokens, at, mark) {
        return Some(at);
    }
    let (open, close) = arguments(tokens, at)?;
    let mut found = (open + 1..close).filter(|&at| {
        keywords(mark.kind).iter().any(|word| tokens.ident(at) == Some(word))
            && named(tokens, at) == Some(mark.name())
    });
    let keyword = found.next()?;
    found.next().is_none().then(|| before_qualifiers(tokens, keyword, open))
}

/// Whether the definition of an item stands at an index.
fn is_definition(tokens: &Tokens, at: usize, mark: &Mark) -> bool {
    match mark.kind {
        ItemKind::Variant => tokens.ident(at) == Some(mark.name()),
        ItemKind::Field => {
            let at = after_visibility(tokens, at);
            // A field without a name begins with its type, which can be anything.
            let unnamed = mark.name().bytes().all(|byte| byte.is_ascii_digit());
            unnamed || (tokens.ident(at) == Some(mark.name()) && tokens.is_punct(at + 1, ':'))
        }
        // A macro is defined by a function of any name.
        ItemKind::ProcMacro | ItemKind::AttributeMacro | ItemKind::DeriveMacro => {
            let at = after_visibility(tokens, at);
            tokens.ident(at) == Some("fn")
        }
        ItemKind::Macro => named(tokens, at) == Some(mark.name()),
        ItemKind::Module
        | ItemKind::Struct
        | ItemKind::Union
        | ItemKind::Enum
        | ItemKind::Function
        | ItemKind::Method
        | ItemKind::AssocFunction
        | ItemKind::Trait
        | ItemKind::TraitAlias
        | ItemKind::TypeAlias
        | ItemKind::AssocType
        | ItemKind::AssocConst
        | ItemKind::Const
        | ItemKind::Static
        | ItemKind::ExternType
        | ItemKind::Impl
        | ItemKind::Reexport
        | ItemKind::Feature
        | ItemKind::Package => {
            let mut at = after_visibility(tokens, at);
            loop {
                let Some(word) = tokens.ident(at) else { return false };
                if keywords(mark.kind).contains(&word) && named(tokens, at) == Some(mark.name()) {
                    return true;
                }
                if !QUALIFIERS.contains(&word) {
                    return false;
                }
                let abi =
                    word == "extern" && matches!(kind(tokens, at + 1), Some(Kind::Literal(_)));
                at += if abi { 2 } else { 1 };
            }
        }
    }
}

/// What can stand between the visibility and the keyword of an item.
const QUALIFIERS: &[&str] = &["default", "const", "async", "unsafe", "safe", "extern", "auto"];

/// The keywords that begin the definition of an item.
fn keywords(kind: ItemKind) -> &'static [&'static str] {
    match kind {
        ItemKind::Module => &["mod"],
        ItemKind::Struct => &["struct"],
        ItemKind::Union => &["union"],
        ItemKind::Enum => &["enum"],
        ItemKind::Function | ItemKind::Method | ItemKind::AssocFunction => &["fn"],
        ItemKind::Trait | ItemKind::TraitAlias => &["trait"],
        ItemKind::TypeAlias | ItemKind::AssocType | ItemKind::ExternType => &["type"],
        ItemKind::AssocConst | ItemKind::Const => &["const"],
        ItemKind::Static => &["static"],
        ItemKind::Macro => &["macro_rules", "macro"],
        ItemKind::ProcMacro | ItemKind::AttributeMacro | ItemKind::DeriveMacro => &["fn"],
        ItemKind::Variant
        | ItemKind::Field
        | ItemKind::Impl
        | ItemKind::Reexport
        | ItemKind::Feature
        | ItemKind::Package => &[],
    }
}

/// The name after a keyword: `fn NAME`, `static mut NAME`, `macro_rules! NAME`.
fn named(tokens: &Tokens, keyword: usize) -> Option<&str> {
    let mut at = keyword + 1;
    if tokens.is_punct(at, '!') || tokens.ident(at) == Some("mut") {
        at += 1;
    }
    tokens.ident(at)
}

fn kind(tokens: &Tokens, at: usize) -> Option<&Kind> {
    tokens.0.get(at).map(|token| &token.kind)
}

/// The index after `pub`, `pub(crate)`.
fn after_visibility(tokens: &Tokens, at: usize) -> usize {
    if tokens.ident(at) != Some("pub") {
        return at;
    }
    match tokens.close_of(at + 1, Delimiter::Parenthesis) {
        Some(close) if restricts(tokens, at + 1) => close + 1,
        Some(_) | None => at + 1,
    }
}

/// Whether a parenthesis after `pub` restricts it, rather than being a tuple.
fn restricts(tokens: &Tokens, open: usize) -> bool {
    matches!(tokens.ident(open + 1), Some("crate" | "super" | "self" | "in"))
}

/// The arguments of the macro that is invoked at an index.
fn arguments(tokens: &Tokens, at: usize) -> Option<(usize, usize)> {
    let mut at = at;
    while tokens.ident(at).is_some() || tokens.is_punct(at, ':') {
        at += 1;
    }
    if !tokens.is_punct(at, '!') {
        return None;
    }
    match kind(tokens, at + 1)? {
        Kind::Open(_, close) => Some((at + 1, *close)),
        Kind::Close(_) | Kind::Ident(_) | Kind::Punct(_) | Kind::Literal(_) => None,
    }
}

/// From a keyword back over what belongs before it.
fn before_qualifiers(tokens: &Tokens, keyword: usize, open: usize) -> usize {
    let mut at = keyword;
    loop {
        let before = at - 1;
        let abi = before > open + 1
            && matches!(kind(tokens, before), Some(Kind::Literal(_)))
            && tokens.ident(before - 1) == Some("extern");
        let restriction = match kind(tokens, before) {
            Some(Kind::Close(begin)) if restricts(tokens, *begin) => {
                tokens.ident(begin - 1) == Some("pub")
            }
            Some(_) | None => false,
        };
        match kind(tokens, before) {
            _ if before <= open => return at,
            Some(Kind::Ident(word)) if word == "pub" || QUALIFIERS.contains(&word.as_str()) => {
                at = before;
            }
            Some(Kind::Close(begin)) if restriction => at = begin - 1,
            _ if abi => at = before - 1,
            Some(_) | None => return at,
        }
    }
}

//! Expands the package's own `macro_rules!` macros, so that uses inside them are seen with the
//! spans of the tokens that they come from.
//!
//! Invariant: hygiene and textual scope are left out: the worst that follows is a site more.

use std::collections::HashMap;

use proc_macro2::extra::DelimSpan;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Item, Token};

use crate::{CfgSet, cfg};

/// The macros of one crate by name.
#[derive(Default)]
pub(crate) struct Rules {
    by_name: HashMap<String, Vec<Arm>>,
    texts: HashMap<String, String>,
    /// Where the calls stand that were replaced by what they expand to.
    pub(crate) replaced: Vec<DelimSpan>,
}

struct Arm {
    matcher: Vec<Pattern>,
    body: Vec<TokenTree>,
}

#[derive(Debug)]
enum Pattern {
    Token(TokenTree),
    Group(Delimiter, Vec<Pattern>),
    Fragment(String, String),
    Repeat { inner: Vec<Pattern>, separator: Option<TokenTree>, op: char },
}

#[derive(Debug, Clone)]
enum Bound {
    One(TokenStream),
    Many(Vec<Bindings>),
}

type Bindings = HashMap<String, Bound>;

const DEPTH: usize = 24;
/// The most tokens that one expansion may produce; a macro that counts or recurses can explode.
const SIZE: usize = 200_000;

impl Rules {
    /// Takes in the definitions of a file, also those in inline modules and in bodies of modules.
    pub(crate) fn collect(&mut self, items: &[Item], set: &CfgSet) {
        for item in items {
            match item {
                Item::Macro(def)
                    if def.mac.path.is_ident("macro_rules") && !cfg::is_off(&def.attrs, set) =>
                {
                    if let Some(name) = &def.ident {
                        let arms = arms(def.mac.tokens.clone());
                        let text = def.mac.tokens.to_string();
                        self.texts.entry(name.to_string()).or_insert(text);
                        self.by_name.entry(name.to_string()).or_insert(arms);
                    }
                }
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.collect(items, set);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the crate defines the macro.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The definition of a macro, for comparing.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The tokens that a call expands to; `None` if no arm matches.
    pub(crate) fn expand(&self, name: &str, input: &TokenStream) -> Option<TokenStream> {
        let input: Vec<TokenTree> = input.clone().into_iter().collect();
        self.by_name.get(name)?.iter().find_map(|arm| {
            let mut bindings = Bindings::new();
            let rest = matches(&arm.matcher, &input, &mut bindings)?;
            if !rest.is_empty() {
                return None;
            }
            let mut out = Vec::new();
            let mut left = SIZE;
            transcribe(&arm.body, &bindings, &mut out, &mut left)?;
            Some(out.into_iter().collect())
        })
    }

    /// Replaces macro calls in the place of items by what they expand to.
    pub(crate) fn expand_items(&mut self, items: &mut Vec<Item>, set: &CfgSet) {
        self.expand_at(items, set, 0);
    }

    fn expand_at(&mut self, items: &mut Vec<Item>, set: &CfgSet, depth: usize) {
        let mut at = 0;
        while at < items.len() {
            match &mut items[at] {
                Item::Mod(module) => {
                    if let Some((_, inner)) = &mut module.content {
                        self.expand_at(inner, set, depth);
                    }
                    at += 1;
                }
                Item::Impl(block) => {
                    self.expand_impl(block);
                    at += 1;
                }
                Item::Macro(call) if call.ident.is_none() && depth < DEPTH => {
                    let name = call.mac.path.segments.last().map(|s| s.ident.to_string());
                    let name = name.unwrap_or_default();
                    let (keep, tokens) = match name.as_str() {
                        "cfg_if" => (true, Some(branches(&call.mac.tokens, set))),
                        "lazy_static" => (true, Some(statics(&call.mac.tokens, false))),
                        "thread_local" => (true, Some(statics(&call.mac.tokens, true))),
                        _ => (false, self.expand(&name, &call.mac.tokens)),
                    };
                    let new = tokens.and_then(|tokens| syn::parse2::<syn::File>(tokens).ok());
                    match new {
                        Some(file) => {
                            self.replaced.push(*call.mac.delimiter.span());
                            let mut new = file.items;
                            for item in &mut new {
                                inherit(item, &call.attrs);
                            }
                            self.collect(&new, set);
                            self.expand_at(&mut new, set, depth + 1);
                            let from = if keep { at + 1 } else { at };
                            let n = new.len();
                            items.splice(from..=at, new);
                            at = from + n;
                        }
                        None => at += 1,
                    }
                }
                _ => at += 1,
            }
        }
    }

    fn expand_impl(&self, block: &mut syn::ItemImpl) {
        let mut at = 0;
        let mut fuel = 256;
        while at < block.items.len() {
            let expanded = match &block.items[at] {
                syn::ImplItem::Macro(call) if fuel > 0 => call
                    .mac
                    .path
                    .segments
                    .last()
                    .and_then(|name| self.expand(&name.ident.to_string(), &call.mac.tokens))
                    .and_then(|tokens| all::<syn::ImplItem>(tokens).ok()),
                _ => None,
            };
            match expanded {
                Some(new) => {
                    fuel -= 1;
                    block.items.splice(at..=at, new);
                }
                None => at += 1,
            }
        }
    }
}

/// `#[cfg]` on a call holds for what it expands to.
fn inherit(item: &mut Item, attrs: &[syn::Attribute]) {
    let cfgs = attrs.iter().filter(|a| a.path().is_ident("cfg")).cloned();
    match item {
        Item::Mod(i) => i.attrs.extend(cfgs),
        Item::Fn(i) => i.attrs.extend(cfgs),
        Item::Impl(i) => i.attrs.extend(cfgs),
        Item::Struct(i) => i.attrs.extend(cfgs),
        Item::Enum(i) => i.attrs.extend(cfgs),
        Item::Use(i) => i.attrs.extend(cfgs),
        Item::Trait(i) => i.attrs.extend(cfgs),
        Item::Static(i) => i.attrs.extend(cfgs),
        _ => {}
    }
}

/// Parses tokens as a sequence.
pub(crate) fn all<P: Parse>(tokens: TokenStream) -> syn::Result<Vec<P>> {
    let parser = |input: ParseStream<'_>| {
        let mut parts = Vec::new();
        while !input.is_empty() {
            parts.push(input.parse::<P>()?);
        }
        Ok(parts)
    };
    parser.parse2(tokens)
}

/// The branches of `cfg_if!` that are not off, one after the other.
fn branches(tokens: &TokenStream, set: &CfgSet) -> TokenStream {
    let mut out = TokenStream::new();
    let mut off = false;
    for token in tokens.clone() {
        let TokenTree::Group(group) = token else { continue };
        match group.delimiter() {
            Delimiter::Bracket => {
                let parser = |input: ParseStream<'_>| {
                    let word: Ident = syn::ext::IdentExt::parse_any(input)?;
                    let content;
                    syn::parenthesized!(content in input);
                    let meta: syn::Meta = content.parse()?;
                    Ok((word, meta))
                };
                off = parser
                    .parse2(group.stream())
                    .is_ok_and(|(_, meta)| cfg::eval(&meta, set) == cfg::Truth::Off);
            }
            Delimiter::Brace => {
                if !off {
                    out.extend(group.stream());
                }
                off = false;
            }
            Delimiter::Parenthesis | Delimiter::None => {}
        }
    }
    out
}

/// `lazy_static!` and `thread_local!` as statics.
fn statics(tokens: &TokenStream, local: bool) -> TokenStream {
    struct Static {
        head: TokenStream,
        ty: syn::Type,
        init: syn::Expr,
    }
    impl Parse for Static {
        fn parse(input: ParseStream<'_>) -> syn::Result<Static> {
            let attrs = syn::Attribute::parse_outer(input)?;
            let vis: syn::Visibility = input.parse()?;
            let word: Token![static] = input.parse()?;
            input.parse::<Option<Token![ref]>>()?;
            let name: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            let ty = input.parse()?;
            input.parse::<Token![=]>()?;
            let init = input.parse()?;
            input.parse::<Option<Token![;]>>()?;
            Ok(Static { head: quote::quote!(#(#attrs)* #vis #word #name), ty, init })
        }
    }
    let parts = all::<Static>(tokens.clone()).unwrap_or_default();
    parts
        .into_iter()
        .map(|Static { head, ty, init }| match local {
            true => quote::quote!(#head: ::std::thread::LocalKey<#ty> = #init;),
            false => quote::quote!(#head: #ty = #init;),
        })
        .collect()
}

fn arms(tokens: TokenStream) -> Vec<Arm> {
    let mut arms = Vec::new();
    let mut matcher = None;
    for token in tokens {
        if let TokenTree::Group(group) = token {
            match matcher.take() {
                None => matcher = Some(patterns(group.stream())),
                Some(matcher) => {
                    arms.push(Arm { matcher, body: group.stream().into_iter().collect() });
                }
            }
        }
    }
    arms
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == wanted)
}

fn patterns(tokens: TokenStream) -> Vec<Pattern> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match (&tokens[at], tokens.get(at + 1)) {
            (TokenTree::Punct(p), Some(TokenTree::Ident(name)))
                if p.as_char() == '$' && is_punct(tokens.get(at + 2), ':') =>
            {
                let kind = tokens.get(at + 3).map(ToString::to_string).unwrap_or_default();
                out.push(Pattern::Fragment(name.to_string(), kind));
                at += 4;
            }
            (TokenTree::Punct(p), Some(TokenTree::Group(group)))
                if p.as_char() == '$' && group.delimiter() == Delimiter::Parenthesis =>
            {
                let (separator, op, next) = repetition(&tokens, at + 2);
                out.push(Pattern::Repeat { inner: patterns(group.stream()), separator, op });
                at = next;
            }
            (TokenTree::Group(group), _) => {
                out.push(Pattern::Group(group.delimiter(), patterns(group.stream())));
                at += 1;
            }
            (token, _) => {
                out.push(Pattern::Token(token.clone()));
                at += 1;
            }
        }
    }
    out
}

/// The separator and the operator of a repetition, and where it ends.
fn repetition(tokens: &[TokenTree], at: usize) -> (Option<TokenTree>, char, usize) {
    let op = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(p)) if matches!(p.as_char(), '*' | '+' | '?') => Some(p.as_char()),
        _ => None,
    };
    match op(at) {
        Some(c) => (None, c, at + 1),
        None => match op(at + 1) {
            Some(c) => (tokens.get(at).cloned(), c, at + 2),
            // `=>` and other separators of two characters.
            None => (tokens.get(at).cloned(), op(at + 2).unwrap_or('*'), at + 3),
        },
    }
}

fn same(a: &TokenTree, b: &TokenTree) -> bool {
    match (a, b) {
        (TokenTree::Ident(a), TokenTree::Ident(b)) => a == b,
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Literal(a), TokenTree::Literal(b)) => a.to_string() == b.to_string(),
        _ => false,
    }
}

/// Matches a prefix of `input`; gives what is left.
fn matches<'i>(
    patterns: &[Pattern],
    mut input: &'i [TokenTree],
    bindings: &mut Bindings,
) -> Option<&'i [TokenTree]> {
    for (at, pattern) in patterns.iter().enumerate() {
        match pattern {
            Pattern::Token(token) => {
                let (first, rest) = input.split_first()?;
                if !same(token, first) {
                    return None;
                }
                input = rest;
            }
            Pattern::Group(delimiter, inner) => {
                let (first, rest) = input.split_first()?;
                let TokenTree::Group(group) = first else { return None };
                if group.delimiter() != *delimiter {
                    return None;
                }
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                if !matches(inner, &tokens, bindings)?.is_empty() {
                    return None;
                }
                input = rest;
            }
            Pattern::Fragment(name, kind) => {
                let (tokens, rest) = fragment(kind, input)?;
                bindings.insert(name.clone(), Bound::One(tokens));
                input = rest;
            }
            Pattern::Repeat { inner, separator, op } => {
                let mut rounds = Vec::new();
                loop {
                    if *op == '?' && rounds.len() == 1 {
                        break;
                    }
                    let mut from = input;
                    if let (Some(separator), false) = (separator, rounds.is_empty()) {
                        match from.split_first() {
                            Some((first, rest)) if same(first, separator) => from = rest,
                            _ => break,
                        }
                    }
                    if from.is_empty() && !inner.is_empty() {
                        break;
                    }
                    // What follows the repetition wins where it starts with a literal token.
                    if separator.is_none()
                        && let (Some(Pattern::Token(next)), Some(first)) =
                            (patterns.get(at + 1), from.first())
                        && same(next, first)
                        && !matches!(inner.first(), Some(Pattern::Token(t)) if same(t, first))
                    {
                        break;
                    }
                    let mut round = Bindings::new();
                    match matches(inner, from, &mut round) {
                        Some(rest) if rest.len() < input.len() => {
                            rounds.push(round);
                            input = rest;
                        }
                        _ => break,
                    }
                }
                if *op == '+' && rounds.is_empty() {
                    return None;
                }
                let mut names = Vec::new();
                collect_names(inner, &mut names);
                for name in names {
                    bindings.insert(name, Bound::Many(rounds.clone()));
                }
            }
        }
    }
    Some(input)
}

fn collect_names(patterns: &[Pattern], into: &mut Vec<String>) {
    for pattern in patterns {
        match pattern {
            Pattern::Token(_) => {}
            Pattern::Group(_, inner) | Pattern::Repeat { inner, .. } => collect_names(inner, into),
            Pattern::Fragment(name, _) => into.push(name.clone()),
        }
    }
}

/// Takes one fragment off the input.
fn fragment<'i>(kind: &str, input: &'i [TokenTree]) -> Option<(TokenStream, &'i [TokenTree])> {
    fn parse<R>(
        input: &[TokenTree],
        parser: impl Fn(ParseStream<'_>) -> syn::Result<R>,
    ) -> Option<(TokenStream, &[TokenTree])> {
        let stream: TokenStream = input.iter().cloned().collect();
        let whole = |input: ParseStream<'_>| {
            parser(input)?;
            let mut left = 0;
            while !input.is_empty() {
                input.parse::<TokenTree>()?;
                left += 1;
            }
            Ok(left)
        };
        let left = whole.parse2(stream).ok()?;
        // Parsing may split or join punctuation, so that counts differ: then no match.
        let taken = input.len().checked_sub(left)?;
        Some((input[..taken].iter().cloned().collect(), &input[taken..]))
    }
    let (first, rest) = match input.split_first() {
        Some(split) => split,
        None if kind == "vis" => return Some((TokenStream::new(), input)),
        None => return None,
    };
    // A fragment that was bound by an outer macro comes as a group without delimiters.
    if let TokenTree::Group(group) = first
        && group.delimiter() == Delimiter::None
        && kind != "tt"
    {
        return Some((TokenStream::from(first.clone()), rest));
    }
    match kind {
        "tt" => {
            if let (true, Some(second)) = (is_punct(Some(first), '\''), rest.first()) {
                let pair = [first.clone(), second.clone()];
                return Some((pair.into_iter().collect(), &rest[1..]));
            }
            Some((TokenStream::from(first.clone()), rest))
        }
        "ident" => match first {
            TokenTree::Ident(_) => Some((TokenStream::from(first.clone()), rest)),
            _ => None,
        },
        "lifetime" => match (first, rest.first()) {
            (TokenTree::Punct(p), Some(name)) if p.as_char() == '\'' => {
                Some(([first.clone(), name.clone()].into_iter().collect(), &rest[1..]))
            }
            _ => None,
        },
        "literal" => match first {
            TokenTree::Literal(_) => Some((TokenStream::from(first.clone()), rest)),
            TokenTree::Ident(word) if word == "true" || word == "false" => {
                Some((TokenStream::from(first.clone()), rest))
            }
            TokenTree::Punct(minus) if minus.as_char() == '-' => match rest.first() {
                Some(TokenTree::Literal(_)) => {
                    Some(([first.clone(), rest[0].clone()].into_iter().collect(), &rest[1..]))
                }
                _ => None,
            },
            _ => None,
        },
        "expr" | "expr_2021" => {
            let (tokens, rest) = parse(input, |i| i.parse::<syn::Expr>())?;
            Some((invisible(tokens), rest))
        }
        "ty" => {
            let (tokens, rest) = parse(input, |i| i.parse::<syn::Type>())?;
            Some((tokens, rest))
        }
        "path" => parse(input, |i| i.parse::<syn::Path>()),
        "pat" | "pat_param" => parse(input, syn::Pat::parse_multi_with_leading_vert),
        "block" => parse(input, |i| i.parse::<syn::Block>()),
        "stmt" => parse(input, |i| {
            i.parse::<syn::Item>().map(|_| ()).or_else(|_| i.parse::<syn::Expr>().map(|_| ()))
        }),
        "item" => parse(input, |i| i.parse::<syn::Item>()),
        "meta" => parse(input, |i| i.parse::<syn::Meta>()),
        "vis" => parse(input, |i| i.parse::<syn::Visibility>()),
        _ => None,
    }
}

fn invisible(tokens: TokenStream) -> TokenStream {
    let one = tokens.clone().into_iter().nth(1).is_none();
    if one { tokens } else { TokenTree::Group(Group::new(Delimiter::None, tokens)).into() }
}

/// Writes a body with its fragments filled in; `None` if it grows too large.
fn transcribe(
    body: &[TokenTree],
    bindings: &Bindings,
    out: &mut Vec<TokenTree>,
    left: &mut usize,
) -> Option<()> {
    let mut at = 0;
    while at < body.len() {
        *left = left.checked_sub(1)?;
        match (&body[at], body.get(at + 1)) {
            (TokenTree::Punct(p), Some(TokenTree::Ident(name))) if p.as_char() == '$' => {
                if name == "crate" {
                    out.push(TokenTree::Ident(Ident::new("crate", name.span())));
                } else {
                    match bindings.get(&name.to_string()) {
                        Some(Bound::One(tokens)) => {
                            for token in tokens.clone() {
                                *left = left.checked_sub(1)?;
                                out.push(token);
                            }
                        }
                        Some(Bound::Many(_)) => return None,
                        None => {
                            out.push(body[at].clone());
                            out.push(TokenTree::Ident(name.clone()));
                        }
                    }
                }
                at += 2;
            }
            (TokenTree::Punct(p), Some(TokenTree::Group(group)))
                if p.as_char() == '$' && group.delimiter() == Delimiter::Parenthesis =>
            {
                let (separator, _, next) = repetition(body, at + 2);
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut used = Vec::new();
                variables(&inner, &mut used);
                let rounds = used.iter().find_map(|name| match bindings.get(name) {
                    Some(Bound::Many(rounds)) => Some(rounds),
                    Some(Bound::One(_)) | None => None,
                });
                let count = rounds.map_or(0, Vec::len);
                for round in 0..count {
                    if let (Some(separator), true) = (&separator, round > 0) {
                        out.push(separator.clone());
                    }
                    let mut inside = bindings.clone();
                    for name in &used {
                        if let Some(Bound::Many(rounds)) = bindings.get(name)
                            && let Some(bound) = rounds.get(round).and_then(|r| r.get(name))
                        {
                            inside.insert(name.clone(), bound.clone());
                        }
                    }
                    transcribe(&inner, &inside, out, left)?;
                }
                at = next;
            }
            (TokenTree::Group(group), _) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut content = Vec::new();
                transcribe(&inner, bindings, &mut content, left)?;
                let mut new = Group::new(group.delimiter(), content.into_iter().collect());
                new.set_span(group.span());
                out.push(TokenTree::Group(new));
                at += 1;
            }
            (token, _) => {
                out.push(token.clone());
                at += 1;
            }
        }
    }
    Some(())
}

fn variables(tokens: &[TokenTree], into: &mut Vec<String>) {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '$' => {
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 1) {
                    into.push(name.to_string());
                }
            }
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                variables(&inner, into);
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, call: &str, wanted: &str) {
        let file = syn::parse_file(source).expect("a definition");
        let mut rules = Rules::default();
        rules.collect(&file.items, &CfgSet::default());
        let input: TokenStream = call.parse().expect("tokens");
        let dense = |s: &str| s.split_whitespace().collect::<String>();
        let out = rules.expand("m", &input).map(|t| dense(&t.to_string()));
        assert_eq!(out, Some(dense(wanted)));
    }

    #[test]
    fn repetitions_and_fragments_are_filled_in() {
        check(
            "macro_rules! m { ($($n:ident : $t:ty),* $(,)?) => { struct S { $($n: Vec<$t>,)* } } }",
            "a: u8, b: [u8; 3],",
            "struct S { a: Vec<u8>, b: Vec<[u8; 3]>, }",
        );
    }

    #[test]
    fn arms_are_tried_in_order() {
        check(
            "macro_rules! m { (one $e:expr) => { f($e) }; ($($t:tt)*) => { g($($t)*) } }",
            "two x + 1",
            "g(two x + 1)",
        );
    }
}

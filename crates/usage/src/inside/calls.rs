//! The calls in a body, by their tokens: so those in the arguments of macros are seen too.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A call, as far as its tokens tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    /// `function(…)`
    Free(String),
    /// `Owner::function`, called or given away as a value: a type or a module, and the function.
    Of(String, String),
    /// `self.function(…)`
    OnSelf(String),
    /// `value.function(…)`
    Method(String),
}

/// All calls in tokens, sorted and unique.
pub(crate) fn calls(tokens: TokenStream) -> Vec<Call> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(tokens: TokenStream, into: &mut Vec<Call>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => collect(group.stream(), into),
            TokenTree::Ident(ident) => {
                let before = |n: usize| at.checked_sub(n).map(|at| &trees[at]);
                let name = ident.to_string();
                let called = is_called(&trees[at + 1..]);
                if is_punct(before(1), '.') {
                    if called {
                        let on_self = is_ident(before(2), "self") && !is_punct(before(3), '.');
                        into.push(if on_self { Call::OnSelf(name) } else { Call::Method(name) });
                    }
                } else if is_punct(before(1), ':') && is_punct(before(2), ':') {
                    if let Some(TokenTree::Ident(owner)) = before(3) {
                        into.push(Call::Of(owner.to_string(), name));
                    }
                } else if called {
                    into.push(Call::Free(name));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether arguments follow, maybe after `::<…>`.
fn is_called(after: &[TokenTree]) -> bool {
    match after.first() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(first)) => {
            first.as_char() == ':' && is_punct(after.get(1), ':') && is_punct(after.get(2), '<')
        }
        Some(TokenTree::Ident(_) | TokenTree::Literal(_)) | None => false,
    }
}

fn is_punct(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

fn is_ident(tree: Option<&TokenTree>, name: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == name)
}

//! A source file as a flat list of tokens with their places.

use proc_macro2::{Delimiter, LineColumn, Span, TokenStream, TokenTree};

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or keyword; raw ones without `r#`.
    Ident(String),
    /// One character of punctuation.
    Punct(char),
    /// A literal.
    Literal(String),
    /// The beginning of a group, and the index of its end.
    Open(Delimiter, usize),
    /// The end of a group, and the index of its beginning.
    Close(usize),
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// The byte at which it begins, and that after its end.
    pub(crate) bytes: std::ops::Range<usize>,
    /// Line and column of its first character, from 1.
    pub(crate) at: (u32, u32),
    /// Line and column after its last character, from 1.
    pub(crate) end: (u32, u32),
}

/// What some editors put before the text; the parser does not count it.
const BOM: char = '\u{feff}';

/// The tokens of a file. Doc comments are attributes.
#[derive(Debug, Default)]
pub(crate) struct Tokens(pub(crate) Vec<Token>);

impl Tokens {
    /// Reads a source; `None` where it is no sequence of Rust's tokens.
    pub(crate) fn read(source: &str) -> Option<Tokens> {
        let text = source.strip_prefix(BOM).unwrap_or(source);
        let mut tokens = Tokens::default();
        tokens.flatten(text.parse().ok()?, source.len() - text.len());
        Some(tokens)
    }

    fn flatten(&mut self, stream: TokenStream, mark: usize) {
        for tree in stream {
            match tree {
                TokenTree::Group(group) => {
                    let open = self.0.len();
                    self.push(Kind::Open(group.delimiter(), open), group.span_open(), mark);
                    self.flatten(group.stream(), mark);
                    let close = self.0.len();
                    self.push(Kind::Close(open), group.span_close(), mark);
                    self.0[open].kind = Kind::Open(group.delimiter(), close);
                }
                TokenTree::Ident(ident) => {
                    let text = ident.to_string();
                    let name = text.strip_prefix("r#").unwrap_or(&text).to_owned();
                    self.push(Kind::Ident(name), ident.span(), mark);
                }
                TokenTree::Punct(punct) => {
                    self.push(Kind::Punct(punct.as_char()), punct.span(), mark);
                }
                TokenTree::Literal(literal) => {
                    self.push(Kind::Literal(literal.to_string()), literal.span(), mark);
                }
            }
        }
    }

    fn push(&mut self, kind: Kind, span: Span, mark: usize) {
        let bytes = span.byte_range();
        self.0.push(Token {
            kind,
            bytes: bytes.start + mark..bytes.end + mark,
            at: place(span.start()),
            end: place(span.end()),
        });
    }

    /// The index of the token that begins at a place.
    pub(crate) fn at(&self, line: u32, column: u32) -> Option<usize> {
        let at = self.0.partition_point(|token| token.at < (line, column));
        self.0.get(at).is_some_and(|token| token.at == (line, column)).then_some(at)
    }

    /// The identifier at an index.
    pub(crate) fn ident(&self, at: usize) -> Option<&str> {
        match &self.0.get(at)?.kind {
            Kind::Ident(name) => Some(name),
            Kind::Punct(_) | Kind::Literal(_) | Kind::Open(..) | Kind::Close(_) => None,
        }
    }

    /// Whether a character of punctuation stands at an index.
    pub(crate) fn is_punct(&self, at: usize, char: char) -> bool {
        self.0.get(at).is_some_and(|token| token.kind == Kind::Punct(char))
    }

    /// The end of the group that begins at an index.
    pub(crate) fn close_of(&self, at: usize, delimiter: Delimiter) -> Option<usize> {
        match self.0.get(at)?.kind {
            Kind::Open(found, close) if found == delimiter => Some(close),
            Kind::Open(..) | Kind::Close(_) | Kind::Ident(_) | Kind::Punct(_) => None,
            Kind::Literal(_) => None,
        }
    }

    /// The attribute that ends right before an index: where its `#` and its bracket stand.
    pub(crate) fn attribute_before(&self, at: usize) -> Option<(usize, usize)> {
        let close = at.checked_sub(1)?;
        let Kind::Close(open) = self.0.get(close)?.kind else { return None };
        let hash = open.checked_sub(1)?;
        (self.close_of(open, Delimiter::Bracket).is_some() && self.is_punct(hash, '#'))
            .then_some((hash, open))
    }
}

fn place(at: LineColumn) -> (u32, u32) {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (number(at.line), number(at.column).saturating_add(1))
}

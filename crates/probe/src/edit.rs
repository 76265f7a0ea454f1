//! The text of a source with marks in it.
//!
//! Invariant: lines stay where they are; what is inserted and what is blanked out holds no line
//! feed that was not there.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Delimiter;

use crate::find::beginning;
use crate::mark::{GoneImpl, Mark};
use crate::tokens::{Kind, Tokens};

/// What the notes of our marks begin with.
pub(crate) const NOTE: &str = "ripe-probe:";

/// A file with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edited {
    /// The new text.
    pub(crate) text: String,
    /// The marks that are in it, by number, each with its line.
    pub(crate) marked: BTreeMap<usize, u32>,
}

/// Puts marks into a source: `#[deprecated]` with the number of the mark as its note, in place of
/// the one that is there. Marks whose item is not there as text are left out.
pub(crate) fn edit(source: &str, marks: &[(usize, &Mark)]) -> Edited {
    let mut marked = BTreeMap::new();
    // By place, from the end to the start: each edit leaves the places before it as they were.
    let mut edits: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    if let Some(tokens) = Tokens::read(source) {
        for (number, mark) in marks {
            let Some(at) = beginning(&tokens, mark) else { continue };
            let token = &tokens.0[at];
            let attribute = format!("#[deprecated(note = \"{NOTE}{number}\")] ");
            if edits.contains_key(&token.bytes.start) {
                continue;
            }
            edits.insert(token.bytes.start, (token.bytes.start, attribute));
            marked.insert(*number, token.at.0);
            for (begin, end) in deprecations_before(&tokens, at) {
                edits.insert(begin, (end, blank(&source[begin..end])));
            }
        }
    }
    let mut text = source.to_owned();
    for (begin, (end, new)) in edits.into_iter().rev() {
        text.replace_range(begin..end, &new);
    }
    Edited { text, marked }
}

/// A source without some impls, and the numbers of those that were found in it. What is taken out is
/// blank.
pub(crate) fn without(source: &str, impls: &[(usize, &GoneImpl)]) -> (String, BTreeSet<usize>) {
    let mut found = BTreeSet::new();
    let mut text = source.to_owned();
    let Some(tokens) = Tokens::read(source) else { return (text, found) };
    for (number, gone) in impls {
        let range = tokens
            .at(gone.span.line, gone.span.column)
            .and_then(|at| whole_impl(&tokens, at).or_else(|| derived(&tokens, at, &gone.of)));
        if let Some(range) = range {
            found.insert(*number);
            text.replace_range(range.clone(), &blank(&source[range]));
        }
    }
    (text, found)
}

/// Blanks of as many bytes, with the line feeds where they were.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// An impl from its attributes to the end of its block.
fn whole_impl(tokens: &Tokens, at: usize) -> Option<std::ops::Range<usize>> {
    let keyword = if tokens.ident(at) == Some("unsafe") { at + 1 } else { at };
    if tokens.ident(keyword) != Some("impl") {
        return None;
    }
    let mut end = keyword;
    let mut angles = 0usize;
    let close = loop {
        end += 1;
        match tokens.0.get(end)?.kind {
            // `impl A<{ 1 }> for S {`
            Kind::Open(Delimiter::Brace, close) if angles == 0 => break close,
            Kind::Punct('<') => angles += 1,
            Kind::Punct('>') if !tokens.is_punct(end - 1, '-') => angles = angles.saturating_sub(1),
            Kind::Open(_, close) => end = close,
            Kind::Close(_) | Kind::Punct(';') => return None,
            Kind::Ident(_) | Kind::Punct(_) | Kind::Literal(_) => {}
        }
    };
    let mut begin = at;
    while let Some((hash, _)) = tokens.attribute_before(begin) {
        begin = hash;
    }
    Some(tokens.0[begin].bytes.start..tokens.0[close].bytes.end)
}

/// A name in a `derive`, with the comma after it.
fn derived(tokens: &Tokens, at: usize, name: &str) -> Option<std::ops::Range<usize>> {
    let mut end = at;
    while tokens.is_punct(end + 1, ':') && tokens.is_punct(end + 2, ':') {
        end += 3;
    }
    let open = (0..at).rev().find(|before| {
        matches!(tokens.0[*before].kind, Kind::Open(Delimiter::Parenthesis, close) if close > at)
    })?;
    if tokens.ident(end) != Some(name) || tokens.ident(open.checked_sub(1)?) != Some("derive") {
        return None;
    }
    let end = if tokens.is_punct(end + 1, ',') { end + 1 } else { end };
    Some(tokens.0[at].bytes.start..tokens.0[end].bytes.end)
}

/// The bytes of the attributes before an item that deprecate it: it can carry one only.
fn deprecations_before(tokens: &Tokens, item: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = item;
    while let Some((hash, open)) = tokens.attribute_before(at) {
        let deprecates = tokens.ident(open + 1) == Some("deprecated")
            || (tokens.ident(open + 1) == Some("cfg_attr")
                && (open..at).any(|at| tokens.ident(at) == Some("deprecated")));
        let comment = tokens.0[hash].bytes == tokens.0[open].bytes;
        if deprecates && !comment && matches!(tokens.0[at - 1].kind, Kind::Close(_)) {
            found.push((tokens.0[hash].bytes.start, tokens.0[at - 1].bytes.end));
        }
        at = hash;
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use ripe_model::{ItemKey, ItemKind, Namespace, Span};

    use super::*;

    /// Marks the item whose span begins at `begin`, which is given as text.
    #[track_caller]
    fn check(source: &str, begin: &str, kind: ItemKind, path: &str, expected: Option<&str>) {
        let at = source.find(begin).expect("the place is in the source");
        let line = source[..at].matches('\n').count() + 1;
        let column = source[..at].chars().rev().take_while(|char| *char != '\n').count() + 1;
        let mark = Mark {
            span: Span {
                file: PathBuf::from("lib.rs"),
                line: u32::try_from(line).expect("small"),
                column: u32::try_from(column).expect("small"),
                end_line: u32::try_from(line).expect("small"),
            },
            item: ItemKey::new(path, Namespace::Type),
            kind,
        };
        let edited = edit(source, &[(7, &mark)]);
        match expected {
            Some(expected) => {
                let attribute = "#[deprecated(note = \"ripe-probe:7\")] ";
                assert_eq!(edited.text, expected.replace('@', attribute));
                assert_eq!(edited.marked, BTreeMap::from([(7, edited.marked[&7])]));
            }
            None => assert_eq!(edited, Edited { text: source.to_owned(), marked: BTreeMap::new() }),
        }
    }

    #[test]
    fn an_item_is_marked_after_its_attributes_and_only_once() {
        let check = |source, begin, kind, path, expected| {
            check(source, begin, kind, path, Some(expected));
        };
        check(
            "// é\n#[inline] pub fn f() {}",
            "pub",
            ItemKind::Function,
            "d::f",
            "// é\n#[inline] @pub fn f() {}",
        );
        check(
            "/// a\npub(crate) const unsafe extern \"C\" fn f() {}",
            "pub",
            ItemKind::Function,
            "d::f",
            "/// a\n@pub(crate) const unsafe extern \"C\" fn f() {}",
        );
        check(
            "#[deprecated]\n#[inline] pub const C: u8 = 1;",
            "pub",
            ItemKind::Const,
            "d::C",
            "             \n#[inline] @pub const C: u8 = 1;",
        );
        check(
            "pub enum E { A, B { y: u8 } }",
            "B",
            ItemKind::Variant,
            "d::E::B",
            "pub enum E { A, @B { y: u8 } }",
        );
        check(
            "pub enum E { A, B { y: u8 } }",
            "y",
            ItemKind::Field,
            "d::E::B::y",
            "pub enum E { A, B { @y: u8 } }",
        );
        check(
            "pub struct T(pub (u8, u8));",
            "pub (",
            ItemKind::Field,
            "d::T::0",
            "pub struct T(@pub (u8, u8));",
        );
        check(
            "#[macro_export] macro_rules! m { () => {} }",
            "macro_rules",
            ItemKind::Macro,
            "d::m",
            "#[macro_export] @macro_rules! m { () => {} }",
        );
    }

    #[test]
    fn an_impl_is_taken_out_as_a_whole_and_a_derived_one_by_its_name() {
        let check = |source: &str, begin: &str, expected: &str| {
            let at = source.find(begin).expect("the place is in the source") + 1;
            let gone = GoneImpl {
                span: Span {
                    file: PathBuf::from("lib.rs"),
                    line: 1,
                    column: u32::try_from(at).expect("small"),
                    end_line: 1,
                },
                item: ItemKey::new("impl Copy for S", Namespace::Impl),
                of: "Copy".to_owned(),
                on: "S".to_owned(),
            };
            let (text, found) = without(source, &[(3, &gone)]);
            assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), expected);
            assert_eq!((text.len(), found.len()), (source.len(), usize::from(source.len() > 12)));
        };
        check(
            "/** a */ #[x] unsafe impl<T: A<{ 1 }>> Copy for S<T> { } fn f() {}",
            "unsafe",
            "fn f() {}",
        );
        check(
            "#[derive(Clone, core::marker::Copy, Debug)] struct S;",
            "core",
            "#[derive(Clone, Debug)] struct S;",
        );
        check("#[derive(Copy)] struct S;", "Copy", "#[derive( )] struct S;");
        check("made!(Copy);", "made", "made!(Copy);");
    }

    #[test]
    fn what_a_macro_is_given_is_marked_inside_and_what_it_makes_is_not() {
        let source = "feature! { #![x] /// a\n pub(crate) async fn f() {} pub fn g() {} }";
        let expected = "feature! { #![x] /// a\n @pub(crate) async fn f() {} pub fn g() {} }";
        check(source, "feature", ItemKind::Function, "d::f", Some(expected));
        check("make!(f, g);", "make", ItemKind::Function, "d::f", None);
        check("twice! { fn f() {} } ", "twice", ItemKind::Struct, "d::f", None);
        check("two! { fn f() {} fn f() {} }", "two", ItemKind::Function, "d::f", None);
        check("pub fn other() {}", "pub", ItemKind::Function, "d::f", None);
    }
}

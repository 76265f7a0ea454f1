//! Finds the entries of rustdoc's large tables without reading what they hold: an item that is not
//! reached costs no more than the search for where it begins.
//!
//! In a JSON string a quote is escaped, so `":{"id":` stands only where a value begins whose first
//! field is `id`, and of those only items have a number for their key, which is the `id` again.
//!
//! Invariant: only what rustdoc writes is understood, the fields in its order and no white space
//! between the tokens. Of anything else the answer is `None`, and a whole parser has the word.

use std::str::FromStr;

use memchr::memmem;

/// Passes on the entries of an object whose keys are numbers and whose values begin with the field
/// `first`. `text` is the object without its braces. `None` where it is no such object, which may
/// be seen only after some entries.
pub(crate) fn entries<'a>(
    text: &'a str,
    first: &str,
    mut pass: impl FnMut(u32, &'a str),
) -> Option<()> {
    let mark = format!("\":{{\"{first}\":");
    let mut pass = |id: u32, value: &'a str| value.ends_with('}').then(|| pass(id, value));
    // Where the value of the entry before begins.
    let mut open: Option<(u32, usize)> = None;
    for at in memmem::find_iter(text.as_bytes(), mark.as_bytes()) {
        let digits = text[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let id = text[at - digits..at].parse().ok()?;
        let before = text[..at - digits].strip_suffix('"')?;
        match open {
            Some((id, start)) => pass(id, before.strip_suffix(',')?.get(start..)?)?,
            None => before.is_empty().then_some(())?,
        }
        open = Some((id, at + 2));
    }
    match open {
        Some((id, start)) => pass(id, &text[start..]),
        None => text.is_empty().then_some(()),
    }
}

/// What stands before a mark, and what follows it.
pub(crate) fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = memmem::find(text.as_bytes(), mark.as_bytes())?;
    Some((&text[..at], &text[at + mark.len()..]))
}

/// The number at the start of a text, and what follows it.
pub(crate) fn number<T: FromStr>(text: &str) -> Option<(T, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

/// The string without escapes at the start of a text, and what follows it.
pub(crate) fn string(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('"')?;
    let end = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
    Some((&text[..end], text[end..].strip_prefix('"')?))
}

#[cfg(test)]
mod tests {
    use super::{number, string};

    fn entries<'a>(text: &'a str, first: &str) -> Option<Vec<(u32, &'a str)>> {
        let mut found = Vec::new();
        super::entries(text, first, |id, value| found.push((id, value)))?;
        Some(found)
    }

    #[test]
    fn numbers_and_strings_are_read_off_the_front() {
        assert_eq!(number::<u32>("12,3"), Some((12, ",3")));
        assert_eq!(number::<u32>("-1"), None);
        assert_eq!(string(r#""a b",1"#), Some(("a b", ",1")));
        for text in [r#""a\"b""#, r#""a"#, "null"] {
            assert_eq!(string(text), None);
        }
    }

    #[test]
    fn entries_end_where_the_next_begins() {
        let text = r#""7":{"id":7,"docs":"\",\"8\":{\"id\":8}","inner":{"trait":{"path":"A","id":9}}},"10":{"id":10}"#;
        let found = entries(text, "id").expect("compact");
        let expected = [
            (7, r#"{"id":7,"docs":"\",\"8\":{\"id\":8}","inner":{"trait":{"path":"A","id":9}}}"#),
            (10, r#"{"id":10}"#),
        ];
        assert_eq!(found, expected);
        assert_eq!(entries("", "id"), Some(vec![]));
    }

    #[test]
    fn what_rustdoc_does_not_write_is_left_to_the_parser() {
        for text in [
            r#" "7":{"id":7}"#,
            r#""7":{"id":7}, "8":{"id":8}"#,
            r#""a":{"id":7}"#,
            r#""7":{"id":7,"inner":{"b":{"id":8}}}"#,
            r#""7":{"id":7"#,
            r#""7":{"name":7}"#,
        ] {
            assert_eq!(entries(text, "id"), None, "{text}");
        }
    }
}

//! Finds the entries of rustdoc's large tables without reading what they hold: an item that is not
//! reached costs no more than the search for where it begins.
//!
//! In a JSON string a quote is escaped, so `":{"id":` stands only where a value begins whose first
//! field is `id`, and of those only items have a number for their key, which is the `id` again.
//!
//! Invariant: only what rustdoc writes is understood, the fields in its order and no white space
//! between the tokens. Of anything else the answer is `None`, and a whole parser has the word.

use memchr::memmem;

/// The entries of an object whose keys are numbers and whose values begin with the field `first`.
/// `text` is the object without its braces.
pub(crate) fn entries<'a>(text: &'a str, first: &str) -> Option<Vec<(u32, &'a str)>> {
    let mark = format!("\":{{\"{first}\":");
    let mut entries: Vec<(u32, &str)> = Vec::new();
    // Where the value of the entry before begins.
    let mut open: Option<(u32, usize)> = None;
    for at in memmem::find_iter(text.as_bytes(), mark.as_bytes()) {
        let digits = text[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let id = text[at - digits..at].parse().ok()?;
        let before = text[..at - digits].strip_suffix('"')?;
        match open {
            Some((id, start)) => entries.push((id, before.strip_suffix(',')?.get(start..)?)),
            None => before.is_empty().then_some(())?,
        }
        open = Some((id, at + 2));
    }
    match open {
        Some((id, start)) => entries.push((id, &text[start..])),
        None => text.is_empty().then_some(())?,
    }
    entries.iter().all(|(_, value)| value.ends_with('}')).then_some(entries)
}

/// What stands before a mark, and what follows it.
pub(crate) fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = memmem::find(text.as_bytes(), mark.as_bytes())?;
    Some((&text[..at], &text[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::entries;

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

//! Whether one `macro_rules!` matcher takes everything that another took.
//!
//! The comparison is by token, with the order of fragment specifiers (Rust Reference, "Macros By
//! Example"): an `expr` takes what a `literal` took, not the other way round. What only a full
//! matcher could tell is `Perhaps`.

/// How much of the old arm a new arm takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Takes {
    /// Provably less.
    Less,
    /// Repetitions or token trees leave it open.
    Perhaps,
    /// All of it.
    All,
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Fragment(&'t str),
    Text(&'t str),
}

/// Whether `new` takes everything that `old` took.
pub(crate) fn takes(old: &str, new: &str) -> Takes {
    let (old, new) = (tokens(old), tokens(new));
    if old.len() == new.len() {
        let verdict = old.iter().zip(&new).map(|(o, n)| token(o, n)).min();
        match verdict.unwrap_or(Takes::All) {
            Takes::All => return Takes::All,
            Takes::Less | Takes::Perhaps => {}
        }
    }
    let open = |tokens: &[Token<'_>]| {
        tokens.iter().any(|t| matches!(t, Token::Text("$(" | "$") | Token::Fragment("tt")))
    };
    if open(&new) { Takes::Perhaps } else { Takes::Less }
}

fn token(old: &Token<'_>, new: &Token<'_>) -> Takes {
    match (old, new) {
        (Token::Fragment(o), Token::Fragment(n)) if wider(n, o) => Takes::All,
        (Token::Text(o), Token::Text(n)) if o == n => Takes::All,
        // A repetition that became optional or longer: `+` to `*`.
        (Token::Text("+"), Token::Text("*")) => Takes::Perhaps,
        (Token::Text(_), Token::Fragment("tt")) => Takes::All,
        (_, _) => Takes::Less,
    }
}

/// Whether the fragment `wide` takes everything that `narrow` takes.
fn wider(wide: &str, narrow: &str) -> bool {
    wide == narrow
        || match wide {
            "tt" => matches!(narrow, "ident" | "lifetime" | "literal_token"),
            "expr" => {
                matches!(narrow, "expr_2021" | "literal" | "ident" | "path" | "block")
            }
            "expr_2021" => matches!(narrow, "expr" | "literal" | "ident" | "path" | "block"),
            "pat" => matches!(narrow, "pat_param" | "literal" | "ident" | "path"),
            "pat_param" => matches!(narrow, "literal" | "ident" | "path"),
            "ty" => matches!(narrow, "ident" | "path"),
            "path" => narrow == "ident",
            "stmt" => matches!(narrow, "expr" | "literal" | "ident" | "path" | "block" | "item"),
            _ => false,
        }
}

/// Splits a matcher; the names of metavariables are dropped, since nobody can see them.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix('$') {
            let after = after.trim_start();
            let name = word_end(after);
            let tail = after[name..].trim_start();
            if name > 0 && tail.starts_with(':') && !tail.starts_with("::") {
                let fragment = tail[1..].trim_start();
                let end = word_end(fragment);
                found.push(Token::Fragment(&fragment[..end]));
                rest = &fragment[end..];
                continue;
            }
            if let Some(inside) = after.strip_prefix('(') {
                found.push(Token::Text("$("));
                rest = inside;
                continue;
            }
            found.push(Token::Text("$"));
            rest = after;
            continue;
        }
        let end = match word_end(rest) {
            0 => rest.chars().next().map_or(rest.len(), char::len_utf8),
            end => end,
        };
        found.push(Token::Text(&rest[..end]));
        rest = &rest[end..];
    }
    found
}

fn word_end(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{Takes, takes};

    #[test]
    fn names_of_metavariables_do_not_matter() {
        assert_eq!(takes("($a : expr , $b : ty)", "($x:expr, $y:ty)"), Takes::All);
    }

    #[test]
    fn a_wider_fragment_takes_all_and_a_narrower_one_less() {
        assert_eq!(takes("($a:literal)", "($a:expr)"), Takes::All);
        assert_eq!(takes("($a:expr)", "($a:literal)"), Takes::Less);
    }

    #[test]
    fn repetitions_leave_it_open() {
        assert_eq!(takes("($a:expr)", "($($a:expr),*)"), Takes::Perhaps);
    }
}

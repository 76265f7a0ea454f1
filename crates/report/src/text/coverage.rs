//! How far the search for uses saw, in words.

use ripe_model::Coverage;

use crate::UpdateEntry;
use crate::style::Style;

use super::count;

/// How many places a line names.
const PLACES: usize = 2;

/// Two lines at most: what was found how, and what could not be seen.
pub(crate) fn lines(style: &Style, coverage: &Coverage) -> Vec<String> {
    let mut lines = style.wrap("  ", "  ", &format!("({})", found(coverage)));
    if let Some(text) = unseen(coverage) {
        lines.extend(style.wrap("  ", "  ", &format!("({text})")));
    }
    lines
}

/// The lines of a step: silence unless what changed may be among what could not be seen.
pub(crate) fn step_lines(style: &Style, indent: &str, updates: &[UpdateEntry]) -> Vec<String> {
    let alone = updates.len() == 1;
    let said = updates.iter().filter_map(|update| {
        let text = hidden(update.coverage.as_ref()?)?;
        Some(if alone { text } else { format!("{}: {text}", update.package) })
    });
    said.flat_map(|text| style.wrap(indent, "      ", &text)).collect()
}

/// `14 of its 496 items are used, at 52 places in 3 packages, 1 of them yours: 50 exact, 2 likely`
fn found(coverage: &Coverage) -> String {
    let packages = match (coverage.packages, coverage.members) {
        (1, 1) => "your package".to_owned(),
        (n, m) if n == m => format!("{} of yours", count(n as usize, "package")),
        (n, 0) => format!("{} of the graph", count(n as usize, "package")),
        (n, m) => format!("{n} packages, {m} of them yours"),
    };
    let uses = &coverage.uses;
    let active = uses.exact + uses.likely + uses.guess;
    let mut text = format!(
        "{} of its {} used, at {} in {packages}",
        coverage.used_items,
        match coverage.api_items {
            1 => "one item".to_owned(),
            n => format!("{n} items"),
        },
        count((active + uses.inactive) as usize, "place"),
    );
    let parts: Vec<String> = [
        (uses.exact, "exact"),
        (uses.likely, "likely"),
        (uses.guess, "by name only"),
        (uses.inactive, "in code that is not built"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, words)| format!("{n} {words}"))
    .collect();
    if !parts.is_empty() {
        text.push_str(": ");
        text.push_str(&parts.join(", "));
    }
    if uses.in_macros > 0 {
        text.push_str(&format!("; {} of them in macros", uses.in_macros));
    }
    text
}

/// `not seen through: 1 file, 4 macro calls, 7 calls on values of unknown type`; `None` where all
/// was seen.
fn unseen(coverage: &Coverage) -> Option<String> {
    let unseen = &coverage.unseen;
    if unseen.is_empty() {
        return None;
    }
    let parts: Vec<String> = [
        (unseen.files, "file that does not parse", "files that do not parse"),
        (
            unseen.macros,
            "macro call read by its words only",
            "macro calls read by their words only",
        ),
        (
            unseen.receivers,
            "method call of a name that it has, on a value of unknown type",
            "method calls of names that it has, on values of unknown type",
        ),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
    .collect();
    let hidden = hidden(coverage).map(|text| format!("; {text}")).unwrap_or_default();
    Some(format!("not seen through: {}{hidden}", parts.join(", ")))
}

/// `2 calls on values of unknown type have the name of a method that changed: src/a.rs:12 get`
fn hidden(coverage: &Coverage) -> Option<String> {
    let calls = &coverage.unseen.changed;
    let have = match calls.len() {
        0 => return None,
        1 => "1 call on a value of unknown type has".to_owned(),
        n => format!("{n} calls on values of unknown type have"),
    };
    let named = calls.iter().take(PLACES).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match calls.len().saturating_sub(PLACES) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    Some(format!("{have} the name of a method that changed: {named}{more}"))
}

//! Which touched places no test reaches, in words.

use crate::style::Style;
use crate::{TestsEntry, UpdateEntry};

/// How many places `explain` names.
const PLACES: usize = 4;

/// `2 of the 5 places that it touches no test of yours reaches by name`; `None` where tests reach
/// all.
fn sentence(entry: &TestsEntry) -> Option<String> {
    let (places, unreached) = (entry.places as usize, entry.unreached.len());
    let which = match (unreached, places) {
        (0, _) => return None,
        (1, 1) => "the one place".to_owned(),
        (2, 2) => "both places".to_owned(),
        (n, all) if n == all => format!("all {all} places"),
        (n, all) => format!("{n} of the {all} places"),
    };
    Some(format!("{which} that it touches no test of yours reaches by name"))
}

/// The lines of a step: silence where tests reach all places, or where there are no tests at all.
pub(crate) fn step_lines(style: &Style, indent: &str, updates: &[UpdateEntry]) -> Vec<String> {
    let alone = updates.len() == 1;
    let said = updates.iter().filter_map(|update| {
        let text = sentence(update.tests.as_ref().filter(|entry| entry.tests > 0)?)?;
        Some(if alone { text } else { format!("{}: {text}", update.package) })
    });
    said.flat_map(|text| style.wrap(indent, "      ", &text)).collect()
}

/// All of an update: the sentence, and the first places.
pub(crate) fn lines(style: &Style, entry: &TestsEntry) -> Vec<String> {
    let Some(text) = sentence(entry) else { return Vec::new() };
    if entry.tests == 0 {
        return style.wrap("  ", "  ", "(your code has no tests that could reach what it touches)");
    }
    let named = entry.unreached.iter().take(PLACES);
    let mut places: Vec<String> =
        named.map(|place| format!("{}:{}", place.file, place.line)).collect();
    match entry.unreached.len().saturating_sub(PLACES) {
        0 => {}
        more => places.push(format!("{more} more")),
    }
    style.wrap("  ", "  ", &format!("({text}: {})", places.join(", ")))
}

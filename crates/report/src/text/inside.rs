//! What changed inside called functions, in words.

use crate::style::{Paint, Style};
use crate::{InsideEntry, UpdateEntry};

use super::count;

/// `2 of the 7 functions that you call changed inside: 34 lines, about 3 min to read`; `None` where
/// none did.
fn sentence(inside: &InsideEntry) -> Option<String> {
    let calls = inside.called as usize;
    let changed = match (inside.changed.len(), calls) {
        (0, _) => return None,
        (1, 1) => "the one function that you call".to_owned(),
        (2, 2) => "both functions that you call".to_owned(),
        (changed, _) if changed == calls => format!("all {calls} functions that you call"),
        (changed, _) => format!("{changed} of the {calls} functions that you call"),
    };
    let lines = count(inside.lines as usize, "line");
    Some(format!("{changed} changed inside: {lines}, about {} min to read", inside.reading_minutes))
}

/// The lines of a step.
pub(crate) fn step_lines(style: &Style, indent: &str, updates: &[UpdateEntry]) -> Vec<String> {
    let alone = updates.len() == 1;
    let said = updates.iter().filter_map(|update| {
        let text = sentence(update.inside.as_ref()?)?;
        Some(if alone { text } else { format!("{}: {text}", update.package) })
    });
    said.flat_map(|text| style.wrap(indent, "      ", &text)).collect()
}

/// All of an update: the sentence, and a line for each function.
pub(crate) fn lines(style: &Style, inside: &InsideEntry) -> Vec<String> {
    let Some(text) = sentence(inside) else { return Vec::new() };
    let mut lines = style.wrap("  ", "  ", &text);
    for function in &inside.changed {
        let (old, new) = (&function.old_span, &function.new_span);
        let through = match function.through.as_slice() {
            [] => String::new(),
            through => format!(" by {}", through.join(", ")),
        };
        let text =
            format!("{}{through}: {}", function.item, count(function.lines as usize, "line"));
        lines.extend(style.wrap("  - ", "    ", &text));
        let places = format!("{}:{} -> {}:{}", old.file, old.line, new.file, new.line);
        let places = style.wrap("    ", "    ", &places);
        lines.extend(places.iter().map(|line| style.paint(Paint::Dim, line)));
    }
    lines
}

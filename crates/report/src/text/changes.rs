//! Changes that reach the user's code, with their places, as lines.

use crate::style::{Paint, Style, clean};
use crate::{GapEntry, ReachingChange};

use super::count;

/// How much of a list is printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// Changes.
    pub(crate) changes: usize,
    /// Places of each.
    pub(crate) places: usize,
}

/// What changed, where it is used, and what to write instead.
pub(crate) fn lines(
    style: &Style,
    indent: &str,
    changes: &[ReachingChange],
    limit: Limit,
) -> Vec<String> {
    let deeper = format!("{indent}  ");
    let mut lines = Vec::new();
    for reaching in changes.iter().take(limit.changes) {
        let change = &reaching.change;
        lines.extend(style.wrap(indent, &deeper, &format!("{}: {}", change.item, change.detail)));
        if let Some(suggestion) = &change.suggestion {
            lines.extend(style.wrap(&deeper, &deeper, &format!("instead: {suggestion}")));
        }
        lines.extend(places(style, &deeper, reaching, limit.places));
    }
    if let Some(more) = changes.len().checked_sub(limit.changes).filter(|more| *more > 0) {
        lines.push(style.paint(Paint::Dim, &format!("{indent}and {}", count(more, "more change"))));
    }
    lines
}

/// The places of a change, one line of the sources each, as many on a line as fit.
fn places(style: &Style, indent: &str, reaching: &ReachingChange, limit: usize) -> Vec<String> {
    let mut places: Vec<String> = reaching
        .use_sites
        .iter()
        .map(|site| clean(&format!("{}:{}", site.file, site.line)).replace(' ', "\u{a0}"))
        .collect();
    places.dedup();
    let more = places.len().saturating_sub(limit);
    places.truncate(limit);
    if more > 0 {
        places.push(format!("and {more} more"));
    }
    if places.is_empty() { Vec::new() } else { style.wrap(indent, indent, &places.join("  ")) }
}

/// What was not seen.
pub(crate) fn gap_lines(style: &Style, gaps: &[GapEntry], limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for gap in gaps.iter().take(limit) {
        lines.extend(style.wrap("  - ", "    ", &format!("{}: {}", gap.what, gap.why)));
    }
    if let Some(more) = gaps.len().checked_sub(limit).filter(|more| *more > 0) {
        lines.push(format!("  - and {more} more: all of them stand in `--format json`"));
    }
    lines
}

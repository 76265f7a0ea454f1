//! `cargo ripe diff` for people.

use ripe_model::{Bump, Certainty, ItemKind};

use crate::style::{Paint, Style};
use crate::{ChangeEntry, DiffReport, PackageVersion};

use super::changes::gap_lines;
use super::{count, page};

/// A comparison as text: the answer first, then the changes from sure to unsure.
pub fn diff_text(report: &DiffReport, style: &Style) -> String {
    let title = format!("{} -> {}", side(&report.old), version(&report.new));
    let mut lines = style.heading(&title);
    lines.extend(style.wrap("", "", &headline(report)));
    for (certainty, heading) in [
        (Certainty::Definite, "Breaks users of these items"),
        (Certainty::Possible, "May break users of these items; only compiling would tell"),
        (Certainty::Policy, "Outside what the API promises"),
    ] {
        let changes: Vec<&ChangeEntry> =
            report.changes.iter().filter(|change| change.certainty == certainty).collect();
        if changes.is_empty() {
            continue;
        }
        lines.push(String::new());
        lines.extend(style.heading(&format!("{heading} ({})", changes.len())));
        for change in changes {
            lines.extend(change_lines(style, change));
        }
    }
    if !report.unexplained.is_empty() {
        lines.push(String::new());
        let text = format!(
            "{} changed in a way that is not judged yet",
            count(report.unexplained.len(), "item")
        );
        lines.extend(style.heading(&text));
        for row in &report.unexplained {
            lines.extend(style.wrap("  ", "    ", &format!("{} {}", row.kind, row.item)));
        }
    }
    if !report.gaps.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("Not seen"));
        lines.extend(gap_lines(style, &report.gaps, usize::MAX));
    }
    if let Some(line) = proofs(report) {
        lines.push(String::new());
        lines.extend(style.wrap("", "", &line));
    }
    page(&lines)
}

/// How many breaks rustc agreed on; nothing where it was not asked.
fn proofs(report: &DiffReport) -> Option<String> {
    let asked = report.changes.iter().any(|change| change.proven.is_some());
    let proven = report.changes.iter().filter(|change| change.proven == Some(true)).count();
    let breaks = report.changes.iter().filter(|change| change.is_definite_break()).count();
    asked.then(|| format!("{proven} of {} proven.", count(breaks, "definite finding")))
}

fn side(side: &PackageVersion) -> String {
    format!("{} {}", side.package, version(side))
}

fn version(side: &PackageVersion) -> String {
    side.version.as_ref().map_or_else(|| "(no version)".to_owned(), ToString::to_string)
}

fn headline(report: &DiffReport) -> String {
    let required = match report.required_bump {
        Bump::None | Bump::Patch => "no change here stops a user from compiling".to_owned(),
        Bump::Minor => "the changes ask for a minor version".to_owned(),
        Bump::Major => "the changes ask for a major version".to_owned(),
    };
    let declared = match (report.declared_bump, report.undeclared) {
        (None, _) => "the numbers were not given".to_owned(),
        (Some(declared), true) => format!("the number declares only {}", article(declared)),
        (Some(declared), false) => format!("the number declares {}", article(declared)),
    };
    let open = match (report.gaps.is_empty(), report.unexplained.is_empty()) {
        (true, true) => "",
        (false, _) | (_, false) => ", as far as could be seen",
    };
    let possible = if report.possible_bump > report.required_bump {
        format!(" Uncertain changes may ask for {}.", article(report.possible_bump))
    } else {
        String::new()
    };
    let end = if report.undeclared { ": a break that is not declared." } else { "." };
    format!("{}{open}; {declared}{end}{possible}", capital(&required))
}

fn article(bump: Bump) -> &'static str {
    match bump {
        Bump::None => "no change",
        Bump::Patch => "a patch",
        Bump::Minor => "a minor version",
        Bump::Major => "a major version",
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn change_lines(style: &Style, change: &ChangeEntry) -> Vec<String> {
    let proven = match change.proven {
        Some(true) => " (proven by rustc)",
        Some(false) => " (rustc did not agree)",
        None => "",
    };
    let item = match change.kind {
        // The path of an impl is its header, which says what it is.
        ItemKind::Impl => change.item.clone(),
        kind => format!("{kind} {}", change.item),
    };
    let text = format!("{item}: {}{proven}", change.detail);
    let mut lines = style.wrap("  ", "    ", &text);
    if let Some(suggestion) = &change.suggestion {
        lines.extend(style.wrap("    ", "    ", &format!("instead: {suggestion}")));
    }
    let mut origin = change.lint.clone();
    if let Some(span) = change.new_span.as_ref().or(change.old_span.as_ref()) {
        origin = format!("{origin}, {}:{}", span.file, span.line);
    }
    let origin = style.wrap("    ", "    ", &origin);
    lines.extend(origin.iter().map(|line| style.paint(Paint::Dim, line)));
    lines
}

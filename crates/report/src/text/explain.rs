//! `cargo ripe explain` for people.

use ripe_model::{Bump, Grade, Verdict};

use crate::style::{Paint, Style};
use crate::{ErrorEntry, ExplainReport, UpdateEntry};

use super::changes::{Limit, gap_lines, lines as change_lines};
use super::{count, coverage, inside, page, runs, tests};

/// One update as text: the verdict and why, the changes that reach the code, what to do.
pub fn explain_text(report: &ExplainReport, style: &Style) -> String {
    let update = &report.update;
    let title = format!("{} {} -> {}", update.package, update.locked, update.target);
    let verdict = verdict_word(update.verdict);
    let mut lines = vec![format!(
        "{}  {}",
        style.paint(Paint::Bold, &title),
        style.paint(verdict_paint(update.verdict), verdict)
    )];
    for (at, reason) in update.reasons.iter().enumerate() {
        let first = if at == 0 { "  " } else { "  also: " };
        lines.extend(style.wrap(first, "    ", &reason.text));
    }
    lines.extend(style.wrap("  ", "  ", &seen(update)));
    if let Some(coverage) = &update.coverage {
        lines.extend(coverage::lines(style, coverage));
    }
    if let Some(entry) = &update.tests {
        lines.extend(tests::lines(style, entry));
    }

    if !update.changes.is_empty() {
        lines.push(String::new());
        let heading =
            format!("What changed and reaches you ({})", count(update.changes.len(), "change"));
        lines.extend(style.heading(&heading));
        let all = Limit { changes: usize::MAX, places: usize::MAX };
        lines.extend(change_lines(style, "  ", &update.changes, all));
    }
    if !report.errors.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("What the compiler says with it"));
        for error in &report.errors {
            lines.extend(style.wrap("  ", "    ", &error_line(error)));
        }
    }
    if let Some(inside) = update.inside.as_ref().filter(|inside| !inside.changed.is_empty()) {
        lines.push(String::new());
        lines.extend(style.heading("What changed inside"));
        lines.extend(inside::lines(style, inside));
    }
    if !update.runs.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("New code that runs when it is built"));
        lines.extend(runs::lines(style, &update.runs));
    }
    if !update.moves_along.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("What moves with it"));
        lines.extend(style.wrap("  ", "  ", &update.moves_along.join(", ")));
    }
    lines.push(String::new());
    lines.extend(style.heading("To take it"));
    let (middle, careful) = (update.minutes.p50, update.minutes.p80);
    lines.extend(style.wrap("  ", "  ", &format!("about {middle} min, with care {careful} min")));
    for command in &update.commands {
        lines.extend(super::plan::command_lines(style, "  ", command));
    }
    if !update.gaps.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("Not seen"));
        lines.extend(gap_lines(style, &update.gaps, usize::MAX));
    }
    page(&lines)
}

/// A verdict as a person says it.
pub(crate) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Free => "free",
        Verdict::Edit => "edit",
        Verdict::Hold => "hold",
        Verdict::Unknown => "not known",
    }
}

pub(crate) fn verdict_paint(verdict: Verdict) -> Paint {
    match verdict {
        Verdict::Free => Paint::Green,
        Verdict::Edit | Verdict::Unknown => Paint::Yellow,
        Verdict::Hold => Paint::Red,
    }
}

/// How far the evidence goes, and what it does not cover.
pub(crate) fn grade_words(grade: Grade) -> &'static str {
    match grade {
        Grade::Versions => "only the version numbers were looked at",
        Grade::Api => "both versions' APIs were compared",
        Grade::Uses => "both versions' APIs were compared, and your sources searched for uses",
        Grade::Probed => "both versions' APIs were compared, and the compiler named your uses",
        Grade::Compiled => "your code was compiled with it",
        Grade::Tested => "your code was compiled with it, and your tests run",
    }
}

fn seen(update: &UpdateEntry) -> String {
    let declared = match (update.declared_bump, update.undeclared) {
        (Bump::Major, _) => "the number declares a breaking release",
        (Bump::None | Bump::Patch | Bump::Minor, true) => {
            "the number declares a compatible release, and it is not"
        }
        (Bump::None | Bump::Patch | Bump::Minor, false) => {
            "the number declares a compatible release"
        }
    };
    let total = usize::try_from(update.n_changes_total).unwrap_or(usize::MAX);
    let changes = match update.grade {
        Grade::Versions => String::new(),
        Grade::Api | Grade::Uses | Grade::Probed | Grade::Compiled | Grade::Tested => {
            format!("; {} in all, {} reaching you", count(total, "change"), update.changes.len())
        }
    };
    format!("({declared}; {}{changes})", grade_words(update.grade))
}

fn error_line(error: &ErrorEntry) -> String {
    let code = error.code.as_deref().unwrap_or("error");
    let predicted = if error.predicted { "predicted" } else { "not predicted" };
    format!("{}:{}  {code}, {predicted}", error.file, error.line)
}

//! `cargo ripe plan` for people: read in under a minute, from what to do now to what was not seen.

use std::collections::BTreeMap;

use ripe_model::{Bump, Grade, Impact, ReasonKind, Role, Verdict};

use crate::style::{Paint, Style, clean, len};
use crate::{HoldEntry, PlanReport, StepEntry, UpdateEntry};

use super::changes::{Limit, gap_lines, lines as change_lines};
use super::explain::{verdict_paint, verdict_word};
use super::runs::step_line;
use super::{count, coverage, inside, page, tests};

/// How much evidence a plan shows: `explain` shows the rest.
const IN_A_PLAN: Limit = Limit { changes: 4, places: 4 };
/// So many updates that are not known for one and the same reason are said together.
const ALIKE: usize = 3;
/// How many gaps a plan names.
const GAPS: usize = 8;

/// A plan as text.
pub fn plan_text(report: &PlanReport, style: &Style) -> String {
    let mut lines = head(report, style);
    lines.push(String::new());
    if report.steps.is_empty() {
        let text = format!("Nothing to take within {}.", time(report.budget_minutes));
        lines.extend(style.heading(&text));
    } else {
        let tries = report.steps.iter().any(|step| worst(&step.updates) == Verdict::Unknown);
        let title = if tries { "Try, in this order" } else { "Take now" };
        lines.push(heading(style, title, "careful guess"));
        for step in &report.steps {
            lines.extend(step_lines(style, step));
        }
        let total = format!("{} of {}", time(report.minutes.p80), time(report.budget_minutes));
        lines.push(two_ends(style, "    together", &total, &total));
    }
    if !report.stretch.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("If there is time"));
        for step in &report.stretch {
            lines.extend(step_lines(style, step));
        }
    }
    lines.extend(hold_section(style, &report.holds));
    if !report.gaps.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("Not seen"));
        lines.extend(gap_lines(style, &report.gaps, GAPS));
    }
    page(&lines)
}

fn head(report: &PlanReport, style: &Style) -> Vec<String> {
    let title = format!("{}: a plan for {}", clean(&report.project), time(report.budget_minutes));
    let mut lines = style.heading(&title);
    let seen: Vec<String> = report
        .evidence
        .iter()
        .rev()
        .map(|(grade, n)| format!("{n} {}", grade_short(*grade)))
        .collect();
    let seen = if seen.is_empty() {
        "Nothing newer was found".to_owned()
    } else {
        format!("Updates looked at: {}", seen.join(", "))
    };
    let about = format!(
        "{} in the lockfile, {}, {}. {seen}.",
        count(report.packages as usize, "package"),
        report.toolchain,
        report.date
    );
    lines.extend(style.wrap("", "", &about));
    for note in &report.notes {
        lines.extend(style.wrap("! ", "  ", note));
    }
    lines
}

fn grade_short(grade: Grade) -> &'static str {
    match grade {
        Grade::Versions => "by their numbers only",
        Grade::Api => "by their APIs",
        Grade::Uses => "by what your code uses",
        Grade::Probed => "by what the compiler says your code uses",
        Grade::Compiled => "by compiling",
        Grade::Tested => "by compiling and testing",
    }
}

fn step_lines(style: &Style, step: &StepEntry) -> Vec<String> {
    let verdict = worst(&step.updates);
    let number = format!("{:>2}. ", step.n);
    let word = verdict_word(verdict);
    let right = format!("{word:<9} {:>8}", time(step.minutes.p80));
    let painted = right.replacen(word, &style.paint(verdict_paint(verdict), word), 1);
    let left = format!("{number}{}", clean(&step.title));
    let mut lines = titled(style, &left, &right, &painted);
    let indent = "    ";
    match &step.updates[..] {
        [update] => {
            for reason in update.reasons.iter().take(2) {
                lines.extend(style.wrap(indent, indent, &reason.text));
            }
        }
        updates => lines.extend(shared_reasons(style, indent, updates)),
    }
    for update in &step.updates {
        lines.extend(change_lines(style, "      ", &update.changes, IN_A_PLAN));
    }
    lines.extend(inside::step_lines(style, indent, &step.updates));
    lines.extend(tests::step_lines(style, indent, &step.updates));
    lines.extend(coverage::step_lines(style, indent, &step.updates));
    lines.extend(step_line(style, indent, &step.updates));
    for command in &step.commands {
        lines.extend(command_lines(style, indent, command));
    }
    lines
}

/// The headlines of several updates: one that all share is said once.
fn shared_reasons(style: &Style, indent: &str, updates: &[UpdateEntry]) -> Vec<String> {
    let mut lines = Vec::new();
    if updates.iter().all(|update| update.verdict == Verdict::Free) {
        lines.extend(style.wrap(indent, indent, "nothing you use changed its API"));
    } else if updates.iter().all(|u| {
        u.declared_bump < Bump::Major && matches!(u.verdict, Verdict::Free | Verdict::Unknown)
    }) {
        let open = updates.iter().filter(|update| update.verdict == Verdict::Unknown).count();
        let open =
            if open == updates.len() { "they".to_owned() } else { format!("{open} of them") };
        let text = format!(
            "{open} call themselves compatible, and were not looked at yet: build and test before you keep them"
        );
        lines.extend(style.wrap(indent, indent, &text));
    } else {
        for update in updates {
            if let Some(reason) = update.reasons.first() {
                let text = format!("{}: {}", update.package, reason.text);
                lines.extend(style.wrap(indent, "      ", &text));
            }
        }
    }
    let mut by_kind: BTreeMap<ReasonKind, Vec<(&str, &str)>> = BTreeMap::new();
    for update in updates {
        for reason in update.reasons.iter().skip(1) {
            by_kind.entry(reason.kind).or_default().push((&update.package, &reason.text));
        }
    }
    for (kind, said) in by_kind {
        match in_common(kind).filter(|_| said.len() >= ALIKE) {
            Some(words) => {
                let names: Vec<&str> = said.iter().map(|(package, _)| *package).collect();
                let text = format!("{} of them {words}: {}", said.len(), names.join(", "));
                lines.extend(style.wrap(indent, "      ", &text));
            }
            None => {
                for (package, text) in said {
                    lines.extend(style.wrap(indent, "      ", &format!("{package}: {text}")));
                }
            }
        }
    }
    lines
}

/// What several updates of one step have in common, where one sentence says it for all.
fn in_common(kind: ReasonKind) -> Option<&'static str> {
    match kind {
        ReasonKind::Undeclared => {
            Some("broke their API although the number says they did not; you do not use what broke")
        }
        ReasonKind::Yanked => Some("are withdrawn as you have them"),
        ReasonKind::Gap => Some("could not be seen completely (see `--format json`)"),
        ReasonKind::Break
        | ReasonKind::Age
        | ReasonKind::Msrv
        | ReasonKind::Feature
        | ReasonKind::Resolution
        | ReasonKind::Advisory
        | ReasonKind::Policy
        | ReasonKind::Clean => None,
    }
}

/// The verdict that asks for the most care.
fn worst(updates: &[UpdateEntry]) -> Verdict {
    updates.iter().map(|update| update.verdict).max().unwrap_or(Verdict::Unknown)
}

/// A line to run, marked as such, or a line to write.
pub(crate) fn command_lines(style: &Style, indent: &str, command: &str) -> Vec<String> {
    let is_run = command.starts_with("cargo ");
    let (first, rest) = if is_run {
        (format!("{indent}$ "), format!("{indent}    "))
    } else {
        (indent.to_owned(), format!("{indent}  "))
    };
    let lines = if is_run {
        style.wrap_command(&first, &rest, command)
    } else {
        style.wrap(&first, &rest, command)
    };
    lines.iter().map(|line| style.paint(Paint::Dim, line)).collect()
}

/// What to leave alone: in full where the project names it or where it would break, the rest in
/// one line.
fn hold_section(style: &Style, holds: &[HoldEntry]) -> Vec<String> {
    if holds.is_empty() {
        return Vec::new();
    }
    let (said, folded): (Vec<&HoldEntry>, Vec<&HoldEntry>) = holds
        .iter()
        .partition(|hold| hold.update.role == Role::Direct || hold.update.impact == Impact::Breaks);
    let mut lines = vec![String::new(), style.paint(Paint::Bold, "Hold")];
    let mut alike: BTreeMap<&str, Vec<&HoldEntry>> = BTreeMap::new();
    for hold in &said {
        if let Some(reason) = unknown_reason(hold) {
            alike.entry(reason).or_default().push(hold);
        }
    }
    alike.retain(|_, holds| holds.len() >= ALIKE);
    for hold in &said {
        if unknown_reason(hold).is_none_or(|reason| !alike.contains_key(reason)) {
            lines.extend(hold_lines(style, hold));
        }
    }
    for (reason, holds) in &alike {
        let names: Vec<String> =
            holds.iter().map(|h| format!("{} {}", h.update.package, h.update.target)).collect();
        let title = format!("  - {}", count(holds.len(), "update"));
        let word = verdict_word(Verdict::Unknown);
        let right = format!("{word:<18}");
        let painted = style.paint(verdict_paint(Verdict::Unknown), word);
        lines.extend(titled(style, &title, &right, &painted));
        lines.extend(style.wrap("    ", "    ", reason));
        lines.extend(style.wrap("    ", "    ", &names.join(", ")));
        lines.extend(style.wrap("    ", "    ", "look closer: `cargo ripe explain PACKAGE`"));
    }
    if !folded.is_empty() {
        let names: Vec<&str> = folded.iter().map(|hold| hold.update.package.as_str()).collect();
        let text = format!(
            "{} that only other packages ask for: {}",
            count(names.len(), "more update"),
            names.join(", ")
        );
        lines.extend(style.wrap("  - ", "    ", &text));
    }
    lines
}

/// The headline of an update that is not known.
fn unknown_reason(hold: &HoldEntry) -> Option<&str> {
    match hold.update.verdict {
        Verdict::Unknown => Some(hold.update.reasons.first()?.text.as_str()),
        Verdict::Free | Verdict::Edit | Verdict::Hold => None,
    }
}

fn hold_lines(style: &Style, hold: &HoldEntry) -> Vec<String> {
    let update = &hold.update;
    let title = format!("  - {} {} -> {}", update.package, update.locked, update.target);
    let word = match update.verdict {
        // It could be taken, were there time.
        Verdict::Free | Verdict::Edit => {
            format!("{:<9} {:>8}", verdict_word(update.verdict), time(update.minutes.p80))
        }
        Verdict::Hold | Verdict::Unknown => format!("{:<18}", verdict_word(update.verdict)),
    };
    let bare = word.trim_end();
    let painted = style.paint(verdict_paint(update.verdict), bare) + &word[bare.len()..];
    let mut lines = titled(style, &title, &word, painted.trim_end());
    if let Some(reason) = update.reasons.first() {
        lines.extend(style.wrap("    ", "    ", &reason.text));
    }
    if update.impact == Impact::Breaks && update.verdict == Verdict::Hold {
        let few = Limit { changes: 2, places: 4 };
        lines.extend(change_lines(style, "      ", &update.changes, few));
    }
    lines.extend(style.wrap("    ", "    ", &hold.until));
    lines
}

fn heading(style: &Style, left: &str, right: &str) -> String {
    let line = pad(style, left, right);
    style.paint(Paint::Bold, left) + &line[left.len()..]
}

/// A text and another at the right edge; the second may be painted.
fn two_ends(style: &Style, left: &str, right: &str, painted: &str) -> String {
    let line = pad(style, left, right);
    format!("{}{painted}", &line[..line.len() - right.len()])
}

/// The title of a step: its words to the left, over several lines where they must be.
fn titled(style: &Style, left: &str, right: &str, painted: &str) -> Vec<String> {
    let room = style.columns().saturating_sub(len(right) + 2);
    if len(left) <= room {
        return vec![two_ends(style, left, right, painted).trim_end().to_owned()];
    }
    let mut lines = style.wrap("", "    ", left.trim_start());
    lines.push(two_ends(style, "", right, painted).trim_end().to_owned());
    lines
}

fn pad(style: &Style, left: &str, right: &str) -> String {
    let gap = style.columns().saturating_sub(len(left) + len(right)).max(1);
    format!("{left}{}{right}", " ".repeat(gap))
}

/// Minutes as a person says them.
fn time(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}

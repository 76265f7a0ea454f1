//! What would run when an update is built, in words.

use ripe_model::{BuildChange, BuildCodeEvent, BuildCodeKind};

use crate::style::Style;
use crate::{RunEntry, UpdateEntry};

/// How many are named in a line.
const NAMED: usize = 3;

/// One of them: `new build script of libc 0.2.186`.
pub fn run_words(run: &BuildChange) -> String {
    let BuildChange { package, version, added_lines, removed_lines, .. } = run;
    let package = format!("{package} {version}");
    match (run.what, run.change) {
        (BuildCodeKind::BuildScript, BuildCodeEvent::New) => {
            format!("new build script of {package}")
        }
        (BuildCodeKind::BuildScript, BuildCodeEvent::Changed) => {
            format!("build script of {package} changed (+{added_lines} -{removed_lines} lines)")
        }
        (BuildCodeKind::ProcMacro, BuildCodeEvent::New) => format!("new macro code of {package}"),
        (BuildCodeKind::ProcMacro, BuildCodeEvent::Changed) => {
            format!("macro code of {package} changed (+{added_lines} -{removed_lines} lines)")
        }
        (BuildCodeKind::NativeCode, _) => {
            let links = run.links.as_deref().unwrap_or("a library");
            format!("native code of {package} links {links}")
        }
    }
}

/// The line of a step: the new before the changed, and as many as a reader takes in.
pub(crate) fn step_line(style: &Style, indent: &str, updates: &[UpdateEntry]) -> Vec<String> {
    let mut runs: Vec<&RunEntry> = updates.iter().flat_map(|update| &update.runs).collect();
    runs.sort_by_key(|run| (run.change, *run));
    runs.dedup();
    if runs.is_empty() {
        return Vec::new();
    }
    let mut words: Vec<String> = runs.iter().take(NAMED).map(|run| run_words(run)).collect();
    if runs.len() > NAMED {
        words.push(format!("and {} more", runs.len() - NAMED));
    }
    style.wrap(indent, "      ", &format!("runs when it is built: {}", words.join(", ")))
}

/// All of an update, a line each.
pub(crate) fn lines(style: &Style, runs: &[RunEntry]) -> Vec<String> {
    runs.iter().flat_map(|run| style.wrap("  - ", "    ", &run_words(run))).collect()
}

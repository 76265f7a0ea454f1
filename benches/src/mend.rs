//! Errors that hide others: mended one after the other, until rustc has no more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

/// A line of a file, relative to the project.
pub type Line = (String, u64);

/// What rustc reported, round by round.
#[derive(Debug, Clone, Default)]
pub struct Mended {
    /// The lines of errors, each with the round in which it first came, from 1.
    pub lines: BTreeMap<Line, usize>,
    /// The lines that no mend fits, so that what they hide is not known.
    pub left: BTreeSet<Line>,
}

/// How a project is mended.
#[derive(Debug, Clone, Default)]
pub struct Mends {
    /// What is added to the end of files.
    added: Vec<(String, String)>,
    /// What is put in place of what, on lines with errors.
    instead: Vec<(String, String)>,
}

/// How often rustc is asked at most.
const ROUNDS: usize = 20;

impl Mends {
    /// Reads mends; see `corpus/clients/README.md`. No file is no mends.
    ///
    /// # Errors
    /// Where a line has no tab.
    pub fn read(path: &Path) -> Result<Mends> {
        let mut mends = Mends::default();
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            let (first, rest) = line.split_once('\t').context("a mend has a tab in it")?;
            match (first, rest.split_once('\t')) {
                ("+", Some((file, text))) => mends.added.push((file.to_owned(), text.to_owned())),
                _ => mends.instead.push((first.to_owned(), rest.to_owned())),
            }
        }
        Ok(mends)
    }

    /// Checks a project, mends what is reported, and checks again. The sources are changed.
    ///
    /// # Errors
    /// Where cargo cannot be run, or the sources cannot be read or written.
    pub fn apply(&self, project: &Path, flags: &[&str], target: &Path) -> Result<Mended> {
        for (file, text) in &self.added {
            let path = project.join(file);
            let before = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            std::fs::write(&path, format!("{before}\n{text}\n"))?;
        }
        let mut mended = Mended::default();
        for round in 1..=ROUNDS {
            let lines = errors(project, flags, target)?;
            mended.left.clear();
            for line in &lines {
                mended.lines.entry(line.clone()).or_insert(round);
                if !self.mend(project, line)? {
                    mended.left.insert(line.clone());
                }
            }
            if mended.left.len() == lines.len() {
                break;
            }
        }
        Ok(mended)
    }

    /// Mends a line; says whether anything fitted.
    fn mend(&self, project: &Path, (file, at): &Line) -> Result<bool> {
        let path = project.join(file);
        let text = std::fs::read_to_string(&path)?;
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let Some(line) = usize::try_from(*at).ok().and_then(|at| lines.get_mut(at - 1)) else {
            return Ok(false);
        };
        let Some((from, to)) = self.instead.iter().find(|(from, _)| line.contains(from)) else {
            return Ok(false);
        };
        *line = line.replacen(from, to, 1);
        std::fs::write(&path, lines.join("\n"))?;
        Ok(true)
    }
}

/// The lines of the errors that `cargo check` reports in a project: those that a person wrote.
fn errors(project: &Path, flags: &[&str], target: &Path) -> Result<BTreeSet<Line>> {
    let output = Command::new("cargo")
        .args(["check", "--message-format=json"])
        .args(flags)
        .current_dir(project)
        .env("CARGO_TARGET_DIR", target)
        .output()?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let mut found = BTreeSet::new();
    let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    for message in messages.filter(|m| m["reason"] == "compiler-message") {
        let message = &message["message"];
        if !message["level"].as_str().is_some_and(|level| level.starts_with("error")) {
            continue;
        }
        for span in message["spans"].as_array().into_iter().flatten() {
            let mut span = span;
            if span["is_primary"] != true {
                continue;
            }
            while span["expansion"].is_object() {
                span = &span["expansion"]["span"];
            }
            if let (Some(file), Some(line)) =
                (span["file_name"].as_str(), span["line_start"].as_u64())
                && Path::new(file).is_relative()
            {
                found.insert((file.to_owned(), line));
            }
        }
    }
    if found.is_empty() && !output.status.success() {
        anyhow::bail!("cargo check failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(found)
}

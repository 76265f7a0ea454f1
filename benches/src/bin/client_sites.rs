//! What rustc reports of the updates of `corpus/clients`, error after error, beside what
//! `cargo ripe explain` foresees: by the scan alone, by the compiler alone, by both.
//!
//! `cargo run --release -p ripe-benches --bin client_sites -- [--only TEXT] [--work DIR] [--binary FILE]`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use ripe_benches::mend::{Line, Mended, Mends};
use ripe_benches::{client, table, tools};
use serde_json::Value;

/// The lines of the client that a report speaks of.
#[derive(Debug, Default)]
struct Said {
    impact: String,
    /// All, each with whether it says that it breaks, rather than that it may.
    lines: BTreeMap<Line, bool>,
    /// Those that the compiler named.
    named: BTreeSet<Line>,
    /// The uses, as line and item.
    uses: BTreeSet<(Line, String)>,
    /// Those that the compiler named.
    named_uses: BTreeSet<(Line, String)>,
}

fn main() -> Result<()> {
    let mut only = None;
    let mut work = std::env::temp_dir().join("ripe-client-sites");
    let mut binary = None;
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = given.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--only" => only = Some(value),
            "--work" => work = value.into(),
            "--binary" => binary = Some(PathBuf::from(value)),
            _ => bail!("unknown argument {flag}"),
        }
    }
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    let binary = match binary {
        Some(binary) => binary,
        None => tools::ours(root)?,
    };
    let corpus = root.join("corpus/clients");
    let mut details = String::new();
    println!(
        "| case | impact, scan | impact, both | error lines at once | hidden behind them | foreseen by the scan | by the compiler | by both | lines said, scan | compiler | both | to break for certain, scan | both |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    );
    for case in table::read(&corpus.join("clients.tsv"))? {
        if only.as_ref().is_some_and(|only| !case["case"].contains(only.as_str())) {
            continue;
        }
        details.push_str(&judge(&corpus, &work, &binary, &case)?);
    }
    println!("\n{details}");
    Ok(())
}

/// Prints the row of a case, and returns what there is to say of single lines.
fn judge(corpus: &Path, work: &Path, binary: &Path, case: &table::Row) -> Result<String> {
    let name = &case["case"];
    let project = work.join("cases").join(name);
    set_up(corpus, work, case, &project, None)?;
    let scan = explain(binary, work, case, &project, "uses")?;
    let both = explain(binary, work, case, &project, "probed")?;
    let updated = work.join("updated").join(name);
    set_up(corpus, work, case, &updated, Some(&case["new"]))?;
    let mut flags = features(case);
    if case["targets"] == "all" {
        flags.push("--all-targets");
    }
    let mends = Mends::read(&corpus.join(format!("{name}.mends")))?;
    let truth = mends.apply(&updated, &flags, &work.join("target"))?;
    let hit = |lines: &dyn Fn(&Line) -> bool| truth.lines.keys().filter(|l| lines(l)).count();
    let at_once = truth.lines.values().filter(|round| **round == 1).count();
    let certain = |said: &Said| said.lines.values().filter(|breaks| **breaks).count();
    println!(
        "| {name} | {} | {} | {at_once} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        scan.impact,
        both.impact,
        truth.lines.len() - at_once,
        hit(&|line| scan.lines.contains_key(line)),
        hit(&|line| both.named.contains(line)),
        hit(&|line| both.lines.contains_key(line)),
        scan.lines.len(),
        both.named.len(),
        both.lines.len(),
        certain(&scan),
        certain(&both),
    );
    details(name, &project, &truth, &scan, &both)
}

/// The lines that one side or both missed, and how the scan's uses stand to the compiler's.
fn details(name: &str, project: &Path, truth: &Mended, scan: &Said, both: &Said) -> Result<String> {
    let mut text = format!("{name}:\n");
    let found = scan.uses.intersection(&both.named_uses).count();
    text.push_str(&format!(
        "- of {} uses that the compiler names, the scan has {found}; of the scan's {}, {} are not named by it\n",
        both.named_uses.len(),
        scan.uses.len(),
        scan.uses.len() - found,
    ));
    for (line, round) in &truth.lines {
        let by: Vec<&str> = [
            ("the scan", scan.lines.contains_key(line)),
            ("the compiler", both.named.contains(line)),
            ("both", both.lines.contains_key(line)),
        ]
        .into_iter()
        .filter_map(|(by, has)| (!has).then_some(by))
        .collect();
        if !by.is_empty() {
            let source = std::fs::read_to_string(project.join(&line.0))?;
            let at = usize::try_from(line.1)?;
            let source = source.lines().nth(at - 1).unwrap_or_default().trim();
            let by = by.join(", ");
            text.push_str(&format!(
                "- {}:{} `{source}` (round {round}) is missed by {by}\n",
                line.0, line.1
            ));
        }
    }
    for (file, line) in &truth.left {
        text.push_str(&format!("- {file}:{line} is not mended; what it hides is not known\n"));
    }
    text.push('\n');
    Ok(text)
}

fn features(case: &table::Row) -> Vec<&str> {
    match case["features"].as_str() {
        "." => Vec::new(),
        "-" => vec!["--no-default-features"],
        list => vec!["--features", list],
    }
}

/// A copy of the client as a workspace of its own, with the dependency locked or, with `new`,
/// required and locked at that version.
fn set_up(
    corpus: &Path,
    work: &Path,
    case: &table::Row,
    to: &Path,
    new: Option<&str>,
) -> Result<()> {
    let source = client::source(&case["client"], &case["version"], work)?;
    let carried = corpus.join(format!("{}.lock", case["case"]));
    if carried.exists() {
        client::set_up(&source, to, &carried)?;
    } else {
        if to.exists() {
            std::fs::remove_dir_all(to)?;
        }
        client::copy(&source, to)?;
    }
    let path = to.join("Cargo.toml");
    let mut manifest: toml_edit::DocumentMut = std::fs::read_to_string(&path)?.parse()?;
    manifest["workspace"] = toml_edit::Item::Table(toml_edit::Table::new());
    if case["build"] == "drop" {
        manifest.remove("build-dependencies");
        manifest["package"]["build"] = toml_edit::value(false);
    }
    if let Some(new) = new {
        manifest["dependencies"][&case["dep"]]["version"] = toml_edit::value(format!("={new}"));
    }
    std::fs::write(&path, manifest.to_string())?;
    Ok(())
}

fn explain(
    binary: &Path,
    work: &Path,
    case: &table::Row,
    project: &Path,
    evidence: &str,
) -> Result<Said> {
    let output = Command::new(binary)
        .args(["ripe", "explain", &format!("{}@{}", case["dep"], case["old"])])
        .args(["--to", &case["new"], "--evidence", evidence, "--format", "json"])
        .args(features(case))
        .current_dir(project)
        .env_remove("CARGO_TARGET_DIR")
        .env("RIPE_CACHE_DIR", work.join("cache"))
        .output()?;
    let report: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("no report: {}", said.lines().last().unwrap_or_default())
    })?;
    let mut said =
        Said { impact: report["impact"].as_str().unwrap_or("?").to_owned(), ..Said::default() };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for change in list(&report["changes"]) {
        let item = change["item"].as_str().unwrap_or_default();
        for site in list(&change["use_sites"]).iter().filter(|s| s["package"] == case["client"]) {
            let (Some(file), Some(line)) = (site["file"].as_str(), site["line"].as_u64()) else {
                continue;
            };
            let line = (file.to_owned(), line);
            let breaks = change["certainty"] == "definite" && site["confidence"] != "guess"
                || change["certainty"] == "policy" && site["confidence"] == "exact";
            *said.lines.entry(line.clone()).or_default() |= breaks;
            said.uses.insert((line.clone(), item.to_owned()));
            if site["confirmed_by"].is_string() {
                said.named.insert(line.clone());
                said.named_uses.insert((line, item.to_owned()));
            }
        }
    }
    Ok(said)
}

//! Right and wrong over the real updates of `corpus/impact`: sets each case up from its lockfile,
//! asks `cargo ripe explain` for the impact, checks by the wrapper's log that no unit of the
//! client (or of a package between) met the target version, and writes a table.
//!
//! `cargo run --release -p ripe-benches --bin accuracy -- [--evidence uses,probed] [--only TEXT,…] [--take N/M] [--work DIR] [--out FILE] [--binary FILE]`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use ripe_benches::{client, table};
use serde_json::Value;

struct Args {
    /// How far to go for evidence; each case is judged once with each.
    evidence: Vec<String>,
    /// Cases whose name contains one of these; all, where there is none.
    only: Vec<String>,
    take: (usize, usize),
    work: PathBuf,
    out: Option<PathBuf>,
    binary: Option<PathBuf>,
}

struct Outcome {
    case: String,
    evidence: String,
    declared: String,
    mode: String,
    truth: &'static str,
    said: String,
    grade: String,
    lines: usize,
    lines_hit: usize,
    /// By kind of use: the lines that were predicted, and of them those that rustc names.
    kinds: BTreeMap<String, (usize, usize)>,
    /// Whether there was a log of the wrapper to search.
    logged: bool,
    why: String,
}

fn main() -> Result<ExitCode> {
    let args = args()?;
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    let binary = match &args.binary {
        Some(binary) => binary.clone(),
        None => build(root)?,
    };
    let cases = table::read(&root.join("corpus/impact/impact.tsv"))?;
    let inputs = table::read(&root.join("corpus/impact/impact_inputs.tsv"))?;
    let mut outcomes = Vec::new();
    let mut failures = 0;
    let (slice, of) = args.take;
    for (n, case) in cases.iter().enumerate() {
        let name = &case["case"];
        let wanted = args.only.is_empty() || args.only.iter().any(|only| name.contains(only));
        if n % of != slice || !wanted {
            continue;
        }
        let features = inputs
            .iter()
            .find(|i| &i["case"] == name)
            .map(|i| i["features"].as_str())
            .unwrap_or(".");
        for evidence in &args.evidence {
            match judge(root, &binary, &args, evidence, case, features) {
                Ok(outcome) => {
                    eprintln!(
                        "{} {:40} {:6} truth {:6} said {:8} lines {}/{} {}",
                        if outcome.truth == outcome.said { "  " } else { "XX" },
                        outcome.case,
                        outcome.evidence,
                        outcome.truth,
                        outcome.said,
                        outcome.lines_hit,
                        outcome.lines,
                        outcome.why
                    );
                    outcomes.push(outcome);
                }
                Err(error) => {
                    failures += 1;
                    eprintln!("!! {name}, {evidence}: {error:#}");
                }
            }
        }
    }
    let mut report = String::new();
    for evidence in &args.evidence {
        let of: Vec<&Outcome> = outcomes.iter().filter(|o| o.evidence == *evidence).collect();
        report.push_str(&render(&of, evidence, cases.len(), failures)?);
        report.push('\n');
    }
    println!("{report}");
    if let Some(out) = &args.out {
        std::fs::write(out, report)?;
    }
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn args() -> Result<Args> {
    let mut args = Args {
        evidence: vec!["uses".to_owned()],
        only: Vec::new(),
        take: (0, 1),
        work: std::env::temp_dir().join("ripe-accuracy"),
        out: None,
        binary: None,
    };
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = given.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--evidence" => args.evidence = value.split(',').map(str::to_owned).collect(),
            "--only" => args.only = value.split(',').map(str::to_owned).collect(),
            "--work" => args.work = value.into(),
            "--binary" => args.binary = Some(value.into()),
            "--out" => args.out = Some(value.into()),
            "--take" => {
                let (slice, of) = value.split_once('/').context("--take is written N/M")?;
                args.take = (slice.parse()?, of.parse()?);
            }
            _ => bail!("unknown argument {flag}"),
        }
    }
    Ok(args)
}

fn build(root: &Path) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["build", "--release", "-p", "cargo-ripe", "--message-format=json"])
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo-ripe does not build")
}

fn judge(
    root: &Path,
    binary: &Path,
    args: &Args,
    evidence: &str,
    case: &table::Row,
    features: &str,
) -> Result<Outcome> {
    let name = &case["case"];
    let source = client::source(&case["client"], &case["client_version"], &args.work)?;
    let project = args.work.join("cases").join(name);
    client::set_up(
        &source,
        &project,
        &root.join("corpus/impact/locks").join(format!("{name}.lock")),
    )?;
    let mut command = Command::new(binary);
    command
        .args([
            "ripe",
            "explain",
            &format!("{}@{}", case["dep"], case["old"]),
            "--to",
            &case["new"],
        ])
        .args(["--evidence", evidence, "--format", "json"])
        .current_dir(&project)
        // The logs lie in the project's own target directory.
        .env_remove("CARGO_TARGET_DIR")
        .env("RIPE_CACHE_DIR", args.work.join("cache"));
    match features {
        "." => {}
        "-" => {
            command.arg("--no-default-features");
        }
        list => {
            command.args(["--features", list]);
        }
    }
    let output = command.output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(0) {
        bail!("exit {:?}: {}", output.status.code(), stderr.lines().last().unwrap_or_default());
    }
    let report: Value = serde_json::from_slice(&output.stdout).context("no JSON on stdout")?;
    // The packages of which rustc reported errors: the client, or what lies between.
    let between = case.get("failing_packages").map(String::as_str).unwrap_or_default();
    let hidden: Vec<&str> = between
        .split(';')
        .map(|package| package.split('@').next().unwrap_or(package))
        .map(|package| if package == "client" { case["client"].as_str() } else { package })
        .chain([case["client"].as_str()])
        .filter(|package| !package.is_empty() && *package != case["dep"])
        .collect();
    let logged = never_met(&project, &hidden)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let sites = list(&report["changes"]).into_iter().flat_map(|change| list(&change["use_sites"]));
    let sites: BTreeSet<(String, String)> = sites
        .filter_map(|site| {
            let line = format!("{}:{}", site["file"].as_str()?, site["line"].as_u64()?);
            Some((site["how"].as_str()?.to_owned(), line))
        })
        .collect();
    let predicted: BTreeSet<&str> = sites.iter().map(|(_, line)| line.as_str()).collect();
    let lines: BTreeSet<&str> =
        case["sites"].split(';').filter(|s| !s.is_empty() && *s != "Cargo.toml").collect();
    let named: BTreeSet<&str> = lines.iter().map(|line| file_and_line(line)).collect();
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (how, line) in &sites {
        let (all, hit) = kinds.entry(how.clone()).or_default();
        *all += 1;
        *hit += usize::from(named.contains(line.as_str()));
    }
    Ok(Outcome {
        case: name.clone(),
        evidence: evidence.to_owned(),
        declared: case["declared"].clone(),
        mode: case["mode"].clone(),
        truth: if case["truth"] == "fail" { "breaks" } else { "none" },
        said: report["impact"].as_str().unwrap_or("?").to_owned(),
        grade: report["grade"].as_str().unwrap_or("?").to_owned(),
        lines: lines.len(),
        lines_hit: lines.iter().filter(|line| predicted.contains(file_and_line(line))).count(),
        kinds,
        logged,
        why: report["reasons"][0]["text"].as_str().unwrap_or_default().to_owned(),
    })
}

/// `src/lib.rs:7` of that, or of `pkg@1.0.0:pkg-1.0.0/src/lib.rs:7`, as a site in a package between
/// is written.
fn file_and_line(site: &str) -> &str {
    let Some((_, rest)) = site.rsplit_once('@') else { return site };
    let inside = rest.split_once(':').and_then(|(_, path)| path.split_once('/'));
    inside.map_or(rest, |(_, file)| file)
}

/// The wrapper's log of the target side has no unit of the client, or of a package between, that
/// was compiled. `false` where there is no log.
fn never_met(project: &Path, hidden: &[&str]) -> Result<bool> {
    // Without a build there is no log: cargo refused to resolve, or all models were cached.
    let logs = std::fs::read_dir(project.join("target/ripe")).into_iter().flatten().flatten();
    let text: String = logs
        .filter_map(|run| std::fs::read_to_string(run.path().join("log/target.jsonl")).ok())
        .collect();
    for line in text.lines() {
        let unit: Value = serde_json::from_str(line).context("the log is not JSON")?;
        let compiled = unit["action"] == "recorded" || unit["action"] == "passed";
        let package = unit["package"].as_str().unwrap_or_default();
        if compiled && hidden.contains(&package) {
            bail!("the log shows a unit of {package} that was compiled against the target: {line}");
        }
    }
    Ok(!text.is_empty())
}

fn render(outcomes: &[&Outcome], evidence: &str, of: usize, failures: usize) -> Result<String> {
    use std::fmt::Write;
    let count = |truth: &str, said: &str| {
        outcomes.iter().filter(|o| o.truth == truth && o.said == said).count()
    };
    let mut out = String::new();
    let share = |part: usize, whole: usize| {
        if whole == 0 {
            "-".to_owned()
        } else {
            format!("{part} of {whole} ({:.1} %)", 100.0 * part as f64 / whole as f64)
        }
    };
    let said_none = outcomes.iter().filter(|o| o.said == "none").count();
    let breaks = outcomes.iter().filter(|o| o.truth == "breaks").count();
    let lines: usize = outcomes.iter().map(|o| o.lines).sum();
    let hit: usize = outcomes.iter().map(|o| o.lines_hit).sum();
    writeln!(out, "# Impact on real updates, evidence `{evidence}`\n")?;
    writeln!(
        out,
        "{} of {of} cases; {failures} could not be set up or run. Of {} the wrapper's log was searched; \
         the models of the others were cached, or cargo refused.\n",
        outcomes.len(),
        outcomes.iter().filter(|o| o.logged).count()
    )?;
    writeln!(out, "| truth | said none | said breaks | said unknown |\n|---|---|---|---|")?;
    for truth in ["none", "breaks"] {
        writeln!(
            out,
            "| {truth} | {} | {} | {} |",
            count(truth, "none"),
            count(truth, "breaks"),
            count(truth, "unknown")
        )?;
    }
    writeln!(out, "\n- `none` is right: {}", share(count("none", "none"), said_none))?;
    writeln!(out, "- breaks foreseen: {}", share(count("breaks", "breaks"), breaks))?;
    writeln!(
        out,
        "- survivors called none: {}",
        share(count("none", "none"), outcomes.len() - breaks)
    )?;
    writeln!(out, "- rustc's error lines at a predicted site: {}\n", share(hit, lines))?;
    for (title, key) in [("declared", 0), ("mode", 1)] {
        let mut groups: Vec<&str> =
            outcomes.iter().map(|o| if key == 0 { o.declared.as_str() } else { &o.mode }).collect();
        groups.sort_unstable();
        groups.dedup();
        writeln!(out, "| {title} | right | wrong | unknown |\n|---|---|---|---|")?;
        for group in groups {
            let of: Vec<_> = outcomes
                .iter()
                .filter(|o| (if key == 0 { &o.declared } else { &o.mode }) == group)
                .collect();
            let right = of.iter().filter(|o| o.truth == o.said).count();
            let unknown = of.iter().filter(|o| o.said == "unknown").count();
            writeln!(out, "| {group} | {right} | {} | {unknown} |", of.len() - right - unknown)?;
        }
        out.push('\n');
    }
    writeln!(
        out,
        "In the cases that break, a line once for each kind of use:\n\n| kind of use | lines predicted | of them named by rustc |\n|---|---|---|"
    )?;
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.truth == "breaks") {
        for (how, (all, hit)) in &outcome.kinds {
            let sum = kinds.entry(how).or_default();
            *sum = (sum.0 + all, sum.1 + hit);
        }
    }
    for (how, (all, hit)) in kinds {
        writeln!(out, "| {how} | {all} | {hit} |")?;
    }
    writeln!(
        out,
        "\n## Every case\n\n| case | truth | said | grade | lines | reason |\n|---|---|---|---|---|---|"
    )?;
    for o in outcomes {
        let mark = if o.truth == o.said { "" } else { "**" };
        writeln!(
            out,
            "| {} | {} | {mark}{}{mark} | {} | {}/{} | {} |",
            o.case,
            o.truth,
            o.said,
            o.grade,
            o.lines_hit,
            o.lines,
            o.why.replace('|', "\\|")
        )?;
    }
    Ok(out)
}

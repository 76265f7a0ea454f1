//! How many definite findings on real pairs of releases rustc agrees on: `cargo ripe diff --prove`
//! over every pair of `corpus/pairs.tsv`. Prints Markdown.
//!
//! `cargo run --release -p ripe-benches --bin witnesses -- [--pairs FILE] [--binary FILE] [NAME…]`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use ripe_benches::{table, tools};
use serde_json::Value;

/// What rustc said of definite findings.
#[derive(Default, Clone, Copy)]
struct Count {
    proven: usize,
    refuted: usize,
    unwritten: usize,
}

impl Count {
    fn add(&mut self, proven: &Value) {
        match proven.as_bool() {
            Some(true) => self.proven += 1,
            Some(false) => self.refuted += 1,
            None => self.unwritten += 1,
        }
    }

    fn row(&self, name: &str) -> String {
        let Count { proven, refuted, unwritten } = self;
        format!("| {name} | {proven} | {refuted} | {unwritten} |")
    }
}

fn main() -> Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    let mut pairs = root.join("corpus/pairs.tsv");
    let mut binary = None;
    let mut names = Vec::new();
    let mut given = std::env::args().skip(1);
    while let Some(arg) = given.next() {
        match arg.as_str() {
            "--pairs" => pairs = given.next().context("--pairs needs a file")?.into(),
            "--binary" => binary = given.next().map(PathBuf::from),
            flag if flag.starts_with('-') => bail!("unknown argument {flag}"),
            name => names.push(name.to_owned()),
        }
    }
    let binary = match binary {
        Some(binary) => binary,
        None => tools::ours(root)?,
    };
    let mut lints: BTreeMap<String, Count> = BTreeMap::new();
    let (mut total, mut open, mut failed) = (Count::default(), Vec::new(), Vec::new());
    println!("| pair | proven | refuted | unwritten |\n|---|---|---|---|");
    for row in table::read(&pairs)? {
        let column = |name: &str| row.get(name).cloned().unwrap_or_default();
        let (package, old, new) = (column("crate"), column("old"), column("new"));
        // Of a clean pair there is nothing to prove; `just rates` sees whether anything is told.
        if column("kind") == "clean" || !names.is_empty() && !names.contains(&package) {
            continue;
        }
        let pair = format!("{package} {old} -> {new} ({})", column("kind"));
        let report = match diff(&binary, [&package, &old, &new]) {
            Ok(report) => report,
            Err(error) => {
                failed.push(format!("- {pair}: {error}"));
                continue;
            }
        };
        let mut count = Count::default();
        for change in report["changes"].as_array().into_iter().flatten() {
            if change["certainty"] != "definite" || change["bump"] != "major" {
                continue;
            }
            let proven = &change["proven"];
            let lint = change["lint"].as_str().unwrap_or_default();
            count.add(proven);
            total.add(proven);
            lints.entry(lint.to_owned()).or_default().add(proven);
            if *proven != true {
                let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
                let client = text("witness").replace('\n', " ");
                open.push(format!(
                    "- {pair}, {lint} {}: {} `{client}`",
                    text("item"),
                    text("detail")
                ));
            }
        }
        println!("{}", count.row(&pair));
        let gaps = report["gaps"].as_array().into_iter().flatten();
        let gaps = gaps.filter(|gap| gap["what"].as_str().is_some_and(|w| w.starts_with("proof")));
        open.extend(gaps.map(|gap| format!("- {pair}: {} {}", gap["what"], gap["why"])));
    }
    println!("{}\n\n| lint | proven | refuted | unwritten |\n|---|---|---|---|", total.row("all"));
    for (lint, count) in lints {
        println!("{}", count.row(&lint));
    }
    println!("\nNot proven:\n\n{}\n\nNot compared:\n\n{}", open.join("\n"), failed.join("\n"));
    Ok(())
}

fn diff(binary: &Path, pair: [&String; 3]) -> Result<Value> {
    let mut command = Command::new(binary);
    command.args(["ripe", "diff"]).args(pair).args(["--prove", "--format", "json"]);
    let output = command.output()?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let error = stderr.lines().find(|line| line.starts_with("error")).unwrap_or("no report");
        bail!("{error}");
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

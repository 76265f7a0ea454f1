//! How many definite findings on real pairs of releases rustc agrees on: `cargo ripe diff --prove`
//! over every pair of `corpus/pairs.tsv`. Prints Markdown.
//!
//! `cargo run --release -p ripe-benches --bin witnesses -- [--pairs FILE] [--binary FILE] [NAME…]`

use std::collections::BTreeMap;

use anyhow::Result;
use ripe_benches::pairs;
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
    let (binary, pairs) = pairs::asked()?;
    let mut lints: BTreeMap<String, Count> = BTreeMap::new();
    let (mut total, mut open, mut failed) = (Count::default(), Vec::new(), Vec::new());
    println!("| pair | proven | refuted | unwritten |\n|---|---|---|---|");
    // Of a clean pair there is nothing to prove; `just rates` sees whether anything is told.
    for one in pairs.into_iter().filter(|pair| pair.kind != "clean") {
        let pair = one.name();
        let report = match one.diff(&binary, &["--prove"]) {
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

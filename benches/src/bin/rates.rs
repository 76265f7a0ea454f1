//! How often `cargo ripe diff` is right about real pairs of releases, whose truth a compiler told:
//! every pair of `corpus/pairs.tsv`. Prints Markdown.
//!
//! `cargo run --release -p ripe-benches --bin rates -- [--pairs FILE] [--binary FILE] [NAME…]`

use std::collections::BTreeMap;

use anyhow::Result;
use ripe_benches::pairs;
use serde_json::Value;

/// What the pairs of one kind came to.
#[derive(Default)]
struct Count {
    compared: usize,
    /// With a definite break.
    definite: usize,
    /// With something possible, and nothing definite.
    possible: usize,
    /// With something possible, whatever else.
    any_possible: usize,
    changed: usize,
    unexplained: usize,
}

impl Count {
    fn row(&self, kind: &str) -> String {
        let Count { compared, definite, possible, any_possible, changed, unexplained } = self;
        format!(
            "| {kind} | {compared} | {definite} | {possible} | {any_possible} | {changed} | {unexplained} |"
        )
    }
}

fn main() -> Result<()> {
    let (binary, pairs) = pairs::asked()?;
    let mut kinds: BTreeMap<String, Count> = BTreeMap::new();
    let (mut wrong, mut failed) = (Vec::new(), Vec::new());
    for one in pairs {
        let (pair, kind) = (one.name(), &one.kind);
        eprintln!("{pair}");
        let report = match one.diff(&binary, &[]) {
            Ok(report) => report,
            Err(error) => {
                failed.push(format!("- {pair}: {error}"));
                continue;
            }
        };
        let changes = || report["changes"].as_array().into_iter().flatten();
        let definite = |c: &&Value| c["certainty"] == "definite" && c["bump"] == "major";
        let possible = |c: &&Value| c["certainty"] == "possible";
        let (breaks, doubts) =
            (changes().filter(definite).count(), changes().filter(possible).count());
        let unexplained = report["unexplained"].as_array().map_or(0, Vec::len);
        let count = kinds.entry(kind.clone()).or_default();
        count.compared += 1;
        count.definite += usize::from(breaks > 0);
        count.possible += usize::from(breaks == 0 && doubts > 0);
        count.any_possible += usize::from(doubts > 0);
        count.changed += changes().count() + unexplained;
        count.unexplained += unexplained;
        let is_wrong = if kind == "clean" { breaks + doubts > 0 } else { breaks == 0 };
        if is_wrong {
            let told = changes().filter(|c| definite(c) || possible(c)).take(5);
            let told: Vec<String> = told.map(tell).collect();
            let told = if told.is_empty() { "nothing".to_owned() } else { told.join("; ") };
            wrong.push(format!("- {pair}: {told}"));
        }
        for one in report["unexplained"].as_array().into_iter().flatten() {
            wrong.push(format!("- {pair}, unexplained: {} {}", one["kind"], one["item"]));
        }
    }
    println!(
        "| pairs | compared | with a definite break | only with a possible one | with any possible | changes | unexplained |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (kind, count) in kinds {
        println!("{}", count.row(&kind));
    }
    println!("\nNot called, or called without need:\n\n{}", wrong.join("\n"));
    println!("\nNot compared:\n\n{}", failed.join("\n"));
    Ok(())
}

fn tell(change: &Value) -> String {
    let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
    format!("{} `{}` ({}): {}", text("lint"), text("item"), text("certainty"), text("detail"))
}

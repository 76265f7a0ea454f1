//! Our verdicts beside cargo-semver-checks' over the same rustdoc JSON of the real pairs of
//! `corpus/peer/pairs.tsv`: what they call and we do not call definite, and what we call definite of
//! an event that they judge, and they are silent. Matched by the table of `docs/lints.md` and the
//! names that they print, and told by kind with an example each.
//!
//! `cargo run --release -p ripe-benches --bin disagreements -- --peer PATH --ours PATH [--work DIR]`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use ripe_benches::document::{Features, document};
use ripe_benches::table;
use ripe_benches::tools::peer_says;
use serde_json::Value;

/// A finding of theirs: the lint, and what they print of the place.
type Theirs = (String, String);

/// How many, and the first example.
#[derive(Default)]
struct Kind {
    count: usize,
    example: String,
}

type Kinds = BTreeMap<(String, String), Kind>;

fn main() -> Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    let (mut peer, mut ours) = (None, None);
    let mut work = root.join("target/ripe-peer");
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = PathBuf::from(given.next().with_context(|| format!("{flag} needs a value"))?);
        match flag.as_str() {
            "--peer" => peer = Some(value),
            "--ours" => ours = Some(value),
            "--work" => work = value,
            _ => bail!("unknown argument {flag}"),
        }
    }
    let (peer, ours) = (peer.context("--peer is needed")?, ours.context("--ours is needed")?);
    let lints = lints(&std::fs::read_to_string(root.join("docs/lints.md"))?);
    let judged: BTreeSet<&str> = lints.values().map(String::as_str).collect();
    std::fs::create_dir_all(&work)?;
    let (mut missed, mut alone) = (Kinds::new(), Kinds::new());
    let (mut pairs, mut agreed, mut failed) = (0, 0, 0);
    for row in table::read(&root.join("corpus/peer/pairs.tsv"))? {
        let pair =
            format!("{} {} → {} ({})", row["crate"], row["old"], row["new"], row["features"]);
        let side = |key: &str| {
            document(&work, &row["crate"], &row[key], Features::parse(&row["features"]))
        };
        let said = side("old").and_then(|old| {
            let new = side("new")?;
            Ok((theirs(&peer, &old, &new)?, mine(&ours, &old, &new)?))
        });
        let (theirs, mine) = match said {
            Ok(said) => said,
            Err(error) => {
                failed += 1;
                eprintln!("!! {pair}: {error:#}");
                continue;
            }
        };
        pairs += 1;
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        for (lint, place) in &theirs {
            let named = words(place);
            let mapped = lints.get(lint).map_or("not judged", String::as_str);
            let about =
                mine.iter().filter(|c| named.contains(last(&text(c, "item")))).collect::<Vec<_>>();
            let best = |lint: Option<&str>| {
                let of = about.iter().filter(|c| lint.is_none_or(|lint| c["lint"] == lint));
                of.map(|c| text(c, "certainty")).min()
            };
            let verdict = match (best(Some(mapped)), best(None)) {
                (Some(certainty), _) if certainty == "definite" => {
                    agreed += 1;
                    continue;
                }
                (Some(certainty), _) => format!("`{mapped}`, {certainty}"),
                (None, Some(_)) => "another lint at the item".to_owned(),
                (None, None) => "nothing".to_owned(),
            };
            note(&mut missed, (lint.clone(), verdict), format!("{pair}: {place}"));
        }
        let named: BTreeSet<&str> = theirs.iter().flat_map(|(_, place)| words(place)).collect();
        for change in &mine {
            let (lint, item) = (text(change, "lint"), text(change, "item"));
            let calls = change["certainty"] == "definite" && change["bump"] == "major";
            if calls && judged.contains(lint.as_str()) && !named.contains(last(&item)) {
                let example = format!("{pair}: `{item}`: {}", text(change, "detail"));
                note(&mut alone, (lint, String::new()), example);
            }
        }
    }
    println!(
        "{pairs} pairs compared, {failed} could not be. {agreed} findings of the peer are definite \
         findings of ours.\n"
    );
    println!("| theirs | ours | how often | for instance |\n|---|---|---|---|");
    for ((lint, verdict), kind) in sorted(&missed) {
        println!("| `{lint}` | {verdict} | {} | {} |", kind.count, kind.example);
    }
    println!("\n| ours, where they are silent | how often | for instance |\n|---|---|---|");
    for ((lint, _), kind) in sorted(&alone) {
        println!("| `{lint}` | {} | {} |", kind.count, kind.example);
    }
    Ok(())
}

fn sorted(kinds: &Kinds) -> Vec<(&(String, String), &Kind)> {
    let mut all: Vec<_> = kinds.iter().collect();
    all.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.count));
    all
}

fn note(kinds: &mut Kinds, key: (String, String), example: String) {
    let kind = kinds.entry(key).or_default();
    kind.count += 1;
    if kind.example.is_empty() {
        kind.example = example.replace('|', "\\|");
    }
}

/// Theirs to ours, from the table that a test holds against both lists.
fn lints(text: &str) -> BTreeMap<String, String> {
    let (_, table) = text.split_once("## Beside").unwrap_or(("", text));
    let rows = table.lines().filter_map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim());
        let theirs = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        let ours = cells.next()?.trim_start_matches('`').split('`').next()?;
        Some((theirs.to_owned(), ours.to_owned()))
    });
    rows.collect()
}

/// What the peer says, major and minor, with the place as it prints it.
fn theirs(peer: &Path, old: &Path, new: &Path) -> Result<Vec<Theirs>> {
    let output = peer_says(peer, old, new)?;
    let mut found = Vec::new();
    let (mut lint, mut listing) = (None, false);
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some(head) = line.strip_prefix("--- ") {
            lint = head.split_whitespace().nth(1).map(|id| id.trim_end_matches(':').to_owned());
            listing = false;
        } else if line.starts_with("Failed in:") {
            listing = true;
        } else if let (true, Some(lint), false) = (listing, &lint, line.trim().is_empty()) {
            let place = line.trim();
            // Where it stands differs from machine to machine.
            let end = [" in file /", " in /", ", in /", ", previously"];
            let end = end.iter().filter_map(|mark| place.find(mark)).min().unwrap_or(place.len());
            found.push((lint.clone(), place[..end].to_owned()));
        }
    }
    Ok(found)
}

fn mine(ours: &Path, old: &Path, new: &Path) -> Result<Vec<Value>> {
    let output = Command::new(ours)
        .args(["ripe", "diff", "--format", "json", "--old-json"])
        .arg(old)
        .arg("--new-json")
        .arg(new)
        .output()?;
    let report: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("ours failed: {}", String::from_utf8_lossy(&output.stderr).trim())
    })?;
    Ok(report["changes"].as_array().cloned().unwrap_or_default())
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect()
}

fn last(item: &str) -> &str {
    let item = item.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
    item.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(item)
}

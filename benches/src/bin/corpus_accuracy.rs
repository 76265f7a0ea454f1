//! The corpus as a table: per lint its cases, rustc's word through their clients, ours, and the
//! words of cargo-semver-checks and cargo-public-api over the same JSON. All see two JSON files and
//! nothing else, so a case with a dependency is harder here than in the test of the corpus.
//!
//! `cargo run --release -p ripe-benches --bin corpus_accuracy -- [--peer PATH] [--lister PATH]
//! [--work DIR]`: what is not given is installed below the folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ripe_apidiff::diff;
use ripe_benches::tools;
use ripe_model::{Bump, Certainty};
use ripe_rustdoc::from_file;
use ripe_testkit::{build, load};

/// The counts of one lint.
#[derive(Default)]
struct Counts {
    fires: usize,
    misses: usize,
    breaks: usize,
    compiles: usize,
    judged: [Judged; TOOLS.len()],
}

/// The tools that are asked, as the table names them.
const TOOLS: [&str; 3] = ["us", "cargo-semver-checks", "cargo-public-api"];

/// Against rustc's word: breaks that were called, and clients that compile and were called broken.
#[derive(Default, Clone, Copy)]
struct Judged {
    called: usize,
    wrongly: usize,
}

impl Judged {
    fn note(&mut self, breaks: bool, called: bool) {
        self.called += usize::from(breaks && called);
        self.wrongly += usize::from(!breaks && called);
    }
}

fn main() -> Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    let (mut peer, mut lister) = (None, None);
    let mut work = root.join("target/ripe-peer");
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = PathBuf::from(given.next().with_context(|| format!("{flag} needs a value"))?);
        match flag.as_str() {
            "--peer" => peer = Some(value),
            "--lister" => lister = Some(value),
            "--work" => work = value,
            _ => bail!("unknown argument {flag}"),
        }
    }
    let peer = peer.map_or_else(|| tools::installed(&tools::PEER, &work), Ok)?;
    let lister = lister.map_or_else(|| tools::installed(&tools::LISTER, &work), Ok)?;
    let work = work.join("corpus");
    let mut lints: BTreeMap<String, Counts> = BTreeMap::new();
    let mut all = Counts::default();
    let mut differ = Vec::new();
    for case in load(&root.join("corpus/diff"))? {
        let built = build(&case, &work)?;
        let json = work.join("json");
        std::fs::create_dir_all(&json)?;
        let (old, new) = (json.join("old.json"), json.join("new.json"));
        std::fs::write(&old, &built.old_json)?;
        std::fs::write(&new, &built.new_json)?;
        let found = diff(&from_file(&old)?, &from_file(&new)?);
        let breaks = !built.client_new.compiles;
        let ours = found.changes.iter().any(|c| {
            c.certainty == Certainty::Definite && !c.hurts.is_empty() && c.bump == Bump::Major
        });
        let called = [ours, calls(&peer, &old, &new)?, tools::loses(&lister, &old, &new)?];
        let counts = lints.entry(case.lint.clone()).or_default();
        for counts in [counts, &mut all] {
            counts.fires += usize::from(case.expected.fires);
            counts.misses += usize::from(!case.expected.fires);
            counts.breaks += usize::from(breaks);
            counts.compiles += usize::from(!breaks);
            for (judged, called) in counts.judged.iter_mut().zip(called) {
                judged.note(breaks, called);
            }
        }
        if called.iter().any(|called| *called != ours) {
            let word = |yes: bool| if yes { "breaks" } else { "silent" };
            differ.push(format!(
                "| `{}/{}` | {} | {} | {} |",
                case.lint,
                case.name,
                case.expected.why,
                if breaks { "breaks" } else { "compiles" },
                called.map(word).join(" | ")
            ));
        }
    }
    let named = |what: &str| TOOLS.map(|tool| format!("{what} by {tool}")).join(" | ");
    println!(
        "| lint | fires | near misses | clients that break | {} | clients that compile | {} |\n|---{}|",
        named("called"),
        named("called broken"),
        "|---".repeat(4 + 2 * TOOLS.len())
    );
    for (lint, counts) in &lints {
        println!("{}", line(&format!("`{lint}`"), counts));
    }
    println!("{}", line("**all**", &all));
    println!(
        "\n| case | why | rustc | {} |\n|---{}|",
        TOOLS.join(" | "),
        "|---".repeat(2 + TOOLS.len())
    );
    for line in differ {
        println!("{line}");
    }
    Ok(())
}

fn line(name: &str, counts: &Counts) -> String {
    let Counts { fires, misses, breaks, compiles, judged } = counts;
    let each = |count: fn(&Judged) -> usize| {
        judged.each_ref().map(|judged| count(judged).to_string()).join(" | ")
    };
    let (called, wrongly) = (each(|judged| judged.called), each(|judged| judged.wrongly));
    format!("| {name} | {fires} | {misses} | {breaks} | {called} | {compiles} | {wrongly} |")
}

/// Whether the peer asks for a major version.
fn calls(peer: &Path, old: &Path, new: &Path) -> Result<bool> {
    let output = tools::peer_says(peer, old, new)?;
    Ok(String::from_utf8_lossy(&output.stderr).contains("requires new major version"))
}

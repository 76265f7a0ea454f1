//! The corpus as a table: per lint its cases, rustc's word through their clients, ours, and the
//! word of cargo-semver-checks over the same JSON. Both tools see two JSON files and nothing else,
//! so a case with a dependency is harder here than in the test of the corpus.
//!
//! `cargo run --release -p ripe-benches --bin corpus_accuracy -- --peer PATH [--work DIR]`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ripe_apidiff::diff;
use ripe_benches::tools::peer_says;
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
    ours: Judged,
    peer: Judged,
}

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
    let mut peer = None;
    let mut work = root.join("target/ripe-peer/corpus");
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = PathBuf::from(given.next().with_context(|| format!("{flag} needs a value"))?);
        match flag.as_str() {
            "--peer" => peer = Some(value),
            "--work" => work = value,
            _ => bail!("unknown argument {flag}"),
        }
    }
    let peer = peer.context("--peer is needed")?;
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
        let theirs = calls(&peer, &old, &new)?;
        let counts = lints.entry(case.lint.clone()).or_default();
        for counts in [counts, &mut all] {
            counts.fires += usize::from(case.expected.fires);
            counts.misses += usize::from(!case.expected.fires);
            counts.breaks += usize::from(breaks);
            counts.compiles += usize::from(!breaks);
            counts.ours.note(breaks, ours);
            counts.peer.note(breaks, theirs);
        }
        if ours != theirs {
            let word = |yes: bool| if yes { "breaks" } else { "silent" };
            differ.push(format!(
                "| `{}/{}` | {} | {} | {} | {} |",
                case.lint,
                case.name,
                case.expected.why,
                if breaks { "breaks" } else { "compiles" },
                word(ours),
                word(theirs)
            ));
        }
    }
    println!(
        "| lint | fires | near misses | clients that break | called by us | by the peer | clients \
         that compile | called broken by us | by the peer |\n|---|---|---|---|---|---|---|---|---|"
    );
    for (lint, counts) in &lints {
        println!("{}", line(&format!("`{lint}`"), counts));
    }
    println!("{}", line("**all**", &all));
    println!("\n| case | why | rustc | ours | peer |\n|---|---|---|---|---|");
    for line in differ {
        println!("{line}");
    }
    Ok(())
}

fn line(name: &str, c: &Counts) -> String {
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {} |",
        c.fires,
        c.misses,
        c.breaks,
        c.ours.called,
        c.peer.called,
        c.compiles,
        c.ours.wrongly,
        c.peer.wrongly
    )
}

/// Whether the peer asks for a major version.
fn calls(peer: &Path, old: &Path, new: &Path) -> Result<bool> {
    let output = peer_says(peer, old, new)?;
    Ok(String::from_utf8_lossy(&output.stderr).contains("requires new major version"))
}

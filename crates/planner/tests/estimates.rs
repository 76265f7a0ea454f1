//! How well the estimates do, against outcomes that they were not fitted to. `docs/estimates.md`
//! holds the table that this prints.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ripe_model::{
    Bump, Candidate, CandidateKind, Certainty, Change, Confidence, Edit, Estimate, Grade, How,
    Impact, ItemKey, ItemKind, Namespace, PackageId, Role, Source, UseSite,
};
use ripe_planner::{EvidenceForUpdate, History, MoveHistory, estimate};
use semver::Version;

const DECLARED: &str = include_str!("../data/declared_moves.tsv");
const EFFORT: &str = include_str!("../data/effort.tsv");

/// The share of pairs (one that happened, one that did not) in which the score ranks the first
/// higher; ties count half.
fn auc(scored: &[(f64, bool)]) -> f64 {
    let (yes, no): (Vec<f64>, Vec<f64>) = (
        scored.iter().filter(|(_, y)| *y).map(|(score, _)| *score).collect(),
        scored.iter().filter(|(_, y)| !*y).map(|(score, _)| *score).collect(),
    );
    let wins: f64 = yes
        .iter()
        .flat_map(|a| no.iter().map(move |b| if a > b { 1.0 } else { f64::from(a == b) / 2.0 }))
        .sum();
    wins / (yes.len() * no.len()) as f64
}

/// Spearman's rank correlation; ties share their mean rank.
fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let left = ranks(pairs.iter().map(|pair| pair.0).collect());
    let right = ranks(pairs.iter().map(|pair| pair.1).collect());
    let mean = (pairs.len() - 1) as f64 / 2.0;
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(x, y)| (x - mean) * (y - mean)).sum()
    };
    product(&left, &right) / (product(&left, &left) * product(&right, &right)).sqrt()
}

fn ranks(values: Vec<f64>) -> Vec<f64> {
    values
        .iter()
        .map(|value| {
            let below = values.iter().filter(|other| *other < value).count();
            let equal = values.iter().filter(|other| *other == value).count();
            below as f64 + (equal - 1) as f64 / 2.0
        })
        .collect()
}

/// Each move of the history, scored by what the others of its crate did.
fn left_out(history: &History) -> Vec<(f64, bool)> {
    let mut scored = Vec::new();
    for row in history.rows() {
        for n in 0..row.moves {
            let edited = n < row.edited;
            let others = MoveHistory {
                moves: row.moves - 1,
                edited: row.edited - u32::from(edited),
                ..row.clone()
            };
            scored.push((others.edit_rate(), edited));
        }
    }
    scored
}

/// The rows of a table by the names of its columns.
fn table(tsv: &'static str) -> Vec<BTreeMap<&'static str, &'static str>> {
    let mut lines = tsv.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    lines.map(|line| header.iter().copied().zip(line.split('\t')).collect()).collect()
}

/// The estimate of a major of a package: with `lines` places known to be hit, or with nothing
/// known.
fn of_major(history: &History, package: &str, lines: Option<u32>) -> Estimate {
    let edit = Edit {
        manifest: PathBuf::from("Cargo.toml"),
        key: package.to_owned(),
        from: "1".to_owned(),
        to: "2".to_owned(),
    };
    let candidate = Candidate {
        locked: PackageId {
            name: package.to_owned(),
            version: Version::new(1, 0, 0),
            source: Source::CratesIo,
        },
        target: Version::new(2, 0, 0),
        kind: CandidateKind::Major,
        role: Role::Direct,
        declared: Bump::Major,
        edits: vec![edit],
        moves: Vec::new(),
        target_yanked: false,
        locked_yanked: false,
        target_rust_version: None,
        published: None,
        younger: None,
        why: Vec::new(),
        refusal: None,
    };
    let site = |line| UseSite {
        package: "client".to_owned(),
        file: PathBuf::from("src/lib.rs"),
        line,
        column: 1,
        item: package.to_owned(),
        how: How::Call,
        confidence: Confidence::Exact,
        inactive: false,
    };
    let change = Change {
        lint: "item_removed".to_owned(),
        bump: Bump::Major,
        certainty: Certainty::Definite,
        item: ItemKey::new(package, Namespace::Type),
        kind: ItemKind::Struct,
        old_span: None,
        new_span: None,
        detail: String::new(),
        suggestion: None,
        hurts: vec![How::Call],
        also_at: Vec::new(),
        proven: None,
        witness: None,
    };
    let changes: Vec<_> =
        lines.map(|n| (change, (1..=n).map(site).collect())).into_iter().collect();
    let impact = match lines {
        Some(0) => Impact::None,
        Some(_) => Impact::Breaks,
        None => Impact::Unknown,
    };
    let evidence = EvidenceForUpdate {
        candidate: &candidate,
        impact,
        undeclared: false,
        grade: Grade::Uses,
        changes: &changes,
        n_changes_total: 1,
        moves_need_rust: None,
        fixes: &[],
        gaps: &[],
        idle: false,
        exposed: &[],
        first_look: None,
    };
    estimate(&evidence, history)
}

#[test]
fn the_page_about_estimates_tells_what_is_measured() {
    let history = History::shipped();
    let left_out = left_out(&history);
    let declared: Vec<(f64, bool)> = table(DECLARED)
        .iter()
        .map(|row| (history.edit_rate(row["dep"]), row["truth"] == "fail"))
        .collect();
    let effort = table(EFFORT);
    let number = |text: &str| text.parse::<u32>().expect("a number");
    let pairs = |known: bool| -> Vec<(f64, f64)> {
        effort
            .iter()
            .map(|row| {
                let lines = known.then(|| number(row["dep_lines_changed"]));
                let minutes = of_major(&history, row["dep"], lines).p80;
                (f64::from(minutes), f64::from(number(row["rs_lines_changed"])))
            })
            .collect()
    };
    let rows = [
        (
            "needs an edit: each move by the others of its crate",
            "AUC",
            left_out.len(),
            auc(&left_out),
        ),
        ("needs an edit: published clients, compiled", "AUC", declared.len(), auc(&declared)),
        (
            "lines changed: from the history alone",
            "rank",
            effort.len(),
            rank_correlation(&pairs(false)),
        ),
        (
            "lines changed: with the lines that were hit known",
            "rank",
            effort.len(),
            rank_correlation(&pairs(true)),
        ),
    ];
    let mut measured = String::new();
    for (what, how, n, value) in rows {
        measured += &format!("| {what} | {how} | {n} | {value:.2} |\n");
    }
    println!("{measured}");
    let mut typical = String::new();
    for (what, minutes) in [
        ("a major that does not reach you", of_major(&history, "nobody", Some(0))),
        ("one kind of change at one place", of_major(&history, "nobody", Some(1))),
        ("one kind of change at twelve places", of_major(&history, "nobody", Some(12))),
        ("`clap`, nothing looked at yet", of_major(&history, "clap", None)),
        ("`itertools`, nothing looked at yet", of_major(&history, "itertools", None)),
        ("a package without a history, nothing looked at yet", of_major(&history, "nobody", None)),
    ] {
        typical += &format!("| {what} | {} | {} |\n", minutes.p50, minutes.p80);
    }
    println!("{typical}");
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/estimates.md");
    let page = std::fs::read_to_string(page).expect("the page is part of the repository");
    for rows in [measured, typical] {
        assert!(page.contains(&rows), "docs/estimates.md is out of date; now:\n{rows}");
    }
}

#[test]
fn the_history_ranks_moves_better_than_it_was_asked_to() {
    assert!(auc(&left_out(&History::shipped())) > 0.73);
}

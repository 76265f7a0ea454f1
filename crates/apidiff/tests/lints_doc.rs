//! `docs/lints.md` says what the lints say, and maps every event of the peer.

use std::collections::BTreeSet;
use std::path::Path;

use ripe_apidiff::LINTS;

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lints.md");
    std::fs::read_to_string(path).expect("docs/lints.md")
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn the_table_lists_every_lint_as_it_is() {
    let document = document();
    let (ours, _) = document.split_once("## Beside").expect("two tables");
    let rows: Vec<Vec<&str>> =
        ours.lines().filter(|line| line.starts_with("| `")).map(cells).collect();
    assert_eq!(rows.len(), LINTS.len());
    for (row, lint) in rows.iter().zip(LINTS) {
        let id = format!("`{}`", lint.id);
        let certainty = format!("{:?}", lint.certainty).to_lowercase();
        assert_eq!(row[..3], [id.as_str(), &lint.bump.to_string(), &certainty], "{}", lint.id);
        assert_eq!(row[4], lint.about, "{}", lint.id);
        if !matches!(row[3], "–" | "every use") {
            let hurts: BTreeSet<String> = row[3].split(' ').map(str::to_owned).collect();
            let own: BTreeSet<String> = lint.hurts.iter().map(ToString::to_string).collect();
            assert_eq!(hurts, own, "{}", lint.id);
        }
    }
}

#[test]
fn every_event_of_the_peer_is_mapped_to_a_lint_or_says_why_not() {
    let document = document();
    let (_, theirs) = document.split_once("## Beside").expect("two tables");
    let rows: Vec<Vec<&str>> =
        theirs.lines().filter(|line| line.starts_with("| `")).map(cells).collect();
    let events: Vec<&str> = include_str!("fixtures/peer_events.txt").lines().collect();
    assert_eq!(events.len(), 260);
    let mapped: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(mapped, events);
    for row in &rows {
        let ours = row[1].trim_matches('`');
        let known = LINTS.iter().any(|lint| lint.id == ours);
        assert!(known || ours.starts_with("not judged: "), "{row:?}");
    }
}

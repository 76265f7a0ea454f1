//! Reports for people, whole.

mod support;

use ripe_report::{ExplainReport, Style, diff_text, explain_text, plan_text};
use support::{clap, comparison, empty_plan, explanation, first_look, plan};

#[test]
fn a_plan_is_read_from_what_to_do_to_what_was_not_seen() {
    insta::assert_snapshot!(plan_text(&plan(), &Style::default()));
}

#[test]
fn what_is_not_known_for_one_reason_is_said_together() {
    insta::assert_snapshot!(plan_text(&first_look(), &Style::default()));
}

#[test]
fn an_empty_plan_says_so_and_why() {
    insta::assert_snapshot!(plan_text(&empty_plan(), &Style::default()));
}

#[test]
fn an_undeclared_break_is_explained_with_its_lines() {
    insta::assert_snapshot!(explain_text(&explanation(), &Style::default()));
}

#[test]
fn a_major_is_explained_with_what_to_write() {
    let report = ExplainReport::new(&clap(), Vec::new());
    insta::assert_snapshot!(explain_text(&report, &Style { width: 60, color: false }));
}

#[test]
fn a_comparison_goes_from_sure_to_unsure() {
    insta::assert_snapshot!(diff_text(&comparison(), &Style::default()));
}

#[test]
fn no_line_is_wider_than_asked_where_words_allow_it() {
    for width in [60, 80, 100] {
        let style = Style { width, color: false };
        let major = ExplainReport::new(&clap(), Vec::new());
        let texts = [
            plan_text(&plan(), &style),
            explain_text(&explanation(), &style),
            explain_text(&major, &style),
            diff_text(&comparison(), &style),
        ];
        for line in texts.iter().flat_map(|text| text.lines()) {
            assert!(line.chars().count() <= width, "{width}: {line}");
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn colour_changes_no_word() {
    let plain = plan_text(&plan(), &Style::default());
    let colored = plan_text(&plan(), &Style { color: true, ..Style::default() });
    assert!(colored.contains("\u{1b}["));
    assert_eq!(strip(&colored), plain);
}

#[test]
fn nothing_is_called_safe() {
    let style = Style::default();
    for text in [plan_text(&plan(), &style), explain_text(&explanation(), &style)] {
        assert!(!text.contains("safe"));
    }
}

#[test]
fn what_a_package_writes_cannot_reach_the_terminal() {
    let mut update = clap();
    update.changes[0].0.detail = "gone\u{1b}[2J\r\nverdict: free\u{7}".to_owned();
    let text = explain_text(&ExplainReport::new(&update, Vec::new()), &Style::default());
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

/// The text without its colours.
fn strip(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, words)| words))
}

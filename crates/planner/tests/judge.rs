//! The verdict table of `docs/policy.md`, row by row, and what is said about it.

use std::path::PathBuf;

use ripe_model::{
    Bump, Candidate, CandidateKind, Certainty, Change, Confidence, Gap, Grade, How, Impact,
    ItemKey, ItemKind, Namespace, PackageId, Reason, ReasonKind, Refusal, RefusalKind, Role,
    Source, UseSite, Verdict, Younger,
};
use ripe_planner::{EvidenceForUpdate, History, Policy, estimate, judge};
use semver::Version;

fn candidate(locked: &str, target: &str) -> Candidate {
    let locked = Version::parse(locked).expect("a version");
    let target = Version::parse(target).expect("a version");
    let declared = ripe_model::declared_bump(&locked, &target);
    Candidate {
        locked: PackageId { name: "clap".to_owned(), version: locked, source: Source::CratesIo },
        target,
        kind: if declared == Bump::Major {
            CandidateKind::Major
        } else {
            CandidateKind::Compatible
        },
        role: Role::Direct,
        declared,
        edits: Vec::new(),
        moves: Vec::new(),
        target_yanked: false,
        locked_yanked: false,
        target_rust_version: None,
        published: Some("2026-01-01T00:00:00Z".to_owned()),
        younger: None,
        why: vec!["app".to_owned(), "clap".to_owned()],
        refusal: None,
    }
}

fn evidence(candidate: &Candidate, impact: Impact) -> EvidenceForUpdate<'_> {
    EvidenceForUpdate {
        candidate,
        impact,
        undeclared: false,
        grade: Grade::Uses,
        changes: &[],
        n_changes_total: 3,
        moves_need_rust: None,
        fixes: &[],
        gaps: &[],
        idle: false,
        exposed: &[],
        first_look: None,
    }
}

fn policy() -> Policy {
    Policy { members: vec!["app".to_owned()], ..Policy::on("2026-11-22") }
}

fn used(package: &str, line: u32) -> (Change, Vec<UseSite>) {
    let change = Change {
        lint: "item_removed".to_owned(),
        bump: Bump::Major,
        certainty: Certainty::Definite,
        item: ItemKey::new("clap::App", Namespace::Type),
        kind: ItemKind::Struct,
        old_span: None,
        new_span: None,
        detail: "removed".to_owned(),
        suggestion: None,
        hurts: vec![How::Import],
        also_at: Vec::new(),
        proven: None,
        witness: None,
    };
    let site = UseSite {
        package: package.to_owned(),
        file: PathBuf::from("src/main.rs"),
        line,
        column: 1,
        item: "clap::App".to_owned(),
        how: How::Import,
        confidence: Confidence::Exact,
        inactive: false,
    };
    (change, vec![site])
}

fn headline(reasons: &[Reason]) -> (ReasonKind, &str) {
    (reasons[0].kind, reasons[0].text.as_str())
}

#[track_caller]
fn check(
    evidence: &EvidenceForUpdate<'_>,
    policy: &Policy,
    verdict: Verdict,
    said: (ReasonKind, &str),
) {
    let (found, reasons) = judge(evidence, policy);
    assert_eq!((found, headline(&reasons)), (verdict, said));
}

#[test]
fn a_withdrawn_target_is_held_whatever_its_impact() {
    let candidate = Candidate { target_yanked: true, ..candidate("3.2.0", "4.0.0") };
    for impact in [Impact::None, Impact::Unknown, Impact::Breaks] {
        let said = (ReasonKind::Yanked, "4.0.0 was withdrawn by its authors");
        check(&evidence(&candidate, impact), &policy(), Verdict::Hold, said);
    }
}

#[test]
fn what_cargo_refuses_is_held_in_its_words() {
    let refusal = Refusal {
        kind: RefusalKind::Feature {
            dependent: "app".to_owned(),
            package: "clap".to_owned(),
            feature: "yaml".to_owned(),
        },
        text: "app asks for the feature yaml, which clap 4 does not have".to_owned(),
        cargo: String::new(),
    };
    let candidate = Candidate { refusal: Some(refusal), ..candidate("3.2.0", "4.0.0") };
    let said = (ReasonKind::Feature, "app asks for the feature yaml, which clap 4 does not have");
    check(&evidence(&candidate, Impact::Breaks), &policy(), Verdict::Hold, said);
}

#[test]
fn a_compatible_number_that_breaks_is_held_with_the_line() {
    let candidate = candidate("3.2.0", "3.2.1");
    let changes = [used("app", 7)];
    let evidence = EvidenceForUpdate {
        undeclared: true,
        changes: &changes,
        ..evidence(&candidate, Impact::Breaks)
    };
    let said =
        (ReasonKind::Undeclared, "3.2.1 calls itself compatible, and breaks 1 line: src/main.rs:7");
    check(&evidence, &policy(), Verdict::Hold, said);
}

#[test]
fn a_major_that_breaks_your_lines_is_an_edit() {
    let candidate = candidate("3.2.0", "4.0.0");
    let changes = [used("app", 7), used("app", 9)];
    let evidence = EvidenceForUpdate { changes: &changes, ..evidence(&candidate, Impact::Breaks) };
    let said = (ReasonKind::Break, "2 items you use changed, at 2 lines: src/main.rs:7 and 1 more");
    check(&evidence, &policy(), Verdict::Edit, said);
}

#[test]
fn a_major_that_breaks_only_packages_of_the_graph_is_held() {
    let candidate = candidate("3.2.0", "4.0.0");
    let changes = [used("clap_complete", 7)];
    let evidence = EvidenceForUpdate { changes: &changes, ..evidence(&candidate, Impact::Breaks) };
    let said = (
        ReasonKind::Break,
        "it breaks clap_complete, which you depend on and cannot edit: \
         that needs a newer release first",
    );
    check(&evidence, &policy(), Verdict::Hold, said);
}

#[test]
fn a_break_without_a_known_place_counts_as_yours() {
    let candidate = candidate("3.2.0", "4.0.0");
    let (change, _) = used("app", 7);
    let changes = [(change, Vec::new())];
    for changes in [&changes[..], &[]] {
        let evidence = EvidenceForUpdate { changes, ..evidence(&candidate, Impact::Breaks) };
        let said = (ReasonKind::Break, "your code stops compiling with it");
        check(&evidence, &policy(), Verdict::Edit, said);
    }
}

#[test]
fn a_target_for_a_newer_compiler_is_held() {
    let candidate = Candidate {
        target_rust_version: Some(Version::new(1, 85, 0)),
        ..candidate("3.2.0", "3.3.0")
    };
    let declares = Policy { rust_version: Some(Version::new(1, 70, 0)), ..policy() };
    let said = (ReasonKind::Msrv, "clap needs Rust 1.85, and this workspace declares 1.70");
    check(&evidence(&candidate, Impact::None), &declares, Verdict::Hold, said);
    let has = Policy { rustc: Some(Version::new(1, 84, 1)), ..policy() };
    let said = (ReasonKind::Msrv, "clap needs Rust 1.85, and you build with 1.84.1");
    check(&evidence(&candidate, Impact::None), &has, Verdict::Hold, said);
    let nightly = Version::parse("1.85.0-nightly").expect("a version");
    let has = Policy { rustc: Some(nightly), ..policy() };
    assert_eq!(judge(&evidence(&candidate, Impact::None), &has).0, Verdict::Free);
}

#[test]
fn a_companion_for_a_newer_compiler_holds_too() {
    let candidate = candidate("3.2.0", "3.3.0");
    let evidence = EvidenceForUpdate {
        moves_need_rust: Some(("clap_lex".to_owned(), Version::new(1, 90, 0))),
        ..evidence(&candidate, Impact::None)
    };
    let policy = Policy { rustc: Some(Version::new(1, 85, 0)), ..policy() };
    let said = (ReasonKind::Msrv, "clap_lex needs Rust 1.90, and you build with 1.85");
    check(&evidence, &policy, Verdict::Hold, said);
}

#[test]
fn a_week_old_release_is_ripe_and_a_younger_one_only_if_it_fixes_an_advisory() {
    let at = |published: &str| Candidate {
        published: Some(published.to_owned()),
        ..candidate("3.2.0", "3.2.1")
    };
    let (ripe, young) = (at("2026-11-15T23:59:59Z"), at("2026-11-16T00:00:00Z"));
    assert_eq!(judge(&evidence(&ripe, Impact::None), &policy()).0, Verdict::Free);
    let (verdict, reasons) = judge(&evidence(&young, Impact::None), &policy());
    assert_eq!((verdict, reasons[0].kind), (Verdict::Hold, ReasonKind::Age));
    assert!(reasons[0].text.starts_with("3.2.1 came out 6 days ago"), "{}", reasons[0].text);
    let fixes = ["RUSTSEC-2026-0001".to_owned()];
    let fixing = EvidenceForUpdate { fixes: &fixes, ..evidence(&young, Impact::None) };
    let (verdict, reasons) = judge(&fixing, &policy());
    assert_eq!(verdict, Verdict::Free);
    assert!(reasons.iter().any(|reason| reason.text == "it fixes RUSTSEC-2026-0001"));
}

#[test]
fn a_younger_release_that_was_passed_over_is_said() {
    let younger =
        Younger { version: Version::new(3, 2, 2), published: "2026-11-20T00:00:00Z".to_owned() };
    let passed = Candidate { younger: Some(younger), ..candidate("3.2.0", "3.2.1") };
    let (verdict, reasons) = judge(&evidence(&passed, Impact::None), &policy());
    assert_eq!(verdict, Verdict::Free);
    let said = reasons.iter().find(|reason| reason.kind == ReasonKind::Age).expect("it is said");
    assert!(said.text.starts_with("3.2.2 came out 2 days ago"), "{}", said.text);
    assert_eq!(policy().aged_by().as_deref(), Some("2026-11-15"));
}

#[test]
fn what_is_not_known_never_reads_as_good() {
    let candidate = candidate("3.2.0", "3.2.1");
    for grade in [Grade::Versions, Grade::Api] {
        let thin = EvidenceForUpdate { grade, ..evidence(&candidate, Impact::None) };
        assert_eq!(judge(&thin, &policy()).0, Verdict::Unknown, "{grade}");
    }
    let equal = EvidenceForUpdate {
        grade: Grade::Api,
        n_changes_total: 0,
        ..evidence(&candidate, Impact::None)
    };
    assert_eq!(judge(&equal, &policy()).0, Verdict::Free);
    let gaps = [Gap::new("build.rs", "it does not parse")];
    let holey = EvidenceForUpdate { gaps: &gaps, ..evidence(&candidate, Impact::Unknown) };
    let said = (ReasonKind::Gap, "not seen: build.rs: it does not parse");
    check(&holey, &policy(), Verdict::Unknown, said);
}

#[test]
fn a_release_that_broke_its_promise_elsewhere_is_free_and_says_so() {
    let candidate = Candidate { locked_yanked: true, ..candidate("3.2.0", "3.2.1") };
    let evidence = EvidenceForUpdate { undeclared: true, ..evidence(&candidate, Impact::None) };
    let (verdict, reasons) = judge(&evidence, &policy());
    assert_eq!(verdict, Verdict::Free);
    let texts: Vec<&str> = reasons.iter().map(|reason| reason.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "nothing you use changed its API (3 changes elsewhere in it)",
            "3.2.0, which you have, was withdrawn by its authors",
            "3.2.1 broke its API although its number says it did not; you do not use what broke",
        ]
    );
}

#[test]
fn a_dependency_that_your_code_does_not_use_is_said() {
    let candidate = candidate("1.0.0", "1.1.0");
    let evidence = EvidenceForUpdate { idle: true, ..evidence(&candidate, Impact::None) };
    let (verdict, reasons) = judge(&evidence, &policy());
    assert_eq!(verdict, Verdict::Free);
    let kinds: Vec<ReasonKind> = reasons.iter().map(|reason| reason.kind).collect();
    assert_eq!(kinds, [ReasonKind::Clean, ReasonKind::Policy]);
}

#[test]
fn a_major_that_your_own_api_shows_is_said_with_its_place() {
    let candidate = candidate("1.0.0", "2.0.0");
    let (_, shown) = used("app", 7);
    let evidence = EvidenceForUpdate { exposed: &shown, ..evidence(&candidate, Impact::None) };
    let (verdict, reasons) = judge(&evidence, &policy());
    assert_eq!(verdict, Verdict::Free);
    assert_eq!(
        reasons.last().map(|reason| reason.text.as_str()),
        Some(
            "your own public API shows it at src/main.rs:7: with it your next release is a breaking one"
        )
    );
}

#[test]
fn every_evidence_gets_a_verdict_a_headline_and_minutes() {
    let history = History::shipped();
    let changes = [used("app", 7)];
    let rust = [None, Some(Version::new(1, 99, 0))];
    let published = [None, Some("soon".to_owned()), Some("2026-11-22".to_owned())];
    let impacts = [Impact::None, Impact::Unknown, Impact::Breaks];
    let grades = [Grade::Versions, Grade::Api, Grade::Uses, Grade::Probed, Grade::Tested];
    for target in ["3.2.0", "3.2.1", "3.3.0", "4.0.0"] {
        for (rust, published) in rust.iter().flat_map(|r| published.iter().map(move |p| (r, p))) {
            let candidate = Candidate {
                target_rust_version: rust.clone(),
                published: published.clone(),
                ..candidate("3.2.0", target)
            };
            for (impact, grade) in impacts.iter().flat_map(|i| grades.iter().map(move |g| (i, g))) {
                for changes in [&changes[..], &[]] {
                    let evidence = EvidenceForUpdate {
                        grade: *grade,
                        changes,
                        ..evidence(&candidate, *impact)
                    };
                    let (verdict, reasons) = judge(&evidence, &policy());
                    assert!(!reasons.is_empty());
                    assert!(reasons.iter().all(|reason| !reason.text.contains("safe")));
                    if verdict == Verdict::Free {
                        assert_eq!(*impact, Impact::None);
                    }
                    let minutes = estimate(&evidence, &history);
                    assert!(0 < minutes.p50 && minutes.p50 <= minutes.p80);
                }
            }
        }
    }
}

#[test]
fn minutes_follow_what_has_to_be_done() {
    let history = History::shipped();
    let patch = candidate("3.2.0", "3.2.1");
    let major = candidate("3.2.0", "4.0.0");
    let few = [used("app", 7)];
    let many: Vec<_> = (1..40).map(|line| used("app", line)).collect();
    let of = |candidate, impact, changes| {
        let evidence = EvidenceForUpdate { changes, ..evidence(candidate, impact) };
        estimate(&evidence, &history).p80
    };
    let minutes = [
        of(&patch, Impact::None, &[]),
        of(&major, Impact::None, &[]),
        of(&major, Impact::Breaks, &few),
        of(&major, Impact::Breaks, &many),
    ];
    assert!(minutes.is_sorted_by(|a, b| a < b), "{minutes:?}");
    assert_eq!(minutes[0], 5);
    // Without evidence, clap's own history speaks: 12 of 13 moves needed some 216 lines.
    assert!(of(&major, Impact::Unknown, &[]) > 60);
}

//! Reports as the real program makes them, on a project that is behind.

use std::path::PathBuf;

use ripe_model::{
    BuildChange, BuildCodeEvent, BuildCodeKind, Bump, CandidateKind, Certainty, Change,
    ChangedFunction, Confidence, Coverage, Estimate, Gap, Grade, Hold, How, Impact, Inside,
    ItemKey, ItemKind, Namespace, Place, Plan, Reason, ReasonKind, Role, Span, Step, TestReach,
    Unexplained, Unseen, Update, UseCounts, UseSite, Verdict, declared_bump,
};
use ripe_report::{DiffReport, ErrorEntry, ExplainReport, PackageVersion, PlanHeader, PlanReport};
use semver::Version;

pub(crate) fn version(text: &str) -> Version {
    Version::parse(text).expect("a version")
}

fn change(lint: &str, item: &str, kind: ItemKind, detail: &str, instead: Option<&str>) -> Change {
    Change {
        lint: lint.to_owned(),
        bump: Bump::Major,
        certainty: Certainty::Definite,
        item: ItemKey::new(item, Namespace::Type),
        kind,
        old_span: Some(Span {
            file: PathBuf::from("src").join("lib.rs"),
            line: 36,
            column: 5,
            end_line: 36,
        }),
        new_span: None,
        detail: detail.to_owned(),
        suggestion: instead.map(str::to_owned),
        hurts: vec![How::Import, How::Call],
        also_at: Vec::new(),
        proven: None,
        witness: None,
    }
}

fn sites(file: &str, item: &str, how: How, lines: &[u32]) -> Vec<UseSite> {
    lines
        .iter()
        .map(|line| UseSite {
            package: "hoard".to_owned(),
            file: PathBuf::from("src").join(file),
            line: *line,
            column: 18,
            item: item.to_owned(),
            how,
            confidence: Confidence::Likely,
            inactive: false,
        })
        .collect()
}

fn update(
    package: &str,
    locked: &str,
    target: &str,
    verdict: Verdict,
    reasons: &[(ReasonKind, &str)],
) -> Update {
    let (locked, target) = (version(locked), version(target));
    let declared_bump = declared_bump(&locked, &target);
    let mut commands = Vec::new();
    if declared_bump == Bump::Major {
        commands.push(format!("in Cargo.toml: {package} = \"{locked}\" becomes \"{target}\""));
        commands.push(format!("cargo update {package}"));
    } else {
        commands.push(format!("cargo update {package} --precise {target}"));
    }
    Update {
        package: package.to_owned(),
        locked,
        target,
        kind: CandidateKind::Compatible,
        role: Role::Direct,
        declared_bump,
        undeclared: false,
        impact: match verdict {
            Verdict::Free => Impact::None,
            Verdict::Edit => Impact::Breaks,
            Verdict::Hold | Verdict::Unknown => Impact::Unknown,
        },
        verdict,
        grade: Grade::Uses,
        reasons: reasons
            .iter()
            .map(|(kind, text)| Reason { kind: *kind, text: (*text).to_owned() })
            .collect(),
        changes: Vec::new(),
        n_changes_total: 12,
        moves_along: Vec::new(),
        commands,
        minutes: Estimate { p50: 3, p80: 6 },
        runs: Vec::new(),
        inside: None,
        coverage: None,
        tests: None,
        confirmed: Vec::new(),
        gaps: Vec::new(),
    }
}

const CLEAN: (ReasonKind, &str) = (ReasonKind::Clean, "nothing you use changed its API");

/// clap 3 to 4: an edit in several places.
pub(crate) fn clap() -> Update {
    let app = "clap::App";
    let arg = "clap::Arg::takes_value";
    let value = "clap::ArgMatches::value_of";
    let mut clap = update(
        "clap",
        "3.2.17",
        "4.6.9",
        Verdict::Edit,
        &[(ReasonKind::Break, "4 items you use changed, at 12 lines: src/cli.rs:5 and 11 more")],
    );
    clap.n_changes_total = 556;
    clap.minutes = Estimate { p50: 28, p80: 46 };
    clap.runs = clap_runs();
    clap.inside = Some(clap_inside());
    clap.coverage = Some(clap_coverage());
    let place = |line| Place { package: "hoard".to_owned(), file: "src/cli.rs".into(), line };
    clap.tests = Some(TestReach { tests: 9, places: 5, unreached: vec![place(93), place(99)] });
    clap.moves_along =
        vec!["clap_lex 0.2.4 -> 1.0.0".to_owned(), "strsim 0.10.0 -> 0.11.1".to_owned()];
    clap.commands = vec![
        "in Cargo.toml: clap = \"3.1\" becomes \"4.6.9\"".to_owned(),
        "cargo update clap".to_owned(),
    ];
    clap.changes = vec![
        (
            change(
                "method_removed",
                value,
                ItemKind::Method,
                "removed",
                Some("get_one::<String>(…)"),
            ),
            sites("cli.rs", value, How::Call, &[93, 99]),
        ),
        (
            change(
                "item_removed",
                app,
                ItemKind::TypeAlias,
                "the alias of clap::Command is gone",
                Some("clap::Command"),
            ),
            sites("cli.rs", app, How::Import, &[5, 30, 29]),
        ),
        (
            change("method_removed", arg, ItemKind::Method, "removed", None),
            sites("cli.rs", arg, How::Call, &[50, 59, 68, 77, 68, 120, 121]),
        ),
        (
            change("item_removed", "clap::AppSettings", ItemKind::Enum, "removed", None),
            sites("cli.rs", "clap::AppSettings", How::Import, &[5, 33]),
        ),
    ];
    clap
}

/// fastcdc 1.0.7 to 1.0.8: a patch that breaks.
pub(crate) fn fastcdc() -> Update {
    let hash = "fastcdc::Chunk::hash";
    let mut fastcdc = update(
        "fastcdc",
        "1.0.7",
        "1.0.8",
        Verdict::Hold,
        &[(
            ReasonKind::Undeclared,
            "1.0.8 calls itself compatible, and breaks 2 lines: src/chunk.rs:51 and 1 more",
        )],
    );
    fastcdc.undeclared = true;
    fastcdc.impact = Impact::Breaks;
    fastcdc.n_changes_total = 1;
    fastcdc.minutes = Estimate { p50: 7, p80: 13 };
    fastcdc.changes = vec![(
        change(
            "field_removed",
            hash,
            ItemKind::Field,
            "the public field `hash: u32` is gone",
            None,
        ),
        sites("chunk.rs", hash, How::Match, &[107, 51]),
    )];
    fastcdc
}

fn header() -> PlanHeader {
    PlanHeader {
        plan_id: "5f1d0c2a".to_owned(),
        project: "hoard".to_owned(),
        date: "2026-11-22".to_owned(),
        toolchain: "rustc 1.95.0".to_owned(),
        packages: 52,
        notes: Vec::new(),
    }
}

/// A whole plan: a batch, a free major, an edit, a stretch, holds of all sorts, gaps.
pub(crate) fn plan() -> PlanReport {
    let batch: Vec<Update> = [
        ("either", "1.6.1", "1.19.0"),
        ("itoa", "1.0.2", "1.0.19"),
        ("once_cell", "1.12.0", "1.21.4"),
        ("os_str_bytes", "6.1.0", "6.6.1"),
        ("serde", "1.0.137", "1.0.229"),
        ("serde_derive", "1.0.137", "1.0.229"),
        ("serde_json", "1.0.81", "1.0.154"),
        ("termcolor", "1.1.3", "1.4.1"),
        ("thiserror", "1.0.31", "1.0.69"),
        ("walkdir", "2.3.2", "2.5.0"),
    ]
    .map(|(package, locked, target)| update(package, locked, target, Verdict::Free, &[CLEAN]))
    .to_vec();
    let specs: Vec<&str> = batch.iter().map(|update| update.package.as_str()).collect();
    let commands = vec![format!("cargo update {}", specs.join(" "))];
    let itertools = update(
        "itertools",
        "0.10.3",
        "0.15.0",
        Verdict::Free,
        &[(ReasonKind::Clean, "nothing you use changed its API (31 changes elsewhere in it)")],
    );
    let humansize = update(
        "humansize",
        "1.1.1",
        "2.1.3",
        Verdict::Edit,
        &[(ReasonKind::Break, "2 items you use changed, at 3 lines: src/report.rs:5 and 2 more")],
    );
    let mut toml = update("toml", "0.5.9", "1.2.1+spec-1.1.0", Verdict::Free, &[CLEAN]);
    toml.minutes = Estimate { p50: 40, p80: 75 };
    let mut windows = update(
        "winapi-util",
        "0.1.5",
        "0.1.11",
        Verdict::Unknown,
        &[(ReasonKind::Gap, "not seen: x86_64-pc-windows-gnu: it is not built on this machine")],
    );
    windows.role = Role::Transitive;
    windows.grade = Grade::Versions;
    let mut redox = windows.clone();
    redox.package = "redox_syscall".to_owned();
    let sha2 = update(
        "sha2",
        "0.9.9",
        "0.11.1",
        Verdict::Hold,
        &[(
            ReasonKind::Age,
            "0.11.1 came out 2 days ago, and a release waits until it is 7 days old",
        )],
    );
    let step = |n, title: &str, updates: Vec<Update>, commands, p50, p80| Step {
        n,
        title: title.to_owned(),
        updates,
        commands,
        minutes: Estimate { p50, p80 },
    };
    let one = |n, update: Update| {
        let title = format!("{} {} -> {}", update.package, update.locked, update.target);
        let (commands, minutes) = (update.commands.clone(), update.minutes);
        step(n, &title, vec![update], commands, minutes.p50, minutes.p80)
    };
    let until = |update: Update, until: &str| Hold { update, until: until.to_owned() };
    let plan = Plan {
        budget_minutes: 75,
        steps: vec![
            step(1, "10 compatible updates", batch, commands, 4, 9),
            one(2, itertools),
            one(3, clap()),
        ],
        stretch: vec![one(4, humansize)],
        holds: vec![
            until(toml, "fits from `--budget 2h45m`"),
            until(sha2, "ripe from 2026-11-27"),
            until(
                fastcdc(),
                "a repaired release after 1.0.8; or edit the lines: `cargo ripe explain fastcdc --to 1.0.8`",
            ),
            until(windows, "look closer: `cargo ripe explain winapi-util --to 0.1.11`"),
            until(redox, "look closer: `cargo ripe explain redox_syscall --to 0.2.16`"),
        ],
        gaps: vec![
            Gap::new(
                "winapi, winapi-util",
                "their code is for Windows and is not compiled here: run the plan there, or take them with its users",
            ),
            Gap::new("behaviour", "what a function does is outside any comparison of APIs"),
        ],
    };
    PlanReport::new(header(), &plan)
}

/// A first look: nothing is known but numbers.
pub(crate) fn first_look() -> PlanReport {
    let reason = (ReasonKind::Gap, "only its version numbers were looked at so far");
    let unknown = |(package, locked, target): (&str, &str, &str)| Hold {
        update: Update {
            grade: Grade::Versions,
            ..update(package, locked, target, Verdict::Unknown, &[reason])
        },
        until: format!("look closer: `cargo ripe explain {package} --to {target}`"),
    };
    let holds = [
        ("itertools", "0.10.3", "0.15.0"),
        ("toml", "0.5.9", "1.2.1"),
        ("serde", "1.0.137", "1.0.229"),
        ("walkdir", "2.3.2", "2.5.0"),
    ];
    let plan = Plan {
        budget_minutes: 60,
        steps: Vec::new(),
        stretch: Vec::new(),
        holds: holds.map(unknown).to_vec(),
        gaps: Vec::new(),
    };
    let notes = vec!["first look: numbers only, nothing was compiled".to_owned()];
    PlanReport::new(PlanHeader { notes, ..header() }, &plan)
}

/// A plan with nothing in it.
pub(crate) fn empty_plan() -> PlanReport {
    let plan = Plan {
        budget_minutes: 60,
        ..Plan {
            budget_minutes: 0,
            steps: Vec::new(),
            stretch: Vec::new(),
            holds: Vec::new(),
            gaps: Vec::new(),
        }
    };
    let notes =
        vec!["hoard does not build as it stands: the plan rests on the sources alone".to_owned()];
    PlanReport::new(PlanHeader { notes, ..header() }, &plan)
}

/// One update explained, with a compiler's word.
pub(crate) fn explanation() -> ExplainReport {
    let mut update = fastcdc();
    update.gaps = vec![Gap::new("doctests", "they were not searched")];
    let error = |line, code: &str| ErrorEntry {
        file: "src/chunk.rs".to_owned(),
        line,
        code: Some(code.to_owned()),
        predicted: true,
    };
    ExplainReport::new(&update, vec![error(107, "E0609"), error(51, "E0026")])
}

/// A comparison with something in every section.
pub(crate) fn comparison() -> DiffReport {
    let side = |version: &str| PackageVersion {
        package: "fastcdc".to_owned(),
        version: Some(self::version(version)),
    };
    let mut possible = change(
        "impl_added",
        "impl From<Chunk> for u64",
        ItemKind::Impl,
        "calls of `into` may become ambiguous",
        None,
    );
    possible.certainty = Certainty::Possible;
    let mut policy =
        change("repr_changed", "fastcdc::Chunk", ItemKind::Struct, "its layout changed", None);
    policy.certainty = Certainty::Policy;
    let mut proven = change(
        "field_removed",
        "fastcdc::Chunk::hash",
        ItemKind::Field,
        "the public field `hash: u32` is gone",
        Some("keep 1.0.7"),
    );
    proven.proven = Some(true);
    DiffReport::new(
        side("1.0.7"),
        side("1.0.8"),
        (Bump::Major, Bump::Major),
        &[policy, possible, proven],
        &[Unexplained {
            item: ItemKey::new("fastcdc::MINIMUM_MIN", Namespace::Value),
            kind: ItemKind::Const,
        }],
        &[Gap::new("no default features", "that set was not compared")],
    )
}

fn clap_runs() -> Vec<BuildChange> {
    let run =
        |package: &str, version: &str, what, change, (added_lines, removed_lines)| BuildChange {
            package: package.to_owned(),
            version: self::version(version),
            what,
            change,
            links: (what == BuildCodeKind::NativeCode).then(|| "onig".to_owned()),
            added_lines,
            removed_lines,
        };
    use BuildCodeEvent::{Changed, New};
    use BuildCodeKind::{BuildScript, NativeCode, ProcMacro};
    vec![
        run("anstyle", "1.0.13", BuildScript, New, (12, 0)),
        run("clap_derive", "4.5.4", ProcMacro, Changed, (340, 120)),
        run("libc", "0.2.186", BuildScript, Changed, (12, 3)),
        run("onig_sys", "69.9.1", NativeCode, New, (0, 0)),
    ]
}

fn clap_coverage() -> Coverage {
    Coverage {
        packages: 1,
        members: 1,
        api_items: 496,
        used_items: 14,
        uses: UseCounts { exact: 40, likely: 10, guess: 2, inactive: 3, in_macros: 5 },
        unseen: Unseen {
            files: 0,
            macros: 4,
            receivers: 7,
            changed: [
                "src/cli.rs:31 values_of",
                "src/cli.rs:44 value_of",
                "src/main.rs:9 value_of",
            ]
            .map(str::to_owned)
            .to_vec(),
        },
    }
}

fn clap_inside() -> Inside {
    let span = |line| Span { file: "src/build/arg.rs".into(), line, column: 5, end_line: line + 9 };
    Inside {
        called: 7,
        changed: vec![
            ChangedFunction {
                item: "clap::Arg::long".to_owned(),
                old_span: span(310),
                new_span: span(290),
                through: Vec::new(),
                lines: 4,
            },
            ChangedFunction {
                item: "clap::Arg::short".to_owned(),
                old_span: span(270),
                new_span: span(250),
                through: vec!["build::arg::checked".to_owned()],
                lines: 30,
            },
        ],
        lines: 34,
    }
}

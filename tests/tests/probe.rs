//! What the compiler names, in `explain --evidence probed` and in a plan, end to end, on a registry
//! of this machine.

use std::path::{Path, PathBuf};

use ripe_testkit::Published;
use ripe_tests::{Served, release, snapshot};
use serde_json::Value;

const FEBRUARY: &str = "2024-02-01T10:00:00Z";
const MARCH: &str = "2024-03-01T10:00:00Z";

/// A project on `flags` 2, and on `middle`, which is on `flags` 1. The next release of both
/// versions takes `f` away.
fn project() -> Served {
    let served = Served::new(None);
    let with =
        "pub struct S;\nimpl S {\n    pub fn f(self) -> u32 { 1 }\n}\npub fn s() -> S { S }\n";
    let without = "pub struct S;\npub fn s() -> S { S }\n";
    served.publish(&release("flags", "1.0.0", FEBRUARY, with));
    served.publish(&release("flags", "2.0.0", FEBRUARY, with));
    served.publish(&Published {
        needs: &[("flags", "1")],
        ..release("middle", "1.0.0", FEBRUARY, "pub fn m() -> u32 {\n    flags::s().f()\n}\n")
    });
    // No reading of the text tells the type behind the macro.
    let lib = "macro_rules! last { ($a:ident $b:ident) => { $a.$b() } }\n\
               pub fn f() -> u32 {\n    let s = flags::s();\n    last!(s f) + middle::m()\n}\n";
    served.package("flags = \"2\"\nmiddle = \"1\"\n", lib);
    served.cargo(&["generate-lockfile"]);
    served.publish(&release("flags", "1.1.0", MARCH, without));
    served.publish(&release("flags", "2.1.0", MARCH, without));
    served.cargo(&["check"]);
    served
}

/// `package file:line confirmed_by` of the uses of what is gone.
fn confirmed(report: &Value) -> Vec<String> {
    confirmed_of(report, "flags::S::f")
}

fn confirmed_of(report: &Value, item: &str) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut lines: Vec<String> = list(&report["changes"])
        .iter()
        .filter(|change| change["item"] == item)
        .flat_map(|change| list(&change["use_sites"]))
        .map(|site| {
            let text = |key: &str| site[key].as_str().unwrap_or("-").to_owned();
            let (package, file, by) = (text("package"), text("file"), text("confirmed_by"));
            format!("{package} {file}:{} {by}", site["line"])
        })
        .collect();
    lines.dedup();
    lines
}

/// The records that are left below a folder.
fn records(folder: &Path) -> Vec<PathBuf> {
    let files = snapshot(folder).into_keys();
    files
        .filter(|file| {
            let mut above = file.ancestors().skip(1).filter_map(Path::file_name);
            above.next().is_some_and(|name| name != "units") && above.any(|name| name == "records")
        })
        .collect()
}

#[test]
fn the_compiler_names_the_users_of_one_version_and_nothing_of_the_users_is_touched() {
    let served = project();
    let (root, built) = (served.project(), served.project().join("target/debug"));
    let before = (snapshot(&root), snapshot(&built));
    for (asked, to, expected) in [
        ("flags@1.0.0", "1.1.0", "middle src/lib.rs:2 probe"),
        ("flags@2.0.0", "2.1.0", "project src/lib.rs:4 probe"),
    ] {
        let args = ["explain", asked, "--to", to, "--evidence", "probed", "--format", "json"];
        let run = served.ripe(&args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let report = run.json();
        assert_eq!(confirmed(&report), [expected], "{report}");
        assert_eq!((&report["grade"], &report["impact"]), (&"probed".into(), &"breaks".into()));
        assert_eq!(report["gaps"], Value::Array(Vec::new()), "{report}");
        assert_eq!(run.stdout, served.ripe(&args).stdout, "equal inputs give other bytes");
    }
    assert!(before == (snapshot(&root), snapshot(&built)), "something of the user's changed");
    assert_eq!(records(&root.join("target/ripe")), Vec::<PathBuf>::new());
}

#[test]
fn what_another_package_defines_is_asked_about_there() {
    let served = Served::new(None);
    let parts = "pub struct S;\nimpl S {\n    pub fn f(self) -> u32 { 1 }\n}\n\
                 pub fn s() -> S { S }\n";
    served.publish(&release("parts", "1.0.0", FEBRUARY, parts));
    let facade = |version, needs| Published {
        needs,
        ..release("facade", version, FEBRUARY, "pub use parts::{S, s};\n")
    };
    served.publish(&facade("1.0.0", &[("parts", "1")]));
    let lib = "macro_rules! last { ($a:ident $b:ident) => { $a.$b() } }\n\
               pub fn f() -> u32 {\n    let s = facade::s();\n    last!(s f)\n}\n";
    served.package("facade = \"1\"\n", lib);
    served.cargo(&["generate-lockfile"]);
    served.publish(&release("parts", "1.1.0", MARCH, "pub struct S;\npub fn s() -> S { S }\n"));
    served.publish(&Published { at: Some(MARCH), ..facade("1.1.0", &[("parts", "1.1")]) });
    let args = ["explain", "facade", "--to", "1.1.0", "--evidence", "probed", "--format", "json"];
    let run = served.ripe(&args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(confirmed_of(&report, "facade::S::f"), ["project src/lib.rs:4 probe"], "{report}");
    assert_eq!(report["gaps"], Value::Array(Vec::new()), "{report}");
}

/// `package target verdict grade confirmed_by…` of the updates of a plan.
fn updates(report: &Value) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let stepped = list(&report["steps"]).into_iter().chain(list(&report["stretch"]));
    let held = list(&report["holds"]).into_iter().map(|hold| hold["update"].clone());
    let mut lines: Vec<String> = stepped
        .flat_map(|step| list(&step["updates"]))
        .chain(held)
        .map(|update| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let sites = list(&update["changes"]).into_iter().flat_map(|c| list(&c["use_sites"]));
            let mut words: Vec<String> =
                ["package", "target", "verdict", "grade"].map(|key| text(&update[key])).into();
            words.extend(sites.map(|site| text(&site["confirmed_by"])));
            words.join(" ")
        })
        .collect();
    lines.sort();
    lines
}

/// A project that calls a method of one of two traits that have it. The next releases of both
/// dependencies take it away.
fn two_traits() -> Served {
    let served = Served::new(None);
    let text = |name: &str, on: &str, half: &str| {
        format!(
            "pub trait {name} {{\n{half}    fn all(&self) -> u32 {{ 2 }}\n}}\nimpl {name} for {on} {{}}\n"
        )
    };
    let half = "    fn half(&self) -> u32 { 1 }\n";
    let publish = |version: &str, on: &str, half: &str| {
        served.publish(&release("ours", version, on, &text("Ours", "u8", half)));
        served.publish(&release("theirs", version, on, &text("Theirs", "u16", half)));
    };
    publish("1.0.0", FEBRUARY, half);
    // What tells the type of `c` comes after it: a reading of the text only supposes it.
    let lib = "use ours::Ours;\nuse theirs::Theirs;\nfn fill(x: &mut u8) { *x += 1 }\n\
               pub fn f(b: u16) -> u32 {\n    let mut c = Default::default();\n    fill(&mut c);\n    \
               c.half() + b.all()\n}\n";
    served.package("ours = \"1\"\ntheirs = \"1\"\n", lib);
    served.cargo(&["generate-lockfile"]);
    publish("1.1.0", MARCH, "");
    served
}

#[test]
fn a_plan_asks_the_compiler_where_its_word_decides_and_keeps_the_answer() {
    let served = two_traits();
    let before = snapshot(&served.project());
    let scanned = served.ripe(&["plan", "--evidence", "uses", "--format", "json"]);
    assert_eq!(
        updates(&scanned.json()),
        ["ours 1.1.0 hold uses -", "theirs 1.1.0 free uses"],
        "{}",
        scanned.stderr
    );
    let args = ["plan", "--format", "json"];
    let first = served.ripe(&args);
    let expected = ["ours 1.1.0 hold probed probe", "theirs 1.1.0 free uses"];
    assert_eq!(updates(&first.json()), expected, "{}", first.stderr);
    assert!(first.stderr.contains("asking the compiler for uses"), "{}", first.stderr);
    let second = served.ripe(&args);
    assert_eq!(first.stdout, second.stdout, "equal inputs give other bytes");
    assert!(!second.stderr.contains("asking the compiler for uses"), "{}", second.stderr);
    assert!(before == snapshot(&served.project()), "something of the user's changed");
    assert_eq!(records(&served.project().join("target/ripe")), Vec::<PathBuf>::new());
}

//! `explain --evidence probed`, end to end, on a registry of this machine.

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

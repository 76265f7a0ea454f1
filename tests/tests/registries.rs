//! Where packages come from other than crates.io as it should be: private registries, registries
//! that fail, vendored folders, git, patches. All are served from this machine.

use std::path::Path;
use std::process::Command;

use ripe_tests::{Run, Served, places, release, snapshot, update, updates};
use serde_json::Value;

const FEBRUARY: &str = "2024-02-01T10:00:00Z";
const MARCH: &str = "2024-03-01T10:00:00Z";

/// A project that depends on `a` of crates.io and on `x` of `ours`; both have a newer release.
fn project(token: Option<&str>) -> Served {
    let mut served = Served::new(token);
    if let Some(token) = token {
        served.variable("CARGO_REGISTRIES_OURS_TOKEN", token);
    }
    let ours = |served: &Served, version: &str, at: &str, lib: &str| {
        served.ours.publish(&release("x", version, at, lib)).unwrap_or_else(|e| panic!("{e}"));
    };
    served.publish(&release("a", "1.0.0", FEBRUARY, "pub fn one() -> u32 { 1 }"));
    ours(&served, "1.0.0", FEBRUARY, "pub fn two() -> u32 { 2 }");
    served.package(
        "a = \"1\"\nx = { version = \"1\", registry = \"ours\" }\n",
        "pub fn f() -> u32 {\n    a::one() + x::two()\n}\n",
    );
    served.cargo(&["generate-lockfile"]);
    served.publish(&release("a", "1.1.0", MARCH, "pub fn one() -> u32 { 1 }\npub fn more() {}"));
    ours(&served, "1.1.0", MARCH, "pub fn two() -> u64 { 2 }");
    served
}

/// Runs a plan that has to come out, and touches nothing.
fn planned(served: &Served, more: &[&str]) -> (Value, Run) {
    let before = snapshot(&served.project());
    let run = served.ripe(&[&["--format", "json"], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert_eq!(before, snapshot(&served.project()), "nothing of the user's is touched");
    (run.json(), run)
}

/// The words of the gap about `what`.
fn gap<'a>(report: &'a Value, what: &str) -> &'a str {
    let gaps = report["gaps"].as_array().expect("a list");
    let found = gaps.iter().find(|gap| gap["what"] == what);
    found.unwrap_or_else(|| panic!("no gap about {what}: {gaps:?}"))["why"].as_str().expect("words")
}

/// `a` is looked at in full, whatever becomes of the others.
#[track_caller]
fn a_is_free(report: &Value) {
    let a = update(report, "a", "1.1.0");
    assert_eq!(
        (a["grade"].as_str(), a["verdict"].as_str()),
        (Some("uses"), Some("free")),
        "{report}"
    );
}

#[test]
fn a_private_registry_is_planned_completely() {
    for token in [None, Some("secret")] {
        let served = project(token);
        let (report, _) = planned(&served, &[]);
        a_is_free(&report);
        let x = update(&report, "x", "1.1.0");
        assert_eq!(x["verdict"], "hold", "{x}");
        assert!(places(x, "project").contains("src/lib.rs:2"), "{x}");
        assert_eq!(report["gaps"], Value::Array(Vec::new()));
    }
}

#[test]
fn a_private_registry_has_its_past_too() {
    let served = project(Some("secret"));
    let (report, _) = planned(&served, &["--quick", "--as-of", "2024-02-28"]);
    assert!(updates(&report).is_empty(), "{report}");
    assert_eq!(report["gaps"], Value::Array(Vec::new()));
    let (report, _) = planned(&served, &["--quick", "--as-of", "2024-03-01"]);
    assert_eq!(updates(&report).len(), 2, "{report}");
}

#[test]
fn rows_that_cannot_be_had_cost_their_package_alone() {
    for (path, status, why) in [
        ("/1/x", 401, "refuses to give it (401)"),
        ("/1/x", 429, "come back later (429)"),
        ("/1/x", 500, "the registry answered 500"),
        ("/config.json", 403, "refuses to give it (403)"),
    ] {
        let served = project(None);
        served.ours.set(path, status, b"<html>");
        let (report, _) = planned(&served, &[]);
        a_is_free(&report);
        let said = gap(&report, "x");
        assert!(said.contains("could not be refreshed") && said.contains(why), "{status}: {said}");
    }
}

#[test]
fn rows_that_are_gone_or_garbage_leave_a_first_look_at_the_rest() {
    for status in [404, 200] {
        let served = project(None);
        served.ours.set("/1/x", status, b"<html>");
        let (report, _) = planned(&served, &[]);
        assert!(!update(&report, "a", "1.1.0").is_null());
        let gaps = report["gaps"].to_string();
        assert!(gaps.contains("lists nothing of it that cargo understands"), "{status}: {gaps}");
    }
}

#[test]
fn a_new_archive_that_cannot_be_had_costs_its_package_alone() {
    let cut = |served: &Served| {
        let whole = served.ours.get("/dl/x/1.1.0/download").expect("it is published").body;
        whole[..whole.len() / 2].to_vec()
    };
    for (status, why) in [
        (401, "is a login needed?"),
        (404, "does not have it (404)"),
        (429, "come back later (429)"),
        (200, "does not have the checksum"),
    ] {
        let served = project(None);
        served.ours.set("/dl/x/1.1.0/download", status, &cut(&served));
        let (report, _) = planned(&served, &[]);
        a_is_free(&report);
        let said = gap(&report, "x@1.1.0");
        assert!(said.contains(why), "{status}: {said}");
        let x = update(&report, "x", "1.1.0");
        assert_ne!(x["verdict"], "free", "{x}");
        let strict = served.ripe(&["--strict"]);
        assert_eq!(strict.code, 3, "{}", strict.stderr);
    }
}

#[test]
fn without_what_is_locked_there_is_no_report_but_a_next_step() {
    for (path, status, says) in [
        ("/dl/x/1.0.0/download", 401, &["/dl/x/1.0.0", "got 401", "next: log in"][..]),
        ("/dl/x/1.0.0/download", 404, &["/dl/x/1.0.0", "got 404", "next: check the URL"]),
        ("/dl/x/1.0.0/download", 200, &["checksum of `x v1.0.0", "next: `cargo fetch`"]),
        ("/1/x", 429, &["`x`", "got 429", "next: the registry asks to come back later"]),
        ("/1/x", 404, &["no matching package named `x`", "`ours` index", "next: "]),
        ("/1/x", 200, &["no matching package named `x`", "`ours` index", "next: "]),
    ] {
        let mut served = project(None);
        served.forget();
        served.ours.set(path, status, b"<html>");
        let run = served.ripe(&[]);
        assert_eq!(run.code, 4, "{path} {status}: {} {}", run.stdout, run.stderr);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        for words in says {
            assert!(run.stderr.contains(words), "{path} {status}, no `{words}`: {}", run.stderr);
        }
    }
}

#[test]
fn a_login_that_is_missing_is_asked_for() {
    let mut served = project(Some("secret"));
    served.forget();
    served.variable("CARGO_REGISTRIES_OURS_TOKEN", "wrong");
    let run = served.ripe(&[]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("next: log in with `cargo login"), "{}", run.stderr);
    assert!(!run.stderr.contains("wrong"), "a token is shown: {}", run.stderr);
}

#[test]
fn vendored_packages_are_looked_at_and_have_no_newer_ones() {
    let served = Served::new(None);
    served.publish(&release("a", "1.0.0", FEBRUARY, "pub fn one() -> u32 { 1 }"));
    served.package("a = \"1\"\n", "pub fn f() -> u32 { a::one() }\n");
    served.cargo(&["generate-lockfile"]);
    served.cargo(&["vendor", "--quiet", "--respect-source-config"]);
    served.publish(&release("a", "1.1.0", MARCH, "pub fn one() -> u32 { 1 }"));
    served.write(
        ".cargo/config.toml",
        "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n",
    );
    for more in [&[][..], &["--as-of", "2024-06-01"]] {
        let (report, _) = planned(&served, more);
        assert!(updates(&report).is_empty());
        assert!(report["gaps"].to_string().contains("packages are vendored in"), "{report}");
    }
}

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("this test needs git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_git_dependency_stays_and_the_rest_is_planned() {
    let served = Served::new(None);
    served.publish(&release("a", "1.0.0", FEBRUARY, "pub fn one() -> u32 { 1 }"));
    let repository = served.folder().join("repository");
    std::fs::create_dir_all(repository.join("src")).expect("a folder");
    let manifest = "[package]\nname = \"g\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\na = \"1\"\n";
    std::fs::write(repository.join("Cargo.toml"), manifest).expect("a file");
    std::fs::write(repository.join("src/lib.rs"), "pub fn g() -> u32 { a::one() }\n")
        .expect("a file");
    git(&repository, &["init", "--quiet"]);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "-m", "one"]);
    let url = format!("file://{}", repository.display());
    served.package(
        &format!("a = \"1\"\ng = {{ git = \"{url}\" }}\n"),
        "pub fn f() -> u32 { a::one() + g::g() }\n",
    );
    served.cargo(&["generate-lockfile"]);
    served.publish(&release("a", "1.1.0", MARCH, "pub fn one() -> u32 { 1 }\npub fn more() {}"));
    let (report, _) = planned(&served, &[]);
    a_is_free(&report);
    // A branch has no days, so it is not moved to what it is today.
    git(&repository, &["commit", "--quiet", "--allow-empty", "-m", "two"]);
    let (past, _) = planned(&served, &["--as-of", "2024-06-01"]);
    a_is_free(&past);
    assert!(gap(&past, "git dependencies").contains("a branch has no days"));
    // Nor is the repository needed for it.
    std::fs::rename(&repository, served.folder().join("gone")).expect("it moves");
    let (offline, _) = planned(&served, &["--as-of", "2024-06-01", "--offline"]);
    assert_eq!(past, offline);
}

#[test]
fn a_patch_by_a_path_is_part_of_the_project() {
    let served = Served::new(None);
    served.publish(&release("a", "1.0.0", FEBRUARY, "pub fn one() -> u32 { 1 }"));
    served.publish(&release("b", "1.0.0", FEBRUARY, "pub fn two() -> u32 { 2 }"));
    served.package(
        "a = \"1\"\nb = \"1\"\n\n[patch.crates-io]\nb = { path = \"our b\" }\n",
        "pub fn f() -> u32 { a::one() + b::two() + b::three() }\n",
    );
    served.write(
        "our b/Cargo.toml",
        "[package]\nname = \"b\"\nversion = \"1.0.5\"\nedition = \"2021\"\n",
    );
    served.write("our b/src/lib.rs", "pub fn two() -> u32 { 2 }\npub fn three() -> u32 { 3 }\n");
    served.cargo(&["generate-lockfile"]);
    served.publish(&release("a", "1.1.0", MARCH, "pub fn one() -> u32 { 1 }\npub fn more() {}"));
    served.publish(&release("b", "1.1.0", MARCH, "pub fn two() -> u32 { 2 }"));
    let (report, _) = planned(&served, &[]);
    a_is_free(&report);
    assert!(updates(&report).iter().all(|update| update["package"] == "a"), "{report}");
}

#[cfg(unix)]
#[test]
fn a_member_behind_a_link_is_searched() {
    let served = project(None);
    let elsewhere = served.folder().join("elsewhere");
    std::fs::create_dir_all(elsewhere.join("src")).expect("a folder");
    let manifest = "[package]\nname = \"linked\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nx = { version = \"1\", registry = \"ours\" }\n";
    std::fs::write(elsewhere.join("Cargo.toml"), manifest).expect("a file");
    std::fs::write(elsewhere.join("src/lib.rs"), "pub fn l() -> u32 { x::two() }\n")
        .expect("a file");
    std::os::unix::fs::symlink(&elsewhere, served.project().join("linked")).expect("a link");
    let manifest = std::fs::read_to_string(served.project().join("Cargo.toml")).expect("a file");
    let manifest = manifest.replace("[workspace]", "[workspace]\nmembers = [\"linked\"]");
    served.write("Cargo.toml", &manifest);
    served.cargo(&["metadata", "--format-version=1"]);
    let before = std::fs::read(elsewhere.join("Cargo.toml")).expect("a file");
    let run = served.ripe(&["--format", "json"]);
    assert_eq!(std::fs::read(elsewhere.join("Cargo.toml")).expect("a file"), before);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    let x = update(&report, "x", "1.1.0");
    assert!(places(x, "linked").contains("src/lib.rs:1"), "{report}");
}

#[test]
fn where_nothing_can_be_written_the_work_is_done_in_the_cache() {
    let served = project(None);
    // Not even root makes a folder below a file.
    served.write("target", "no folder");
    let (report, _) = planned(&served, &[]);
    a_is_free(&report);
}

//! Real applications from the registry, with the lockfiles that they were published with.
//!
//! These use the package registry through cargo; without it they fail and say so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ripe_tests::{Run, ripe, snapshot};
use serde_json::Value;

/// An application as it was published, in a folder of its own.
fn application(name: &str, version: &str, dir: &Path) -> PathBuf {
    let source = ripe_benches::client::source(name, version, dir)
        .unwrap_or_else(|e| panic!("the registry is needed for {name} {version}: {e:#}"));
    let to = dir.join(name);
    ripe_benches::client::copy(&source, &to).expect("a copy");
    assert!(to.join("Cargo.lock").is_file(), "{name} {version} packages its lockfile");
    to
}

/// Plans an application, and holds what must be true of every plan.
fn plan(name: &str, version: &str) -> Value {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let project = application(name, version, dir.path());
    let cache = dir.path().join("cache");
    let before = snapshot(&project);
    let run =
        ripe(&project, &cache, &["--budget", "2h", "--machine-budget", "30m", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(before, snapshot(&project), "nothing of the user's is touched");
    assert_eq!(report["schema_version"], 1);
    let spent: u64 = report["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|s| s["minutes"]["p80"].as_u64().unwrap_or(0))
        .sum();
    assert!(spent <= 120, "the steps take {spent} minutes");
    for update in updates(&report) {
        assert!(update["reasons"][0]["text"].is_string(), "an update without a reason: {update}");
        let seen = update["grade"] != "versions"
            || !update["gaps"].as_array().is_none_or(Vec::is_empty)
            || update["verdict"] == "hold";
        assert!(seen, "{} was not analysed, and no gap says why: {update}", update["package"]);
    }
    let again =
        ripe(&project, &cache, &["--budget", "2h", "--machine-budget", "30m", "--format", "json"]);
    assert!(run.stdout == again.stdout, "equal inputs give other bytes");
    report
}

fn updates(report: &Value) -> Vec<&Value> {
    ["steps", "stretch"]
        .into_iter()
        .flat_map(|key| report[key].as_array().into_iter().flatten())
        .flat_map(|step| step["updates"].as_array().into_iter().flatten())
        .chain(report["holds"].as_array().into_iter().flatten().map(|hold| &hold["update"]))
        .collect()
}

fn named<'a>(report: &'a Value, package: &str) -> Vec<&'a Value> {
    updates(report).into_iter().filter(|u| u["package"] == package).collect()
}

#[test]
fn ripgrep_is_planned_completely() {
    let report = plan("ripgrep", "14.1.0");
    assert!(updates(&report).len() > 20, "ripgrep 14.1.0 is far behind");
    let analysed = updates(&report).into_iter().filter(|u| u["grade"] == "uses").count();
    assert!(analysed * 10 >= updates(&report).len() * 8, "only {analysed} were analysed");
}

#[test]
fn clap_4_lists_its_use_sites_in_hyperfine() {
    let report = plan("hyperfine", "1.14.0");
    let clap = named(&report, "clap")
        .into_iter()
        .find(|u| u["target"].as_str().is_some_and(|v| v.starts_with('4')));
    let clap = clap.expect("clap 4 is offered to hyperfine");
    let files: BTreeSet<&str> = clap["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|change| change["use_sites"].as_array().into_iter().flatten())
        .filter(|site| site["package"] == "hyperfine")
        .filter_map(|site| site["file"].as_str())
        .collect();
    assert!(files.contains("src/cli.rs"), "the command line is defined in src/cli.rs: {files:?}");
    assert_eq!(clap["impact"], "breaks");
}

#[test]
fn the_feature_that_stops_fd_is_named() {
    let report = plan("fd-find", "8.4.0");
    let clap = named(&report, "clap")
        .into_iter()
        .find(|u| u["target"].as_str().is_some_and(|v| v.starts_with('4')));
    let clap = clap.expect("clap 4 is offered to fd");
    assert_eq!(clap["verdict"], "hold", "{clap}");
    let reason = clap["reasons"][0]["text"].as_str().unwrap_or_default();
    assert!(reason.contains("feature"), "{reason}");
}

#[test]
fn an_update_that_is_asked_about_is_explained() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let project = application("hyperfine", "1.14.0", dir.path());
    let run: Run = ripe(
        &project,
        &dir.path().join("cache"),
        &["explain", "clap", "--to", "4.5.4", "--format", "json"],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(report["package"], "clap");
    assert_eq!(report["target"], "4.5.4");
    assert_eq!(report["declared_bump"], "major");
    assert_eq!(report["impact"], "breaks");
    assert_eq!(report["grade"], "uses");
    assert!(report["minutes"]["p80"].as_u64() >= report["minutes"]["p50"].as_u64());
}

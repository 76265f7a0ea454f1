//! The carried project, and real applications from the registry with the lockfiles that they were
//! published with.
//!
//! These use the package registry through cargo; without it they fail and say so.

use std::path::{Path, PathBuf};

use ripe_tests::{Run, carried, places, plan, ripe, update, updates};
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

fn planned(name: &str, version: &str) -> Value {
    let dir = tempfile::tempdir().expect("a temporary directory");
    plan(&application(name, version, dir.path()), &dir.path().join("cache"))
}

#[test]
fn the_carried_project_is_planned_as_rustc_judges_it() {
    // What rustc says of these updates stands in corpus/projects/hoard/TRUTH.md.
    let (dir, project) = carried("corpus/projects/hoard");
    let report = plan(&project, &dir.path().join("cache"));
    let undeclared = update(&report, "fastcdc", "1.0.8");
    assert_eq!(undeclared["verdict"], "hold", "{undeclared}");
    assert_eq!(undeclared["undeclared"], true);
    let lines = places(undeclared, "hoard");
    assert_eq!(lines.into_iter().collect::<Vec<_>>(), ["src/chunk.rs:107", "src/chunk.rs:51"]);
    for (package, major) in
        [("itertools", "0."), ("rustc-hash", "2."), ("thiserror", "2."), ("toml", "1.")]
    {
        assert_eq!(update(&report, package, major)["impact"], "none", "{package} {major}");
    }
    for (package, major) in [("clap", "4."), ("humansize", "2."), ("fastcdc", "5.")] {
        assert_eq!(update(&report, package, major)["impact"], "breaks", "{package} {major}");
    }
    let clap = places(update(&report, "clap", "4."), "hoard");
    for line in [5, 43, 50, 59, 68, 77, 93, 95, 96, 99] {
        let place = format!("src/cli.rs:{line}");
        assert!(clap.contains(&place), "rustc reports {place}: {clap:?}");
    }
}

#[test]
fn ripgrep_is_planned_completely() {
    let report = planned("ripgrep", "14.1.0");
    let all = updates(&report);
    assert!(all.len() > 20, "ripgrep 14.1.0 is far behind");
    let analysed = all.iter().filter(|u| u["grade"] == "uses").count();
    assert!(analysed * 10 >= all.len() * 8, "only {analysed} were analysed");
}

#[test]
fn clap_4_lists_its_use_sites_in_hyperfine() {
    let report = planned("hyperfine", "1.14.0");
    let clap = update(&report, "clap", "4");
    let places = places(clap, "hyperfine");
    let is_there = places.iter().any(|place| place.starts_with("src/cli.rs:"));
    assert!(is_there, "the command line is defined in src/cli.rs: {places:?}");
    assert_eq!(clap["impact"], "breaks");
}

#[test]
fn the_feature_that_stops_fd_is_named() {
    let report = planned("fd-find", "8.4.0");
    let clap = update(&report, "clap", "4");
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

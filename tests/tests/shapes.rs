//! The shapes of a workspace that a dependency tool gets wrong easily, planned whole.
//!
//! These use the package registry through cargo; without it they fail and say so.

use std::path::Path;
use std::process::Command;

use ripe_tests::{Run, carried, command, places, plan, update, updates};
use serde_json::Value;

/// The plan for the workspace `inner` of a shape.
fn planned(shape: &str, inner: &str) -> Value {
    let (dir, copy) = carried(&format!("corpus/shapes/{shape}"));
    plan(&copy.join(Path::new(inner)), &dir.path().join("cache"))
}

fn reason(update: &Value) -> &str {
    update["reasons"][0]["text"].as_str().unwrap_or_default()
}

#[test]
fn two_locked_versions_are_told_apart() {
    let report = planned("two-versions", "");
    let newer = update(&report, "bitflags", "2.");
    assert_eq!(newer["locked"], "2.4.0");
    // Three spelled-out visibilities became one fragment in its macro: nothing breaks.
    let older = update(&report, "bitflags", "1.");
    assert_eq!((older["locked"].as_str(), older["impact"].as_str()), (Some("1.2.1"), Some("none")));
    let holds = report["holds"].as_array().expect("a list");
    let major = holds.iter().map(|hold| &hold["update"]).find(|u| u["locked"] == "1.2.1");
    let major = major.expect("the older version cannot move onto the newer");
    assert!(reason(major).contains("under two names"), "{major}");
}

#[test]
fn two_feature_sets_are_compared_both() {
    let report = planned("two-feature-sets", "");
    let memchr = update(&report, "memchr", "2.");
    assert_eq!((memchr["grade"].as_str(), memchr["impact"].as_str()), (Some("uses"), Some("none")));
}

#[test]
fn a_build_dependency_that_is_normal_too_is_searched_in_both_places() {
    let report = planned("build-and-normal", "");
    let places = places(update(&report, "itoa", "1."), "build-and-normal");
    for file in ["build.rs:", "src/main.rs:"] {
        assert!(places.iter().any(|place| place.starts_with(file)), "{file} {places:?}");
    }
}

#[test]
fn the_members_of_a_virtual_workspace_are_all_searched() {
    let report = planned("virtual", "");
    let itoa = update(&report, "itoa", "1.");
    let packages: std::collections::BTreeSet<&str> = itoa["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|change| change["use_sites"].as_array().into_iter().flatten())
        .filter_map(|site| site["package"].as_str())
        .collect();
    assert_eq!(packages.len(), 2, "{packages:?}");
}

#[test]
fn a_renamed_dependency_is_found_under_its_name() {
    let report = planned("renamed", "");
    let itoa = update(&report, "itoa", "1.");
    assert_eq!(itoa["impact"], "breaks", "{itoa}");
    assert!(!places(itoa, "renamed").is_empty());
}

#[test]
fn what_is_not_compiled_here_is_never_free() {
    let report = planned("target-tables", "");
    let other = update(&report, "winapi", "0.3");
    assert_ne!(other["verdict"], "free", "{other}");
    let why = other["gaps"][0]["why"].as_str().unwrap_or_default();
    assert!(why.contains("takes no part"), "{other}");
    assert_eq!(update(&report, "smallvec", "1.")["grade"], "uses");
}

#[test]
fn what_is_off_by_default_is_looked_at_with_its_feature() {
    let report = planned("optional", "");
    let itoa = update(&report, "itoa", "1.");
    assert_eq!((itoa["grade"].as_str(), itoa["impact"].as_str()), (Some("uses"), Some("breaks")));
    assert_eq!(places(itoa, "optional").into_iter().collect::<Vec<_>>(), ["src/lib.rs:4"]);
    // All of its features exclude each other; the one that brings it in compiles.
    let alone = update(&report, "critical-section", "1.");
    assert_eq!((alone["grade"].as_str(), alone["impact"].as_str()), (Some("uses"), Some("none")));
    let hex = update(&report, "hex", "0.4");
    assert_eq!((hex["grade"].as_str(), hex["impact"].as_str()), (Some("probed"), Some("breaks")));
    assert!(places(hex, "optional").contains("tests/hex.rs:6"), "{hex}");
}

#[test]
fn a_path_dependency_outside_the_workspace_comes_along() {
    let report = planned("path-outside", "app");
    let itoa = update(&report, "itoa", "1.");
    assert_eq!(itoa["grade"], "uses", "{itoa}");
}

/// A compiler like the one in use, but for a rustdoc that writes no JSON.
#[cfg(unix)]
fn mute_toolchain(dir: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;

    let bin = dir.join("mute/bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc");
    let real = String::from_utf8_lossy(&sysroot.stdout).trim().to_owned();
    let own = dir.join("mute").display().to_string();
    let script = |name: &str, text: String| {
        let path = bin.join(name);
        std::fs::write(&path, text).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        path
    };
    script("cargo", format!("#!/bin/sh\nexec {real}/bin/cargo \"$@\"\n"));
    let mute = "case \"$*\" in *json*) exit 1;; *) echo 'rustdoc 1.56.0 (mute)';; esac";
    script("rustdoc", format!("#!/bin/sh\n{mute}\n"));
    let print = format!("[ \"$*\" = '--print sysroot' ] && echo {own} && exit 0");
    script("rustc", format!("#!/bin/sh\n{print}\nexec {real}/bin/rustc \"$@\"\n"))
}

#[cfg(unix)]
#[test]
fn a_compiler_whose_rustdoc_cannot_be_read_stops_nothing() {
    let (dir, project) = carried("corpus/shapes/renamed");
    let run: Run = command(&project, &dir.path().join("cache"), &["--format", "json"])
        .env_remove("RUSTUP_TOOLCHAIN")
        .env("RUSTC", mute_toolchain(dir.path()))
        // Nobody answers there.
        .env("RIPE_DOCSRS_URL", "http://127.0.0.1:9")
        .output()
        .expect("the binary starts")
        .into();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    let notes = report["notes"].to_string();
    assert!(notes.contains("writes no JSON"), "{notes}");
    let itoa = update(&report, "itoa", "1.");
    // Without rustup there is no other toolchain, and docs.rs is asked.
    if Command::new("rustup").arg("--version").output().is_ok() {
        assert!(notes.contains("documented by rustc"), "{notes}");
        assert_eq!(
            (itoa["grade"].as_str(), itoa["impact"].as_str()),
            (Some("uses"), Some("breaks"))
        );
    } else {
        assert!(notes.contains("rustup toolchain install"), "{notes}");
        assert_eq!(itoa["grade"], "versions");
    }
}

#[test]
fn a_toolchain_that_is_not_installed_stops_nothing() {
    let (dir, project) = carried("corpus/shapes/renamed");
    let pin = "[toolchain]\nchannel = \"1.57.0\"\n";
    std::fs::write(project.join("rust-toolchain.toml"), pin).expect("a file");
    let run: Run = command(&project, &dir.path().join("cache"), &["--format", "json"])
        // Cargo, which runs the tests, has chosen a toolchain already.
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .output()
        .expect("the binary starts")
        .into();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(update(&report, "itoa", "1.")["grade"], "uses");
    // Without rustup nothing reads the pin.
    if Command::new("rustup").arg("--version").output().is_ok() {
        let notes = report["notes"].to_string();
        assert!(notes.contains("asks for Rust 1.57.0"), "{notes}");
        assert!(notes.contains("rustup toolchain install"), "{notes}");
    }
    assert!(!updates(&report).is_empty());
}

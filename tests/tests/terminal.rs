//! What a person sees on a terminal while the plan is made.
//!
//! `script` (util-linux, part of every Debian) plays the terminal. The package registry is used
//! through cargo.
#![cfg(target_os = "linux")]

use std::process::Command;

use ripe_tests::{binary, carried};

#[test]
fn the_first_look_is_shown_at_once_and_refined_in_place() {
    let (dir, project) = carried("corpus/shapes/renamed");
    let out = dir.path().join("out");
    let line = format!("stty cols 90 rows 40; {} ripe > {}", binary().display(), out.display());
    let shown = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .current_dir(&project)
        .env_remove("CARGO_TARGET_DIR")
        .env("RIPE_CACHE_DIR", dir.path().join("cache"))
        .env("NO_COLOR", "1")
        .output()
        .expect("`script` of util-linux starts");
    assert!(shown.status.success(), "{shown:?}");
    let shown = String::from_utf8_lossy(&shown.stdout);
    let first = shown.find("first look, nothing compiled yet").expect("the first look is shown");
    let compiling = shown.find("compiling the locked versions").expect("the progress is shown");
    let refined = shown.find("1 by what your code uses").expect("the plan is refined");
    assert!(first < compiling && compiling < refined, "{first} {compiling} {refined}");
    // What is on stdout is one plan, the last one.
    let report = std::fs::read_to_string(&out).expect("the report");
    assert_eq!(report.matches("a plan for 1 h").count(), 1, "{report}");
    assert!(!report.contains("first look"), "{report}");
}

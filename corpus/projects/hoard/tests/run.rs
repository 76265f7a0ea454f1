//! The program as a user runs it.

use std::fs;
use std::process::{Command, Output};

fn hoard(arguments: &[&str], directory: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hoard"))
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("the program starts")
}

#[test]
fn a_file_that_is_there_twice_is_found() {
    let scratch = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..60_000_u32).flat_map(|n| n.to_le_bytes()).collect();
    fs::write(scratch.path().join("one.bin"), &content).unwrap();
    fs::write(scratch.path().join("two.bin"), &content).unwrap();
    let output = hoard(&["--format", "json"], scratch.path());
    assert!(output.status.success());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"], 2);
    assert_eq!(report["bytes"].as_u64(), report["stored"].as_u64().map(|stored| stored * 2));
}

#[test]
fn what_the_configuration_ignores_is_not_counted() {
    let scratch = tempfile::tempdir().unwrap();
    fs::create_dir(scratch.path().join("cache")).unwrap();
    fs::write(scratch.path().join("cache/a"), "x").unwrap();
    fs::write(scratch.path().join("hoard.toml"), "ignore = [\"cache\", \"hoard.toml\"]").unwrap();
    let output = hoard(&[], scratch.path());
    assert!(String::from_utf8_lossy(&output.stdout).starts_with(".: 0 files"));
}

#[test]
fn a_broken_configuration_is_the_users_error() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("hoard.toml"), "average = \"large\"").unwrap();
    let output = hoard(&[], scratch.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("hoard.toml"));
}

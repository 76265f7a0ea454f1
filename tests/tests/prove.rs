//! `cargo ripe diff --prove`, end to end. The packages come through cargo from the registry;
//! without it these fail and say so.

use ripe_tests::ripe;
use serde_json::Value;

fn diff(args: &[&str]) -> Value {
    let (dir, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("one"));
    let run = ripe(dir.path(), cache.path(), &[&["diff"], args, &["--format", "json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.json()
}

/// The change that a lint spoke about.
fn change<'a>(report: &'a Value, lint: &str) -> &'a Value {
    let mut changes = report["changes"].as_array().into_iter().flatten();
    changes.find(|change| change["lint"] == lint).unwrap_or_else(|| panic!("{lint}: {report}"))
}

#[test]
fn rustc_proves_the_field_that_a_patch_added() {
    let report = diff(&["fastcdc", "1.0.6", "1.0.7", "--prove"]);
    let added = change(&report, "struct_field_added");
    assert_eq!(added["proven"], true, "{report}");
    let client = added["witness"].as_str().expect("a client");
    assert!(client.contains("::fastcdc::Chunk { offset: "), "{client}");
    assert_eq!(change(&report, "item_added")["proven"], Value::Null);
}

#[test]
fn cargo_proves_the_feature_that_is_gone() {
    let report = diff(&["array-init", "1.0.0", "1.1.0", "--prove"]);
    assert_eq!(change(&report, "feature_removed")["proven"], true, "{report}");
}

#[test]
fn a_yanked_release_is_compared_with_its_dependencies() {
    let report = diff(&["ascii-canvas", "1.0.0", "1.0.1", "--prove"]);
    let moved = change(&report, "public_dependency_major_moved");
    assert_eq!(moved["proven"], true, "{report}");
}

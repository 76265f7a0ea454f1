//! Who uses an item, how the uses were found, and what no test reaches: by a registry of our own.

use ripe_testkit::Published;
use ripe_tests::{Served, release};
use serde_json::json;

const DAY: &str = "2020-01-01T00:00:00Z";

const BASE: &str = "
    pub struct Thing;
    impl Thing {
        pub fn new() -> Thing { Thing }
        pub fn go(&self) -> u32 { 1 }
    }
    pub fn idle() {}
";

const OWN: &str = "/// ```
/// let thing = base::Thing::new();
/// assert_eq!(thing.go(), 1);
/// ```
pub fn tested() -> u32 { base::Thing::new().go() }
pub fn untested() -> u32 { base::Thing::new().go() }
#[cfg(test)]
mod tests {
    #[test]
    fn works() {
        assert_eq!(super::tested(), 1);
    }
}
";

/// A project that uses `base` itself and through `mid`.
fn project() -> Served {
    let served = Served::new(None);
    served.publish(&release("base", "1.0.0", DAY, BASE));
    let mid = release("mid", "1.0.0", DAY, "pub fn m() -> base::Thing { base::Thing::new() }");
    served.publish(&Published { needs: &[("base", "1")], ..mid });
    served.package("base = \"1\"\nmid = \"1\"\n", OWN);
    served.cargo(&["generate-lockfile"]);
    served.publish(&release("base", "1.0.1", DAY, &BASE.replace("{ 1 }", "{ 2 - 1 }")));
    served
}

#[test]
fn every_package_that_uses_an_item_is_named_with_its_places() {
    let served = project();
    let run = served.ripe(&["explain", "base", "--item", "Thing::go", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(report["items"], json!(["base::Thing::go"]));
    assert_eq!(report["packages"], 2);
    let users = report["users"].as_array().expect("a list");
    assert_eq!(users.len(), 1, "mid does not call it: {report:#}");
    let lines: Vec<(u64, bool)> = users[0]["use_sites"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|site| site["how"] == "call")
        .map(|site| (site["line"].as_u64().unwrap_or(0), site["inactive"] == true))
        .collect();
    assert_eq!(lines, [(3, true), (5, false), (6, false)], "the first is a documentation test");

    let again = served.ripe(&["explain", "base", "--item", "base::Thing", "--format", "json"]);
    let users = again.json()["users"].as_array().map(Vec::len);
    assert_eq!(users, Some(2), "a type's members count as it: {}", again.stdout);
    let none = served.ripe(&["explain", "base", "--item", "idle"]);
    assert!(none.stdout.contains("no use was found in the 2 packages"), "{}", none.stdout);
    let unknown = served.ripe(&["explain", "base", "--item", "nothing"]);
    assert_eq!(unknown.code, 2, "{}", unknown.stderr);
}

#[test]
fn an_update_says_what_was_seen_and_what_no_test_reaches() {
    let served = project();
    let run = served.ripe(&["explain", "base", "--to", "1.0.1", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    let coverage = &report["coverage"];
    assert_eq!(coverage["packages"], 2, "{report:#}");
    assert_eq!(coverage["members"], 1);
    assert_eq!(coverage["api_items"], 5, "the crate, a type, its two functions, one more");
    assert_eq!(coverage["used_items"], 3);
    assert_eq!(coverage["unseen"]["files"], 0);
    assert!(coverage["uses"]["inactive"].as_u64() >= Some(3), "those of the documentation test");
    assert_eq!(coverage["uses"]["in_macros"], 1, "one call stands in an assertion");
    let tests = &report["tests"];
    assert_eq!(tests["tests"], 2, "{report:#}");
    assert_eq!(tests["places"], 2, "the calls of the function that changed inside");
    assert_eq!(tests["unreached"].as_array().map(Vec::len), Some(1));
    assert_eq!(tests["unreached"][0]["line"], 6);
}

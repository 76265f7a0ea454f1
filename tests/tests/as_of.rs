//! `--as-of DATE`: a run that can be repeated. The registry is served from this machine.

use ripe_testkit::Published;
use ripe_tests::{Served, release, snapshot, updates};
use serde_json::Value;

/// A project that stands where `a` and `b` stood in March 2024.
fn project() -> Served {
    let served = Served::new(None);
    served.package("a = \"1\"\nb = \"1\"\n", "pub fn f() -> u32 { a::one() + b::two() }\n");
    let undated = |version| Published {
        version,
        at: None,
        ..release("b", version, "", "pub fn two() -> u32 { 2 }")
    };
    served.publish(&release("a", "1.0.0", "2024-02-01T10:00:00Z", "pub fn one() -> u32 { 1 }"));
    served.publish(&undated("1.0.0"));
    served.cargo(&["generate-lockfile"]);
    served.publish(&undated("1.0.1"));
    served.publish(&release("c", "1.0.0", "2024-12-01T00:00:00Z", "pub struct C;"));
    served.publish(&release("a", "1.0.1", "2024-06-01T10:00:00Z", "pub fn one() -> u32 { 11 }"));
    served.publish(&Published {
        needs: &[("c", "1")],
        ..release("a", "1.1.0", "2025-01-31T23:59:59Z", "pub fn one() -> u32 { 1 }\npub use c::C;")
    });
    served.publish(&release("a", "2.0.0", "2025-06-01T00:00:00Z", "pub fn one() -> u8 { 1 }"));
    served
}

/// `package target` of every update of the plan.
fn targets(report: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all: Vec<String> = updates(report)
        .iter()
        .map(|u| format!("{} {}", word(&u["package"]), word(&u["target"])))
        .collect();
    all.sort();
    all
}

#[test]
fn releases_of_later_days_do_not_exist() {
    let served = project();
    let before = snapshot(&served.project());
    for (date, expected) in [
        ("2024-05-31", &["b 1.0.1"][..]),
        ("2024-06-01", &["a 1.0.1", "b 1.0.1"]),
        ("2025-01-30", &["a 1.0.1", "b 1.0.1"]),
        // It is out, and too young to be taken.
        ("2025-01-31", &["a 1.0.1", "b 1.0.1"]),
        ("2025-02-07", &["a 1.1.0", "b 1.0.1"]),
        ("2025-06-01", &["a 1.1.0", "a 2.0.0", "b 1.0.1"]),
    ] {
        let run = served.ripe(&["--quick", "--format", "json", "--as-of", date]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let report = run.json();
        assert_eq!(targets(&report), expected, "{date}");
        assert_eq!(report["date"], date);
        let along =
            updates(&report).iter().any(|u| u["moves_along"].to_string().contains("c 1.0.0"));
        assert_eq!(along, date >= "2025-02-07", "{report}");
        assert!(report["notes"].to_string().contains("yanks carry no date"), "{report}");
        let gaps = report["gaps"].to_string();
        assert!(gaps.contains("the index has no date") && gaps.contains("\"b\""), "{gaps}");
    }
    assert_eq!(before, snapshot(&served.project()), "nothing of the user's is touched");
    // What cargo cached of the day is not in the user's home.
    let indices =
        std::fs::read_dir(served.cargo_home().join("registry/index")).expect("the caches");
    assert_eq!(indices.count(), 1);
}

#[test]
fn equal_runs_on_different_days_give_equal_bytes() {
    let mut served = project();
    let args = ["--format", "json", "--as-of", "2025-01-31"];
    let first = served.ripe(&args);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let graded = updates(&first.json()).iter().all(|u| u["grade"] == "uses");
    assert!(graded, "{}", first.stdout);

    let offline = served.ripe(&[&args[..], &["--offline"]].concat());
    assert_eq!(first.stdout, offline.stdout, "offline: {}", offline.stderr);

    // Another day: the registry has moved on, and nothing is cached.
    served.publish(&release("a", "1.0.2", "2025-02-01T00:00:00Z", "pub fn one() -> u32 { 7 }"));
    served.publish(&release("a", "1.2.0", "2026-02-01T00:00:00Z", "pub fn none() {}"));
    served.publish(&release("b", "1.1.0", "2026-02-01T00:00:00Z", "pub fn none() {}"));
    served.forget();
    let second = served.ripe(&args);
    assert_eq!(first.stdout, second.stdout, "another day: {}", second.stderr);

    // Not so without the day.
    let today = served.ripe(&["--quick", "--format", "json"]);
    assert!(targets(&today.json()).contains(&"b 1.1.0".to_owned()), "{}", today.stdout);
}

#[test]
fn without_a_lockfile_locked_is_what_was_newest_on_the_day() {
    let served = project();
    std::fs::remove_file(served.project().join("Cargo.lock")).expect("it was there");
    let run = served.ripe(&["--quick", "--format", "json", "--as-of", "2024-07-01"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let empty: [&str; 0] = [];
    assert_eq!(targets(&run.json()), empty);
    let run = served.ripe(&["--quick", "--format", "json", "--as-of", "2025-06-01"]);
    assert_eq!(targets(&run.json()), ["a 2.0.0"]);
}

#[test]
fn what_is_locked_is_seen_whenever_it_came_out() {
    let served = project();
    served.cargo(&["update"]);
    let run = served.ripe(&["--quick", "--format", "json", "--as-of", "2024-07-01"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let gaps = run.json()["gaps"].to_string();
    assert!(gaps.contains("came out after 2024-07-01"), "{gaps}");
}

#[test]
fn what_is_too_young_gives_way_wherever_it_stands() {
    let served = Served::new(None);
    let one = "pub fn one() -> u32 { 1 }";
    served.package("a = \"1\"\n", "pub fn f() -> u32 { a::one() }\n");
    for name in ["c", "u", "t"] {
        served.publish(&release(name, "1.0.0", "2024-02-01T10:00:00Z", one));
    }
    served.publish(&Published {
        needs: &[("t", "1"), ("u", "1")],
        ..release("a", "1.0.0", "2024-02-01T10:00:00Z", one)
    });
    served.cargo(&["generate-lockfile"]);
    // Only the older of two needs `c`, which cargo never looked at for the newer.
    let needs_c: &[(&str, &str)] = &[("c", "1")];
    let middle = release("t", "1.0.1", "2024-05-01T10:00:00Z", one);
    served.publish(&Published { needs: needs_c, ..middle });
    served.publish(&release("t", "1.0.2", "2024-06-01T10:00:00Z", one));
    served.publish(&release("u", "1.0.1", "2024-06-02T10:00:00Z", one));

    let run = served.ripe(&["--quick", "--format", "json", "--as-of", "2024-06-03"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(targets(&report), ["t 1.0.1", "u 1.0.1"]);
    let [t, u] = ["t", "u"].map(|name| {
        let mut found = updates(&report).into_iter().filter(|u| u["package"] == name);
        found.next().expect("it is an update").to_string()
    });
    assert!(t.contains("cargo update t --precise 1.0.1") && t.contains("c 1.0.0 comes in"), "{t}");
    assert!(t.contains("1.0.2 came out 2 days ago") && t.contains("\"unknown\""), "{t}");
    // There is no older one: it waits, and is not called refused.
    assert!(u.contains("\"hold\"") && u.contains("1.0.1 came out yesterday"), "{u}");
    assert!(!u.contains("cargo update leaves"), "{u}");
    // A week later there is nothing in the way.
    let run = served.ripe(&["--quick", "--format", "json", "--as-of", "2024-06-10"]);
    assert_eq!(targets(&run.json()), ["t 1.0.2", "u 1.0.1"], "{}", run.stderr);
}

#[test]
fn explain_sees_the_same_day() {
    let served = project();
    let run = served.ripe(&["explain", "a", "--as-of", "2024-07-01", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["target"], "1.0.1");
    let run = served.ripe(&["explain", "a", "--to", "2.0.0", "--as-of", "2024-07-01"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("2.0.0"), "{}", run.stderr);
}

#[test]
fn a_day_that_is_none_or_has_not_come_is_refused() {
    let served = Served::new(None);
    served.package("", "");
    for (date, why) in [
        ("yesterday", "is no date"),
        ("2025-02-29", "is no date"),
        ("2999-01-01", "is in the future"),
    ] {
        let run = served.ripe(&["--as-of", date]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(why) && run.stderr.contains(date), "{}", run.stderr);
    }
}

//! Bad input gets a clear message with the next step and the right exit code, and loses nothing.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ripe_tests::{Run, carried, command, ripe, rustup_home, snapshot};

/// The message says what and where, ends with what to do next, and nothing panicked.
#[track_caller]
fn check(run: &Run, code: i32, says: &[&str]) {
    assert_eq!(run.code, code, "stdout: {}\nstderr: {}", run.stdout, run.stderr);
    assert!(run.stdout.is_empty(), "a failure prints no report: {}", run.stdout);
    for word in says {
        assert!(run.stderr.contains(word), "no `{word}` in: {}", run.stderr);
    }
    assert!(run.stderr.contains("next: "), "no next step: {}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// A package without dependencies, in a folder of its own.
fn package(dir: &Path, lib: &str) {
    std::fs::create_dir_all(dir.join("src")).expect("a folder");
    std::fs::write(
        dir.join("Cargo.toml"),
        "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n",
    )
    .expect("a file");
    std::fs::write(dir.join("src/lib.rs"), lib).expect("a file");
}

#[test]
fn a_folder_without_a_project_is_named() {
    let (dir, cache) = (temp(), temp());
    let run = ripe(dir.path(), cache.path(), &[]);
    check(&run, 2, &["Cargo.toml", &dir.path().display().to_string()]);
}

#[test]
fn a_manifest_path_that_leads_nowhere_is_named() {
    let (dir, cache) = (temp(), temp());
    let run = ripe(dir.path(), cache.path(), &["--manifest-path", "nowhere/Cargo.toml"]);
    check(&run, 2, &["nowhere"]);
}

#[test]
fn a_broken_manifest_is_explained_in_cargos_words() {
    let (dir, cache) = (temp(), temp());
    std::fs::write(dir.path().join("Cargo.toml"), "[package\nname = 1\n").expect("a file");
    let before = snapshot(dir.path());
    let run = ripe(dir.path(), cache.path(), &[]);
    check(&run, 2, &["Cargo.toml"]);
    assert_eq!(before, snapshot(dir.path()));
}

#[test]
fn an_unknown_package_gets_a_suggestion() {
    let (dir, cache) = (temp(), temp());
    package(dir.path(), "");
    let run = ripe(dir.path(), cache.path(), &["explain", "serde"]);
    check(&run, 2, &["serde"]);
}

#[test]
fn a_version_that_is_none_is_named() {
    let (dir, cache) = (temp(), temp());
    let run = ripe(dir.path(), cache.path(), &["diff", "serde", "one", "2.0.0"]);
    check(&run, 2, &["`one`"]);
}

#[test]
fn an_unknown_json_format_is_refused_by_name() {
    let (dir, cache) = (temp(), temp());
    let json = dir.path().join("old.json");
    std::fs::write(&json, r#"{"root":0,"format_version":9999,"index":{},"paths":{}}"#)
        .expect("a file");
    let path = json.display().to_string();
    let run = ripe(dir.path(), cache.path(), &["diff", "--old-json", &path, "--new-json", &path]);
    check(&run, 2, &["9999", "old.json"]);
}

#[test]
fn truncated_json_is_refused() {
    let (dir, cache) = (temp(), temp());
    let json = dir.path().join("old.json");
    std::fs::write(&json, r#"{"root":0,"format_version":57,"ind"#).expect("a file");
    let path = json.display().to_string();
    let run = ripe(dir.path(), cache.path(), &["diff", "--old-json", &path, "--new-json", &path]);
    check(&run, 2, &["old.json"]);
}

#[test]
fn a_package_without_dependencies_gets_an_empty_plan() {
    let (dir, cache) = (temp(), temp());
    package(dir.path(), "pub fn f() {}");
    let before = snapshot(dir.path());
    let run = ripe(dir.path(), cache.path(), &["--format", "json", "--offline"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["steps"].as_array().map(Vec::len), Some(0));
    assert_eq!(
        before,
        snapshot(dir.path()),
        "nothing of the user's is touched, no lockfile written"
    );
}

#[test]
fn no_network_and_a_cold_cache_is_explained() {
    let (dir, cache, home) = (temp(), temp(), temp());
    package(dir.path(), "");
    let manifest = dir.path().join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).expect("the manifest");
    std::fs::write(&manifest, text + "\n[dependencies]\nserde = \"1\"\n").expect("a file");
    let run: Run = command(dir.path(), cache.path(), &["--offline"])
        .env("CARGO_HOME", home.path())
        .env("RUSTUP_HOME", rustup_home())
        .output()
        .expect("the binary starts")
        .into();
    check(&run, 4, &["offline"]);
}

#[test]
fn a_project_that_does_not_build_is_still_planned() {
    let (_dir, project) = carried("corpus/shapes/build-and-normal");
    let cache = temp();
    let main = project.join("src/main.rs");
    let text = std::fs::read_to_string(&main).expect("the source");
    std::fs::write(&main, text + "\nfn broken() { this_does_not_exist(); }\n").expect("a file");
    let before = snapshot(&project);
    let run = ripe(&project, cache.path(), &["--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    let notes = report["notes"].to_string();
    assert!(notes.contains("does not build"), "{notes}");
    let planned = report["steps"].as_array().map_or(0, Vec::len)
        + report["holds"].as_array().map_or(0, Vec::len);
    assert!(planned > 0);
    assert_eq!(before, snapshot(&project));
}

#[test]
fn truncated_cache_files_are_made_again() {
    let (_dir, project) = carried("corpus/shapes/build-and-normal");
    let cache = temp();
    let first = ripe(&project, cache.path(), &["--format", "json"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let mut cut = 0;
    for (path, bytes) in snapshot(cache.path()) {
        if bytes.len() > 8 {
            std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("a file");
            cut += 1;
        }
    }
    assert!(cut > 0, "there was nothing to truncate");
    let second = ripe(&project, cache.path(), &["--format", "json"]);
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert!(first.stdout == second.stdout, "another plan comes out");
}

#[test]
fn a_first_look_compiles_nothing_and_calls_nothing_free() {
    let (_dir, project) = carried("corpus/projects/hoard");
    let cache = temp();
    let before = snapshot(&project);
    let run = ripe(&project, cache.path(), &["--quick", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert!(report["notes"].to_string().contains("first look, nothing compiled yet"));
    let updates = ripe_tests::updates(&report);
    assert!(updates.len() > 10, "{} updates", updates.len());
    assert!(report["steps"].as_array().is_some_and(|steps| !steps.is_empty()));
    for update in &updates {
        assert_ne!(update["verdict"], "free", "{update}");
        assert_eq!(update["grade"], "versions", "{update}");
    }
    let humansize = ripe_tests::update(&report, "humansize", "2.");
    let text = humansize["reasons"][0]["text"].as_str().unwrap_or_default();
    assert!(text.contains("src/report.rs:5"), "{text}");
    assert!(!run.stderr.contains("compiling"), "{}", run.stderr);
    assert_eq!(before, snapshot(&project));
}

/// Where a run is stopped, and so many milliseconds later: drawn once, with a seed, from 0 to 1500.
#[cfg(unix)]
const STOPS: &[(&str, u64)] = &[
    ("reading the project", 37),
    ("reading the dependency graph", 412),
    ("asking cargo for all compatible updates", 1043),
    ("asking cargo for the newer majors", 688),
    ("downloading", 271),
    ("compiling the locked versions", 1391),
    ("compiling the locked versions", 840),
    ("documenting the locked versions", 1177),
    ("compiling the new versions", 955),
    ("documenting the new versions", 523),
];

#[cfg(unix)]
#[test]
fn an_interrupt_prints_the_plan_as_far_as_it_is_known() {
    let (_dir, project) = carried("corpus/projects/hoard");
    let cache = temp();
    let before = snapshot(&project);
    let (mut stopped, mut plans) = (0, 0);
    for (stage, later) in STOPS {
        let mut child = command(&project, cache.path(), &["--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stderr = String::new();
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let reached = lines.by_ref().any(|line| {
            let line = line.expect("text");
            stderr.push_str(&line);
            line.contains(stage)
        });
        let rest = std::thread::spawn(move || lines.map_while(Result::ok).collect::<String>());
        if reached {
            std::thread::sleep(Duration::from_millis(*later));
            let pid = child.id().to_string();
            // A run that is done by then has nobody to send it to.
            Command::new("kill").args(["-INT", &pid]).stderr(Stdio::null()).status().expect("kill");
        }
        let asked = Instant::now();
        let run: Run = child.wait_with_output().expect("it ends").into();
        stderr.push_str(&rest.join().expect("a reader"));
        assert!(asked.elapsed() < Duration::from_secs(20), "{:?} to stop", asked.elapsed());
        assert_eq!(before, snapshot(&project), "{stage}");
        if run.code == 4 {
            // Cargo had not resolved yet: there was nothing to plan.
            assert!(stderr.contains("run it again"), "{stage}: {stderr}");
            continue;
        }
        assert_eq!(run.code, 0, "{stage}: {stderr}");
        let report = run.json();
        let steps = report["steps"].as_array().map_or(0, Vec::len);
        assert!(steps > 0, "{stage}: a stopped plan says what to try: {}", run.stdout);
        stopped += usize::from(report["notes"].to_string().contains("stopped early"));
        plans += 1;
    }
    assert!(plans >= 5 && stopped >= 3, "{plans} plans, {stopped} of them stopped");
    let half: Vec<_> = snapshot(cache.path())
        .into_keys()
        .filter(|path| path.extension().is_some_and(|e| e == "tmp"))
        .collect();
    assert!(half.is_empty(), "half-written files: {half:?}");
    // What the stopped runs got is whole: the next one goes on from it to the end.
    let last = ripe(&project, cache.path(), &["--format", "json"]);
    assert_eq!(last.code, 0, "{}", last.stderr);
    let report = last.json();
    assert!(!report["notes"].to_string().contains("stopped early"), "{}", report["notes"]);
    let looked = |grade: &str| report["evidence"][grade].as_u64().unwrap_or_default();
    assert!(looked("uses") + looked("probed") > 30, "{}", report["evidence"]);
}

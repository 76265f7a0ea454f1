//! Runs the binary as a person would, and holds what it leaves behind.

mod registry;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

pub use registry::{Served, release, rustup_home};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// The binary in release mode, built once for all tests of a process.
///
/// # Panics
/// If it cannot be built: every test that asks for it has then failed.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--release", "-p", "cargo-ripe", "--message-format=json"])
            .current_dir(root())
            .output()
            .expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .expect("cargo names the executable")
    })
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub struct Run {
    /// The exit code; -1 if a signal ended it.
    pub code: i32,
    /// The report.
    pub stdout: String,
    /// The progress.
    pub stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// The report as JSON.
    ///
    /// # Panics
    /// If it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| {
            panic!("no JSON ({e})\nstdout: {}\nstderr: {}", self.stdout, self.stderr)
        })
    }
}

/// `cargo-ripe ripe ARGS` in `dir`, with a cache directory of its own.
pub fn ripe(dir: &Path, cache: &Path, args: &[&str]) -> Run {
    command(dir, cache, args).output().expect("the binary starts").into()
}

/// The same as a command, for tests that add to it or interrupt it.
pub fn command(dir: &Path, cache: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command
        .arg("ripe")
        .args(args)
        .current_dir(dir)
        // A target directory of the tests' own would be shared by all projects.
        .env_remove("CARGO_TARGET_DIR")
        .env("RIPE_CACHE_DIR", cache)
        .env("NO_COLOR", "1");
    command
}

/// A copy of a project that the repository carries, in a temporary directory, without its target.
///
/// # Panics
/// If it cannot be copied.
pub fn carried(path: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let to = dir.path().join(Path::new(path).file_name().expect("a folder"));
    copy(&root().join(path), &to);
    (dir, to)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_name() == "target" {
            continue;
        }
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// All files below a folder with their contents, to compare before and after. `target` is left out.
///
/// # Panics
/// If something cannot be read.
pub fn snapshot(dir: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_name() == "target" {
                continue;
            }
            if entry.file_type().expect("a type").is_dir() {
                folders.push(entry.path());
            } else {
                files.insert(entry.path(), std::fs::read(entry.path()).expect("a file"));
            }
        }
    }
    files
}

/// Plans a project twice, and holds what is true of every plan: it fits the budget, gives every
/// update a reason, names what was not analysed, touches nothing of the user's, and comes out the
/// same again.
///
/// # Panics
/// If any of it does not hold.
pub fn plan(project: &Path, cache: &Path) -> serde_json::Value {
    let args = ["--budget", "2h", "--machine-budget", "30m", "--format", "json"];
    let before = snapshot(project);
    let run = ripe(project, cache, &args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(before, snapshot(project), "nothing of the user's is touched");
    let report = run.json();
    assert_eq!(report["schema_version"], 1);
    let minutes = list(&report["steps"]).map(|step| step["minutes"]["p80"].as_u64());
    let spent: u64 = minutes.map(|minutes| minutes.expect("every step has minutes")).sum();
    assert!(spent <= 120, "the steps take {spent} minutes");
    for update in updates(&report) {
        assert!(update["reasons"][0]["text"].is_string(), "an update without a reason: {update}");
        let seen = update["grade"] != "versions"
            || list(&update["gaps"]).next().is_some()
            || update["verdict"] == "hold";
        assert!(seen, "{} was not analysed, and no gap says why: {update}", update["package"]);
    }
    let again = ripe(project, cache, &args);
    assert!(run.stdout == again.stdout, "equal inputs give other bytes");
    report
}

/// The updates of a plan: those to take, those for more time, and those held.
pub fn updates(report: &serde_json::Value) -> Vec<&serde_json::Value> {
    ["steps", "stretch"]
        .into_iter()
        .flat_map(|key| list(&report[key]))
        .flat_map(|step| list(&step["updates"]))
        .chain(list(&report["holds"]).map(|hold| &hold["update"]))
        .collect()
}

/// The update of a package whose target begins with `target`.
///
/// # Panics
/// If the plan has none.
pub fn update<'a>(
    report: &'a serde_json::Value,
    package: &str,
    target: &str,
) -> &'a serde_json::Value {
    updates(report)
        .into_iter()
        .find(|u| {
            u["package"] == package && u["target"].as_str().is_some_and(|v| v.starts_with(target))
        })
        .unwrap_or_else(|| panic!("{package} {target} is not in the plan: {report}"))
}

/// The places in the package `of` that the changes of an update reach: `src/main.rs:7`.
pub fn places(update: &serde_json::Value, of: &str) -> std::collections::BTreeSet<String> {
    list(&update["changes"])
        .flat_map(|change| list(&change["use_sites"]))
        .filter(|site| site["package"] == of)
        .map(|site| format!("{}:{}", site["file"].as_str().unwrap_or_default(), site["line"]))
        .collect()
}

fn list(value: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
    value.as_array().into_iter().flatten()
}

//! The CPU cost of all API models of one project's compatible updates, ours beside the usual way:
//! one placeholder project with a target directory of its own per version, `cargo check` for the
//! dependencies and rustdoc for the package. The same packages and versions, in one run.
//!
//! `cargo run --release -p ripe-benches --bin cost -- [--project DIR] [--work DIR] [--only-ours] [--without-dev]`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use ripe_benches::client;
use serde_json::Value;

fn main() -> Result<()> {
    let mut project = None;
    let mut work = std::env::temp_dir().join("ripe-cost");
    let mut only_ours = false;
    let mut without_dev = false;
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        match flag.as_str() {
            "--project" => project = given.next().map(PathBuf::from),
            "--work" => work = given.next().context("--work needs a folder")?.into(),
            "--only-ours" => only_ours = true,
            "--without-dev" => without_dev = true,
            _ => bail!("unknown argument {flag}"),
        }
    }
    let project = match project {
        Some(project) => project,
        None => {
            let source = client::source("ripgrep", "14.1.0", &work)?;
            let to = work.join("ripgrep-14.1.0");
            if !to.exists() {
                client::copy(&source, &to)?;
            }
            let manifest = std::fs::read_to_string(source.join("Cargo.toml"))?;
            let manifest = if without_dev { without_dev_dependencies(&manifest) } else { manifest };
            std::fs::write(to.join("Cargo.toml"), manifest)?;
            to
        }
    };
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    build(root)?;
    let binary = std::env::current_exe()?.with_file_name("cargo-ripe");

    // Downloads are no part of the comparison: a first look fetches the index, cargo the rest.
    let cache = work.join("cache");
    for folder in [&cache, &project.join("target")] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
    }
    let (cold, cold_cpu, models, report) = ripe(&binary, &project, &cache)?;
    println!(
        "cold run, all stages: {:.1} s CPU, {:.1} s wall",
        cold_cpu.as_secs_f64(),
        cold.as_secs_f64()
    );
    println!("of it the models of both sides: {models:.1} s CPU");
    let (warm, warm_cpu, ..) = ripe(&binary, &project, &cache)?;
    println!("warm run: {:.2} s CPU, {:.2} s wall", warm_cpu.as_secs_f64(), warm.as_secs_f64());

    let versions = versions(&report);
    println!("versions with models: {}", versions.len());
    if only_ours {
        return Ok(());
    }
    let mut theirs = Duration::ZERO;
    let mut failed = 0;
    for (n, (name, version)) in versions.iter().enumerate() {
        eprintln!("placeholder {} of {}: {name} {version}", n + 1, versions.len());
        match placeholder(&work, name, version)? {
            Some(cpu) => theirs += cpu,
            None => failed += 1,
        }
    }
    println!(
        "one placeholder project per version: {:.1} s CPU ({failed} could not be documented)",
        theirs.as_secs_f64()
    );
    let theirs = theirs.as_secs_f64();
    println!("ratio of the models: {:.2}", models / theirs);
    println!("ratio of the whole run: {:.2}", cold_cpu.as_secs_f64() / theirs);
    Ok(())
}

/// A packaged manifest without the tables of its dev-dependencies.
fn without_dev_dependencies(manifest: &str) -> String {
    let mut kept = String::new();
    let mut keeps = true;
    for line in manifest.lines() {
        if line.starts_with('[') {
            keeps = !line.starts_with("[dev-dependencies");
        }
        if keeps {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn build(root: &Path) -> Result<()> {
    let status = Command::new("cargo")
        .args(["build", "--release", "-q", "-p", "cargo-ripe"])
        .current_dir(root)
        .status()?;
    if status.success() { Ok(()) } else { bail!("cargo-ripe does not build") }
}

/// Runs a command and returns its wall and CPU time with its output.
fn timed(command: &mut Command) -> Result<(Duration, Duration, std::process::Output)> {
    let before = ripe_runner::cpu_time();
    let started = Instant::now();
    let output = command.output()?;
    Ok((started.elapsed(), ripe_runner::cpu_time().saturating_sub(before), output))
}

/// A run of ours: wall and CPU time, CPU seconds of compiling and documenting, and the report.
fn ripe(binary: &Path, project: &Path, cache: &Path) -> Result<(Duration, Duration, f64, Value)> {
    let mut command = Command::new(binary);
    command
        .args(["ripe", "--format", "json", "--timings", "--machine-budget", "1h"])
        .current_dir(project)
        // What is removed before a cold run is the project's own target directory.
        .env_remove("CARGO_TARGET_DIR")
        .env("RIPE_CACHE_DIR", cache)
        .stderr(Stdio::piped());
    let (wall, cpu, output) = timed(&mut command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("cargo ripe failed: {stderr}");
    }
    if let Some(at) = stderr.find("    wall      cpu") {
        println!("{}", &stderr[at..]);
    }
    let models = stderr
        .lines()
        .filter(|line| line.contains("  compiling ") || line.contains("  documenting "))
        .filter_map(|line| {
            line.split_whitespace().nth(1)?.trim_end_matches('s').parse::<f64>().ok()
        })
        .sum();
    Ok((wall, cpu, models, serde_json::from_slice(&output.stdout)?))
}

/// The packages and versions of both sides of every update that was compared.
fn versions(report: &Value) -> BTreeSet<(String, String)> {
    let mut versions = BTreeSet::new();
    let steps = ["steps", "stretch"]
        .into_iter()
        .flat_map(|key| report[key].as_array().into_iter().flatten());
    let updates = steps
        .flat_map(|step| step["updates"].as_array().into_iter().flatten())
        .chain(report["holds"].as_array().into_iter().flatten().map(|hold| &hold["update"]));
    for update in updates.filter(|u| u["grade"] != "versions") {
        for side in ["locked", "target"] {
            if let (Some(name), Some(version)) = (update["package"].as_str(), update[side].as_str())
            {
                versions.insert((name.to_owned(), version.to_owned()));
            }
        }
    }
    versions
}

/// The CPU time of a placeholder project for one version; `None` if it cannot be documented.
fn placeholder(work: &Path, name: &str, version: &str) -> Result<Option<Duration>> {
    let dir = work.join("placeholder").join(format!("{name}-{version}"));
    if dir.exists() {
        std::fs::remove_dir_all(&dir)?;
    }
    std::fs::create_dir_all(dir.join("src"))?;
    std::fs::write(dir.join("src/lib.rs"), "")?;
    std::fs::write(
        dir.join("Cargo.toml"),
        format!(
            "[package]\nname = \"placeholder\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n{name} = \"={version}\"\n\n[workspace]\n"
        ),
    )?;
    let fetched = Command::new("cargo").args(["fetch", "-q"]).current_dir(&dir).output()?;
    if !fetched.status.success() {
        return Ok(None);
    }
    let mut command = Command::new("cargo");
    command
        .args(["rustdoc", "--lib", "--offline", "-p", &format!("{name}@{version}"), "--"])
        .args([
            "-Z",
            "unstable-options",
            "--output-format",
            "json",
            "--document-hidden-items",
            "--cap-lints",
            "allow",
        ])
        .current_dir(&dir)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", dir.join("target"));
    let (_, cpu, output) = timed(&mut command)?;
    std::fs::remove_dir_all(dir.join("target")).ok();
    Ok(output.status.success().then_some(cpu))
}

//! The two programs that are compared: ours, and cargo-semver-checks.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Result, bail};

/// The version of the peer that is compared with.
const PEER: &str = "0.51.0";

/// Our binary in release mode, beside the running bench.
///
/// # Errors
/// Where it does not build.
pub fn ours(root: &Path) -> Result<PathBuf> {
    let status = Command::new("cargo")
        .args(["build", "--release", "-q", "-p", "cargo-ripe"])
        .current_dir(root)
        .status()?;
    if !status.success() {
        bail!("cargo-ripe does not build");
    }
    Ok(std::env::current_exe()?.with_file_name("cargo-ripe"))
}

/// The peer, installed below the folder if it is not there yet.
///
/// # Errors
/// Where it cannot be installed.
pub fn peer(work: &Path) -> Result<PathBuf> {
    let binary = work.join("bin/cargo-semver-checks");
    if !binary.exists() {
        let status = Command::new("cargo")
            .args(["install", "--locked", &format!("cargo-semver-checks@{PEER}"), "--root"])
            .arg(work)
            .status()?;
        if !status.success() {
            bail!("cargo-semver-checks {PEER} cannot be installed");
        }
    }
    Ok(binary)
}

/// What the peer says of two JSON files, if every change were a patch: so that it runs all its
/// checks, whatever the numbers declare.
///
/// # Errors
/// Where it fails, rather than finding something.
pub fn peer_says(peer: &Path, old: &Path, new: &Path) -> Result<Output> {
    let output = Command::new(peer)
        .args(["semver-checks", "--color", "never", "--release-type", "patch"])
        .arg("--baseline-rustdoc")
        .arg(old)
        .arg("--current-rustdoc")
        .arg(new)
        .output()?;
    if !matches!(output.status.code(), Some(0 | 100)) {
        bail!("the peer failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output)
}

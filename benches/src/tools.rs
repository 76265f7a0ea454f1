//! The programs that are compared: ours, cargo-semver-checks, and cargo-public-api.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Result, bail};

/// A program of the registry.
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The peer, which judges two documents.
pub const PEER: Tool = Tool { name: "cargo-semver-checks", version: "0.51.0" };

/// What lists the API of a document, an item a line, and judges nothing.
pub const LISTER: Tool = Tool { name: "cargo-public-api", version: "0.52.0" };

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

/// A tool, installed below the folder if it is not there yet.
///
/// # Errors
/// Where it cannot be installed.
pub fn installed(Tool { name, version }: &Tool, work: &Path) -> Result<PathBuf> {
    let binary = work.join("bin").join(name);
    if !binary.exists() {
        let status = Command::new("cargo")
            .args(["install", "--locked", &format!("{name}@{version}"), "--root"])
            .arg(work)
            .status()?;
        if !status.success() {
            bail!("{name} {version} cannot be installed");
        }
    }
    Ok(binary)
}

/// Whether a line of what the lister says of the old document is not there in the new one: what it
/// calls removed or changed.
///
/// # Errors
/// Where it fails.
pub fn loses(lister: &Path, old: &Path, new: &Path) -> Result<bool> {
    let list = |json: &Path| -> Result<BTreeSet<String>> {
        let output =
            Command::new(lister).args(["public-api", "--rustdoc-json"]).arg(json).output()?;
        if !output.status.success() {
            bail!("the lister failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
    };
    Ok(!list(old)?.is_subset(&list(new)?))
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

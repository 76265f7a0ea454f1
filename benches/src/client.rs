//! Published clients, fetched from the registry through cargo and set up for one case.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Fetches a published package into cargo's own cache and returns its source folder there.
///
/// # Errors
/// If cargo cannot fetch it.
pub fn source(name: &str, version: &str, work: &Path) -> Result<PathBuf> {
    let project = work.join("fetch").join(format!("{name}-{version}"));
    std::fs::create_dir_all(project.join("src"))?;
    std::fs::write(project.join("src/lib.rs"), "")?;
    std::fs::write(
        project.join("Cargo.toml"),
        format!(
            "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\nclient = {{ package = \"{name}\", version = \"={version}\" }}\n\n[workspace]\n"
        ),
    )?;
    if let Some(found) = unpacked(name, version) {
        return Ok(found);
    }
    let output = Command::new("cargo").args(["fetch", "--quiet"]).current_dir(&project).output()?;
    if let Some(found) = unpacked(name, version) {
        return Ok(found);
    }
    bail!("cannot fetch {name} {version}: {}", String::from_utf8_lossy(&output.stderr).trim())
}

fn unpacked(name: &str, version: &str) -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))?;
    // Build metadata is part of the folder's name.
    let folder = format!("{name}-{version}");
    std::fs::read_dir(home.join("registry/src"))
        .ok()?
        .filter_map(std::result::Result::ok)
        .map(|index| index.path().join(&folder))
        .find(|path| path.join("Cargo.toml").is_file())
}

/// Copies a client's source to `to` as a workspace of its own: dev-dependencies, benches, examples,
/// tests, profiles and patches dropped, the lockfile put beside it.
///
/// # Errors
/// If a file cannot be read or written, or the manifest does not parse.
pub fn set_up(source: &Path, to: &Path, lockfile: &Path) -> Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    copy(source, to)?;
    let path = to.join("Cargo.toml");
    let mut manifest: toml_edit::DocumentMut =
        std::fs::read_to_string(&path)?.parse().context("the client's manifest does not parse")?;
    for key in
        ["dev-dependencies", "bench", "example", "test", "profile", "patch", "replace", "workspace"]
    {
        manifest.remove(key);
    }
    if let Some(targets) = manifest.get_mut("target").and_then(toml_edit::Item::as_table_like_mut) {
        for (_, table) in targets.iter_mut() {
            if let Some(table) = table.as_table_like_mut() {
                table.remove("dev-dependencies");
            }
        }
    }
    manifest["workspace"] = toml_edit::Item::Table(toml_edit::Table::new());
    std::fs::write(&path, manifest.to_string())?;
    std::fs::copy(lockfile, to.join("Cargo.lock"))
        .with_context(|| format!("cannot copy {}", lockfile.display()))?;
    Ok(())
}

/// Copies a folder.
///
/// # Errors
/// If a file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else if entry.file_name() != ".cargo-ok" {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

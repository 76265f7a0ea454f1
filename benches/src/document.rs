//! rustdoc's JSON of published versions, made as our replay makes it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The features with which a package is documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Features<'a> {
    /// Its default features.
    Default,
    /// None.
    Bare,
    /// Its default features and these, separated by commas.
    Also(&'a str),
    /// All that its manifest names.
    All,
}

impl<'a> Features<'a> {
    /// Reads `default`, `-`, `all` or a list.
    pub fn parse(text: &'a str) -> Features<'a> {
        match text {
            "default" => Features::Default,
            "-" => Features::Bare,
            "all" => Features::All,
            list => Features::Also(list),
        }
    }
}

impl fmt::Display for Features<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Features::Default => "default",
            Features::Bare => "-",
            Features::All => "all",
            Features::Also(list) => list,
        })
    }
}

/// The JSON of a version, made once and kept below `work/json`. Hidden items are in it, as in what
/// our replay asks rustdoc for.
///
/// # Errors
/// If cargo cannot resolve, build or document it.
pub fn document(work: &Path, name: &str, version: &str, features: Features<'_>) -> Result<PathBuf> {
    let key = format!("{name}-{version}-{features}").replace(',', "_");
    let json = work.join("json").join(format!("{key}.json"));
    if json.exists() {
        return Ok(json);
    }
    let project = work.join("projects").join(&key);
    std::fs::create_dir_all(project.join("src"))?;
    std::fs::write(project.join("src/lib.rs"), "")?;
    let manifest = |bare: bool, list: &[String]| {
        std::fs::write(
            project.join("Cargo.toml"),
            format!(
                "[package]\nname = \"placeholder\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n{name} = {{ version = \"={version}\", default-features = {}, features = {list:?} }}\n\n[workspace]\n",
                !bare
            ),
        )
    };
    let package = |project: &Path| -> Result<Value> {
        let output = cargo(project).args(["metadata", "--format-version", "1"]).output()?;
        let metadata: Value = serde_json::from_slice(&output.stdout).with_context(|| {
            let said = String::from_utf8_lossy(&output.stderr);
            format!("cargo cannot resolve {key}: {}", said.trim())
        })?;
        let mut packages = metadata["packages"].as_array().into_iter().flatten();
        let found = packages.find(|p| p["name"] == name && p["version"] == version);
        found.cloned().with_context(|| format!("cargo resolves to another {name} than {version}"))
    };
    match features {
        Features::Default => manifest(false, &[])?,
        Features::Bare => manifest(true, &[])?,
        Features::Also(list) => {
            manifest(false, &list.split(',').map(str::to_owned).collect::<Vec<_>>())?;
        }
        Features::All => {
            manifest(false, &[])?;
            let package = package(&project)?;
            let list = package["features"].as_object().into_iter().flatten();
            manifest(false, &list.map(|(name, _)| name.clone()).collect::<Vec<_>>())?;
        }
    }
    let package = package(&project)?;
    let mut targets = package["targets"].as_array().into_iter().flatten();
    let is_lib = |target: &&Value| {
        let kinds = target["kind"].as_array().into_iter().flatten();
        kinds.filter_map(Value::as_str).any(|k| k.ends_with("lib") || k == "proc-macro")
    };
    let lib = targets.find(is_lib).and_then(|target| target["name"].as_str());
    let lib = lib.with_context(|| format!("{key} has no library"))?.replace('-', "_");
    let target = work.join("target");
    let output = cargo(&project)
        .args(["rustdoc", "--quiet", "--lib", "-p", &format!("{name}@{version}"), "--"])
        .args(["-Z", "unstable-options", "--output-format", "json"])
        .args(["--document-hidden-items", "--cap-lints", "allow"])
        .env("RUSTDOC", rustdoc(work)?)
        .env("CARGO_TARGET_DIR", &target)
        .output()?;
    if !output.status.success() {
        bail!("{key} cannot be documented: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    std::fs::create_dir_all(work.join("json"))?;
    std::fs::rename(target.join("doc").join(format!("{lib}.json")), &json)?;
    Ok(json)
}

fn cargo(project: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(project).env_remove("RUSTC_BOOTSTRAP");
    command
}

/// A rustdoc that may use what is unstable. Set for all of cargo, the variable would change what
/// build scripts find out.
fn rustdoc(work: &Path) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let path = std::path::absolute(work)?.join("rustdoc");
    if !path.exists() {
        std::fs::write(&path, "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc \"$@\"\n")?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(path)
}

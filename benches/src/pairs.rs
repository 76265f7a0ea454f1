//! The real pairs of releases, and what `cargo ripe diff` says of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{table, tools};

/// Two releases whose truth a compiler told.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The package.
    pub package: String,
    /// The earlier version.
    pub old: String,
    /// The later version.
    pub new: String,
    /// What it is a case of: `clean`, `declared`, `undeclared`.
    pub kind: String,
    /// The features with which both were documented, in cargo's words; `default` and `-` for none.
    features: String,
}

impl Pair {
    /// `regex 1.9.6 → 1.10.6 (clean)`.
    pub fn name(&self) -> String {
        format!("{} {} → {} ({})", self.package, self.old, self.new, self.kind)
    }

    /// The report on the pair with its default features and with none, which is what `diff` does,
    /// and with those that are listed.
    ///
    /// # Errors
    /// Where there is no report: the program's own words.
    pub fn diff(&self, binary: &Path, more: &[&str]) -> Result<Value> {
        let mut command = Command::new(binary);
        command.args(["ripe", "diff", &self.package, &self.old, &self.new, "--format", "json"]);
        command.args(more);
        if !matches!(self.features.as_str(), "default" | "-" | "") {
            command.args(["--features", &self.features]);
        }
        let output = command.output()?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            let error = stderr.lines().find(|line| line.starts_with("error"));
            bail!("{}", error.unwrap_or("no report"));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// The binary that is asked for, or built, and the pairs that are: those of
/// `[--pairs FILE] [--binary FILE] [NAME…]`, where a name is a package's or a kind's.
///
/// # Errors
/// Where an argument, the file, or the build of the binary is not right.
pub fn asked() -> Result<(PathBuf, Vec<Pair>)> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    let mut file = root.join("corpus/pairs.tsv");
    let mut binary = None;
    let mut names = Vec::new();
    let mut given = std::env::args().skip(1);
    while let Some(arg) = given.next() {
        match arg.as_str() {
            "--pairs" => file = given.next().context("--pairs needs a file")?.into(),
            "--binary" => binary = Some(given.next().context("--binary needs a file")?.into()),
            flag if flag.starts_with('-') => bail!("unknown argument {flag}"),
            name => names.push(name.to_owned()),
        }
    }
    let pairs = table::read(&file)?.into_iter().map(|row| {
        let column = |name: &str| row.get(name).cloned().unwrap_or_default();
        Pair {
            package: column("crate"),
            old: column("old"),
            new: column("new"),
            kind: column("kind"),
            features: column("features"),
        }
    });
    let is_asked = |pair: &Pair| {
        names.is_empty() || [&pair.package, &pair.kind].iter().any(|n| names.contains(n))
    };
    let pairs = pairs.filter(is_asked).collect();
    Ok((binary.map_or_else(|| tools::ours(root), Ok)?, pairs))
}

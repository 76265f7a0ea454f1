//! Has cargo bring its cached rows of some packages up to date.

use std::path::PathBuf;

use ripe_model::Source;
use ripe_runner::{CancelToken, Env, Run, run};
use toml_edit::{InlineTable, Value};

use crate::Error;

/// A requirement that no release satisfies: cargo gets the rows of the package, and goes no
/// further.
const NONE: &str = "=0.0.0-ripe.no.such.release";

/// Cargo, where it may ask the registries.
#[derive(Debug, Clone)]
pub struct Asker {
    /// A folder for a project without sources, below the project's copy, so that cargo reads the
    /// project's configuration. It is made when the first package is asked for.
    pub folder: PathBuf,
    /// Whether the network is out of bounds.
    pub offline: bool,
    /// Cargo.
    pub cargo: PathBuf,
    /// Its environment, with what it needs to reach the network and to log in.
    pub env: Env,
    /// Ends it.
    pub cancel: CancelToken,
}

impl Asker {
    /// Has cargo refresh the rows of these packages; in words what it could not get. Packages
    /// that do not exist are no failure. One bad package does not spoil the others.
    pub(crate) fn ask(&self, packages: &[(String, Source)]) -> Vec<(Vec<String>, String)> {
        if self.offline || packages.is_empty() || self.cancel.is_cancelled() {
            return Vec::new();
        }
        let names = || packages.iter().map(|(name, _)| name.clone()).collect();
        let stderr = match self.run(packages) {
            Ok(stderr) => stderr,
            Err(error) => return vec![(names(), error.to_string())],
        };
        // Cargo always refuses: with the requirement that nothing satisfies, unless it could not
        // read the rows.
        let expected =
            ["failed to select a version for the requirement", "no matching package named"];
        if expected.iter().any(|words| stderr.contains(words)) {
            return Vec::new();
        }
        let why = crate::fetch::reason(&stderr);
        if packages.len() == 1 || crate::fetch::is_unreachable(&stderr) {
            return vec![(names(), why)];
        }
        let (one, other) = packages.split_at(packages.len() / 2);
        [self.ask(one), self.ask(other)].concat()
    }

    fn run(&self, packages: &[(String, Source)]) -> Result<String, Error> {
        let failed = |source| Error::Write { path: self.folder.clone(), source };
        let mut manifest = "[package]\nname = \"ripe-asks\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n[dependencies]\n".to_owned();
        for (at, (name, source)) in packages.iter().enumerate() {
            let mut table = InlineTable::new();
            table.insert("package", name.as_str().into());
            table.insert("version", NONE.into());
            if let Source::Registry(url) = source {
                table.insert("registry-index", url.as_str().into());
            }
            manifest.push_str(&format!("p{at} = {}\n", Value::InlineTable(table)));
        }
        std::fs::create_dir_all(self.folder.join("src"))
            .and_then(|()| std::fs::write(self.folder.join("Cargo.toml"), manifest))
            .and_then(|()| std::fs::write(self.folder.join("src/lib.rs"), ""))
            .map_err(failed)?;
        let command = Run::new(&self.cargo, &self.folder, self.env.clone());
        let outcome =
            run(&command.args(["update", "--color=never"]), &self.cancel, &mut |_, _| {})?;
        Ok(outcome.stderr_text())
    }
}

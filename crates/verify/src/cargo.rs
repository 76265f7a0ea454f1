//! How cargo is run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use ripe_runner::{CancelToken, End, Env, Outcome, Run, run, scrubbed_env};

use crate::Error;

/// Cargo's own flags that the user gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoFlags {
    /// `--offline`
    pub offline: bool,
    /// `--locked`
    pub locked: bool,
    /// `--features`
    pub features: Vec<String>,
    /// `--all-features`
    pub all_features: bool,
    /// `--no-default-features`
    pub no_default_features: bool,
    /// `--target`
    pub target: Option<String>,
}

/// Cargo, with its environment and the wish to stop.
#[derive(Debug, Clone)]
pub struct Cargo {
    /// The program.
    pub program: PathBuf,
    /// Its environment.
    pub env: Env,
    /// Ends it with everything that it started.
    pub cancel: CancelToken,
}

/// A toolchain that a project asks for and that is not installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingToolchain {
    /// What is asked for: `1.79.0-x86_64-unknown-linux-gnu`.
    pub asked: String,
    /// What is used instead, as rustup names it.
    pub used: String,
}

impl Cargo {
    /// Takes an installed toolchain where the one that rustup would choose in `dir` is not
    /// installed: its default, else the first. Installs nothing. `None` where nothing is missing.
    ///
    /// # Errors
    /// Where it was stopped.
    pub fn settle(&mut self, dir: &Path) -> Result<Option<MissingToolchain>, Error> {
        let outcome = self.run(dir, ["--version"])?;
        let Some(asked) = missing_toolchain(&outcome.stderr_text()).filter(|_| !outcome.success())
        else {
            return Ok(None);
        };
        let listed = self.run_program(Path::new("rustup"), dir, ["toolchain", "list"])?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let Some(used) = preferred(&listed) else { return Ok(None) };
        self.env.insert("RUSTUP_TOOLCHAIN".into(), used.into());
        Ok(Some(MissingToolchain { asked, used: used.to_owned() }))
    }

    /// The cargo that called us (`CARGO`, which cargo sets for its subcommands), else the one on
    /// the path, with [`network_env`]. Rustup installs no toolchain for it.
    pub fn find(cancel: CancelToken) -> Cargo {
        let program = std::env::var_os("CARGO").filter(|cargo| !cargo.is_empty());
        let program = program.map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let mut env = network_env();
        env.insert("RUSTUP_AUTO_INSTALL".into(), "0".into());
        Cargo { program, env, cancel }
    }

    /// Runs cargo in `dir` to its end. That it failed is no error.
    ///
    /// # Errors
    /// Where it could not be started, or was stopped.
    pub(crate) fn run<A: Into<OsString>>(
        &self,
        dir: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Outcome, Error> {
        self.run_program(&self.program, dir, args)
    }

    /// The same with more variables.
    pub(crate) fn with(&self, env: &Env) -> Cargo {
        let mut cargo = self.clone();
        cargo.env.extend(env.clone());
        cargo
    }

    /// The version of the rustc that cargo would use in `dir`; `None` where it cannot be asked.
    pub(crate) fn rustc(&self, dir: &Path) -> Option<semver::Version> {
        let name = format!("rustc{}", std::env::consts::EXE_SUFFIX);
        let beside = self.program.parent().map(|folder| folder.join(&name));
        let program = std::env::var_os("RUSTC")
            .map(PathBuf::from)
            .or_else(|| beside.filter(|path| path.is_file()))
            .unwrap_or_else(|| PathBuf::from(name));
        let outcome = self.run_program(&program, dir, ["--version"]).ok()?;
        let text = String::from_utf8(outcome.stdout).ok()?;
        semver::Version::parse(text.split_whitespace().nth(1)?).ok()
    }

    fn run_program<A: Into<OsString>>(
        &self,
        program: &Path,
        dir: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Outcome, Error> {
        let command = Run::new(program, dir, self.env.clone()).args(args);
        let outcome = run(&command, &self.cancel, &mut |_, _| {})
            .map_err(|source| Error::CargoUnavailable { source })?;
        match outcome.end {
            End::Cancelled => Err(Error::Cancelled),
            End::Exited(_) | End::Signalled(_) | End::TimedOut => Ok(outcome),
        }
    }
}

/// Variables that cargo needs to find its toolchain, its registries and the network, and to log
/// in there. For runs that resolve or download and execute nothing of a package.
const NETWORK: &[&str] = &[
    "HOME",
    "USER",
    "USERNAME",
    "XDG_CONFIG_HOME",
    "RUSTC",
    "RUSTUP_TOOLCHAIN",
    "RUSTUP_AUTO_INSTALL",
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "SSH_AUTH_SOCK",
    "SSH_AGENT_PID",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_ASKPASS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
];
/// The same for variables whose name comes in either case.
const PROXIES: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
/// The same by the beginning of the name.
const NETWORK_PREFIXES: &[&str] = &[
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTRY_",
    "CARGO_REGISTRIES_",
    "CARGO_CREDENTIAL_",
    "CARGO_RESOLVER_",
    "CARGO_SOURCE_",
    "CARGO_UNSTABLE_",
];

/// The environment of a cargo that resolves or downloads: the scrubbed one, and what it needs to
/// reach its registries. Never for a run that builds.
pub fn network_env() -> Env {
    let mut env = scrubbed_env();
    env.extend(std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(needed)));
    env
}

fn needed(name: &str) -> bool {
    NETWORK.contains(&name)
        || PROXIES.contains(&name.to_uppercase().as_str())
        || NETWORK_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The toolchain of rustup's "toolchain '1.79.0-…' is not installed".
fn missing_toolchain(stderr: &str) -> Option<String> {
    let line = stderr.lines().find(|line| line.contains("is not installed"))?;
    line.split('\'').nth(1).map(str::to_owned)
}

/// The default of `rustup toolchain list`, else its first.
fn preferred(listed: &str) -> Option<&str> {
    let lines = || listed.lines().filter(|line| !line.starts_with("no installed"));
    let line = lines().find(|line| line.contains("default")).or_else(|| lines().next())?;
    line.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_toolchain_gives_way_to_the_default_one() {
        let said = "error: toolchain '1.79.0-x86_64-unknown-linux-gnu' is not installed\nhelp: run";
        assert_eq!(missing_toolchain(said).as_deref(), Some("1.79.0-x86_64-unknown-linux-gnu"));
        assert_eq!(missing_toolchain("error: no such command"), None);
        let listed =
            "nightly-x86_64-unknown-linux-gnu\nstable-x86_64-unknown-linux-gnu (default)\n";
        assert_eq!(preferred(listed), Some("stable-x86_64-unknown-linux-gnu"));
        assert_eq!(preferred("1.80.0-x (active)\n"), Some("1.80.0-x"));
        assert_eq!(preferred("no installed toolchains\n"), None);
    }

    #[test]
    fn cargo_keeps_its_network_and_nothing_else() {
        for name in ["https_proxy", "CARGO_REGISTRIES_OURS_TOKEN", "CARGO_NET_RETRY", "HOME"] {
            assert!(needed(name), "{name}");
        }
        for name in ["GITHUB_TOKEN", "RUSTFLAGS", "RUSTC_WRAPPER", "CARGO_ENCODED_RUSTFLAGS"] {
            assert!(!needed(name), "{name}");
        }
    }
}

//! What stops a run, with what the user can do next and the exit code.

use std::fmt;
use std::path::Path;

use crate::exit;

/// A failure of the whole run.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What could not be done, with its causes.
    pub(crate) error: anyhow::Error,
    /// What to do next, one line each.
    pub(crate) next: Vec<String>,
    /// The exit code.
    pub(crate) code: u8,
}

impl Failure {
    /// Bad usage or configuration.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Failure {
        Failure { error: error.into(), next: Vec::new(), code: exit::USAGE }
    }

    /// No report is possible.
    pub(crate) fn no_report(error: impl Into<anyhow::Error>) -> Failure {
        Failure { error: error.into(), next: Vec::new(), code: exit::NO_REPORT }
    }

    /// Adds what to do next.
    pub(crate) fn next(mut self, hint: impl Into<String>) -> Failure {
        self.next.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.error)?;
        for cause in self.error.chain().skip(1) {
            write!(f, "\n  because: {cause}")?;
        }
        for hint in &self.next {
            write!(f, "\n  next: {hint}")?;
        }
        Ok(())
    }
}

impl From<ripe_verify::Error> for Failure {
    fn from(error: ripe_verify::Error) -> Failure {
        use ripe_verify::Error;
        let hint = match &error {
            Error::NotCargo { .. } => {
                Some("run it inside a cargo project, or name one: `cargo ripe --manifest-path path/to/Cargo.toml`".to_owned())
            }
            Error::NoManifest { path } => Some(format!(
                "check the path; a manifest is a file named Cargo.toml, and {} is none",
                path.display()
            )),
            Error::BrokenManifest { .. }
            | Error::BrokenMember { .. }
            | Error::BrokenPath { .. }
            | Error::Manifest { .. } => {
                Some("mend the manifest until `cargo metadata` reads it, then run again".to_owned())
            }
            Error::BrokenLockfile { path, .. } => Some(locked_hint(path)),
            Error::NoIndex { offline: true, .. } => {
                Some("run once without `--offline`, so that cargo can fill its index cache".to_owned())
            }
            Error::NoIndex { offline: false, .. } => {
                Some("check the network; with a warm cache `--offline` works without it".to_owned())
            }
            Error::Unresolvable { .. } => {
                Some("run `cargo update --dry-run` to see the conflict as cargo sees it".to_owned())
            }
            Error::CargoUnavailable { .. } => Some("check that `cargo --version` works".to_owned()),
            Error::LockedOutdated { .. } => Some("leave out --locked, or run `cargo update --workspace` first".to_owned()),
            Error::Cancelled => Some("run it again: it goes on from what is cached".to_owned()),
            Error::Unintelligible { .. } | Error::EditMisses { .. } | Error::Outside { .. } => None,
            Error::Copy { .. } | Error::File { .. } => {
                Some("check the permissions and the free space; RIPE_CACHE_DIR moves our files elsewhere".to_owned())
            }
        };
        let usage = match &error {
            Error::NotCargo { .. }
            | Error::NoManifest { .. }
            | Error::BrokenManifest { .. }
            | Error::BrokenMember { .. }
            | Error::BrokenPath { .. }
            | Error::Manifest { .. } => true,
            Error::BrokenLockfile { .. }
            | Error::NoIndex { .. }
            | Error::Unresolvable { .. }
            | Error::LockedOutdated { .. }
            | Error::CargoUnavailable { .. }
            | Error::Cancelled
            | Error::Unintelligible { .. }
            | Error::Copy { .. }
            | Error::File { .. }
            | Error::Outside { .. }
            | Error::EditMisses { .. } => false,
        };
        let failure = if usage { Failure::usage(error) } else { Failure::no_report(error) };
        match hint {
            Some(hint) => failure.next(hint),
            None => failure,
        }
    }
}

impl From<ripe_rustdoc::Error> for Failure {
    fn from(error: ripe_rustdoc::Error) -> Failure {
        use ripe_rustdoc::Error;
        let hint = match &error {
            Error::Io { .. } => Some(
                "check the permissions and the free space; RIPE_CACHE_DIR moves our files elsewhere",
            ),
            Error::Run { .. } | Error::Tool { .. } | Error::Check { .. } => {
                Some("`cargo ripe doctor` says what works here")
            }
            Error::NoToolchain { .. } => {
                Some("check that `cargo --version` and `rustdoc --version` work here")
            }
            Error::Cancelled => Some("run it again: it goes on from what is cached"),
            Error::Json { .. } => None,
        };
        let failure = Failure::no_report(error);
        match hint {
            Some(hint) => failure.next(hint),
            None => failure,
        }
    }
}

fn locked_hint(path: &Path) -> String {
    format!(
        "make a new lockfile with `cargo generate-lockfile`, or restore {} from git",
        path.display()
    )
}

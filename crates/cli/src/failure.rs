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

    /// As part of a report that comes out all the same: what failed, why, and what to do.
    pub(crate) fn in_words(&self) -> String {
        let next = self.next.first().map(|hint| format!("; next: {hint}"));
        format!("{:#}{}", self.error, next.unwrap_or_default())
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
            Error::NoIndex { offline: false, what } => Some(answered(what).unwrap_or(
                "check the network; with a warm cache `--offline` works without it",
            ).to_owned()),
            Error::NoPackage { what } => Some(answered(what).unwrap_or(
                "`cargo fetch` tries again; a damaged archive has to be mended in the registry",
            ).to_owned()),
            Error::Unresolvable { .. } => {
                Some("run `cargo update --dry-run` to see the conflict as cargo sees it".to_owned())
            }
            Error::CargoUnavailable { .. } => Some("check that `cargo --version` works".to_owned()),
            Error::LockedOutdated { .. } => Some("leave out --locked, or run `cargo update --workspace` first".to_owned()),
            Error::Cancelled => Some("run it again: it goes on from what is cached".to_owned()),
            Error::Unintelligible { .. } | Error::EditMisses { .. } | Error::Outside { .. } => None,
            Error::Copy { source, .. } | Error::File { source, .. } => Some(unwritten(source).to_owned()),
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
            | Error::NoPackage { .. }
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

impl From<ripe_record::Error> for Failure {
    fn from(error: ripe_record::Error) -> Failure {
        let hint = hint_of(&error);
        Failure::no_report(error).next(hint)
    }
}

impl From<ripe_rustdoc::Error> for Failure {
    fn from(error: ripe_rustdoc::Error) -> Failure {
        use ripe_rustdoc::Error;
        let hint = match &error {
            Error::Record(error) => Some(hint_of(error)),
            Error::Compiler { .. } => Some(DOCTOR),
            Error::Check { reason } => Some(disk_is_full(reason).unwrap_or(DOCTOR)),
            Error::Json { .. } => None,
        };
        let failure = Failure::no_report(error);
        match hint {
            Some(hint) => failure.next(hint),
            None => failure,
        }
    }
}

/// What to do where a file, a process or the toolchain fails.
fn hint_of(error: &ripe_record::Error) -> &'static str {
    use ripe_record::Error;
    match error {
        Error::Io { source, .. } => unwritten(source),
        Error::Tool { stderr, .. } => disk_is_full(stderr).unwrap_or(DOCTOR),
        Error::Run { .. } => DOCTOR,
        Error::NoToolchain { .. } => {
            "check that `cargo --version` and `rustdoc --version` work here"
        }
        Error::Cancelled => "run it again: it goes on from what is cached",
    }
}

/// What to do where a program fails for a reason that is not known.
const DOCTOR: &str = "`cargo ripe doctor` says what works here";

/// What to do on a full disk.
const FULL: &str = "free some space: `cargo ripe clean` empties our caches, `cargo clean` the builds of this project; RIPE_CACHE_DIR and CARGO_TARGET_DIR move both to another disk";

/// What to do where a program complains of a full disk.
pub(crate) fn disk_is_full(words: &str) -> Option<&'static str> {
    ["No space left", "File too large", "not enough space", "Disk quota exceeded"]
        .iter()
        .any(|said| words.contains(said))
        .then_some(FULL)
}

/// What to do where a file could not be written.
fn unwritten(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => FULL,
        _ => "check the permissions; RIPE_CACHE_DIR and CARGO_TARGET_DIR move our files elsewhere",
    }
}

/// What to do where a registry answered, and how.
fn answered(what: &str) -> Option<&'static str> {
    let login = "log in with `cargo login --registry NAME`, or set CARGO_REGISTRIES_NAME_TOKEN";
    [
        ("got 401", login),
        ("got 403", login),
        ("token found", login),
        ("token rejected", login),
        ("credential-provider", "name a credential provider: doc.rust-lang.org/cargo/reference/registry-authentication.html"),
        ("got 404", "check the URL of the registry in cargo's configuration; it does not have this"),
        ("got 429", "the registry asks to come back later: wait, then run again"),
        ("got 5", "the registry has a fault of its own: run again later"),
    ]
    .iter()
    .find(|(words, _)| what.contains(words))
    .map(|(_, hint)| *hint)
}

fn locked_hint(path: &Path) -> String {
    format!(
        "make a new lockfile with `cargo generate-lockfile`, or restore {} from git",
        path.display()
    )
}

//! What all commands share: where our files go, how to stop, what shows the progress.

use std::path::PathBuf;

use anyhow::Context;
use ripe_runner::{CancelToken, Mode};

use crate::args::SandboxMode;
use crate::failure::Failure;
use crate::progress::Progress;

/// The circumstances of a run.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Set by the first Ctrl-C.
    pub(crate) cancel: CancelToken,
    /// Progress on stderr.
    pub(crate) progress: Progress,
    /// Our folder in the user's cache directory.
    pub(crate) cache: PathBuf,
    /// Whether third-party code is held.
    pub(crate) sandbox: Mode,
    /// The folder that the user stands in.
    pub(crate) cwd: PathBuf,
}

impl Session {
    /// Sets up the session; Ctrl-C asks to stop, and a second one stops at once.
    pub(crate) fn new(sandbox: SandboxMode) -> Result<Session, Failure> {
        let cancel = CancelToken::new();
        let token = cancel.clone();
        let installed = ctrlc::set_handler(move || {
            if token.is_cancelled() {
                // 130 is what a shell reports for an interrupted process.
                std::process::exit(130);
            }
            token.cancel();
        });
        let progress = Progress::new();
        if installed.is_err() {
            progress.note("Ctrl-C cannot be caught here: it stops without a report");
        }
        let cwd = std::env::current_dir()
            .context("the current folder cannot be read")
            .map_err(Failure::usage)?;
        Ok(Session {
            cancel,
            progress,
            cache: cache_folder()?,
            sandbox: match sandbox {
                SandboxMode::Auto => Mode::Auto,
                SandboxMode::Require => Mode::Require,
                SandboxMode::Off => Mode::Off,
            },
            cwd,
        })
    }
}

/// `RIPE_CACHE_DIR`, else `cargo-ripe` in the user's cache directory.
pub(crate) fn cache_folder() -> Result<PathBuf, Failure> {
    if let Some(given) = std::env::var_os("RIPE_CACHE_DIR").filter(|dir| !dir.is_empty()) {
        return std::path::absolute(given)
            .context("RIPE_CACHE_DIR is no path")
            .map_err(Failure::usage);
    }
    dirs::cache_dir().map(|dir| dir.join("cargo-ripe")).ok_or_else(|| {
        Failure::usage(anyhow::anyhow!("the user's cache directory is not known"))
            .next("set RIPE_CACHE_DIR to a folder that can be written to")
    })
}

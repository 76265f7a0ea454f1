//! What all commands share: where our files go, how to stop, what shows the progress.

use std::path::{Path, PathBuf};

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

    /// Our folder for a workspace: `target/ripe`, or in the cache where the target directory cannot
    /// be written to.
    pub(crate) fn work_folder(&self, target_directory: &Path, root: &Path) -> PathBuf {
        let beside = target_directory.join("ripe");
        if std::fs::create_dir_all(&beside).is_ok() && !is_read_only(&beside) {
            return beside;
        }
        let name = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
        self.cache.join("work").join(&name[..16])
    }
}

/// Whether nothing can be created in a folder.
fn is_read_only(folder: &Path) -> bool {
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    let written = std::fs::write(&probe, b"").is_ok();
    if written {
        // A probe that stays behind does no harm, and the next run replaces it.
        std::fs::remove_file(&probe).ok();
    }
    !written
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

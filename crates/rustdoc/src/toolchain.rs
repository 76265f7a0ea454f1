//! The cargo, rustc and rustdoc that are used, and what they can do.

use std::path::{Path, PathBuf};

use ripe_runner::CancelToken;
use serde::{Deserialize, Serialize};

use crate::Error;

/// One installed toolchain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toolchain {
    /// The cargo, as a path to the real program rather than to rustup's proxy.
    pub cargo: PathBuf,
    /// The rustc.
    pub rustc: PathBuf,
    /// The rustdoc.
    pub rustdoc: PathBuf,
    /// The folder that holds its libraries (`rustc --print sysroot`).
    pub sysroot: PathBuf,
    /// `cargo --version`
    pub cargo_version: String,
    /// `rustc -vV`, all lines.
    pub rustc_version: String,
    /// `rustdoc --version`
    pub rustdoc_version: String,
    /// The host triple.
    pub host: String,
    /// The format version of the JSON that its rustdoc writes; `None` if it could not be asked.
    pub format: Option<u32>,
}

impl Toolchain {
    /// The toolchain that cargo would use in `dir`, with overrides and pins as rustup resolves them.
    ///
    /// # Errors
    /// [`Error::NoToolchain`] where there is none or it does not start.
    pub fn discover(dir: &Path, cancel: &CancelToken) -> Result<Toolchain, Error> {
        let _ = (dir, cancel);
        Err(Error::NoToolchain { reason: "not written yet".to_owned() })
    }
}

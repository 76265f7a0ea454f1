//! The units of a build, remembered: a second run of the same side then needs no build at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::key::MODEL_VERSION;
use crate::lockfile::hash_folder;
use crate::{BuildError, Client, Error, ModelKey, Refused, SideRequest};
use ripe_record::{Unit, UnitHash};

/// The name of a unit list: a hash of everything that decides which units a build has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitListKey(pub(crate) String);

/// What a build showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnitList {
    /// The units.
    pub(crate) units: BTreeMap<UnitHash, Unit>,
    /// The names of the models of those that have an API.
    pub(crate) keys: BTreeMap<UnitHash, ModelKey>,
    /// An artifact of each library, by which it can be seen whether the target directory still has
    /// them.
    pub(crate) artifacts: BTreeMap<UnitHash, PathBuf>,
    /// The errors of the compiler.
    pub(crate) errors: Vec<BuildError>,
    /// The units that were refused.
    pub(crate) refused: Vec<Refused>,
    /// Units that could not be documented, with the reason.
    pub(crate) undocumented: BTreeMap<UnitHash, String>,
    /// Wanted packages that have no unit, by name and version, with the reason.
    pub(crate) missing: BTreeMap<String, String>,
}

impl UnitList {
    /// Whether something of it failed for want of space on a disk, which says nothing about the
    /// packages: such a list is not kept.
    pub(crate) fn lacks_space(&self) -> bool {
        let messages = self.errors.iter().map(|error| &error.message);
        messages.chain(self.undocumented.values()).chain(self.missing.values()).any(|words| {
            ["No space left", "File too large", "not enough space", "Disk quota exceeded"]
                .iter()
                .any(|said| words.contains(said))
        })
    }
}

impl UnitListKey {
    /// The key of a request. Where the client is compiled, its sources count, because the errors
    /// of the build depend on them; where it is refused, manifests and settings do.
    pub(crate) fn of(request: &SideRequest, rustdoc_version: &str) -> Result<UnitListKey, Error> {
        let content = match request.client {
            Client::Compile => hash_folder(&request.workspace, |_| true)?,
            Client::Refuse => hash_folder(&request.workspace, decides_units)?,
        };
        let settings = ripe_runner::cargo_home()
            .map(|home| home.join("config.toml"))
            .and_then(|file| std::fs::read_to_string(file).ok())
            .unwrap_or_default();
        let toolchain = &request.toolchain;
        let parts = [
            // Lists of the first sort lack binaries that were fresh.
            format!("{MODEL_VERSION} units 2"),
            content,
            settings,
            request.workspace.to_string_lossy().into_owned(),
            format!("{:?}", request.client),
            format!("{:?}", request.refuse_packages),
            format!("{:?}", request.features),
            format!("{:?}", request.target),
            format!("{:?}", request.dev_dependencies),
            toolchain.cargo_version.clone(),
            toolchain.rustc_version.clone(),
            rustdoc_version.to_owned(),
        ];
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Ok(UnitListKey(hasher.finalize().to_hex().to_string()))
    }
}

fn decides_units(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    matches!(&*name, "Cargo.toml" | "Cargo.lock")
        || file.parent().is_some_and(|folder| folder.ends_with(".cargo"))
}

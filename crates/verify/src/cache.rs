//! Resolutions kept between runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Answer, copy, lock};

/// Where resolutions are kept, and how the rows that they rest on are known.
pub struct ResolutionCache<'a> {
    /// The folder.
    pub folder: PathBuf,
    /// A hash of the index rows of a package, by name; `None` where they are not cached.
    pub rows: &'a dyn Fn(&str) -> Option<String>,
}

/// An answer with the rows that it rests on.
#[derive(Serialize, Deserialize)]
struct Kept {
    rows: BTreeMap<String, Option<String>>,
    answer: Answer,
}

impl ResolutionCache<'_> {
    /// The answer that was kept under `key`, if the index still says the same of every package in
    /// it. A file that cannot be read counts as none.
    pub(crate) fn get(&self, key: &str) -> Option<Answer> {
        let path = self.path(key);
        let bytes = std::fs::read(&path).ok()?;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        // What is used stays longest; a cache that cannot be written to only forgets that.
        let file = std::fs::File::options().append(true).open(&path);
        file.and_then(|file| file.set_modified(std::time::SystemTime::now())).ok();
        kept.rows.iter().all(|(name, digest)| (self.rows)(name) == *digest).then_some(kept.answer)
    }

    /// Keeps an answer. That it cannot be written costs time and nothing else.
    pub(crate) fn put(&self, key: &str, locked: &str, named: &[&str], answer: &Answer) {
        let new = match answer {
            Ok(resolution) => resolution.lockfile.as_str(),
            Err(_) => "",
        };
        let names: BTreeSet<String> = lock::read_lock(locked)
            .into_iter()
            .chain(lock::read_lock(new))
            .filter(|package| package.source.is_some())
            .map(|package| package.name)
            .chain(named.iter().map(|name| (*name).to_owned()))
            .collect();
        let rows = names.into_iter().map(|name| {
            let digest = (self.rows)(&name);
            (name, digest)
        });
        let kept = Kept { rows: rows.collect(), answer: answer.clone() };
        let Ok(bytes) = serde_json::to_vec(&kept) else { return };
        if copy::create(&self.folder).is_ok() {
            let _ = copy::write(&self.path(key), &bytes);
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        Path::new(&self.folder).join(format!("{key}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resolution;

    const LOCK: &str = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n";

    #[test]
    fn an_answer_is_kept_until_a_row_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let digest = std::cell::RefCell::new("one".to_owned());
        let rows = |name: &str| (name == "a").then(|| digest.borrow().clone());
        let cache = ResolutionCache { folder: folder.path().join("resolutions"), rows: &rows };
        let answer = Ok(Resolution { lockfile: LOCK.to_owned(), moves: Vec::new() });
        assert_eq!(cache.get("k"), None);
        cache.put("k", LOCK, &["b"], &answer);
        assert_eq!(cache.get("k"), Some(answer));
        *digest.borrow_mut() = "two".to_owned();
        assert_eq!(cache.get("k"), None);
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = ResolutionCache { folder: folder.path().to_owned(), rows: &|_| None };
        std::fs::write(folder.path().join("k.json"), "{\"rows\":").expect("a file");
        assert_eq!(cache.get("k"), None);
    }
}

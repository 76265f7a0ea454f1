//! Our folders in the user's cache directory: their sizes, one limit for all, and how they empty.
//!
//! Invariant: a file is named by a hash in which the version of its format takes part, so that an
//! older and a newer tool share a folder and never read or overwrite each other's files. Only the
//! limit and `clean` touch what another version made.
//! Invariant: a run that works with a file loses nothing if another run removes it: it was read as
//! a whole, or is made again.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ripe_rustdoc::ModelCache;

/// A folder of ours.
pub(crate) struct Folder {
    /// Its name in the cache directory.
    pub(crate) name: &'static str,
    /// What is in it.
    pub(crate) holds: &'static str,
    /// Whether its files go one by one when the caches are over their limit. Workplaces do not:
    /// a run may stand in them.
    counts: bool,
}

/// All of them; nothing else in the directory is touched.
pub(crate) const FOLDERS: &[Folder] = &[
    Folder { name: "models", holds: "APIs of packages", counts: true },
    Folder { name: "evidence", holds: "comparisons and searched sources", counts: true },
    Folder { name: "uses", holds: "who uses what", counts: true },
    Folder { name: "resolutions", holds: "cargo's answers", counts: true },
    Folder { name: "diff", holds: "builds of `cargo ripe diff`", counts: false },
    Folder { name: "work", holds: "work for projects that cannot be written to", counts: false },
];

/// The size, in bytes, above which what was not used for longest goes.
pub(crate) const LIMIT: u64 = ModelCache::DEFAULT_LIMIT;

/// Marks a file as used now. A cache that cannot be written to only forgets what was used.
pub(crate) fn touch(path: &Path) {
    let file = std::fs::File::options().append(true).open(path);
    file.and_then(|file| file.set_modified(SystemTime::now())).ok();
}

struct Entry {
    used: SystemTime,
    path: PathBuf,
    size: u64,
}

/// Removes what was not used for longest, until all that counts is a tenth below `limit`; nothing
/// where it is within the limit. Returns the bytes that were freed.
pub(crate) fn trim(cache: &Path, limit: u64) -> u64 {
    let counting = FOLDERS.iter().filter(|folder| folder.counts);
    let mut entries: Vec<Entry> =
        counting.flat_map(|folder| entries(&cache.join(folder.name))).collect();
    let mut size: u64 = entries.iter().map(|entry| entry.size).sum();
    if size <= limit {
        return 0;
    }
    entries.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
    let mut freed = 0;
    for entry in entries {
        if size <= limit / 10 * 9 {
            break;
        }
        // Another run may have been here first: what is gone is gone.
        match std::fs::remove_file(&entry.path) {
            Ok(()) => freed += entry.size,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(_) => continue,
        }
        size -= entry.size;
    }
    freed
}

/// The size of all files below a folder; what cannot be read counts as nothing.
pub(crate) fn size(folder: &Path) -> u64 {
    entries(folder).iter().map(|entry| entry.size).sum()
}

fn entries(folder: &Path) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                folders.push(entry.path());
            } else {
                let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                found.push(Entry { used, path: entry.path(), size: metadata.len() });
            }
        }
    }
    found
}

/// A size in words.
pub(crate) fn megabytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn cache(files: &[(&str, u64)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for (path, age) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, [0; 100]).expect("a file");
            let file = std::fs::File::options().append(true).open(&path).expect("the file");
            file.set_modified(SystemTime::now() - Duration::from_secs(*age)).expect("a time");
        }
        dir
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first_whichever_cache_it_is_in() {
        let dir = cache(&[
            ("models/models/aa/a", 40),
            ("evidence/b", 30),
            ("resolutions/c.json", 20),
            ("models/units/d", 10),
            ("work/e", 99),
            ("somebody's", 99),
        ]);
        assert_eq!(trim(dir.path(), 400), 0);
        touch(&dir.path().join("models/models/aa/a"));
        assert_eq!(trim(dir.path(), 300), 200);
        let there = |path: &str| dir.path().join(path).exists();
        assert!(there("models/models/aa/a") && there("models/units/d"));
        assert!(!there("evidence/b") && !there("resolutions/c.json"));
        assert!(there("work/e") && there("somebody's"));
        assert_eq!(size(&dir.path().join("models")), 200);
    }

    #[test]
    fn two_runs_that_tidy_at_once_are_in_nobodys_way() {
        let names: Vec<String> = (0..200).map(|n| format!("evidence/{n}")).collect();
        let files: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 50)).collect();
        let dir = cache(&files);
        let freed: Vec<u64> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| trim(dir.path(), 10_000))).collect();
            runs.into_iter().map(|run| run.join().expect("no panic")).collect()
        });
        let left = size(dir.path());
        assert_eq!(freed.iter().sum::<u64>() + left, 20_000, "each file is removed once");
        assert!((1..=10_000).contains(&left), "{left} bytes are left");
    }
}

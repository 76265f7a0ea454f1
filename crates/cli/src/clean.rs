//! `cargo ripe clean`: empties the caches of this tool.

use anyhow::Context;
use ripe_rustdoc::ModelCache;

use crate::exit;
use crate::failure::Failure;
use crate::session::cache_folder;

/// The folders of the cache that this tool makes; nothing else in it is touched.
const OURS: &[&str] = &["resolutions", "evidence", "diff", "work"];

pub(crate) fn run() -> Result<u8, Failure> {
    let cache = cache_folder()?;
    let mut freed = ModelCache::new(cache.join("models")).clear()?;
    for name in OURS {
        let folder = cache.join(name);
        freed += size(&folder);
        match std::fs::remove_dir_all(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::no_report(
                    anyhow::Error::from(error)
                        .context(format!("cannot empty {}", folder.display())),
                ));
            }
        }
    }
    println!("emptied {} ({} freed)", cache.display(), megabytes(freed));
    println!("builds of a workspace lie in its target/ripe, and go with `cargo clean`");
    Ok(exit::REPORT)
}

/// The size of all files below a folder; what cannot be read counts as nothing.
pub(crate) fn size(folder: &std::path::Path) -> u64 {
    let mut total = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder).context("unreadable") else { continue };
        for entry in entries.filter_map(Result::ok) {
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => folders.push(entry.path()),
                Ok(meta) => total += meta.len(),
                Err(_) => {}
            }
        }
    }
    total
}

/// A size in words.
pub(crate) fn megabytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

//! `cargo ripe clean`: empties the caches of this tool.

use std::io::ErrorKind;

use crate::caches::{FOLDERS, megabytes, size};
use crate::exit;
use crate::failure::Failure;
use crate::session::cache_folder;

pub(crate) fn run() -> Result<u8, Failure> {
    let cache = cache_folder()?;
    let mut freed = 0;
    for folder in FOLDERS {
        let path = cache.join(folder.name);
        let before = size(&path);
        match std::fs::remove_dir_all(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::no_report(
                    anyhow::Error::from(error).context(format!("cannot empty {}", path.display())),
                )
                .next("check its permissions, and that no other run works in it"));
            }
        }
        freed += before;
    }
    println!("emptied {} ({} freed)", cache.display(), megabytes(freed));
    println!("builds of a workspace lie in its target/ripe, and go with `cargo clean`");
    Ok(exit::REPORT)
}

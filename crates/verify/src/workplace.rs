//! The folder in which this tool works on one workspace.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::{Error, Project};

/// How many runs may work on one project at the same moment.
const RUNS: u32 = 16;

/// A folder for what is made on behalf of one workspace: the copy, the builds, the logs. Held by
/// this process against others while it lives; another run at once works in a neighbour.
#[derive(Debug)]
pub struct Workplace {
    folder: PathBuf,
    /// The lock lives as long as the file is open.
    _lock: File,
}

impl Workplace {
    /// `target/ripe/NAME` of the project, or, where that cannot be written to, `work/NAME` in
    /// `cache`. The name tells projects apart: a target directory may serve several.
    ///
    /// # Errors
    /// Where neither can be written to.
    pub fn of(project: &Project, cache: &Path) -> Result<Workplace, Error> {
        let hash = blake3::hash(project.workspace.root.as_os_str().as_encoded_bytes()).to_hex();
        let name = &hash.as_str()[..12];
        let beside = project.workspace.target_directory.join("ripe").join(name);
        claim(&beside).or_else(|_| claim(&cache.join("work").join(name)))
    }

    /// A folder of the caller's choice.
    ///
    /// # Errors
    /// Where it cannot be written to.
    pub fn at(folder: &Path) -> Result<Workplace, Error> {
        claim(folder)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The folder, or the first of its neighbours in which no other run works.
fn claim(place: &Path) -> Result<Workplace, Error> {
    let failed = |verb, path: &Path, source| Error::File { verb, path: path.to_owned(), source };
    for n in 0..RUNS {
        let mut folder = place.as_os_str().to_owned();
        if n > 0 {
            folder.push(format!("-{n}"));
        }
        let folder = PathBuf::from(folder);
        let path = folder.join("lock");
        let lock = std::fs::create_dir_all(&folder)
            .and_then(|()| File::options().create(true).append(true).open(&path))
            .map_err(|source| failed("write", &path, source))?;
        match lock.try_lock() {
            Ok(()) => return Ok(Workplace { folder, _lock: lock }),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(failed("lock", &path, source)),
        }
    }
    Err(failed("lock", place, std::io::ErrorKind::WouldBlock.into()))
}

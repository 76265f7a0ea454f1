//! Files brought over, and what is no longer there removed.
//!
//! Files are copied and never hard-linked: a build script that writes in place must not reach the
//! user's file. File systems that can share blocks do so by themselves.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, FileTimes, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::layout::Layout;

/// Brings the copy up to date. Files of equal size and time are taken as equal; manifests and the
/// lockfile of the root are left to the caller.
pub(crate) fn sync(layout: &Layout, own: &dyn Fn(&Path) -> bool) -> Result<(), Error> {
    let job = Job { layout, own };
    for folder in &layout.folders {
        let Some(to) = layout.to_scratch(folder) else { continue };
        create(&to)?;
        job.folder(folder, &to)?;
    }
    for folder in &layout.manifests_only {
        let Some(to) = layout.to_scratch(folder) else { continue };
        create(&to)?;
        let (from, to) = (folder.join("Cargo.toml"), to.join("Cargo.toml"));
        fs::copy(&from, &to).map_err(|source| Error::Copy { from, to, source })?;
    }
    Ok(())
}

struct Job<'a> {
    layout: &'a Layout,
    /// Files of the copy that the caller writes itself.
    own: &'a dyn Fn(&Path) -> bool,
}

impl Job<'_> {
    fn folder(&self, from: &Path, to: &Path) -> Result<(), Error> {
        let mut present: BTreeSet<OsString> = BTreeSet::new();
        for entry in list(from)? {
            let (source, target) = (from.join(&entry), to.join(&entry));
            if self.skips(&source) {
                continue;
            }
            let copy =
                |error| Error::Copy { from: source.clone(), to: target.clone(), source: error };
            let metadata = fs::symlink_metadata(&source).map_err(copy)?;
            if metadata.is_symlink() {
                self.link(&source, &target).map_err(copy)?;
            } else if metadata.is_dir() {
                replace_unless(&target, Metadata::is_dir).map_err(copy)?;
                create(&target)?;
                self.folder(&source, &target)?;
            } else if metadata.is_file() && !(self.own)(&target) {
                file(&source, &metadata, &target).map_err(copy)?;
            }
            // Sockets, pipes and devices are no sources.
            present.insert(entry);
        }
        self.prune(to, &present)
    }

    fn skips(&self, source: &Path) -> bool {
        source.file_name().is_some_and(|name| name == ".git")
            || self.layout.skipped.iter().any(|skipped| source == skipped)
            // Any other target directory: cargo marks those that it makes.
            || (source.is_dir()
                && source.join("CACHEDIR.TAG").is_file()
                && source.file_name().is_some_and(|name| name == "target"))
            || self.is_configuration_above(source)
    }

    /// Cargo and rustup look for their configuration in the folders above too. Where the copy lies
    /// below the original, a copied file would count twice.
    fn is_configuration_above(&self, source: &Path) -> bool {
        let is_config = source.file_name().is_some_and(|n| n == "config" || n == "config.toml");
        let Some(parent) = source.parent().filter(|_| is_config) else { return false };
        parent.file_name().is_some_and(|name| name == ".cargo")
            && parent.parent().is_some_and(|folder| self.layout.tree.starts_with(folder))
    }

    /// A link inside the copied folders leads to the same place of the copy; any other one leads
    /// where it led.
    fn link(&self, source: &Path, target: &Path) -> io::Result<()> {
        let stated = fs::read_link(source)?;
        let parent = source.parent().unwrap_or(source);
        let leads = crate::project::normal(&parent.join(&stated));
        let copied = self.layout.folders.iter().any(|folder| leads.starts_with(folder));
        let new = if !copied {
            leads
        } else if stated.is_relative() {
            stated
        } else {
            self.layout.to_scratch(&leads).unwrap_or(leads)
        };
        if fs::read_link(target).is_ok_and(|there| there == new) {
            return Ok(());
        }
        remove(target)?;
        symlink(&new, target, source)
    }

    fn prune(&self, to: &Path, present: &BTreeSet<OsString>) -> Result<(), Error> {
        for entry in list(to)? {
            let path = to.join(&entry);
            let holds_more =
                self.layout.folders.iter().chain(&self.layout.manifests_only).any(|folder| {
                    self.layout.to_scratch(folder).is_some_and(|copy| copy.starts_with(&path))
                });
            if !present.contains(&entry) && !(self.own)(&path) && !holds_more {
                remove(&path).map_err(|source| Error::File {
                    verb: "remove",
                    path: path.clone(),
                    source,
                })?;
            }
        }
        Ok(())
    }
}

fn list(folder: &Path) -> Result<Vec<OsString>, Error> {
    let unreadable = |source| Error::File { verb: "read", path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name());
    }
    names.sort();
    Ok(names)
}

pub(crate) fn create(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| Error::File {
        verb: "write",
        path: folder.to_owned(),
        source,
    })
}

fn file(source: &Path, metadata: &Metadata, target: &Path) -> io::Result<()> {
    let modified = metadata.modified()?;
    let equal = fs::symlink_metadata(target).is_ok_and(|there| {
        there.is_file()
            && there.len() == metadata.len()
            && there.modified().is_ok_and(|time| time == modified)
    });
    if equal {
        return Ok(());
    }
    replace_unless(target, |_| false)?;
    fs::copy(source, target)?;
    // A read-only checkout has a copy that can be written to.
    let mut permissions = fs::metadata(target)?.permissions();
    if permissions.readonly() {
        writable(&mut permissions);
        fs::set_permissions(target, permissions)?;
    }
    // Cargo compares times to know what to build anew.
    fs::File::options().write(true).open(target)?.set_times(FileTimes::new().set_modified(modified))
}

#[cfg(unix)]
fn writable(permissions: &mut fs::Permissions) {
    use std::os::unix::fs::PermissionsExt;
    permissions.set_mode(permissions.mode() | 0o200);
}

#[cfg(not(unix))]
fn writable(permissions: &mut fs::Permissions) {
    #[expect(clippy::permissions_set_readonly_false, reason = "Unix has its own arm")]
    permissions.set_readonly(false);
}

fn replace_unless(target: &Path, keep: impl Fn(&Metadata) -> bool) -> io::Result<()> {
    match fs::symlink_metadata(target) {
        Ok(there) if keep(&there) => Ok(()),
        Ok(_) => remove(target),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        // A link to a folder is removed, what it leads to is not.
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn symlink(to: &Path, at: &Path, _source: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(windows)]
fn symlink(to: &Path, at: &Path, source: &Path) -> io::Result<()> {
    if source.is_dir() {
        std::os::windows::fs::symlink_dir(to, at)
    } else {
        std::os::windows::fs::symlink_file(to, at)
    }
}

/// Writes beside and renames, so that no half-written file is ever seen.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::File { verb: "write", path: path.to_owned(), source };
    let mut beside = path.to_owned().into_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of the attempt is in nobody's way.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(failed)
}

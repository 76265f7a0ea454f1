//! Annotated copies of packages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ripe_record::Error;

use crate::edit::{edit, without};
use crate::{GoneImpl, Mark};

/// A copy of a package.
#[derive(Debug, Clone)]
pub(crate) struct Copy {
    /// The folder of the package.
    pub(crate) from: PathBuf,
    /// The folder of the copy.
    pub(crate) to: PathBuf,
    /// The marks that are in it, by number: the file, relative, and the line.
    pub(crate) marked: BTreeMap<usize, (PathBuf, u32)>,
    /// The files that may differ from the package's, relative.
    pub(crate) changed: BTreeSet<PathBuf>,
}

impl Copy {
    /// The copy of a package of which nothing was compiled.
    pub(crate) fn empty(to: &Path) -> Copy {
        let (marked, changed) = (BTreeMap::new(), BTreeSet::new());
        Copy { from: to.to_owned(), to: to.to_owned(), marked, changed }
    }

    /// Copies a package without its marks.
    pub(crate) fn new(from: &Path, to: &Path) -> Result<Copy, Error> {
        copy_folder(from, to)?;
        Ok(Copy {
            from: from.to_owned(),
            to: to.to_owned(),
            marked: BTreeMap::new(),
            changed: BTreeSet::new(),
        })
    }

    /// Writes the sources with these marks, in place of those that were in them. Files that cannot
    /// be read as text keep none.
    pub(crate) fn annotate(&mut self, marks: &BTreeMap<usize, &Mark>) -> Result<(), Error> {
        let before = std::mem::take(&mut self.changed).into_iter();
        let mut by_file: BTreeMap<PathBuf, Vec<(usize, &Mark)>> =
            before.map(|file| (file, Vec::new())).collect();
        for (number, mark) in marks {
            by_file.entry(mark.span.file.clone()).or_default().push((*number, mark));
        }
        self.marked.clear();
        for (file, marks) in by_file {
            // What a build script wrote lies elsewhere, and is not copied.
            if file.is_absolute() {
                continue;
            }
            let Ok(source) = fs::read_to_string(self.from.join(&file)) else { continue };
            let edited = edit(&source, &marks);
            let path = self.to.join(&file);
            fs::write(&path, edited.text).map_err(Error::io("write", &path))?;
            self.changed.insert(file.clone());
            let lines = edited.marked.into_iter();
            self.marked.extend(lines.map(|(number, line)| (number, (file.clone(), line))));
        }
        Ok(())
    }

    /// Writes the sources without these impls, in place of what was in the copy. Returns the numbers
    /// of those that were found.
    pub(crate) fn knock_out(
        &mut self,
        impls: &BTreeMap<usize, &GoneImpl>,
    ) -> Result<BTreeSet<usize>, Error> {
        let mut by_file: BTreeMap<&Path, Vec<(usize, &GoneImpl)>> =
            self.changed.iter().map(|file| (file.as_path(), Vec::new())).collect();
        for (number, gone) in impls.iter().filter(|(_, gone)| gone.span.file.is_relative()) {
            by_file.entry(&gone.span.file).or_default().push((*number, gone));
        }
        let mut found = BTreeSet::new();
        let mut written = BTreeSet::new();
        for (file, impls) in by_file {
            let Ok(source) = fs::read_to_string(self.from.join(file)) else { continue };
            let (text, out) = without(&source, &impls);
            let path = self.to.join(file);
            fs::write(&path, text).map_err(Error::io("write", &path))?;
            found.extend(out);
            written.insert(file.to_owned());
        }
        self.changed = written;
        self.marked.clear();
        Ok(found)
    }

    /// The marks that stand on a line of a file of the copy.
    pub(crate) fn marks_at(&self, file: &Path, line: u32) -> impl Iterator<Item = usize> {
        let file = file.strip_prefix(&self.to).unwrap_or(file);
        self.marked
            .iter()
            .filter(move |(_, (marked, at))| marked == file && *at == line)
            .map(|(number, _)| *number)
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(Error::io("create", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("read", from))? {
        let entry = entry.map_err(Error::io("read", from))?;
        let (name, path) = (entry.file_name(), entry.path());
        let target = to.join(&name);
        // Through links: what the package sees is what counts.
        let Ok(metadata) = fs::metadata(&path) else { continue };
        if metadata.is_dir() {
            if name != "target" && name != ".git" {
                copy_folder(&path, &target)?;
            }
        } else if metadata.is_file() {
            fs::copy(&path, &target).map_err(Error::io("copy", &path))?;
            // Registries unpack some files read-only.
            let mut permissions = metadata.permissions();
            if permissions.readonly() {
                #[expect(clippy::permissions_set_readonly_false, reason = "the copy is ours")]
                permissions.set_readonly(false);
                fs::set_permissions(&target, permissions).map_err(Error::io("write", &target))?;
            }
        }
    }
    Ok(())
}

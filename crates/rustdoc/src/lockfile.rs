//! The content of packages: checksums from the lockfile, or the files of a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ripe_model::{PackageId, Source};

use crate::Error;

/// The checksums in a lockfile, by name and version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Checksums(BTreeMap<(String, String), String>);

impl Checksums {
    /// Reads them from the text of a `Cargo.lock`. The format is written by cargo alone: one
    /// `key = "value"` a line, a table a package.
    pub(crate) fn parse(lockfile: &str) -> Checksums {
        let mut checksums = BTreeMap::new();
        for table in lockfile.split("[[package]]").skip(1) {
            let field = |name: &str| {
                table.lines().find_map(|line| {
                    let value = line.strip_prefix(name)?.trim_start().strip_prefix('=')?;
                    Some(value.trim().trim_matches('"').to_owned())
                })
            };
            if let (Some(name), Some(version), Some(checksum)) =
                (field("name"), field("version"), field("checksum"))
            {
                checksums.insert((name, version), checksum);
            }
        }
        Checksums(checksums)
    }

    /// What identifies the content of a package: its checksum; the revision, which a git source
    /// carries; a hash of the files of a folder.
    pub(crate) fn content(&self, package: &PackageId, manifest_dir: &Path) -> String {
        let known = self.0.get(&(package.name.clone(), package.version.to_string()));
        match (&package.source, known) {
            (Source::CratesIo | Source::Registry(_), Some(checksum)) => checksum.clone(),
            (Source::CratesIo | Source::Registry(_) | Source::Git(_) | Source::Sysroot, _) => {
                String::new()
            }
            (Source::Path, _) => hash_folder(manifest_dir, |_| true).unwrap_or_default(),
        }
    }
}

/// A hash of the files below a folder that `wanted` chooses, with their relative paths. Build
/// directories and what begins with a dot, but for `.cargo`, are left out; links are not followed.
pub(crate) fn hash_folder(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<String, Error> {
    let mut hasher = blake3::Hasher::new();
    let mut open = vec![folder.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).map_err(Error::io("read", &at))? {
            let entry = entry.map_err(Error::io("read", &at))?;
            let kind = entry.file_type().map_err(Error::io("read", &at))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let path = entry.path();
            if kind.is_dir() && (!name.starts_with('.') || name == ".cargo") && name != "target" {
                open.push(path);
            } else if kind.is_file() && wanted(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        let bytes = fs::read(&file).map_err(Error::io("read", &file))?;
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_read_and_two_versions_are_kept_apart() {
        let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
            source = \"registry+x\"\nchecksum = \"aa\"\n\n[[package]]\nname = \"a\"\n\
            version = \"2.0.0\"\nchecksum = \"bb\"\ndependencies = [\n \"a 1.0.0\",\n]\n\n\
            [[package]]\nname = \"me\"\nversion = \"0.1.0\"\n";
        let found = Checksums::parse(text);
        let at = |version: &str| found.0.get(&("a".to_owned(), version.to_owned())).cloned();
        assert_eq!((at("1.0.0"), at("2.0.0")), (Some("aa".to_owned()), Some("bb".to_owned())));
        assert_eq!(found.0.len(), 2);
    }
}

//! What the wrapper writes: units, records and the log.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Error, Platform, UnitHash, UnitKind};

/// What the wrapper is told, by a file that [`WRAPPER_VARIABLE`] names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapperConfig {
    /// Where records and units go.
    pub folder: PathBuf,
    /// The log.
    pub log: PathBuf,
    /// The environment that cargo was started with: what differs from it was set by cargo.
    pub baseline: Vec<(OsString, OsString)>,
    /// The folders of packages whose units are refused.
    pub refuse_dirs: BTreeSet<PathBuf>,
    /// The names of packages whose units are refused.
    pub refuse_names: BTreeSet<String>,
    /// The triple of the host.
    pub host: String,
    /// Whether cargo was given a `--target`.
    pub cross: bool,
    /// Whether binaries, tests and build scripts are recorded too.
    pub all: bool,
}

/// The variable that makes our binary a wrapper, and names its configuration.
pub const WRAPPER_VARIABLE: &str = "RIPE_WRAPPER";

/// A unit as the wrapper sees it. Kept beside the target directory: a fresh unit of a later run is
/// known by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenUnit {
    /// The package's name.
    pub package: String,
    /// The package's version, as text.
    pub version: String,
    /// The folder of the package's manifest.
    pub manifest_dir: PathBuf,
    /// The crate's name.
    pub crate_name: String,
    /// Its hash.
    pub hash: UnitHash,
    /// What it is for.
    pub kind: UnitKind,
    /// Where it runs.
    pub platform: Platform,
    /// The triple that it is compiled for.
    pub triple: String,
    /// The features that are on, sorted.
    pub features: Vec<String>,
    /// All `--cfg` options, sorted.
    pub cfgs: Vec<String>,
    /// Its direct dependencies by their name in its code.
    pub dependencies: BTreeMap<String, UnitHash>,
}

/// A call of rustc that can be replayed. Holds what cargo set for it, which may be private: the
/// file's mode is 0600, and it is deleted after the replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The arguments after the program.
    pub args: Vec<String>,
    /// The folder in which it was called.
    pub dir: PathBuf,
    /// The variables that cargo set for it.
    pub env: Vec<(OsString, OsString)>,
}

/// What happened to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A library or macro: recorded, and compiled.
    Recorded,
    /// Not compiled.
    Refused,
    /// Compiled: build scripts, binaries, and what build scripts try out. Recorded only where all
    /// is ([`WrapperConfig::all`]).
    Passed,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// The crate's name.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// The package's name.
    pub package: String,
    /// The package's version, as text.
    pub version: String,
    /// The folder of the package's manifest.
    pub manifest_dir: PathBuf,
    /// The unit's hash; `None` for what build scripts try out.
    pub hash: Option<UnitHash>,
    /// What was done.
    pub action: Action,
}

/// The folder that holds what was seen with one rustc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    folder: PathBuf,
}

impl Records {
    /// The records below `work_dir` of the rustc with this `rustc -vV`.
    pub fn of(work_dir: &Path, rustc_version: &str) -> Records {
        let hash = blake3::hash(rustc_version.as_bytes()).to_hex();
        Records::at(work_dir.join("records").join(&hash[..16]))
    }

    /// The records in a folder.
    pub fn at(folder: PathBuf) -> Records {
        Records { folder }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn unit_file(&self, crate_name: &str, hash: &UnitHash) -> PathBuf {
        self.folder.join("units").join(format!("{crate_name}-{hash}.json"))
    }

    fn record_file(&self, crate_name: &str, hash: &UnitHash) -> PathBuf {
        self.folder.join(format!("{crate_name}-{hash}.json"))
    }

    /// The unit, if it was ever seen.
    pub fn unit(&self, crate_name: &str, hash: &UnitHash) -> Option<SeenUnit> {
        read_json(&self.unit_file(crate_name, hash))
    }

    /// The record, if it is there and whole.
    pub fn record(&self, crate_name: &str, hash: &UnitHash) -> Option<Record> {
        read_json(&self.record_file(crate_name, hash))
    }

    /// Whether there is a record.
    pub fn has_record(&self, crate_name: &str, hash: &UnitHash) -> bool {
        self.record_file(crate_name, hash).is_file()
    }

    /// Keeps a unit.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn write_unit(&self, unit: &SeenUnit) -> Result<(), Error> {
        write_json(&self.unit_file(&unit.crate_name, &unit.hash), unit)
    }

    /// Keeps a record, for its owner's eyes only.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn write_record(&self, unit: &SeenUnit, record: &Record) -> Result<(), Error> {
        write_json(&self.record_file(&unit.crate_name, &unit.hash), record)
    }

    /// Deletes all records. The units stay: they hold nothing that is private.
    pub fn forget_all(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                // One that cannot be deleted is private all the same.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Deletes the records of what has no API, which only a replay of everything needs.
    pub fn forget_others(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let unit: Option<SeenUnit> =
                read_json(&self.folder.join("units").join(entry.file_name()));
            if unit.is_some_and(|unit| !unit.kind.has_api()) {
                // One that cannot be deleted is private all the same.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Deletes a record that was replayed.
    pub fn forget(&self, crate_name: &str, hash: &UnitHash) {
        // One that cannot be deleted is private all the same.
        let _ = fs::remove_file(self.record_file(crate_name, hash));
    }
}

/// Encodes a value that goes to `path`. Fails on paths that are not Unicode.
fn to_json(path: &Path, value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value)
        .map_err(|error| Error::io("write", path)(std::io::Error::other(error)))
}

/// Writes a private file of JSON.
///
/// # Errors
/// [`Error::Io`]
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    write_private(path, &to_json(path, value)?)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

impl Error {
    /// An [`Error::Io`] as a closure for `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::Io { action, path: path.to_owned(), source }
    }
}

/// Writes a file that only its owner may read: beside its place, then by a rename, so that no
/// reader ever sees a part of it. Makes the folder if it is missing.
///
/// # Errors
/// [`Error::Io`]
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.{}", std::process::id(), next_number()));
    let written = open_private(&beside).and_then(|mut file| file.write_all(bytes));
    written.and_then(|()| fs::rename(&beside, path)).map_err(|source| {
        let _ = fs::remove_file(&beside);
        Error::Io { action: "write", path: path.to_owned(), source }
    })
}

fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

fn open_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Appends a line to the log, in one write, so that lines of parallel processes do not mix.
pub(crate) fn append(log: &Path, line: &LogLine) -> Result<(), Error> {
    let mut bytes = to_json(log, line)?;
    bytes.push(b'\n');
    fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(log)
        .and_then(|mut file| file.write_all(&bytes))
        .map_err(Error::io("write", log))
}

/// Reads a log. Lines that are cut off are left out.
pub fn read_log(log: &Path) -> Vec<LogLine> {
    fs::read_to_string(log)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn records_are_private_whole_and_forgotten() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::of(folder.path(), "rustc 1.0");
        let hash = UnitHash("abc".to_owned());
        let unit = SeenUnit {
            package: "a".to_owned(),
            version: "1.0.0".to_owned(),
            manifest_dir: PathBuf::from("/a"),
            crate_name: "a".to_owned(),
            hash: hash.clone(),
            kind: UnitKind::Lib,
            platform: Platform::Host,
            triple: "x".to_owned(),
            features: vec![],
            cfgs: vec![],
            dependencies: BTreeMap::new(),
        };
        let record = Record {
            args: vec!["--crate-name".to_owned()],
            dir: PathBuf::from("/a"),
            env: vec![("OUT_DIR".into(), "/o".into())],
        };
        records.write_unit(&unit).expect("written");
        records.write_record(&unit, &record).expect("written");
        let file = records.record_file("a", &hash);
        let mode = fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(records.record("a", &hash).as_ref(), Some(&record));
        assert_eq!(records.unit("a", &hash).as_ref(), Some(&unit));
        fs::write(&file, b"{\"args\":[").expect("cut off");
        assert_eq!(records.record("a", &hash), None);
        records.forget("a", &hash);
        assert!(!records.has_record("a", &hash));
        records.write_record(&unit, &record).expect("written");
        records.forget_others();
        assert!(records.has_record("a", &hash), "a library is documented by its record");
        let other = SeenUnit { crate_name: "b".to_owned(), kind: UnitKind::Other, ..unit.clone() };
        records.write_unit(&other).expect("written");
        records.write_record(&other, &record).expect("written");
        records.forget_others();
        assert!(!records.has_record("b", &hash) && records.has_record("a", &hash));
        records.forget_all();
        let left: Vec<_> = fs::read_dir(records.folder()).expect("there").collect();
        assert_eq!(left.len(), 1, "only the folder of units is left");
    }
}

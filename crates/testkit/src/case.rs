//! A case of the corpus.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Error;

/// A pair of versions with a client, and what is expected of them.
#[derive(Debug, Clone)]
pub struct Case {
    /// The lint that the case is about.
    pub lint: String,
    /// The name of the case.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The old version's source.
    pub old: String,
    /// The new version's source.
    pub new: String,
    /// The client's source.
    pub client: String,
    /// A dependency of both versions, at version 1.
    pub dep: Option<String>,
    /// The dependency of the new version, at version 2.
    pub dep2: Option<String>,
    /// What is expected.
    pub expected: Expected,
}

/// What `case.toml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Whether the lint of the folder speaks.
    pub fires: bool,
    /// Whether the client stops compiling against the new version.
    pub client_breaks: bool,
    /// Whether the versions are procedural macros.
    #[serde(default)]
    pub proc_macro: bool,
    /// Why the case is there, in a sentence.
    pub why: String,
}

/// One of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The old one.
    Old,
    /// The new one.
    New,
}

/// All cases under a folder, sorted by lint and name.
///
/// # Errors
/// Where a file is missing or `case.toml` is wrong.
pub fn load(corpus: &Path) -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for lint in folders(corpus)? {
        for folder in folders(&lint)? {
            cases.push(case(&lint, folder)?);
        }
    }
    Ok(cases)
}

fn case(lint: &Path, folder: PathBuf) -> Result<Case, Error> {
    let name = |path: &Path| {
        path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let toml = folder.join("case.toml");
    let expected = toml_edit::de::from_str(&read(&toml)?)
        .map_err(|source| Error::BadCase { path: toml.clone(), source })?;
    Ok(Case {
        lint: name(lint),
        name: name(&folder),
        old: read(&folder.join("old.rs"))?,
        new: read(&folder.join("new.rs"))?,
        client: read(&folder.join("client.rs"))?,
        dep: read(&folder.join("dep.rs")).ok(),
        dep2: read(&folder.join("dep2.rs")).ok(),
        expected,
        folder,
    })
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let entry = entry.map_err(io)?.path();
        if entry.is_dir() {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}

//! The files below a directory.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::config::Config;
use crate::error::Error;

/// The files below a directory in the order of their names, without what the configuration
/// passes over.
pub fn files<'a>(
    directory: &Path,
    config: &'a Config,
) -> impl Iterator<Item = Result<PathBuf, Error>> + 'a {
    WalkDir::new(directory)
        .follow_links(config.follow_links)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry, config))
        .filter_map(|entry| match entry {
            Ok(entry) if is_wanted(&entry, config) => Some(Ok(entry.into_path())),
            Ok(_) => None,
            Err(error) => Some(Err(error.into())),
        })
}

fn is_ignored(entry: &DirEntry, config: &Config) -> bool {
    let name = entry.file_name().to_string_lossy();
    config.ignore.iter().any(|ignored| *ignored == name)
}

fn is_wanted(entry: &DirEntry, config: &Config) -> bool {
    entry.file_type().is_file()
        && entry.metadata().map_or(true, |metadata| metadata.len() >= config.at_least)
}

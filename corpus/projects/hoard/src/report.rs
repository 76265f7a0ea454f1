//! What was found, for people and for machines.

use std::path::Path;

use humansize::{file_size_opts, FileSize};
use itertools::Itertools;
use serde::Serialize;

use crate::error::Error;
use crate::store::Store;

/// The report of one run.
#[derive(Debug, Serialize)]
pub struct Report {
    directory: String,
    files: usize,
    chunks: usize,
    bytes: u64,
    stored: u64,
    duplicates: Vec<Duplicate>,
    skipped: Vec<String>,
}

/// A chunk that is held more than once.
#[derive(Debug, Serialize)]
struct Duplicate {
    fingerprint: String,
    cut: String,
    length: u64,
    times: u64,
    saved: u64,
    files: String,
}

impl Report {
    /// The report of a store, with the `top` largest duplicates.
    pub fn new(directory: &Path, store: &Store, skipped: Vec<String>, top: usize) -> Report {
        let duplicates = store
            .duplicates()
            .into_iter()
            .take(top)
            .map(|(fingerprint, seen)| Duplicate {
                fingerprint: fingerprint.to_string(),
                cut: format!("{:08x}", seen.cut),
                length: seen.length,
                times: seen.times,
                saved: seen.saved(),
                files: store.holders(seen),
            })
            .collect();
        Report {
            directory: directory.display().to_string(),
            files: store.n_files(),
            chunks: store.n_chunks(),
            bytes: store.total(),
            stored: store.stored(),
            duplicates,
            skipped,
        }
    }

    /// The report for machines.
    pub fn to_json(&self) -> Result<String, Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The report for people.
    pub fn to_text(&self) -> String {
        let mut lines = vec![format!(
            "{}: {} files, {} in {} chunks; {} of it is stored twice ({} %)",
            self.directory,
            self.files,
            size(self.bytes),
            self.chunks,
            size(self.bytes - self.stored),
            percent(self.bytes - self.stored, self.bytes),
        )];
        for (place, duplicate) in (1..).zip(&self.duplicates) {
            lines.push(format!(
                "{place:>3}. {} {:>10} x {:<4} {}",
                duplicate.fingerprint,
                size(duplicate.length),
                duplicate.times,
                duplicate.files,
            ));
        }
        if !self.skipped.is_empty() {
            lines.push(format!("skipped:\n  {}", self.skipped.iter().unique().join("\n  ")));
        }
        lines.join("\n") + "\n"
    }
}

/// Bytes as a person reads them.
fn size(bytes: u64) -> String {
    let options = file_size_opts::FileSizeOpts { space: true, ..file_size_opts::BINARY };
    bytes.file_size(options).unwrap_or_else(|_| bytes.to_string())
}

fn percent(part: u64, whole: u64) -> u64 {
    (part * 100).checked_div(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_binary() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1536), "1.50 KiB");
    }

    #[test]
    fn nothing_is_no_share_of_nothing() {
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(1, 3), 33);
    }
}

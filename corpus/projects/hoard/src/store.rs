//! Every chunk once, with where it was seen.

use std::path::PathBuf;

use itertools::Itertools;
use rustc_hash::FxHashMap;

use crate::chunk::{Fingerprint, Piece};

/// What a deduplicating store would hold.
#[derive(Default)]
pub struct Store {
    files: Vec<PathBuf>,
    chunks: FxHashMap<Fingerprint, Seen>,
    total: u64,
}

/// A chunk that was seen at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How many bytes it has.
    pub length: u64,
    /// The rolling hash where it was cut.
    pub cut: u32,
    /// How often it was seen.
    pub times: u64,
    /// The files that hold it, by index, in the order in which they were added.
    holders: Vec<usize>,
}

impl Seen {
    /// The bytes that storing it once saves.
    pub fn saved(&self) -> u64 {
        self.length * (self.times - 1)
    }
}

impl Store {
    /// Adds the chunks of a file.
    pub fn add(&mut self, path: PathBuf, pieces: Vec<Piece>) {
        let file = self.files.len();
        self.files.push(path);
        for piece in pieces {
            let length = piece.length as u64;
            self.total += length;
            let seen = self.chunks.entry(piece.fingerprint).or_insert_with(|| Seen {
                length,
                cut: piece.cut,
                times: 0,
                holders: Vec::new(),
            });
            seen.times += 1;
            if seen.holders.last() != Some(&file) {
                seen.holders.push(file);
            }
        }
    }

    /// How many files were added.
    pub fn n_files(&self) -> usize {
        self.files.len()
    }

    /// How many different chunks there are.
    pub fn n_chunks(&self) -> usize {
        self.chunks.len()
    }

    /// The bytes of all files.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The bytes of all chunks, each once.
    pub fn stored(&self) -> u64 {
        self.chunks.values().map(|seen| seen.length).sum()
    }

    /// The chunks that were seen more than once, those that save most first.
    pub fn duplicates(&self) -> Vec<(Fingerprint, &Seen)> {
        self.chunks
            .iter()
            .filter(|(_, seen)| seen.times > 1)
            .map(|(fingerprint, seen)| (*fingerprint, seen))
            .sorted_by_key(|(fingerprint, seen)| (std::cmp::Reverse(seen.saved()), *fingerprint))
            .collect_vec()
    }

    /// The names of the files that hold a chunk, at most three.
    pub fn holders(&self, seen: &Seen) -> String {
        let names = seen.holders.iter().take(3).map(|file| self.files[*file].display());
        let more = seen.holders.len().saturating_sub(3);
        let names = names.format(", ");
        if more > 0 {
            format!("{names} and {more} more")
        } else {
            names.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunk::cut;
    use crate::config::Config;

    #[test]
    fn a_copy_costs_nothing() {
        let content = vec![7; 50_000];
        let pieces = cut(&content, &Config::default());
        let mut store = Store::default();
        store.add("a".into(), pieces.clone());
        let stored = store.stored();
        store.add("b".into(), pieces);
        assert_eq!((store.total(), store.stored()), (100_000, stored));
        let duplicates = store.duplicates();
        assert_eq!(store.holders(duplicates[0].1), "a, b");
    }
}

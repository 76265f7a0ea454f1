//! Files in chunks, each with its digest.

use std::fmt;
use std::fs;
use std::path::Path;

use fastcdc::{Chunk, FastCDC};
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::error::Error;

/// The SHA-256 of a chunk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl fmt::Display for Fingerprint {
    /// The first eight bytes: enough to tell chunks apart on a screen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A piece of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins.
    pub offset: usize,
    /// How many bytes it has.
    pub length: usize,
    /// The rolling hash where it was cut; 0 for a file that is a single chunk.
    pub cut: u32,
    /// Its digest.
    pub fingerprint: Fingerprint,
}

/// The chunks of a file.
pub fn chunks_of(path: &Path, config: &Config) -> Result<Vec<Piece>, Error> {
    let content =
        fs::read(path).map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    Ok(cut(&content, config))
}

/// The chunks of a content.
pub fn cut(content: &[u8], config: &Config) -> Vec<Piece> {
    let (smallest, average, largest) = config.sizes();
    if content.len() <= smallest {
        return vec![piece(content, 0, content.len(), 0)];
    }
    let mut pieces = Vec::with_capacity(content.len() / average + 1);
    for Chunk { hash, offset, length } in FastCDC::new(content, smallest, average, largest) {
        pieces.push(piece(content, offset, length, hash));
    }
    pieces
}

fn piece(content: &[u8], offset: usize, length: usize, cut: u32) -> Piece {
    let mut hasher = Sha256::new();
    hasher.update(&content[offset..offset + length]);
    Piece { offset, length, cut, fingerprint: Fingerprint(hasher.finalize().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes without a pattern, the same on every machine.
    fn noise(n: usize) -> Vec<u8> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        (0..n)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 24) as u8
            })
            .collect()
    }

    #[test]
    fn the_chunks_of_a_file_cover_it_without_gaps() {
        let content = noise(200_000);
        let mut end = 0;
        for piece in cut(&content, &Config::default()) {
            assert_eq!(piece.offset, end);
            end += piece.length;
        }
        assert_eq!(end, content.len());
    }

    #[test]
    fn an_insertion_changes_few_chunks() {
        let content = noise(400_000);
        let mut longer = content.clone();
        longer.splice(1_000..1_000, *b"a few bytes more");
        let config = Config::default();
        let known: Vec<Fingerprint> =
            cut(&content, &config).iter().map(|piece| piece.fingerprint).collect();
        let new = cut(&longer, &config).iter().filter(|p| !known.contains(&p.fingerprint)).count();
        assert!(new <= 3, "{new} new chunks of {}", known.len());
    }

    #[test]
    fn a_piece_keeps_the_hash_where_it_was_cut() {
        let content = noise(100_000);
        let (smallest, average, largest) = Config::default().sizes();
        let first = FastCDC::new(&content, smallest, average, largest).next().map(|c| c.hash);
        assert_eq!(cut(&content, &Config::default()).first().map(|piece| piece.cut), first);
    }

    #[test]
    fn a_fingerprint_prints_as_sixteen_digits() {
        let piece = cut(b"abc", &Config::default())[0];
        assert_eq!(piece.fingerprint.to_string(), "ba7816bf8f01cfea");
    }
}

//! Rows as they are stored: one table, and the bytes of each row apart.
//!
//! What a row says is one run of bytes, names written out, so that rows of two models that number
//! their crates alike are equal where the bytes are, and nobody has to decode them. Places in
//! sources stand apart. Numbers are `u32`, little end first.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{CrateId, Facts, ItemKey, ItemKind, Marks, Namespace, Row, Rows, Span};

/// A run of bytes, which is copied whole where `Vec<u8>` would be read byte by byte.
#[derive(Clone, Default)]
struct Bytes(Vec<u8>);

/// Rows as they are stored.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct StoredRows {
    /// The paths of all rows.
    paths: String,
    rows: Table,
    /// Of each row the word that is its file, the lines and the column; [`NONE`] for the file where
    /// there is no span.
    spans: Bytes,
    /// What the rows say.
    said: Bytes,
    /// Of each row the numbers of the names that it mentions.
    mentioned: Bytes,
    /// Of each impl the number of its trait's name, and the word that is the head of its type.
    headers: Bytes,
    names: Vec<(CrateId, String)>,
    words: Vec<String>,
}

/// Of each row the ends of its path, of what it says and of what it mentions; its namespace, whether
/// it is hidden, and its kind; and the place of its header, of an impl.
#[derive(Clone, Default)]
struct Table(Vec<[u32; ROW]>);

const NONE: u32 = u32::MAX;
/// How many numbers a row, a span and a header have.
const ROW: usize = 5;
const SPAN: usize = 4;
const HEADER: usize = 2;

/// Decodes what a row says.
pub type Decode = fn(&[u8]) -> Option<(Facts, Marks)>;

impl Bytes {
    fn number(&self, at: usize) -> u32 {
        let bytes = self.0.get(at * 4..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    fn push(&mut self, numbers: &[u32]) {
        numbers.iter().for_each(|number| self.0.extend(number.to_le_bytes()));
    }
}

fn end(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(NONE)
}

impl StoredRows {
    /// Stores rows; `encode` appends what one says.
    ///
    /// # Errors
    /// Those of `encode`.
    pub fn of<E>(
        rows: &Rows,
        encode: impl Fn(&Facts, &Marks, Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<StoredRows, E> {
        let mut stored = StoredRows::default();
        let mut names: HashMap<(CrateId, &str), u32> = HashMap::new();
        let mut words: HashMap<String, u32> = HashMap::new();
        for row in rows {
            stored.paths.push_str(&row.key.path);
            let said = std::mem::take(&mut stored.said.0);
            stored.said.0 = encode(&row.facts, &row.marks, said)?;
            let mut own = Vec::new();
            row.facts.any_path(&mut |path| {
                let next = end(names.len());
                own.push(*names.entry((path.krate, &path.path)).or_insert(next));
                false
            });
            own.sort_unstable();
            own.dedup();
            stored.mentioned.push(&own);
            let mut word = |text: std::borrow::Cow<'_, str>| {
                let next = end(words.len());
                *words.entry(text.into_owned()).or_insert(next)
            };
            let header = match &row.facts {
                Facts::Impl(i) => {
                    let name = names[&(i.trait_.krate, i.trait_.path.as_str())];
                    let at = end(stored.headers.0.len() / (4 * HEADER));
                    stored.headers.push(&[name, word(i.self_ty.head())]);
                    at
                }
                _ => NONE,
            };
            stored.spans.push(&match &row.span {
                Some(span) => {
                    let file = word(span.file.to_string_lossy());
                    [file, span.line, span.column, span.end_line]
                }
                None => [NONE, 0, 0, 0],
            });
            let (ns, kind) = (row.key.ns as u32, row.facts.kind() as u32);
            stored.rows.0.push([
                end(stored.paths.len()),
                end(stored.said.0.len()),
                end(stored.mentioned.0.len()),
                ns << 16 | u32::from(row.marks.hidden) << 8 | kind,
                header,
            ]);
        }
        stored.names = vec![(CrateId::LOCAL, String::new()); names.len()];
        for ((krate, path), at) in names {
            stored.names[at as usize] = (krate, path.to_owned());
        }
        stored.words = vec![String::new(); words.len()];
        for (word, at) in words {
            stored.words[at as usize] = word;
        }
        Ok(stored)
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.0.len()
    }

    fn entry(&self, at: usize) -> [u32; ROW] {
        self.rows.0.get(at).copied().unwrap_or_default()
    }

    /// Where a part of a row begins and ends.
    fn bounds(&self, at: usize, part: usize) -> std::ops::Range<usize> {
        let start = if at == 0 { 0 } else { self.entry(at - 1)[part] };
        start as usize..self.entry(at)[part] as usize
    }

    pub(crate) fn path(&self, at: usize) -> &str {
        self.paths.get(self.bounds(at, 0)).unwrap_or_default()
    }

    pub(crate) fn ns(&self, at: usize) -> Namespace {
        let ns = self.entry(at)[3] >> 16;
        Namespace::ALL.get(ns as usize).copied().unwrap_or(Namespace::Package)
    }

    pub(crate) fn kind(&self, at: usize) -> ItemKind {
        let kind = self.entry(at)[3] & 0xff;
        ItemKind::ALL.get(kind as usize).copied().unwrap_or(ItemKind::Package)
    }

    pub(crate) fn is_hidden(&self, at: usize) -> bool {
        self.entry(at)[3] & 0x100 != 0
    }

    pub(crate) fn said(&self, at: usize) -> &[u8] {
        self.said.0.get(self.bounds(at, 1)).unwrap_or_default()
    }

    /// The numbers of the names that a row mentions.
    pub(crate) fn mentioned(&self, at: usize) -> impl Iterator<Item = u32> + '_ {
        let bounds = self.bounds(at, 2);
        (bounds.start / 4..bounds.end / 4).map(|at| self.mentioned.number(at))
    }

    /// Every name that a row mentions, by number.
    pub(crate) fn names(&self) -> &[(CrateId, String)] {
        &self.names
    }

    /// The path of the trait of an impl, and the head of its type.
    pub(crate) fn header(&self, at: usize) -> Option<(&str, &str)> {
        let header = self.entry(at)[4] as usize;
        if header == NONE as usize {
            return None;
        }
        let (_, trait_) = self.names.get(self.headers.number(header * HEADER) as usize)?;
        Some((trait_, self.words.get(self.headers.number(header * HEADER + 1) as usize)?))
    }

    fn span(&self, at: usize) -> Option<Span> {
        let number = |n: usize| self.spans.number(at * SPAN + n);
        let file = self.words.get(number(0) as usize)?;
        let [line, column, end_line] = [number(1), number(2), number(3)];
        Some(Span { file: PathBuf::from(file), line, column, end_line })
    }

    /// Whether every row can be decoded: asked of what somebody else stored.
    pub fn is_sound(&self, decode: Decode) -> bool {
        (0..self.len()).all(|at| decode(self.said(at)).is_some())
    }

    /// A row, decoded.
    pub(crate) fn row(&self, at: usize, decode: Decode) -> Row {
        // The file carried the version and the hash of what was encoded, and what others encoded
        // was looked through.
        let (facts, marks) = decode(self.said(at)).expect("what was encoded is decoded");
        let key = ItemKey::new(self.path(at), self.ns(at));
        Row { key, facts, marks, span: self.span(at) }
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Bytes::default();
        self.0.iter().for_each(|row| bytes.push(row));
        bytes.serialize(serializer)
    }
}

/// Reads a run of bytes.
struct Run<T>(fn(&[u8]) -> T);

impl<T> Visitor<'_> for Run<T> {
    type Value = T;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("bytes")
    }
    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<T, E> {
        Ok((self.0)(bytes))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        deserializer.deserialize_bytes(Run(|bytes| Bytes(bytes.to_vec())))
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Table, D::Error> {
        deserializer
            .deserialize_bytes(Run(|bytes| Table(bytes.chunks_exact(4 * ROW).map(entry).collect())))
    }
}

fn entry(bytes: &[u8]) -> [u32; ROW] {
    let mut numbers = bytes.chunks_exact(4).map(|number| match number.first_chunk() {
        Some(number) => u32::from_le_bytes(*number),
        None => 0,
    });
    std::array::from_fn(|_| numbers.next().unwrap_or_default())
}

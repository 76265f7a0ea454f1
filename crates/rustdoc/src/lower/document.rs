//! The outer object of the document, borrowed: which items there are, and the text of each.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::lower::LowerError;

/// rustdoc's document with the text of its items left unparsed.
#[derive(Deserialize)]
pub(crate) struct Document<'a> {
    /// The id of the root module.
    pub(crate) root: u32,
    /// The items, by id.
    #[serde(borrow)]
    pub(crate) index: Table<'a>,
    /// The definitions of items of this and of other crates, by id.
    #[serde(borrow)]
    pub(crate) paths: Table<'a>,
    /// The crates, by number.
    #[serde(borrow)]
    pub(crate) external_crates: Table<'a>,
    /// The target.
    pub(crate) target: Target,
}

/// The target of the document.
#[derive(Deserialize)]
pub(crate) struct Target {
    /// The triple.
    pub(crate) triple: String,
}

/// A summary in `paths`.
#[derive(Deserialize)]
pub(crate) struct Summary<'a> {
    /// The number of its crate; 0 is this one.
    pub(crate) crate_id: u32,
    /// The path of the definition.
    #[serde(borrow)]
    pub(crate) path: Vec<Cow<'a, str>>,
    /// What it is.
    pub(crate) kind: rustdoc_types::ItemKind,
}

/// A crate in `external_crates`.
#[derive(Deserialize)]
pub(crate) struct ExternalCrate<'a> {
    /// Its name.
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    /// The artifact that rustdoc loaded it from; empty where the document does not say.
    #[serde(borrow, default)]
    pub(crate) path: Cow<'a, str>,
}

/// A map from ids to unparsed values, sorted by id.
pub(crate) struct Table<'a>(Vec<(u32, &'a RawValue)>);

impl<'a> Table<'a> {
    /// The text of the value of an id.
    pub(crate) fn get(&self, id: u32) -> Option<&'a str> {
        self.at(id).map(|at| self.0[at].1.get())
    }

    /// The ids and the texts of their values, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &'a str)> + '_ {
        self.0.iter().map(|(id, raw)| (*id, raw.get()))
    }

    /// rustdoc numbers densely, so the id is mostly near its own position.
    fn at(&self, id: u32) -> Option<usize> {
        match self.0.get(id as usize) {
            Some((found, _)) if *found == id => Some(id as usize),
            _ => self.0.binary_search_by_key(&id, |entry| entry.0).ok(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Table<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = Vec<(u32, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose keys are ids")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(rows)
            }
        }
        let mut rows = deserializer.deserialize_map(Rows)?;
        rows.sort_by_key(|row| row.0);
        rows.dedup_by_key(|row| row.0);
        Ok(Table(rows))
    }
}

impl<'a> Document<'a> {
    /// Parses the outer object.
    pub(crate) fn parse(json: &'a str) -> Result<Document<'a>, LowerError> {
        serde_json::from_str(json).map_err(|source| broken(json, source))
    }

    /// The definition of an id.
    pub(crate) fn summary(&self, id: u32) -> Option<Summary<'a>> {
        serde_json::from_str(self.paths.get(id)?).ok()
    }
}

/// The format of a document: read from its end, where rustdoc writes it, else from the whole.
pub(crate) fn format_version(json: &str) -> Result<u32, LowerError> {
    #[derive(Deserialize)]
    struct Peek {
        format_version: u32,
    }
    if let Some(at) = json.rfind(",\"format_version\":")
        && json.len() - at < 64
        && let Ok(peek) = serde_json::from_str::<Peek>(&format!("{{{}", &json[at + 1..]))
    {
        return Ok(peek.format_version);
    }
    serde_json::from_str::<Peek>(json)
        .map(|peek| peek.format_version)
        .map_err(|source| broken(json, source))
}

fn broken(json: &str, source: serde_json::Error) -> LowerError {
    if source.is_eof() {
        LowerError::Truncated { length: json.len(), source }
    } else {
        LowerError::Malformed { source }
    }
}

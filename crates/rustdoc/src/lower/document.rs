//! The outer object of the document, borrowed: which items there are, and the text of each.

use std::borrow::Cow;
use std::fmt;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::lower::LowerError;
use crate::lower::item::Item;
use crate::lower::scan::{cut, entries};

/// rustdoc's document with the text of its items left unparsed.
#[derive(Deserialize)]
pub(crate) struct Document<'a> {
    /// The id of the root module.
    pub(crate) root: u32,
    /// The version of the package, where rustdoc was told.
    #[serde(borrow)]
    pub(crate) crate_version: Option<Cow<'a, str>>,
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

/// A map from ids to unparsed values.
pub(crate) struct Table<'a>(FxHashMap<u32, &'a str>);

impl<'a> Table<'a> {
    /// The text of the value of an id.
    pub(crate) fn get(&self, id: u32) -> Option<&'a str> {
        self.0.get(&id).copied()
    }

    /// The ids and the texts of their values, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &'a str)> + '_ {
        self.0.iter().map(|(id, text)| (*id, *text))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Table<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = FxHashMap<u32, &'de str>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose keys are ids")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut rows = FxHashMap::default();
                while let Some((id, text)) = map.next_entry::<_, &RawValue>()? {
                    rows.entry(id).or_insert(text.get());
                }
                Ok(rows)
            }
        }
        deserializer.deserialize_map(Rows).map(Table)
    }
}

impl<'a> Document<'a> {
    /// Parses the outer object.
    pub(crate) fn parse(json: &'a str) -> Result<Document<'a>, LowerError> {
        match Document::scan(json) {
            Some(document) => Ok(document),
            None => serde_json::from_str(json).map_err(|source| broken(json, source)),
        }
    }

    /// The same of what rustdoc writes, many times faster; `None` of anything else.
    fn scan(json: &'a str) -> Option<Document<'a>> {
        #[derive(Deserialize)]
        struct First {
            root: u32,
            crate_version: Option<String>,
        }
        #[derive(Deserialize)]
        struct Last {
            target: Target,
        }
        let (first, rest) = cut(json, ",\"index\":{")?;
        let (index, rest) = cut(rest, "},\"paths\":{")?;
        let (paths, rest) = cut(rest, "},\"external_crates\":{")?;
        let (crates, last) = cut(rest, "},\"target\":{")?;
        let first: First = serde_json::from_str(&format!("{first}}}")).ok()?;
        let last: Last = serde_json::from_str(&format!("{{\"target\":{{{last}")).ok()?;
        let table = |text, first| Some(Table(entries(text, first)?.into_iter().collect()));
        Some(Document {
            root: first.root,
            crate_version: first.crate_version.map(Cow::Owned),
            index: table(index, "id")?,
            paths: table(paths, "crate_id")?,
            external_crates: table(crates, "name")?,
            target: last.target,
        })
    }

    /// The name of the crate, which is its root module's.
    pub(crate) fn crate_name(&self) -> Option<String> {
        Item::parse(self.index.get(self.root)?).ok()?.name
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

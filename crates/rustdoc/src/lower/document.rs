//! The outer object of the document, borrowed: which items there are, and the text of each.

use std::borrow::Cow;
use std::fmt;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::lower::LowerError;
use crate::lower::item::Item;
use crate::lower::scan::{cut, entries, number, string};

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

impl<'a> Summary<'a> {
    /// Reads what rustdoc writes; `None` of anything else.
    fn scan(text: &'a str) -> Option<Summary<'a>> {
        let (crate_id, rest) = number(text.strip_prefix("{\"crate_id\":")?)?;
        let mut rest = rest.strip_prefix(",\"path\":[")?;
        let mut path = Vec::with_capacity(8);
        loop {
            let (segment, after) = string(rest)?;
            path.push(Cow::Borrowed(segment));
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None => {
                    rest = after;
                    break;
                }
            }
        }
        let (kind, rest) = string(rest.strip_prefix("],\"kind\":")?)?;
        let kind: StrDeserializer<'_, serde::de::value::Error> = kind.into_deserializer();
        let kind = rustdoc_types::ItemKind::deserialize(kind).ok()?;
        (rest == "}").then_some(Summary { crate_id, path, kind })
    }
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

/// A map from ids to unparsed values. Ids are numbered through, so their values stand in order;
/// those beyond [`DENSE`] stand apart.
#[derive(Default)]
pub(crate) struct Table<'a> {
    dense: Vec<Option<&'a str>>,
    sparse: FxHashMap<u32, &'a str>,
}

/// The ids below it have a place: a document of half a million items has twice as many ids at most.
const DENSE: usize = 1 << 20;

impl<'a> Table<'a> {
    /// The text of the value of an id.
    pub(crate) fn get(&self, id: u32) -> Option<&'a str> {
        match self.dense.get(id as usize) {
            Some(text) => *text,
            None => self.sparse.get(&id).copied(),
        }
    }

    /// The ids and the texts of their values, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &'a str)> + '_ {
        let dense = (0u32..).zip(&self.dense).filter_map(|(id, text)| Some((id, (*text)?)));
        dense.chain(self.sparse.iter().map(|(id, text)| (*id, *text)))
    }

    /// Keeps the first of two values of an id.
    fn insert(&mut self, id: u32, text: &'a str) {
        let at = id as usize;
        if at >= self.dense.len() && at < DENSE {
            self.dense.resize((at + 1).next_power_of_two().min(DENSE), None);
        }
        match self.dense.get_mut(at) {
            Some(slot) => _ = slot.get_or_insert(text),
            None => _ = self.sparse.entry(id).or_insert(text),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Table<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = Table<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose keys are ids")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut table = Table::default();
                while let Some((id, text)) = map.next_entry::<_, &RawValue>()? {
                    table.insert(id, text.get());
                }
                Ok(table)
            }
        }
        deserializer.deserialize_map(Rows)
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
        let table = |text, first| {
            let mut table = Table::default();
            entries(text, first, |id, value| table.insert(id, value))?;
            Some(table)
        };
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
        let text = self.paths.get(id)?;
        Summary::scan(text).or_else(|| serde_json::from_str(text).ok())
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

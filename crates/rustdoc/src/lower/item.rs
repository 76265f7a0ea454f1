//! One item of the index, parsed when it is reached, without documentation and links.

use std::borrow::Cow;
use std::path::Path;

use ripe_model::{Marks, Span};
use rustdoc_types::{Attribute, ItemEnum, ReprKind};
use serde::Deserialize;

use crate::lower::scan::{cut, number, string};

/// An item as far as the model needs it.
#[derive(Deserialize)]
pub(crate) struct Item<'a> {
    /// The number of its crate; 0 is this one.
    pub(crate) crate_id: u32,
    /// Its name; `None` for impls and imports.
    pub(crate) name: Option<String>,
    /// Where it stands.
    #[serde(borrow)]
    pub(crate) span: Option<RawSpan<'a>>,
    /// Its visibility.
    visibility: Visibility,
    /// Its attributes.
    pub(crate) attrs: Vec<Attribute>,
    /// Its deprecation.
    deprecation: Option<Deprecation>,
    /// What it is.
    pub(crate) inner: ItemEnum,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Visibility {
    Public,
    Default,
    Crate,
    Restricted {},
}

#[derive(Deserialize)]
struct Deprecation {
    note: Option<String>,
}

/// A span as the document writes it.
#[derive(Deserialize)]
pub(crate) struct RawSpan<'a> {
    #[serde(borrow)]
    filename: Cow<'a, str>,
    begin: (u64, u64),
    end: (u64, u64),
}

impl<'a> RawSpan<'a> {
    /// Reads what rustdoc writes, up to what follows.
    fn scan(text: &'a str) -> Option<(RawSpan<'a>, &'a str)> {
        let (filename, rest) = string(text.strip_prefix("{\"filename\":")?)?;
        let (line, rest) = number(rest.strip_prefix(",\"begin\":[")?)?;
        let (column, rest) = number(rest.strip_prefix(',')?)?;
        let (end_line, rest) = number(rest.strip_prefix("],\"end\":[")?)?;
        let (end_column, rest) = number(rest.strip_prefix(',')?)?;
        let (begin, end) = ((line, column), (end_line, end_column));
        let span = RawSpan { filename: Cow::Borrowed(filename), begin, end };
        Some((span, rest.strip_prefix("]}")?))
    }

    /// The span of the model: relative to the root where it lies inside.
    pub(crate) fn lower(&self, root: Option<&Path>) -> Span {
        let clamp = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let path = Path::new(&*self.filename);
        let file = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        Span {
            file: file.to_path_buf(),
            line: clamp(self.begin.0),
            column: clamp(self.begin.1),
            end_line: clamp(self.end.0),
        }
    }
}

/// The depth from which on `serde_json` refuses, the depth up to which we parse all the same, and
/// the stack that this may take.
const SHALLOW: usize = 100;
const DEEP: usize = 1200;
const STACK: usize = 128 << 20;

/// How deep a text nests; brackets in strings count, which only makes it look deeper.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' => now += 1,
            b'}' | b']' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

impl<'a> Item<'a> {
    /// Reads what rustdoc writes: the fields in its order. `None` of anything else. In a string a
    /// quote is escaped, so the marks of the fields stand nowhere else.
    fn scan(text: &'a str) -> Option<Item<'a>> {
        let (_, rest) = number::<u32>(text.strip_prefix("{\"id\":")?)?;
        let (crate_id, rest) = number(rest.strip_prefix(",\"crate_id\":")?)?;
        let rest = rest.strip_prefix(",\"name\":")?;
        let (name, rest) = match rest.strip_prefix("null") {
            Some(rest) => (None, rest),
            None => string(rest).map(|(name, rest)| (Some(name.to_owned()), rest))?,
        };
        let rest = rest.strip_prefix(",\"span\":")?;
        let (span, rest) = match rest.strip_prefix("null") {
            Some(rest) => (None, rest),
            None => RawSpan::scan(rest).map(|(span, rest)| (Some(span), rest))?,
        };
        let (visibility, rest) = string(rest.strip_prefix(",\"visibility\":")?)?;
        let visibility = match visibility {
            "public" => Visibility::Public,
            "default" => Visibility::Default,
            "crate" => Visibility::Crate,
            _ => return None,
        };
        let attrs = match rest.strip_prefix(",\"docs\":null,\"links\":{},\"attrs\":") {
            Some(attrs) => attrs,
            None => {
                let (_, links) = cut(rest.strip_prefix(",\"docs\":")?, ",\"links\":{")?;
                cut(links, "},\"attrs\":")?.1
            }
        };
        let (attrs, rest) = match attrs.strip_prefix("[],\"deprecation\":") {
            Some(rest) => (Vec::new(), rest),
            None => {
                let (attrs, rest) = cut(attrs, ",\"deprecation\":")?;
                (serde_json::from_str(attrs).ok()?, rest)
            }
        };
        let (deprecation, inner) = match rest.strip_prefix("null,\"inner\":") {
            Some(inner) => (None, inner),
            None => {
                let (deprecation, inner) = cut(rest, ",\"inner\":")?;
                (serde_json::from_str(deprecation).ok()?, inner)
            }
        };
        let inner = serde_json::from_str(inner.strip_suffix('}')?).ok()?;
        Some(Item { crate_id, name, span, visibility, attrs, deprecation, inner })
    }

    /// Parses an item's text. Types may nest deeper than `serde_json` allows by default: typenum
    /// writes numbers as types.
    pub(crate) fn parse(text: &'a str) -> Result<Item<'a>, serde_json::Error> {
        if let Some(item) = Item::scan(text) {
            return Ok(item);
        }
        let shallow = serde_json::from_str(text);
        if shallow.is_ok() || !(SHALLOW..=DEEP).contains(&depth(text)) {
            return shallow;
        }
        let parse = || {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            deserializer.disable_recursion_limit();
            Item::deserialize(&mut deserializer)
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            match thread.spawn_scoped(scope, parse).map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(deep)) => deep,
                Ok(Err(_)) | Err(_) => shallow,
            }
        })
    }

    /// Whether it says `pub`.
    pub(crate) fn is_public(&self) -> bool {
        self.visibility == Visibility::Public
    }

    /// What its own attributes say.
    pub(crate) fn marks(&self) -> Marks {
        let mut marks = Marks {
            deprecated: self.deprecation.as_ref().map(|d| d.note.clone().unwrap_or_default()),
            ..Marks::default()
        };
        for attr in &self.attrs {
            match attr {
                Attribute::NonExhaustive => marks.non_exhaustive = true,
                Attribute::MustUse { .. } => marks.must_use = true,
                Attribute::Other(text) => {
                    marks.hidden |= is_hidden(text);
                    marks.cfg_doc |= is_cfg_doc(text);
                }
                Attribute::MacroExport
                | Attribute::ExportName(_)
                | Attribute::LinkSection(_)
                | Attribute::AutomaticallyDerived
                | Attribute::Repr(_)
                | Attribute::NoMangle
                | Attribute::TargetFeature { .. } => {}
            }
        }
        marks
    }

    /// Whether `#[doc(hidden)]` stands at the item itself.
    pub(crate) fn is_hidden(&self) -> bool {
        self.attrs.iter().any(|attr| matches!(attr, Attribute::Other(text) if is_hidden(text)))
    }

    /// Whether a derive wrote it.
    pub(crate) fn is_derived(&self) -> bool {
        self.attrs.contains(&Attribute::AutomaticallyDerived)
    }

    /// The parts of its `repr`, as written, sorted.
    pub(crate) fn repr(&self) -> Vec<String> {
        let mut parts = Vec::new();
        for attr in &self.attrs {
            let Attribute::Repr(repr) = attr else { continue };
            match repr.kind {
                ReprKind::Rust => {}
                ReprKind::C => parts.push("C".to_owned()),
                ReprKind::Transparent => parts.push("transparent".to_owned()),
                ReprKind::Simd => parts.push("simd".to_owned()),
            }
            parts.extend(repr.align.map(|n| format!("align({n})")));
            parts.extend(repr.packed.map(|n| format!("packed({n})")));
            parts.extend(repr.int.clone());
        }
        parts.sort();
        parts.dedup();
        parts
    }

    /// The target features that it enables, sorted.
    pub(crate) fn target_features(&self) -> Vec<String> {
        let mut features: Vec<String> = self
            .attrs
            .iter()
            .filter_map(|attr| match attr {
                Attribute::TargetFeature { enable } => Some(enable.iter().cloned()),
                _ => None,
            })
            .flatten()
            .collect();
        features.sort();
        features.dedup();
        features
    }

    /// The symbol name, where an attribute fixes it.
    pub(crate) fn export_name(&self) -> Option<String> {
        self.attrs.iter().find_map(|attr| match attr {
            Attribute::ExportName(name) => Some(name.clone()),
            Attribute::NoMangle => self.name.clone(),
            _ => None,
        })
    }
}

fn is_hidden(attr: &str) -> bool {
    attr.strip_prefix("#[doc(")
        .and_then(|rest| rest.strip_suffix(")]"))
        .is_some_and(|list| list.split(',').any(|part| part.trim() == "hidden"))
}

/// rustdoc shows the conditions that held as rustc's trace of them, with names in quotes.
fn is_cfg_doc(attr: &str) -> bool {
    attr.contains("CfgTrace")
        && (attr.contains("name: \"doc\"") || attr.contains("name: \"docsrs\""))
}

/// The kind of an item as the document names it, and so without parsing the item. The first
/// `"inner":{"` is the item's own: inside a string the quotes would be escaped.
pub(crate) fn peek_kind(text: &str) -> Option<&str> {
    cut(text, "\"inner\":{\"")?.1.split_once('"').map(|(kind, _)| kind)
}

/// Whether an impl is a copy of a blanket impl, which rustdoc lists at every type that it covers.
/// Read from the last `"blanket_impl":` of the text; `None` where that is not there.
pub(crate) fn peek_is_blanket_copy(text: &str) -> Option<bool> {
    if text.ends_with("\"blanket_impl\":null}}}") {
        return Some(false);
    }
    if text.ends_with("\"blanket_impl\":{\"generic\":\"T\"}}}}") {
        return Some(true);
    }
    let mark = "\"blanket_impl\":";
    let rest = &text[text.rfind(mark)? + mark.len()..];
    Some(!rest.trim_start().starts_with("null"))
}

/// Of an impl of an auto trait that rustdoc wrote for a type without parameters: all that stands
/// before the type, and whether it is negative. `None` of other impls, and where it cannot be seen.
pub(crate) fn peek_plain_auto(text: &str) -> Option<(&str, bool)> {
    let rest = text.strip_suffix(",\"is_synthetic\":true,\"blanket_impl\":null}}}")?;
    let (rest, is_negative) = match rest.strip_suffix(",\"items\":[],\"is_negative\":true") {
        Some(rest) => (rest, true),
        None => (rest.strip_suffix(",\"items\":[],\"is_negative\":false")?, false),
    };
    let (_, rest) = cut(rest, "\"inner\":{\"impl\":{")?;
    let (head, _) = cut(rest, ",\"for\":{")?;
    let (_, generics) = cut(head, ",\"generics\":")?;
    generics.starts_with("{\"params\":[],\"where_predicates\":[]}").then_some((head, is_negative))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_nested_deeper_than_serde_json_allows_are_parsed() {
        let mut ty = r#"{"primitive":"u8"}"#.to_owned();
        for _ in 0..150 {
            ty = format!(r#"{{"slice":{ty}}}"#);
        }
        let item = |ty: &str| {
            format!(
                r#"{{"id":1,"crate_id":0,"name":"N","span":null,"visibility":"public","docs":null,"links":{{}},"attrs":[],"deprecation":null,"inner":{{"type_alias":{{"type":{ty},"generics":{{"params":[],"where_predicates":[]}}}}}}}}"#
            )
        };
        assert!(Item::parse(&item(&ty)).is_ok());
        for _ in 0..2000 {
            ty = format!(r#"{{"slice":{ty}}}"#);
        }
        assert!(Item::parse(&item(&ty)).is_err());
    }
}

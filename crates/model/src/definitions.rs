//! Where items are defined that stand elsewhere: text until somebody asks.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Definition, Namespace};

/// Definitions sorted by `defined_at`. Those that were stored are read when they are first asked
/// for: libc defines every item elsewhere, and a comparison asks for none of them.
#[derive(Clone)]
pub struct Definitions {
    /// As stored: for each a line of the namespace's number and `defined_at`, and one of
    /// `canonical`.
    text: Arc<str>,
    elsewhere: bool,
    list: OnceLock<Vec<Definition>>,
}

impl Definitions {
    /// Whether items of other crates are among them, which only grafting brings.
    pub fn have_other_crates(&self) -> bool {
        self.elsewhere
    }

    fn read(text: &str) -> Vec<Definition> {
        let mut lines = text.lines();
        let mut list = Vec::new();
        while let (Some(first), Some(canonical)) = (lines.next(), lines.next()) {
            let number = first.bytes().next().unwrap_or_default().wrapping_sub(b'0');
            let (Some(ns), Some(defined_at)) =
                (Namespace::ALL.get(usize::from(number)), first.get(1..))
            else {
                continue;
            };
            let (defined_at, canonical) = (defined_at.to_owned(), canonical.to_owned());
            list.push(Definition { defined_at, ns: *ns, canonical });
        }
        list
    }
}

impl Default for Definitions {
    fn default() -> Definitions {
        Vec::new().into()
    }
}

impl From<Vec<Definition>> for Definitions {
    fn from(list: Vec<Definition>) -> Definitions {
        let krate = |path: &str| path.split("::").next().map(str::to_owned);
        let elsewhere = list.iter().any(|d| krate(&d.defined_at) != krate(&d.canonical));
        Definitions { text: Arc::from(""), elsewhere, list: OnceLock::from(list) }
    }
}

impl Deref for Definitions {
    type Target = [Definition];
    fn deref(&self) -> &[Definition] {
        self.list.get_or_init(|| Definitions::read(&self.text))
    }
}

impl<'a> IntoIterator for &'a Definitions {
    type Item = &'a Definition;
    type IntoIter = std::slice::Iter<'a, Definition>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Definitions {
    fn eq(&self, other: &Definitions) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Definitions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Definitions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        for definition in self {
            text.push(char::from(b'0' + definition.ns as u8));
            for line in [&definition.defined_at, &definition.canonical] {
                text.push_str(line);
                text.push('\n');
            }
        }
        (self.elsewhere, text).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Definitions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Definitions, D::Error> {
        let (elsewhere, text) = <(bool, &str)>::deserialize(deserializer)?;
        Ok(Definitions { text: text.into(), elsewhere, list: OnceLock::new() })
    }
}

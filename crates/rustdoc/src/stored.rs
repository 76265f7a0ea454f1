//! A model as it is stored: its rows are decoded when they are asked for.

use std::borrow::Cow;

use ripe_model::{
    Alias, ApiModel, Definitions, Facts, Gap, Marks, Origin, PackageId, Rows, StoredRows, UnitFacts,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Stored<'m> {
    package: Cow<'m, PackageId>,
    unit: Cow<'m, UnitFacts>,
    crates: Cow<'m, [Origin]>,
    aliases: Cow<'m, [Alias]>,
    definitions: Cow<'m, Definitions>,
    gaps: Cow<'m, [Gap]>,
    rows: StoredRows,
}

/// Appends a model.
pub(crate) fn encode(model: &ApiModel, bytes: Vec<u8>) -> Result<Vec<u8>, postcard::Error> {
    let stored = Stored {
        package: Cow::Borrowed(&model.package),
        unit: Cow::Borrowed(&model.unit),
        crates: Cow::Borrowed(&model.crates),
        aliases: Cow::Borrowed(&model.aliases),
        definitions: Cow::Borrowed(&model.definitions),
        gaps: Cow::Borrowed(&model.gaps),
        rows: StoredRows::of(&model.rows, |facts, marks, said| {
            postcard::to_extend(&(facts, marks), said)
        })?,
    };
    postcard::to_extend(&stored, bytes)
}

/// Reads a model. Of the rows nothing is decoded.
pub(crate) fn decode(bytes: &[u8]) -> Result<ApiModel, postcard::Error> {
    Ok(model(postcard::from_bytes(bytes)?))
}

/// Reads a model that somebody else stored: that of which a row cannot be decoded is none.
pub(crate) fn decode_of_others(bytes: &[u8]) -> Result<ApiModel, postcard::Error> {
    let stored: Stored<'_> = postcard::from_bytes(bytes)?;
    match stored.rows.is_sound(said) {
        true => Ok(model(stored)),
        false => Err(postcard::Error::SerdeDeCustom),
    }
}

fn model(stored: Stored<'_>) -> ApiModel {
    ApiModel {
        package: stored.package.into_owned(),
        unit: stored.unit.into_owned(),
        crates: stored.crates.into_owned(),
        rows: Rows::of_stored(stored.rows, said),
        aliases: stored.aliases.into_owned(),
        definitions: stored.definitions.into_owned(),
        gaps: stored.gaps.into_owned(),
    }
}

fn said(bytes: &[u8]) -> Option<(Facts, Marks)> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use ripe_model::{ItemKey, Namespace, Row};

    use super::*;

    #[test]
    fn what_others_stored_is_looked_through() {
        let facts = (Facts::Module, Marks::default());
        let key = ItemKey::new("x".to_owned(), Namespace::Type);
        let row = Row { key, facts: facts.0.clone(), marks: facts.1.clone(), span: None };
        let (rows, _) = Rows::new(vec![row]);
        let stored = |said: &[u8]| {
            StoredRows::of(&rows, |_, _, bytes| Ok::<_, ()>([&bytes, said].concat()))
                .expect("nothing fails")
        };
        let good = postcard::to_stdvec(&facts).expect("encoded");
        assert!(stored(&good).is_sound(said));
        assert!(!stored(&[0xff; 4]).is_sound(said));
        assert!(!stored(&good[..1]).is_sound(said));
    }
}

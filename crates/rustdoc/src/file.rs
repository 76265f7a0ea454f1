//! JSON that the user gives.

use std::collections::BTreeMap;
use std::path::Path;

use ripe_model::{ApiModel, Gap, PackageFacts, PackageId, Source, UnitFacts};
use semver::Version;
use serde::Deserialize;

use crate::{Error, LowerInput, lower};

/// The model of the rustdoc JSON in a file. Package and version are those that the JSON names; the
/// origins of other crates are not known, and a gap of the model says so.
///
/// # Errors
/// Where it cannot be read, or [`Error::Json`].
pub fn from_file(path: &Path) -> Result<ApiModel, Error> {
    let json = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
    let unreadable = |reason: String| Error::Json { path: path.to_owned(), reason };
    crate::format_version(&json).map_err(|error| unreadable(error.to_string()))?;
    let outline: Outline =
        serde_json::from_str(&json).map_err(|error| unreadable(error.to_string()))?;
    let name = outline.root_name();
    let version = outline.crate_version.as_deref().and_then(|text| Version::parse(text).ok());
    let known_version = version.is_some();
    let input = LowerInput {
        package: PackageId {
            name: name.clone().unwrap_or_default(),
            version: version.unwrap_or(Version::new(0, 0, 0)),
            source: Source::Path,
        },
        unit: UnitFacts::default(),
        package_facts: PackageFacts {
            has_lib: true,
            lib_name: name.clone(),
            ..PackageFacts::default()
        },
        features: BTreeMap::new(),
        optional_dependencies: Vec::new(),
        origin_of: &|_, _| None,
        source_root: None,
    };
    let mut model = lower(&json, &input).map_err(|error| unreadable(error.to_string()))?;
    let what = path.display().to_string();
    if !known_version {
        model.gaps.push(Gap::new(&what, "the JSON names no version"));
    }
    model.gaps.push(Gap::new(
        what,
        "the versions of other crates are not known from JSON alone: types that moved to another \
         major of a dependency are not seen, and neither are features",
    ));
    model.gaps.sort();
    Ok(model)
}

/// The parts of the JSON that say whose it is.
#[derive(Deserialize)]
struct Outline<'a> {
    root: u32,
    crate_version: Option<String>,
    #[serde(borrow)]
    paths: BTreeMap<&'a str, Summary>,
}

#[derive(Deserialize)]
struct Summary {
    path: Vec<String>,
}

impl Outline<'_> {
    fn root_name(&self) -> Option<String> {
        self.paths.get(self.root.to_string().as_str())?.path.first().cloned()
    }
}

//! JSON that the user gives.

use std::collections::BTreeMap;
use std::path::Path;

use ripe_model::{ApiModel, Gap, PackageFacts, PackageId, Source, UnitFacts};
use semver::Version;

use crate::lower::lower_by_itself;
use crate::{Error, LowerInput};

/// The model of the rustdoc JSON in a file. Package and version are those that the JSON names; the
/// origins of other crates are not known, and a gap of the model says so.
///
/// # Errors
/// Where it cannot be read, or [`Error::Json`].
pub fn from_file(path: &Path) -> Result<ApiModel, Error> {
    let json = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
    let mut known_version = false;
    let input = |name: &str, version: Option<&str>| {
        let version = version.and_then(|text| Version::parse(text).ok());
        known_version = version.is_some();
        LowerInput {
            package: PackageId {
                name: name.to_owned(),
                version: version.unwrap_or(Version::new(0, 0, 0)),
                source: Source::Path,
            },
            unit: UnitFacts::default(),
            package_facts: PackageFacts {
                has_lib: true,
                lib_name: Some(name.to_owned()),
                ..PackageFacts::default()
            },
            features: BTreeMap::new(),
            optional_dependencies: Vec::new(),
            origin_of: &|_, _| None,
            source_root: None,
        }
    };
    let mut model = lower_by_itself(&json, input)
        .map_err(|error| Error::Json { path: path.to_owned(), reason: error.to_string() })?;
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

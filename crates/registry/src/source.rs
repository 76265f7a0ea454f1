//! What a package's own manifest says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ripe_model::PackageFacts;
use semver::Version;
use toml_edit::{DocumentMut, Item, TableLike};

use crate::{Error, rows};

/// The facts of a manifest that an API comparison needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The version, where it is written and not inherited.
    pub version: Option<Version>,
    /// The package as a whole.
    pub facts: PackageFacts,
    /// Its optional dependencies by the name that the code uses, sorted: each is a feature unless
    /// a feature names it by `dep:`.
    pub optional_dependencies: Vec<String>,
    /// Its features as written.
    pub features: BTreeMap<String, Vec<String>>,
}

/// Reads `Cargo.toml` in the folder of a package as published: there nothing is inherited from a
/// workspace.
///
/// # Errors
/// Where it is missing or no TOML.
pub fn read_manifest(folder: &Path) -> Result<Manifest, Error> {
    Ok(manifest(&document(folder)?, folder.join("src/lib.rs").is_file()))
}

/// The manifest in a folder.
pub(crate) fn document(folder: &Path) -> Result<DocumentMut, Error> {
    let path = folder.join("Cargo.toml");
    let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| Error::ManifestUnreadable {
        path: path.clone(),
        source,
    };
    let text = std::fs::read_to_string(&path).map_err(|error| unreadable(error.into()))?;
    text.parse::<DocumentMut>().map_err(|error| unreadable(error.into()))
}

fn manifest(document: &DocumentMut, has_lib_file: bool) -> Manifest {
    let package = document.get("package").and_then(Item::as_table_like);
    let text = |key: &str| package.and_then(|table| table.get(key)).and_then(Item::as_str);
    let lib = document.get("lib").and_then(Item::as_table_like);
    let autolib =
        package.and_then(|table| table.get("autolib")).and_then(Item::as_bool).unwrap_or(true);
    let has_lib = lib.is_some() || (has_lib_file && autolib);
    let lib_name = lib
        .and_then(|table| table.get("name"))
        .and_then(Item::as_str)
        .or(text("name"))
        .filter(|_| has_lib)
        .map(|name| name.replace('-', "_"));
    Manifest {
        version: text("version").and_then(|version| Version::parse(version).ok()),
        facts: PackageFacts {
            // A manifest without the key is of the first edition (Cargo book, "The edition field").
            edition: Some(text("edition").unwrap_or("2015").to_owned()),
            rust_version: text("rust-version").and_then(rows::rust_version),
            links: text("links").map(ToOwned::to_owned),
            proc_macro: lib.is_some_and(is_proc_macro),
            has_lib,
            lib_name,
        },
        optional_dependencies: optional_dependencies(document).into_iter().collect(),
        features: features(document),
    }
}

pub(crate) fn is_proc_macro(lib: &dyn TableLike) -> bool {
    let flag = |key: &str| lib.get(key).and_then(Item::as_bool).unwrap_or(false);
    let kinds = lib.get("crate-type").or_else(|| lib.get("crate_type")).and_then(Item::as_array);
    flag("proc-macro")
        || flag("proc_macro")
        || kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.as_str() == Some("proc-macro")))
}

fn optional_dependencies(document: &DocumentMut) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut collect = |table: Option<&dyn TableLike>| {
        for (name, item) in table.into_iter().flat_map(|table| table.iter()) {
            if item.get("optional").and_then(Item::as_bool) == Some(true) {
                found.insert(name.to_owned());
            }
        }
    };
    for key in ["dependencies", "build-dependencies", "build_dependencies"] {
        collect(document.get(key).and_then(Item::as_table_like));
    }
    let targets = document.get("target").and_then(Item::as_table_like);
    for (_, target) in targets.into_iter().flat_map(|table| table.iter()) {
        for key in ["dependencies", "build-dependencies", "build_dependencies"] {
            collect(target.get(key).and_then(Item::as_table_like));
        }
    }
    found
}

fn features(document: &DocumentMut) -> BTreeMap<String, Vec<String>> {
    let table = document.get("features").and_then(Item::as_table_like);
    table
        .into_iter()
        .flat_map(|table| table.iter())
        .map(|(name, enables)| {
            let enables = enables.as_array().into_iter().flatten();
            let enables = enables.filter_map(|value| value.as_str().map(ToOwned::to_owned));
            (name.to_owned(), enables.collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, has_lib_file: bool) -> Manifest {
        manifest(&text.parse().expect("a manifest"), has_lib_file)
    }

    #[test]
    fn a_library_without_a_table_takes_the_name_of_its_package() {
        let manifest = read("[package]\nname = 'md-5'\nversion = '0.1.0'\n", true);
        assert_eq!(manifest.facts.lib_name.as_deref(), Some("md_5"));
        assert_eq!(manifest.facts.edition.as_deref(), Some("2015"));
        assert!(!read("[package]\nname = 'tool'\n", false).facts.has_lib);
        assert!(!read("[package]\nname = 'tool'\nautolib = false\n", true).facts.has_lib);
    }

    #[test]
    fn optional_dependencies_are_found_in_every_table() {
        let manifest = read(
            "[package]\nname = 'a'\nrust-version = '1.70'\nlinks = 'z'\n\
             [lib]\nname = 'b'\nproc-macro = true\n\
             [dependencies]\nserde = { version = '1', optional = true }\nlog = '0.4'\n\
             [target.'cfg(unix)'.dependencies.libc]\nversion = '0.2'\noptional = true\n\
             [features]\ndefault = ['serde']\n",
            true,
        );
        assert_eq!(manifest.optional_dependencies, ["libc", "serde"]);
        assert_eq!(manifest.features["default"], ["serde"]);
        assert_eq!(manifest.facts.lib_name.as_deref(), Some("b"));
        assert_eq!(manifest.facts.rust_version, Some(Version::new(1, 70, 0)));
        assert!(manifest.facts.proc_macro);
    }
}

//! Cargo's names of packages and sources, in our words.

use ripe_model::{PackageId, Source};

/// The id of a package in `cargo metadata`.
pub(crate) fn package_id(package: &cargo_metadata::Package) -> PackageId {
    PackageId {
        name: package.name.to_string(),
        version: package.version.clone(),
        source: package.source.as_ref().map_or(Source::Path, |source| source_of(&source.repr)),
    }
}

/// A source as metadata and lockfiles write it (Cargo book, "Package ID Specifications"). Source
/// replacement does not show in it.
pub fn source_of(repr: &str) -> Source {
    match repr {
        "registry+https://github.com/rust-lang/crates.io-index"
        | "sparse+https://index.crates.io/" => Source::CratesIo,
        _ => {
            if let Some(url) = repr.strip_prefix("registry+") {
                Source::Registry(url.to_owned())
            } else if repr.starts_with("sparse+") {
                Source::Registry(repr.to_owned())
            } else if let Some(url) = repr.strip_prefix("git+") {
                Source::Git(url.to_owned())
            } else {
                Source::Path
            }
        }
    }
}

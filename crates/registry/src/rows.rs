//! One package's rows, out of cargo's cache file or out of an index file.
//!
//! The cache is `u8` version, `u32` index format, the revision, and then version and row in turn,
//! all ended by a zero byte (cargo's `sources/registry/index/cache.rs`).

use ripe_model::{DependencyKind, IndexDependency, Release};
use semver::{Version, VersionReq};
use tame_index::IndexVersion;
use tame_index::index::cache::ValidCacheEntry;

/// The rows of a cache file as bytes of JSON.
///
/// # Errors
/// In words, where the file is cut short or of a format that is not known.
pub(crate) fn cached(bytes: &[u8]) -> Result<Vec<&[u8]>, String> {
    let entry = ValidCacheEntry::read(bytes).map_err(|error| error.to_string())?;
    if !entry.version_entries.ends_with(&[0]) {
        return Err("the file is cut short".to_owned());
    }
    let parts: Vec<_> = entry.version_entries.split(|byte| *byte == 0).collect();
    Ok(parts.chunks_exact(2).map(|pair| pair[1]).collect())
}

/// The rows of an index file: a line of JSON each.
pub(crate) fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect()
}

/// A row as a release. `None` for a row that is not understood: cargo passes such rows over too,
/// so that old cargos can live with new indices.
pub(crate) fn release(row: &[u8]) -> Option<Release> {
    let row: IndexVersion = serde_json::from_slice(row).ok()?;
    let features = row.features().map(|(name, enables)| (name.clone(), enables.clone())).collect();
    Some(Release {
        version: Version::parse(&row.version).ok()?,
        yanked: row.yanked,
        rust_version: row.rust_version().and_then(rust_version),
        published: row.pubtime.as_ref().map(ToString::to_string),
        features,
        dependencies: row.dependencies().iter().filter_map(dependency).collect(),
        links: row.links().map(ToOwned::to_owned),
        checksum: row.checksum().iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

fn dependency(row: &tame_index::IndexDependency) -> Option<IndexDependency> {
    Some(IndexDependency {
        name: row.name.to_string(),
        package: row.crate_name().to_owned(),
        req: VersionReq::parse(&row.req).ok()?,
        features: row.features().to_vec(),
        optional: row.is_optional(),
        default_features: row.has_default_features(),
        target: row.target().map(ToOwned::to_owned),
        kind: match row.kind() {
            tame_index::krate::DependencyKind::Normal => DependencyKind::Normal,
            tame_index::krate::DependencyKind::Build => DependencyKind::Build,
            tame_index::krate::DependencyKind::Dev => DependencyKind::Dev,
        },
    })
}

/// A `rust-version` of one to three numbers as a full version (Cargo book, "Rust Version").
pub(crate) fn rust_version(text: &str) -> Option<Version> {
    let mut numbers = text.trim().splitn(3, '.').map(|part| part.parse::<u64>().ok());
    let major = numbers.next()??;
    let minor = numbers.next().unwrap_or(Some(0))?;
    let patch = numbers.next().unwrap_or(Some(0))?;
    Some(Version::new(major, minor, patch))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"name":"a","vers":"0.1.2","deps":[{"name":"b_lib","req":"^1","features":["x"],"optional":true,"default_features":false,"target":"cfg(unix)","kind":"build","package":"b"}],"cksum":"23c5f769d0418837c08fc1fafc29a25baebe21b7eb4e3149db11c37a2019d74c","features":{"default":["c"]},"features2":{"c":["dep:b_lib"]},"yanked":true,"links":"z","rust_version":"1.60","pubtime":"2021-02-03T04:05:06Z","v":2}"#;

    fn file() -> Vec<u8> {
        let mut bytes = vec![3, 2, 0, 0, 0];
        bytes.extend(b"etag: x\0");
        bytes.extend(format!("0.1.2\0{ROW}\00.1.3\0{{\"from\": \"the future\"}}\0").bytes());
        bytes
    }

    #[test]
    fn a_row_keeps_everything_that_cargo_wrote() {
        let bytes = file();
        let rows = cached(&bytes).expect("a cache file");
        assert_eq!(rows.len(), 2);
        let release = release(rows[0]).expect("a row");
        assert_eq!(release.version, Version::new(0, 1, 2));
        assert!(release.yanked);
        assert_eq!(release.rust_version, Some(Version::new(1, 60, 0)));
        assert_eq!(release.published.as_deref(), Some("2021-02-03T04:05:06Z"));
        assert_eq!(release.features["c"], ["dep:b_lib"]);
        assert_eq!(release.features["default"], ["c"]);
        assert_eq!(release.links.as_deref(), Some("z"));
        assert!(release.checksum.starts_with("23c5f769d041"));
        let dependency = &release.dependencies[0];
        assert_eq!((dependency.name.as_str(), dependency.package.as_str()), ("b_lib", "b"));
        assert_eq!(dependency.kind, DependencyKind::Build);
        assert_eq!(dependency.target.as_deref(), Some("cfg(unix)"));
        assert!(dependency.optional && !dependency.default_features);
    }

    #[test]
    fn a_row_of_the_future_is_passed_over() {
        let bytes = file();
        let rows = cached(&bytes).expect("a cache file");
        assert_eq!(release(rows[1]), None);
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error_and_no_panic() {
        let bytes = file();
        for end in 0..bytes.len() {
            let whole_rows = bytes[..end].ends_with(&[0]);
            match cached(&bytes[..end]) {
                Ok(rows) => assert!(whole_rows, "{end} gave {} rows", rows.len()),
                Err(words) => assert!(!words.is_empty()),
            }
        }
    }

    #[test]
    fn a_cache_of_a_newer_cargo_is_refused() {
        let mut bytes = file();
        bytes[0] = 9;
        assert!(cached(&bytes).is_err());
    }

    #[test]
    fn rust_versions_have_one_to_three_numbers() {
        assert_eq!(rust_version("1"), Some(Version::new(1, 0, 0)));
        assert_eq!(rust_version("1.60"), Some(Version::new(1, 60, 0)));
        assert_eq!(rust_version("1.60.3"), Some(Version::new(1, 60, 3)));
        assert_eq!(rust_version("nightly"), None);
    }
}

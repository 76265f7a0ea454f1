//! One package's rows, out of cargo's cache file or out of an index file.
//!
//! The cache is `u8` version, `u32` index format, the revision, and then version and row in turn,
//! all ended by a zero byte (cargo's `sources/registry/index/cache.rs`).

use ripe_model::Release;
use semver::Version;
use serde::Deserialize;
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

/// The newest format of a row that cargo 1.95 understands (Cargo book, "Index Format", `v`).
const FORMAT: u32 = 2;

/// The part of a row that is read for every release. The rest, most of the bytes, is passed over.
#[derive(Deserialize)]
struct Row {
    vers: Version,
    yanked: Option<bool>,
    rust_version: Option<String>,
    pubtime: Option<String>,
    v: Option<u32>,
}

/// The part of a row that says what the release needs.
#[derive(Deserialize)]
struct Needs {
    #[serde(default)]
    deps: Vec<Need>,
}

#[derive(Deserialize)]
struct Need {
    name: String,
    package: Option<String>,
    #[serde(default)]
    optional: bool,
    kind: Option<String>,
}

/// A row as a release. `None` for a row that is not understood: cargo passes such rows over too,
/// so that old cargos can live with new indices.
pub(crate) fn release(row: &[u8]) -> Option<Release> {
    let row: Row = serde_json::from_slice(row).ok()?;
    if row.v.is_some_and(|format| format > FORMAT) {
        return None;
    }
    Some(Release {
        version: row.vers,
        yanked: row.yanked.unwrap_or(false),
        rust_version: row.rust_version.as_deref().and_then(rust_version),
        published: row.pubtime,
    })
}

/// The packages that the release of a row cannot do without.
pub(crate) fn needs(row: &[u8]) -> Vec<String> {
    let needs = serde_json::from_slice::<Needs>(row).map(|row| row.deps).unwrap_or_default();
    let needs = needs.into_iter().filter(|n| !n.optional && n.kind.as_deref() != Some("dev"));
    needs.map(|need| need.package.unwrap_or(need.name)).collect()
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
    fn a_row_keeps_what_decides_about_its_release() {
        let bytes = file();
        let rows = cached(&bytes).expect("a cache file");
        assert_eq!(rows.len(), 2);
        let release = release(rows[0]).expect("a row");
        assert_eq!(release.version, Version::new(0, 1, 2));
        assert!(release.yanked);
        assert_eq!(release.rust_version, Some(Version::new(1, 60, 0)));
        assert_eq!(release.published.as_deref(), Some("2021-02-03T04:05:06Z"));
    }

    #[test]
    fn what_a_release_needs_bears_the_names_of_the_registry() {
        let wanted = ROW.replace("\"optional\":true", "\"optional\":false");
        let none: [&str; 0] = [];
        assert_eq!(needs(wanted.as_bytes()), ["b"]);
        assert_eq!(needs(wanted.replace(",\"package\":\"b\"", "").as_bytes()), ["b_lib"]);
        assert_eq!(needs(wanted.replace("build", "dev").as_bytes()), none);
        assert_eq!(needs(ROW.as_bytes()), none, "it is optional");
    }

    #[test]
    fn a_row_of_the_future_is_passed_over() {
        let bytes = file();
        let rows = cached(&bytes).expect("a cache file");
        assert_eq!(release(rows[1]), None);
        assert_eq!(release(ROW.replace("\"v\":2", "\"v\":3").as_bytes()), None);
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

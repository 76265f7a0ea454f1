//! The uses of one package version as bytes, laid out so that one item is asked for without reading
//! the sites of the others.
//!
//! ```text
//! "ripeuses" format:u32 head_len:u32 | head: postcard of Head | sites: postcard, item after item
//! ```
//!
//! Invariant: equal scans give equal bytes. Bytes of another format, or that are cut short, count
//! as none: they are made again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ripe_model::{Confidence, Gap, How, PackageId, UseSite};
use serde::{Deserialize, Serialize};

use crate::{Coverage, Scan, Seen};

const MAGIC: &[u8] = b"ripeuses";

/// The version of the layout, and of what the scan writes into it.
pub const INDEX_FORMAT: u32 = 1;

/// What is read at once.
#[derive(Serialize, Deserialize)]
struct Head {
    /// The package whose sources were searched.
    package: PackageId,
    /// Its files with sites.
    files: Vec<PathBuf>,
    /// The packages that it can name, sorted.
    used: Vec<Used>,
    gaps: Vec<Gap>,
    coverage: Coverage,
    seen: BTreeMap<PackageId, Seen>,
}

/// The items of one package that are used, sorted.
#[derive(Serialize, Deserialize)]
struct Used {
    package: PackageId,
    items: Vec<Item>,
}

/// An item: what its path shares with the one before it, the rest, and where its sites end. They
/// begin where those before end.
#[derive(Serialize, Deserialize)]
struct Item {
    shared: u32,
    rest: String,
    end: u32,
}

#[derive(Serialize, Deserialize)]
struct Site {
    file: u32,
    line: u32,
    column: u32,
    how: How,
    confidence: Confidence,
    inactive: bool,
}

/// The uses of one package version.
pub struct UseIndex {
    head: Head,
    sites: Vec<u8>,
}

impl UseIndex {
    /// The index of a scan of `package`.
    pub fn of(package: &PackageId, scan: &Scan) -> UseIndex {
        let mut files: Vec<PathBuf> =
            scan.uses.values().flatten().map(|site| site.file.clone()).collect();
        files.sort();
        files.dedup();
        let mut sites = Vec::new();
        let mut used = Vec::new();
        for (of, found) in &scan.uses {
            let mut by_item: BTreeMap<&str, Vec<Site>> = BTreeMap::new();
            for site in found {
                let file = files.binary_search(&site.file).unwrap_or_default();
                by_item.entry(&site.item).or_default().push(Site {
                    file: small(file),
                    line: site.line,
                    column: site.column,
                    how: site.how,
                    confidence: site.confidence,
                    inactive: site.inactive,
                });
            }
            let mut items = Vec::new();
            let mut before = "";
            for (item, found) in by_item {
                for site in &found {
                    sites.extend(postcard::to_stdvec(site).unwrap_or_default());
                }
                let shared = shared(before, item);
                items.push(Item {
                    shared: small(shared),
                    rest: item[shared..].to_owned(),
                    end: small(sites.len()),
                });
                before = item;
            }
            used.push(Used { package: of.clone(), items });
        }
        let head = Head {
            package: package.clone(),
            files,
            used,
            gaps: scan.gaps.clone(),
            coverage: scan.coverage.clone(),
            seen: scan.seen.clone(),
        };
        UseIndex { head, sites }
    }

    /// The bytes of the index.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = postcard::to_stdvec(&self.head).unwrap_or_default();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(INDEX_FORMAT.to_le_bytes());
        bytes.extend(small(head.len()).to_le_bytes());
        bytes.extend(head);
        bytes.extend(&self.sites);
        bytes
    }

    /// The index that these bytes hold.
    pub fn from_bytes(bytes: &[u8]) -> Option<UseIndex> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (format, rest) = rest.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        if u32::from_le_bytes(*format) != INDEX_FORMAT {
            return None;
        }
        let (head, sites) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let head: Head = postcard::from_bytes(head).ok()?;
        let end = head.used.iter().flat_map(|used| &used.items).map(|item| item.end).next_back();
        (end.unwrap_or(0) as usize == sites.len()).then(|| UseIndex { head, sites: sites.to_vec() })
    }

    /// The package whose uses these are.
    pub fn package(&self) -> &PackageId {
        &self.head.package
    }

    /// What of its sources could not be read.
    pub fn gaps(&self) -> &[Gap] {
        &self.head.gaps
    }

    /// The sites of the items of `of` that `is_asked` by their paths, in the order of a scan. Of the
    /// others nothing is read but their names.
    pub fn uses(&self, of: &PackageId, is_asked: impl Fn(&str) -> bool) -> Vec<UseSite> {
        let mut found = Vec::new();
        self.each_item(|package, item, sites| {
            if package == of && is_asked(item) {
                found.extend(self.decode(item, sites));
            }
        });
        found.sort();
        found
    }

    /// Calls back with each item that is used: its package, its path, and its sites as they are
    /// kept.
    fn each_item<'a>(&'a self, mut said: impl FnMut(&'a PackageId, &str, &'a [u8])) {
        let mut begin = 0_usize;
        for used in &self.head.used {
            let mut path = String::new();
            for Item { shared, rest, end } in &used.items {
                path.truncate(*shared as usize);
                path.push_str(rest);
                let sites = begin..*end as usize;
                begin = sites.end;
                said(&used.package, &path, self.sites.get(sites).unwrap_or_default());
            }
        }
    }

    fn decode<'a>(&'a self, item: &str, bytes: &'a [u8]) -> impl Iterator<Item = UseSite> {
        let mut left = bytes;
        std::iter::from_fn(move || {
            let (site, rest) = postcard::take_from_bytes::<Site>(left).ok()?;
            left = rest;
            Some(UseSite {
                package: self.head.package.name.clone(),
                file: self.head.files.get(site.file as usize).cloned().unwrap_or_default(),
                line: site.line,
                column: site.column,
                item: item.to_owned(),
                how: site.how,
                confidence: site.confidence,
                inactive: site.inactive,
            })
        })
    }

    /// The whole scan.
    pub fn scan(&self) -> Scan {
        let none = |used: &Used| (used.package.clone(), Vec::new());
        let mut uses: BTreeMap<_, Vec<UseSite>> = self.head.used.iter().map(none).collect();
        self.each_item(|package, item, sites| {
            uses.entry(package.clone()).or_default().extend(self.decode(item, sites));
        });
        uses.values_mut().for_each(|sites| sites.sort());
        Scan {
            package: self.head.package.name.clone(),
            uses,
            lost: Vec::new(),
            gaps: self.head.gaps.clone(),
            coverage: self.head.coverage.clone(),
            seen: self.head.seen.clone(),
        }
    }
}

/// How many bytes two paths share at their beginning.
fn shared(a: &str, b: &str) -> usize {
    let same = a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b);
    same.map_or(a.len().min(b.len()), |((at, _), _)| at)
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use ripe_model::Source;

    use super::*;

    fn id(name: &str) -> PackageId {
        PackageId {
            name: name.to_owned(),
            version: semver::Version::new(1, 2, 3),
            source: Source::CratesIo,
        }
    }

    fn site(item: &str, file: &str, line: u32) -> UseSite {
        UseSite {
            package: "user".to_owned(),
            file: file.into(),
            line,
            column: 5,
            item: item.to_owned(),
            how: How::Call,
            confidence: Confidence::Likely,
            inactive: line == 7,
        }
    }

    fn scan() -> Scan {
        let sites = |found: &[UseSite]| {
            let mut found = found.to_vec();
            found.sort();
            found
        };
        let a = sites(&[
            site("a::S", "src/lib.rs", 1),
            site("a::S::new", "src/lib.rs", 2),
            site("a::S::new", "src/b.rs", 7),
            site("a::ü", "src/b.rs", 9),
        ]);
        let b = sites(&[site("b::f", "src/b.rs", 3)]);
        Scan {
            package: "user".to_owned(),
            uses: [(id("a"), a), (id("b"), b), (id("c"), Vec::new())].into(),
            gaps: vec![Gap::new("src/c.rs", "does not parse")],
            coverage: Coverage { files: 3, lines: 90, ..Coverage::default() },
            seen: [(id("a"), Seen { in_macros: 2, untyped: Vec::new() })].into(),
            ..Scan::default()
        }
    }

    #[test]
    fn a_scan_comes_back_whole_and_by_item() {
        let bytes = UseIndex::of(&id("user"), &scan()).to_bytes();
        assert_eq!(bytes, UseIndex::of(&id("user"), &scan()).to_bytes());
        let index = UseIndex::from_bytes(&bytes).expect("it was written just now");
        assert_eq!(index.package(), &id("user"));
        assert_eq!(index.scan(), scan());
        let lines = |of: &str, item: &str| -> Vec<u32> {
            index.uses(&id(of), |i| i == item).iter().map(|site| site.line).collect()
        };
        assert_eq!(lines("a", "a::S::new"), [7, 2]);
        assert_eq!(lines("a", "a::ü"), [9]);
        assert_eq!(lines("b", "b::f"), [3]);
        assert!(lines("b", "a::S").is_empty() && lines("c", "c::x").is_empty());
    }

    #[test]
    fn bytes_that_are_damaged_or_of_another_format_are_no_index() {
        let bytes = UseIndex::of(&id("user"), &scan()).to_bytes();
        for cut in 0..bytes.len() {
            assert!(UseIndex::from_bytes(&bytes[..cut]).is_none(), "cut at {cut}");
        }
        let mut later = bytes;
        later[MAGIC.len()] += 1;
        assert!(UseIndex::from_bytes(&later).is_none());
    }
}

//! The rows of a registry index as cargo cached them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use ripe_model::{Gap, PackageId, Release, Source};

use crate::config::Place;
use crate::{AsOf, CargoConfig, Error, rows};

/// The releases of packages, by name and source.
pub type Releases = BTreeMap<(String, Source), Vec<Release>>;

/// Cargo's index caches on this machine. Reads files only; cargo refreshes them.
#[derive(Debug, Clone)]
pub struct Index {
    config: CargoConfig,
    as_of: Option<AsOf>,
}

/// A file with rows.
struct Found {
    path: PathBuf,
    bytes: Vec<u8>,
    cache: bool,
}

impl Index {
    /// The caches that cargo uses under this configuration.
    pub fn new(config: CargoConfig) -> Index {
        Index { config, as_of: None }
    }

    /// The same caches as they were on a day.
    pub fn as_of(self, day: AsOf) -> Index {
        Index { as_of: Some(day), ..self }
    }

    /// The configuration.
    pub(crate) fn config(&self) -> &CargoConfig {
        &self.config
    }

    /// Whether the packages of a source are listed in an index, and not vendored.
    pub(crate) fn lists(&self, source: &Source) -> bool {
        match self.config.place(source) {
            Some(Place::Index(_) | Place::LocalRegistry(_)) => true,
            Some(Place::Directory(_)) | None => false,
        }
    }

    /// The URL of the index that serves a source; `None` where that is crates.io itself, or none.
    pub(crate) fn url(&self, source: &Source) -> Option<String> {
        match self.config.place(source)? {
            Place::Index(url) if url.contains("index.crates.io") => None,
            Place::Index(url) if *source == Source::CratesIo && !url.starts_with("sparse+") => None,
            Place::Index(url) => Some(url),
            Place::Directory(_) | Place::LocalRegistry(_) => None,
        }
    }

    /// The rows of a package as an index file holds them; `None` where none are cached.
    pub(crate) fn text(&self, name: &str, source: &Source) -> Option<Vec<u8>> {
        let found = self.find(name, source).ok()?;
        Some(self.rows(name, &found).ok()?.join(&b'\n'))
    }

    /// Whether nothing up to the day can be missing in the cached rows of a package.
    pub(crate) fn is_complete(&self, name: &str, source: &Source) -> bool {
        let Ok(found) = self.find(name, source) else { return false };
        let all = if found.cache { rows::cached(&found.bytes) } else { return true };
        all.is_ok_and(|rows| self.as_of.as_ref().is_some_and(|day| day.is_covered_by(&rows)))
    }

    /// The rows of a file that are seen.
    fn rows<'a>(&self, name: &str, found: &'a Found) -> Result<Vec<&'a [u8]>, Error> {
        let mut rows = if found.cache {
            rows::cached(&found.bytes).map_err(|what| Error::CacheUnreadable {
                package: name.to_owned(),
                path: found.path.clone(),
                what,
            })?
        } else {
            rows::lines(&found.bytes)
        };
        if let Some(day) = &self.as_of {
            rows.retain(|row| day.sees(name, row));
        }
        Ok(rows)
    }

    /// All releases of a package, oldest version first.
    ///
    /// # Errors
    /// Where nothing is cached, the cache cannot be read, or the packages are vendored.
    pub fn releases(&self, name: &str, source: &Source) -> Result<Vec<Release>, Error> {
        let found = self.find(name, source)?;
        let rows = self.rows(name, &found)?;
        if rows.is_empty()
            && let Some(day) = &self.as_of
        {
            let (package, date) = (name.to_owned(), day.date().to_owned());
            return Err(Error::NotYet { package, date });
        }
        let mut releases: Vec<_> = rows.into_iter().filter_map(rows::release).collect();
        if releases.is_empty() {
            let what = "no row of it is understood".to_owned();
            return Err(Error::CacheUnreadable {
                package: name.to_owned(),
                path: found.path,
                what,
            });
        }
        releases.sort_by(|a, b| a.version.cmp(&b.version));
        Ok(releases)
    }

    /// The packages that the newest release of a package cannot do without; none where its rows
    /// cannot be read.
    pub(crate) fn needs_of_newest(&self, name: &str, source: &Source) -> Vec<String> {
        let Ok(found) = self.find(name, source) else { return Vec::new() };
        let rows = self.rows(name, &found).unwrap_or_default();
        let read = rows.into_iter().filter_map(|row| Some((rows::release(row)?, row)));
        let newest = read
            .filter(|(release, _)| !release.yanked)
            .max_by(|(a, _), (b, _)| a.version.cmp(&b.version));
        newest.map(|(_, row)| rows::needs(row)).unwrap_or_default()
    }

    /// The releases of many packages, keyed by name and source; what cannot be read is a gap.
    /// Packages that come from no registry are left out.
    pub fn releases_of<'a>(
        &self,
        packages: impl IntoIterator<Item = &'a PackageId>,
    ) -> (Releases, Vec<Gap>) {
        let keys: BTreeSet<_> = packages
            .into_iter()
            .filter(|package| package.source.is_registry())
            .map(|package| (package.name.clone(), package.source.clone()))
            .collect();
        let read: Vec<_> = keys
            .into_par_iter()
            .map(|key| {
                let releases = self.releases(&key.0, &key.1);
                (key, releases)
            })
            .collect();
        let mut found = BTreeMap::new();
        let mut gaps = BTreeSet::new();
        for (key, releases) in read {
            match releases {
                Ok(releases) => {
                    found.insert(key, releases);
                }
                Err(error) => {
                    gaps.insert(Gap::new(error.subject(), error.to_string()));
                }
            }
        }
        gaps.extend(self.as_of.iter().flat_map(|day| day.gaps(&found)));
        (found, gaps.into_iter().collect())
    }

    /// A hash of the rows of a package: it changes when a release comes, is yanked or comes back.
    pub fn digest(&self, name: &str, source: &Source) -> Option<String> {
        let found = self.find(name, source).ok()?;
        // The revision in the file's head changes with the server's, the rows do not.
        let mut hasher = blake3::Hasher::new();
        for row in self.rows(name, &found).ok()? {
            hasher.update(row);
            hasher.update(&[0]);
        }
        Some(hasher.finalize().to_hex().to_string())
    }

    /// The folder of a downloaded package, if it is on disk.
    pub fn source_folder(&self, package: &PackageId) -> Option<PathBuf> {
        let whole = format!("{}-{}", package.name, package.version);
        let folders: Vec<PathBuf> = match self.config.place(&package.source)? {
            Place::Directory(folder) => {
                // Vendoring adds the version only where there are several.
                let plain = folder.join(&package.name);
                let fits = crate::read_manifest(&plain)
                    .is_ok_and(|manifest| manifest.version.as_ref() == Some(&package.version));
                fits.then_some(plain).into_iter().chain([folder.join(whole)]).collect()
            }
            Place::Index(url) => {
                let src = self.config.home.join("registry").join("src");
                cache_names(&url, &src).iter().map(|name| src.join(name).join(&whole)).collect()
            }
            Place::LocalRegistry(folder) => {
                let url = format!("registry+file://{}", folder.display());
                let src = self.config.home.join("registry").join("src");
                cache_names(&url, &src).iter().map(|name| src.join(name).join(&whole)).collect()
            }
        };
        folders.into_iter().find(|folder| folder.join("Cargo.toml").is_file())
    }

    fn find(&self, name: &str, source: &Source) -> Result<Found, Error> {
        let not_cached = |path: PathBuf| Error::NotCached { package: name.to_owned(), path };
        let (files, cache) = match self.config.place(source) {
            None => return Err(not_cached(self.config.home.join("registry"))),
            Some(Place::Directory(folder)) => return Err(Error::Vendored { folder }),
            Some(Place::LocalRegistry(folder)) => {
                (vec![folder.join("index").join(relative(name))], false)
            }
            Some(Place::Index(url)) => {
                let index = self.config.home.join("registry").join("index");
                let files = cache_names(&url, &index)
                    .iter()
                    .map(|folder| index.join(folder).join(".cache").join(relative(name)))
                    .collect();
                (files, true)
            }
        };
        for path in &files {
            match std::fs::read(path) {
                Ok(bytes) => return Ok(Found { path: path.clone(), bytes, cache }),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Error::CacheUnreadable {
                        package: name.to_owned(),
                        path: path.clone(),
                        what: error.to_string(),
                    });
                }
            }
        }
        Err(not_cached(files.into_iter().next().unwrap_or_default()))
    }
}

/// Where the rows of a package stand below an index (Cargo book, "Index Files").
fn relative(name: &str) -> PathBuf {
    let name = name.to_lowercase();
    let part = |range: std::ops::Range<usize>| name.get(range).unwrap_or_default().to_owned();
    let folders = match name.chars().count() {
        0 => vec![],
        1 => vec!["1".to_owned()],
        2 => vec!["2".to_owned()],
        3 => vec!["3".to_owned(), part(0..1)],
        _ => vec![part(0..2), part(2..4)],
    };
    folders.into_iter().collect::<PathBuf>().join(name)
}

/// The names that cargo may have given to the folder of this URL under `parent`, the likeliest
/// first: the one of cargo 1.85 and later, the one of earlier cargos, and, because the hash is
/// cargo's own business, the only one that begins with the host.
fn cache_names(url: &str, parent: &Path) -> Vec<String> {
    let url = url.strip_prefix("registry+").unwrap_or(url);
    let mut names = Vec::new();
    for stable in [true, false] {
        if let Ok(found) = tame_index::utils::url_to_local_dir(url, stable) {
            names.push(found.dir_name);
        }
    }
    let host = url
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', ':', '?']).next().unwrap_or_default())
        .unwrap_or_default();
    let alike: Vec<_> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.rsplit_once('-').is_some_and(|(before, _)| before == host))
        .collect();
    if let [only] = alike.as_slice() {
        names.push(only.clone());
    }
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lie_where_cargo_puts_them() {
        for (name, path) in [
            ("a", "1/a"),
            ("ab", "2/ab"),
            ("Abc", "3/a/abc"),
            ("serde", "se/rd/serde"),
            ("é", "1/é"),
        ] {
            assert_eq!(relative(name), Path::new(path));
        }
    }

    #[test]
    fn crates_io_lies_in_the_folder_of_its_hash() {
        // Names that cargo 1.84 and 1.95 gave on x86-64.
        let names = cache_names("sparse+https://index.crates.io/", Path::new("/nowhere"));
        assert_eq!(names, ["index.crates.io-1949cf8c6b5b557f", "index.crates.io-6f17d22bba15001f"]);
    }

    #[test]
    fn what_is_not_cached_is_a_gap_with_its_name() {
        let home = tempfile::tempdir().expect("a folder");
        let config = CargoConfig::read_with_home(Path::new("/nowhere"), home.path().to_owned());
        let index = Index::new(config.expect("a configuration"));
        let package = PackageId {
            name: "serde".to_owned(),
            version: semver::Version::new(1, 0, 0),
            source: Source::CratesIo,
        };
        let (found, gaps) = index.releases_of([&package]);
        assert!(found.is_empty());
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].what, "serde");
    }
}

//! API models and unit lists on disk, in a folder of the user's cache directory.
//!
//! Invariant: a file is either whole or not there. It is written beside its place and renamed, and
//! its header holds the hash of the rest; two processes that write one file write the same bytes.
//! Invariant: what cannot be read is a miss with a note, never an error: the cache only saves time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ripe_model::{ApiModel, Gap};

use crate::docsrs::Absence;
use crate::key::MODEL_VERSION;
use crate::store::{Store, model_path};
use crate::stored;
use crate::unit_list::{UnitList, UnitListKey};
use crate::{Error, ModelKey};
use ripe_record::write_private;

/// A cached model, or why there is none.
#[derive(Debug, Clone)]
pub enum Cached<T = Arc<ApiModel>> {
    /// It is there.
    Hit(T),
    /// It is not.
    Miss,
    /// A file is there that cannot be used: cut short, or written by another version of the tool.
    Unusable(Gap),
}

/// The cache. Several processes may use one folder at the same time.
#[derive(Debug, Clone)]
pub struct ModelCache {
    folder: PathBuf,
    limit: u64,
    store: Option<Arc<Store>>,
}

/// The first bytes of every file.
const MAGIC: &[u8; 8] = b"ripe-api";
/// The folders of a cache.
const PARTS: &[&str] = &["models", "units", "absent", "downloads"];
/// Magic, version, hash of the rest.
const HEADER: usize = 8 + 8 + 32;

impl ModelCache {
    /// The size that a cache is kept below unless told otherwise, in bytes.
    pub const DEFAULT_LIMIT: u64 = 1 << 30;

    /// The cache in `folder`, which is made when it is first written to.
    pub fn new(folder: impl Into<PathBuf>) -> ModelCache {
        ModelCache { folder: folder.into(), limit: Self::DEFAULT_LIMIT, store: None }
    }

    /// Models that are not in the cache are looked for in a store, and copied from there.
    pub fn with_store(mut self, store: Store) -> ModelCache {
        self.store = Some(Arc::new(store));
        self
    }

    /// Changes the size, in bytes, above which what was not used for longest goes.
    pub fn with_limit(mut self, limit: u64) -> ModelCache {
        self.limit = limit;
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The size limit in bytes.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Reads a model, and marks it as used. What the cache does not have is looked for in the
    /// store, where there is one.
    pub fn get(&self, key: &ModelKey) -> Cached {
        let missed = match self.read(&self.model_file(key), stored::decode) {
            Cached::Hit(model) => return Cached::Hit(Arc::new(model)),
            Cached::Miss => Cached::Miss,
            Cached::Unusable(gap) => Cached::Unusable(gap),
        };
        match &self.store {
            Some(store) => self.through(store, key, missed),
            None => missed,
        }
    }

    /// A model from the store, which is copied; `missed` where it has none.
    fn through(&self, store: &Store, key: &ModelKey, missed: Cached) -> Cached {
        let unusable = |why: String| Cached::Unusable(Gap::new(store.name(), why));
        let bytes = match store.get(key) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return missed,
            Err(why) => return unusable(format!("{why}; the store was left out")),
        };
        match decode(&bytes, stored::decode_of_others) {
            Ok(model) => {
                // Where it cannot be copied, it is asked for again the next time.
                let _ = write_private(&self.model_file(key), &bytes);
                Cached::Hit(Arc::new(model))
            }
            Err(why) => unusable(format!("a model in the store {why}; it was left out")),
        }
    }

    /// Whether there is a model, whole and of this version.
    pub(crate) fn has(&self, key: &ModelKey) -> bool {
        fs::read(self.model_file(key)).is_ok_and(|bytes| whole(&bytes).is_ok())
            || (self.store.is_some() && matches!(self.get(key), Cached::Hit(_)))
    }

    /// Writes a model.
    ///
    /// # Errors
    /// For instance on a full disk; the model is then simply not cached.
    pub fn put(&self, key: &ModelKey, model: &ApiModel) -> Result<(), Error> {
        self.write(&self.model_file(key), |bytes| stored::encode(model, bytes))
    }

    pub(crate) fn get_units(&self, key: &UnitListKey) -> Cached<UnitList> {
        self.read(&self.units_file(key), |bytes| postcard::from_bytes(bytes))
    }

    pub(crate) fn put_units(&self, key: &UnitListKey, list: &UnitList) -> Result<(), Error> {
        self.write(&self.units_file(key), |bytes| postcard::to_extend(list, bytes))
    }

    /// Why docs.rs had no model, where that was found out less than `fresh` ago.
    pub(crate) fn absent(&self, key: &ModelKey, fresh: Duration) -> Option<Absence> {
        let file = self.absent_file(key);
        let age = fs::metadata(&file).ok()?.modified().ok()?.elapsed().ok()?;
        match self.read_as_is(&file, |bytes| postcard::from_bytes(bytes)) {
            Cached::Hit(absence) => (age < fresh).then_some(absence),
            Cached::Miss | Cached::Unusable(_) => None,
        }
    }

    /// Remembers that docs.rs has no model. Where it cannot be written, docs.rs is asked again.
    pub(crate) fn put_absent(&self, key: &ModelKey, absence: &Absence) {
        let _ = self.write(&self.absent_file(key), |bytes| postcard::to_extend(absence, bytes));
    }

    /// A folder for what passes through.
    pub fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }

    fn absent_file(&self, key: &ModelKey) -> PathBuf {
        self.folder.join("absent").join(&key.0)
    }

    fn model_file(&self, key: &ModelKey) -> PathBuf {
        model_path(&self.folder, key)
    }

    fn units_file(&self, key: &UnitListKey) -> PathBuf {
        self.folder.join("units").join(&key.0)
    }

    /// Reads a file, and marks it as used.
    fn read<T>(&self, file: &Path, with: Decode<T>) -> Cached<T> {
        let found = self.read_as_is(file, with);
        if let Cached::Hit(_) = found {
            // A cache that cannot be written to still serves; it only forgets what was used.
            let _ = fs::File::options()
                .append(true)
                .open(file)
                .and_then(|file| file.set_modified(SystemTime::now()));
        }
        found
    }

    fn read_as_is<T>(&self, file: &Path, with: Decode<T>) -> Cached<T> {
        let Ok(bytes) = fs::read(file) else { return Cached::Miss };
        match decode(&bytes, with) {
            Ok(value) => Cached::Hit(value),
            Err(why) => Cached::Unusable(Gap::new(
                file.display().to_string(),
                format!("the cached file {why}; it is made again"),
            )),
        }
    }

    fn write(
        &self,
        file: &Path,
        append: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, postcard::Error>,
    ) -> Result<(), Error> {
        let unwritten = |error| Error::io("write", file)(std::io::Error::other(error));
        let bytes = encode(append).map_err(unwritten)?;
        Ok(write_private(file, &bytes)?)
    }

    /// The size of everything in it, in bytes.
    pub fn size(&self) -> u64 {
        self.files().iter().map(|file| file.size).sum()
    }

    /// Removes what was not used for longest, until the size is a tenth below the limit; nothing
    /// where it is within the limit. Returns the bytes that were freed.
    pub fn trim(&self) -> u64 {
        let mut files = self.files();
        let mut size: u64 = files.iter().map(|file| file.size).sum();
        if size <= self.limit {
            return 0;
        }
        files.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
        let mut freed = 0;
        for file in files {
            if size <= self.limit / 10 * 9 {
                break;
            }
            if fs::remove_file(&file.path).is_ok() {
                size -= file.size;
                freed += file.size;
            }
        }
        freed
    }

    /// Empties it. Returns the bytes that were freed.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn clear(&self) -> Result<u64, Error> {
        let size = self.size();
        for part in PARTS {
            let folder = self.folder.join(part);
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", &folder)(error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(size)
    }

    fn files(&self) -> Vec<CacheFile> {
        let mut files = Vec::new();
        let mut open: Vec<PathBuf> = PARTS.iter().map(|part| self.folder.join(part)).collect();
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let Ok(metadata) = entry.metadata() else { continue };
                if metadata.is_dir() {
                    open.push(entry.path());
                } else {
                    files.push(CacheFile {
                        path: entry.path(),
                        size: metadata.len(),
                        used: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                    });
                }
            }
        }
        files
    }
}

struct CacheFile {
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

fn version() -> [u8; 8] {
    let mut version = [0; 8];
    version.copy_from_slice(&blake3::hash(MODEL_VERSION.as_bytes()).as_bytes()[..8]);
    version
}

fn encode(
    append: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, postcard::Error>,
) -> Result<Vec<u8>, postcard::Error> {
    let mut bytes = append(vec![0; HEADER])?;
    let hash = blake3::hash(&bytes[HEADER..]);
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8..16].copy_from_slice(&version());
    bytes[16..HEADER].copy_from_slice(hash.as_bytes());
    Ok(bytes)
}

/// What follows the header, if the file is whole and of this version.
fn whole(bytes: &[u8]) -> Result<&[u8], &'static str> {
    let (Some(header), Some(rest)) = (bytes.get(..HEADER), bytes.get(HEADER..)) else {
        return Err("is cut short");
    };
    if &header[..8] != MAGIC || header[8..16] != version() {
        return Err("was written by another version of the tool");
    }
    if blake3::hash(rest).as_bytes() != &header[16..] {
        return Err("is cut short or damaged");
    }
    Ok(rest)
}

/// Decodes what follows the header.
type Decode<T> = fn(&[u8]) -> Result<T, postcard::Error>;

fn decode<T>(bytes: &[u8], with: Decode<T>) -> Result<T, &'static str> {
    with(whole(bytes)?).map_err(|_| "does not decode")
}

#[cfg(test)]
mod tests {
    use ripe_model::{Definitions, Origin, PackageId, Rows, Source, UnitFacts};
    use semver::Version;

    use super::*;

    fn model(name: &str) -> ApiModel {
        let version = Version::new(1, 2, 3);
        ApiModel {
            package: PackageId {
                name: name.to_owned(),
                version: version.clone(),
                source: Source::CratesIo,
            },
            unit: UnitFacts::default(),
            crates: vec![Origin {
                crate_name: name.to_owned(),
                package: name.to_owned(),
                source: Source::CratesIo,
                range: None,
                version: Some(version),
            }],
            rows: Rows::default(),
            aliases: vec![],
            definitions: Definitions::default(),
            gaps: vec![Gap::new("a", "b")],
        }
    }

    fn key(letter: char) -> ModelKey {
        ModelKey(std::iter::repeat_n(letter, 64).collect())
    }

    #[test]
    fn what_was_put_is_got() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = ModelCache::new(folder.path().join("cache"));
        assert!(matches!(cache.get(&key('a')), Cached::Miss));
        cache.put(&key('a'), &model("x")).expect("written");
        let Cached::Hit(found) = cache.get(&key('a')) else { panic!("a hit") };
        assert_eq!(*found, model("x"));
        assert_eq!(cache.size(), cache.clear().expect("cleared"));
        assert!(matches!(cache.get(&key('a')), Cached::Miss));
    }

    #[test]
    fn damaged_and_foreign_files_are_misses_with_a_note() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = ModelCache::new(folder.path());
        cache.put(&key('a'), &model("x")).expect("written");
        let file = cache.model_file(&key('a'));
        let whole = fs::read(&file).expect("there");
        let check = |bytes: &[u8], why: &str| {
            fs::write(&file, bytes).expect("written");
            let Cached::Unusable(gap) = cache.get(&key('a')) else { panic!("unusable: {why}") };
            assert!(gap.why.contains(why), "{gap:?}");
        };
        for length in 0..whole.len() {
            check(&whole[..length], "is cut short");
        }
        let mut other = whole.clone();
        other[9] ^= 1;
        check(&other, "another version");
        let mut damaged = whole.clone();
        *damaged.last_mut().expect("not empty") ^= 1;
        check(&damaged, "damaged");
    }

    #[test]
    fn a_store_is_read_through_and_what_is_wrong_in_it_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let full = ModelCache::new(folder.path().join("full/models"));
        full.put(&key('a'), &model("x")).expect("written");
        full.put(&key('b'), &model("x")).expect("written");
        fs::write(full.model_file(&key('b')), b"not ours").expect("written");
        let from = |store: &Path, name: &str| {
            ModelCache::new(folder.path().join(name)).with_store(Store::folder(store).expect("one"))
        };
        for (at, store) in
            [folder.path().join("full"), folder.path().join("full/models")].iter().enumerate()
        {
            let cache = from(store, &format!("empty{at}"));
            assert!(cache.has(&key('a')));
            assert!(matches!(cache.get(&key('c')), Cached::Miss));
            let Cached::Unusable(gap) = cache.get(&key('b')) else { panic!("damaged") };
            assert!(gap.why.contains("a model in the store is cut short"), "{gap:?}");
            let alone = ModelCache::new(cache.folder());
            assert!(matches!(alone.get(&key('a')), Cached::Hit(_)), "a hit is copied");
            assert!(matches!(alone.get(&key('b')), Cached::Miss), "and nothing else");
        }
        assert!(Store::folder(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_store_on_a_server_is_read_through() {
        use ripe_testkit::{Reply, Server};
        let folder = tempfile::tempdir().expect("a folder");
        let full = ModelCache::new(folder.path().join("full"));
        full.put(&key('a'), &model("x")).expect("written");
        let bytes = fs::read(full.model_file(&key('a'))).expect("there");
        let path = format!("/at/models/aa/{}", key('a').0);
        let server = Server::start(move |asked, _| match asked {
            asked if asked == path => Reply::new(200, bytes.clone()),
            asked if asked.contains("/cc/") => Reply::new(403, ""),
            _ => Reply::new(404, ""),
        });
        let network =
            ripe_runner::Env::from([("PATH".into(), std::env::var_os("PATH").unwrap_or_default())]);
        let downloads = folder.path().join("downloads");
        let client =
            crate::HttpClient::new("the store", &network, downloads, crate::Manners::own());
        let url = format!("{}/at/", server.url);
        let store = Store::server(&url, client, ripe_runner::CancelToken::new());
        let cache = ModelCache::new(folder.path().join("empty")).with_store(store);
        assert!(matches!(cache.get(&key('a')), Cached::Hit(_)));
        assert!(matches!(cache.get(&key('a')), Cached::Hit(_)));
        assert!(matches!(cache.get(&key('b')), Cached::Miss));
        let Cached::Unusable(gap) = cache.get(&key('c')) else { panic!("refused") };
        assert_eq!(gap.why, "the store: it answered 403; the store was left out");
        assert_eq!(server.paths().len(), 3, "a hit is asked for once");
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = ModelCache::new(folder.path());
        for (age, letter) in [(30, 'a'), (20, 'b'), (10, 'c')] {
            cache.put(&key(letter), &model("x")).expect("written");
            let used = SystemTime::now() - std::time::Duration::from_secs(age);
            let file = fs::File::options().append(true).open(cache.model_file(&key(letter)));
            file.and_then(|file| file.set_modified(used)).expect("set");
        }
        assert!(matches!(cache.get(&key('a')), Cached::Hit(_)), "now the last used");
        let each = cache.size() / 3;
        let cache = cache.with_limit(each * 5 / 2);
        assert_eq!(cache.trim(), each);
        assert!(matches!(cache.get(&key('b')), Cached::Miss));
        assert!(matches!(cache.get(&key('a')), Cached::Hit(_)));
        assert!(matches!(cache.get(&key('c')), Cached::Hit(_)));
        assert_eq!(cache.trim(), 0);
    }

    #[test]
    fn two_writers_of_one_model_leave_a_whole_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = ModelCache::new(folder.path());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        cache.put(&key('a'), &model("x")).expect("written");
                        assert!(matches!(cache.get(&key('a')), Cached::Hit(_)));
                    }
                });
            }
        });
        assert_eq!(cache.files().len(), 1);
    }
}

//! A registry's index of a day of the past, served to cargo on this machine.
//!
//! Cargo asks for the rows of one package after the other while it resolves, and gets those that
//! were there on the day, out of its own cache. What the cache does not hold is asked for first.
//! Cargo is pointed here by source replacement (Cargo book, "Source Replacement"), which does not
//! show in the lockfile, and with a home of its own, so that nothing of the day reaches the user's
//! caches.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use ripe_model::{Gap, Source};
use ripe_runner::Env;

use crate::{Asker, Error, Index};

/// For how long a client may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Rows that stand in for those that cannot be had, by name in lower case and source; a line each.
pub type Spare = BTreeMap<(String, Source), Vec<u8>>;

/// The served index; it ends with this value.
#[derive(Debug)]
pub struct Served {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    home: PathBuf,
}

#[derive(Debug)]
struct Shared {
    index: Index,
    /// The sources that are served, each below the folder of its number.
    sources: Vec<Source>,
    asker: Asker,
    spare: Spare,
    known: Mutex<Known>,
}

/// What cargo was asked in this run.
#[derive(Debug, Default)]
struct Known {
    asked: BTreeSet<(String, Source)>,
    /// What could not be had, with the reason.
    failed: BTreeMap<String, String>,
}

impl Served {
    /// Serves crates.io, the registries of the configuration and `sources`, as `index` sees them.
    /// `home` is a folder for cargo to use as its home meanwhile; what an earlier run left there
    /// goes.
    ///
    /// # Errors
    /// Where no port can be had, or `home` cannot be written to.
    pub fn start(
        index: Index,
        sources: impl IntoIterator<Item = Source>,
        asker: Asker,
        spare: Spare,
        home: &Path,
    ) -> Result<Served, Error> {
        prepare(home, &index.config().home)
            .map_err(|source| Error::Write { path: home.to_owned(), source })?;
        let mut all: Vec<Source> = vec![Source::CratesIo];
        let stated = index.config().registries().into_iter().map(Source::Registry);
        for source in stated.chain(sources) {
            if source.is_registry() && !all.iter().any(|known| same(known, &source)) {
                all.push(source);
            }
        }
        all.retain(|source| index.lists(source));
        let listener =
            TcpListener::bind("127.0.0.1:0").map_err(|source| Error::Serve { source })?;
        let address = listener.local_addr().map_err(|source| Error::Serve { source })?;
        let known = Mutex::default();
        let shared = Arc::new(Shared { index, sources: all, asker, spare, known });
        let stop = Arc::new(AtomicBool::new(false));
        let thread = {
            let (shared, stop) = (Arc::clone(&shared), Arc::clone(&stop));
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let Ok(stream) = stream else { continue };
                    let shared = Arc::clone(&shared);
                    // A client that went away is no business of ours.
                    std::thread::spawn(move || shared.answer(&stream).ok());
                }
            })
        };
        Ok(Served { shared, address, stop, thread: Some(thread), home: home.to_owned() })
    }

    /// The index that is served.
    pub fn index(&self) -> &Index {
        &self.shared.index
    }

    /// What cargo is told, so that it resolves by what is served.
    pub fn args(&self) -> Vec<String> {
        let config = self.shared.index.config();
        let mut settings = vec!["http.timeout=600".to_owned()];
        for (n, source) in self.shared.sources.iter().enumerate() {
            let name = match source {
                Source::Registry(url) => {
                    let name = config.name_of(url).unwrap_or_else(|| format!("ripe-replaced-{n}"));
                    settings.push(format!("source.{}.registry={url:?}", key(&name)));
                    name
                }
                Source::CratesIo | Source::Git(_) | Source::Path | Source::Sysroot => {
                    "crates-io".to_owned()
                }
            };
            let address = self.address;
            settings.push(format!("source.{}.replace-with=\"ripe-as-of-{n}\"", key(&name)));
            settings
                .push(format!("source.ripe-as-of-{n}.registry=\"sparse+http://{address}/{n}/\""));
        }
        settings.into_iter().flat_map(|setting| ["--config".to_owned(), setting]).collect()
    }

    /// The variables that go with [`Served::args`].
    pub fn env(&self) -> Env {
        let mut env = Env::from([("CARGO_HOME".into(), self.home.clone().into())]);
        if self.shared.asker.offline {
            // Cargo's own offline mode would not ask us either; git is all that is left to forbid.
            env.insert("CARGO_NET_GIT_FETCH_WITH_CLI".into(), "true".into());
            env.insert("GIT_ALLOW_PROTOCOL".into(), "none".into());
        }
        // What goes to this machine goes through no proxy.
        for name in ["NO_PROXY", "no_proxy"] {
            let others = std::env::var(name).map(|others| format!("{others},")).unwrap_or_default();
            env.insert(name.into(), format!("{others}127.0.0.1").into());
        }
        env
    }

    /// Makes sure that the rows of these packages, and of what their newest releases need, are
    /// complete up to the day, a batch at a time.
    pub fn prefetch(&self, packages: impl IntoIterator<Item = (String, Source)>) {
        let mut wave: BTreeSet<(String, Source)> = packages.into_iter().collect();
        let mut seen = wave.clone();
        while !wave.is_empty() {
            self.shared.complete(wave.iter().cloned());
            let needed: BTreeSet<_> =
                wave.iter().flat_map(|one| self.shared.needed_by(one)).collect();
            wave = needed.into_iter().filter(|one| seen.insert(one.clone())).collect();
        }
    }

    /// What could not be brought up to date, and is taken as it is on disk.
    pub fn gaps(&self) -> Vec<Gap> {
        let known = self.shared.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, why) in &known.failed {
            by_reason.entry(why).or_default().push(name);
        }
        by_reason.into_iter().map(|(why, names)| Gap::new(names.join(", "), why)).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A last visitor wakes the thread, so that it sees that it should stop.
        if TcpStream::connect(self.address).is_ok()
            && let Some(thread) = self.thread.take()
        {
            drop(thread.join());
        }
    }
}

impl Shared {
    /// Has cargo refresh what does not reach the day yet; each package at most once a run.
    fn complete(&self, packages: impl Iterator<Item = (String, Source)>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted: Vec<_> = packages
            .filter(|(name, source)| !self.index.is_complete(name, source))
            .filter(|one| known.asked.insert(one.clone()))
            .collect();
        for (names, why) in self.asker.ask(&wanted) {
            let why = format!("the index rows could not be refreshed: {why}");
            known.failed.extend(names.into_iter().map(|name| (name, why.clone())));
        }
        for (name, source) in &wanted {
            if self.spare(name, source).is_some() && self.index.text(name, source).is_none() {
                known.failed.entry(name.clone()).or_insert_with(|| {
                    "its registry lists nothing of it that cargo understands; it stays as it is locked".to_owned()
                });
            }
        }
        if self.asker.offline {
            let missing =
                wanted.iter().filter(|(name, source)| self.index.text(name, source).is_none());
            known.failed.extend(missing.map(|(name, _)| {
                (
                    name.clone(),
                    "its index rows are not on disk, and offline mode was asked for".to_owned(),
                )
            }));
        }
    }

    /// What the newest release of a package cannot do without.
    fn needed_by(&self, (name, source): &(String, Source)) -> Vec<(String, Source)> {
        let needs = self.index.needs_of_newest(name, source);
        needs.into_iter().map(|need| (need, source.clone())).collect()
    }

    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        // The head is read to its end, so that closing does not reset the connection.
        for line in lines {
            if line?.is_empty() {
                break;
            }
        }
        let page = request.split(' ').nth(1).and_then(|path| self.page(path));
        let status = if page.is_some() { "200 OK" } else { "404 Not Found" };
        let page = page.unwrap_or_default();
        let length = page.len();
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        let mut stream = stream;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&page)
    }

    /// `/0/config.json`, `/0/se/rd/serde`
    fn page(&self, path: &str) -> Option<Vec<u8>> {
        let mut parts = path.trim_start_matches('/').split('/');
        let source = self.sources.get(parts.next()?.parse::<usize>().ok()?)?;
        let name = parts.next_back()?;
        if name == "config.json" {
            // Nothing is ever downloaded from here.
            return Some(b"{\"dl\":\"http://127.0.0.1:1/\"}".to_vec());
        }
        self.complete(std::iter::once((name.to_owned(), source.clone())));
        self.index.text(name, source).or_else(|| self.spare(name, source).cloned())
    }

    fn spare(&self, name: &str, source: &Source) -> Option<&Vec<u8>> {
        self.spare.get(&(name.to_lowercase(), source.clone()))
    }
}

/// An empty home for cargo, with the user's configuration and git repositories.
fn prepare(home: &Path, users: &Path) -> std::io::Result<()> {
    let _ = std::fs::remove_dir_all(home.join("registry"));
    std::fs::create_dir_all(home)?;
    for name in ["config", "config.toml", "git"] {
        let (there, here) = (users.join(name), home.join(name));
        if std::fs::symlink_metadata(&here).is_ok_and(|meta| !meta.is_dir()) {
            std::fs::remove_file(&here)?;
        }
        if there.exists() && !here.exists() {
            bring(&there, &here)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn bring(there: &Path, here: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(there, here)
}

/// Links need a privilege here; git repositories are cloned again.
#[cfg(not(unix))]
fn bring(there: &Path, here: &Path) -> std::io::Result<()> {
    if there.is_file() { std::fs::copy(there, here).map(drop) } else { Ok(()) }
}

/// A name as a key of TOML.
fn key(name: &str) -> String {
    let bare = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if bare { name.to_owned() } else { format!("{name:?}") }
}

fn same(one: &Source, other: &Source) -> bool {
    match (one, other) {
        (Source::Registry(one), Source::Registry(other)) => {
            one.trim_end_matches('/') == other.trim_end_matches('/')
        }
        (one, other) => one == other,
    }
}

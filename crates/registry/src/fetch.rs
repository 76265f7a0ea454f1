//! Downloads through cargo.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ripe_model::{Gap, PackageId, Source};
use ripe_runner::{CancelToken, End, Env, Run, run};
use semver::Version;
use toml_edit::{DocumentMut, Item};

use crate::{Error, Index};

/// How often cargo is started again after a download failed: it keeps what it got until then.
const ATTEMPTS: u32 = 3;

/// How many packages are asked for alone where cargo gave up.
const APART: usize = 32;

/// A download: what the lockfile beside a root manifest names.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// The folder with `Cargo.toml` and `Cargo.lock`; a scratch copy, never the user's tree.
    pub folder: PathBuf,
    /// The platforms; all if empty.
    pub targets: Vec<String>,
    /// Whether the network is out of bounds.
    pub offline: bool,
    /// Cargo.
    pub cargo: PathBuf,
    /// Its environment, with what it needs to reach the network and to log in.
    pub env: Env,
}

/// What a download left on disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// How many packages were downloaded now.
    pub downloaded: usize,
    /// Packages that could not be had, each with the reason.
    pub gaps: Vec<Gap>,
}

/// Has cargo download what `fetch` asks for. `on_line` receives cargo's progress, a line each.
///
/// # Errors
/// Where cargo cannot be run at all; a package that cannot be had is a gap.
pub fn fetch(
    fetch: &Fetch,
    index: &Index,
    cancel: &CancelToken,
    on_line: &mut dyn FnMut(&str),
) -> Result<Fetched, Error> {
    let mut args = vec!["fetch", "--locked", "--color=never"];
    if fetch.offline {
        args.push("--offline");
    }
    for target in &fetch.targets {
        args.extend(["--target", target]);
    }
    let command = Run::new(&fetch.cargo, &fetch.folder, fetch.env.clone()).args(args);
    let mut arrived: BTreeSet<String> = BTreeSet::new();
    for attempt in 1.. {
        let before = arrived.len();
        let outcome = run(&command, cancel, &mut |_, line| {
            if let Some(package) = line.trim_start().strip_prefix("Downloaded ") {
                arrived.insert(short(package));
            }
            on_line(line);
        })?;
        match outcome.end {
            End::Exited(0) => break,
            End::Cancelled => return Err(Error::Cancelled),
            End::Exited(_) | End::Signalled(_) | End::TimedOut => {}
        }
        if attempt >= ATTEMPTS || arrived.len() == before {
            let stderr = outcome.stderr_text();
            let apart = apart(fetch, index, &stderr, cancel)?;
            let gaps = missing(&fetch.folder, index, &stderr, &apart)?;
            // What arrived damaged is not there.
            let failed =
                |name: &str| gaps.iter().any(|gap| gap.what == name.replacen(" v", "@", 1));
            let downloaded = arrived.iter().filter(|name| !failed(name)).count();
            return Ok(Fetched { downloaded, gaps });
        }
    }
    Ok(Fetched { downloaded: arrived.len(), gaps: Vec::new() })
}

/// Asks for each package that is not on disk alone, since cargo gives up all of them for one.
/// Returns the reasons of those that cannot be had, by package.
fn apart(
    fetch: &Fetch,
    index: &Index,
    stderr: &str,
    cancel: &CancelToken,
) -> Result<BTreeMap<PackageId, String>, Error> {
    let mut reasons = BTreeMap::new();
    if fetch.offline || is_unreachable(stderr) {
        return Ok(reasons);
    }
    let packages = locked(&fetch.folder.join("Cargo.lock"))?;
    let absent = packages.into_iter().filter(|package| index.source_folder(package).is_none());
    for package in absent.take(APART) {
        // It downloads one package and shows it; what it shows is of no interest.
        let mut args = vec!["info".to_owned(), "--color=never".to_owned(), package.to_string()];
        // Without the mirror's own URL it would refuse to choose between the mirror and crates.io.
        args.extend(
            index.url(&package.source).into_iter().flat_map(|url| ["--index".to_owned(), url]),
        );
        let command = Run::new(&fetch.cargo, &fetch.folder, fetch.env.clone()).args(args);
        let outcome = run(&command, cancel, &mut |_, _| {})?;
        if outcome.end == End::Cancelled {
            return Err(Error::Cancelled);
        }
        if index.source_folder(&package).is_none() {
            reasons.insert(package, reason(&outcome.stderr_text()));
        }
    }
    Ok(reasons)
}

/// A gap for every package of the lockfile that is not on disk, with cargo's reason where cargo
/// named the package.
fn missing(
    folder: &Path,
    index: &Index,
    stderr: &str,
    apart: &BTreeMap<PackageId, String>,
) -> Result<Vec<Gap>, Error> {
    let (culprit, reason) = failure(stderr);
    let mut gaps: Vec<_> = locked(&folder.join("Cargo.lock"))?
        .into_iter()
        .filter(|package| index.source_folder(package).is_none())
        .map(|package| {
            let name = format!("{} v{}", package.name, package.version);
            if let Some(why) = apart.get(&package) {
                return Gap::new(package.to_string(), format!("cannot be downloaded: {why}"));
            }
            let why = match &culprit {
                Some(culprit) if *culprit != name => {
                    format!("not downloaded, because the download stopped at {culprit}: {reason}")
                }
                Some(_) | None => format!("cannot be downloaded: {reason}"),
            };
            Gap::new(package.to_string(), why)
        })
        .collect();
    if gaps.is_empty() && apart.is_empty() && culprit.is_none() {
        gaps.push(Gap::new("downloads", format!("cargo fetch failed: {reason}")));
    }
    Ok(gaps)
}

/// Which package cargo could not have (`name vVERSION`), and why in one sentence.
fn failure(stderr: &str) -> (Option<String>, String) {
    let culprit = [
        "failed to download `",
        "failed to download replaced source registry `",
        "failed to unpack package `",
        "failed to verify the checksum of `",
    ]
    .iter()
    .find_map(|start| stderr.split_once(start))
    .map(|(_, package)| short(package))
    .filter(|name| name.contains(" v"));
    (culprit, reason(stderr))
}

/// Why cargo did not get something, in one sentence.
pub(crate) fn reason(stderr: &str) -> String {
    let last = stderr
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("warning:"))
        .unwrap_or("cargo gave no reason");
    if stderr.contains("--offline was specified")
        || stderr.contains("can't be downloaded in offline mode")
        || stderr.contains("offline mode")
    {
        "it is not on disk, and offline mode was asked for".to_owned()
    } else if ["no token found", "token rejected", "credential-provider"]
        .iter()
        .any(|words| stderr.contains(words))
    {
        "the registry asks for a login".to_owned()
    } else if let Some(code) = http_code(stderr) {
        match code {
            404 => "the registry does not have it (404)".to_owned(),
            401 | 403 => format!("the registry refuses to give it ({code}); is a login needed?"),
            429 => "the registry asks to come back later (429)".to_owned(),
            code => format!("the registry answered {code}"),
        }
    } else if stderr.contains("checksum") {
        "its archive does not have the checksum that the lockfile names".to_owned()
    } else if is_unreachable(stderr) {
        format!("the registry cannot be reached ({last})")
    } else {
        last.trim_start_matches("error: ").to_owned()
    }
}

/// Whether it is the network as a whole that fails.
pub(crate) fn is_unreachable(stderr: &str) -> bool {
    [
        "Could not resolve host",
        "Couldn't connect",
        "Could not connect",
        "Timeout was reached",
        "SSL",
    ]
    .iter()
    .any(|words| stderr.contains(words))
}

/// `name vVERSION`, without what follows: a registry in brackets, a quotation mark.
fn short(package: &str) -> String {
    package.split([' ', '`', '\n']).take(2).collect::<Vec<_>>().join(" ")
}

/// `…, got 404`
fn http_code(stderr: &str) -> Option<u16> {
    let (_, after) = stderr.split_once("got ").filter(|(before, _)| before.contains("HTTP"))?;
    after.get(..3)?.parse().ok()
}

/// The registry packages that a lockfile names.
fn locked(path: &Path) -> Result<Vec<PackageId>, Error> {
    let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| Error::LockfileUnreadable {
        path: path.to_owned(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.into()))?;
    let document = text.parse::<DocumentMut>().map_err(|error| unreadable(error.into()))?;
    let packages = document.get("package").and_then(Item::as_array_of_tables);
    Ok(packages
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let text = |key: &str| package.get(key).and_then(Item::as_str);
            let source = match text("source")? {
                "registry+https://github.com/rust-lang/crates.io-index"
                | "sparse+https://index.crates.io/" => Source::CratesIo,
                other if other.starts_with("sparse+") => Source::Registry(other.to_owned()),
                other => Source::Registry(other.strip_prefix("registry+")?.to_owned()),
            };
            let version = Version::parse(text("version")?).ok()?;
            Some(PackageId { name: text("name")?.to_owned(), version, source })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stderr: &str, culprit: Option<&str>, reason: &str) {
        let (found, why) = failure(stderr);
        assert_eq!(found.as_deref(), culprit, "{stderr}");
        assert!(why.contains(reason), "{why}");
    }

    // Recorded from cargo 1.95.
    #[test]
    fn cargos_reasons_become_sentences() {
        check(
            "error: failed to download `anyhow v1.0.57`\n\nCaused by:\n  attempting to make an HTTP request, but --offline was specified\n",
            Some("anyhow v1.0.57"),
            "offline mode",
        );
        check(
            "error: failed to download from `https://example.invalid/a/1.0.0/download`\n\nCaused by:\n  [6] Could not resolve hostname (Could not resolve host: example.invalid)\n",
            None,
            "cannot be reached",
        );
        check(
            "error: failed to download `a v1.0.0 (registry `ours`)`\n\nCaused by:\n  failed to get successful HTTP response from `http://127.0.0.1:1/a` (127.0.0.1), got 404\n",
            Some("a v1.0.0"),
            "404",
        );
        check("", None, "no reason");
    }
}

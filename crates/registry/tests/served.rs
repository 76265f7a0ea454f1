//! A registry served from this machine: what cargo caches of it is read back, and what it cannot
//! have becomes a gap in words. Cargo itself does the talking.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use ripe_model::{PackageId, Source};
use ripe_registry::{CargoConfig, Error, Fetch, Index, fetch};
use ripe_runner::CancelToken;
use semver::Version;
use tempfile::TempDir;

type Failed = Box<dyn std::error::Error>;

/// Answers with `pages` (status and text by path) until the process ends; its address.
fn serve(pages: BTreeMap<String, (u16, String)>) -> Result<String, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let host = address.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines();
            let request = lines.next().and_then(Result::ok).unwrap_or_default();
            // The rest of the head is read, so that closing does not reset the connection.
            for line in lines {
                if line.is_ok_and(|line| line.is_empty()) {
                    break;
                }
            }
            let path = request.split(' ').nth(1).unwrap_or_default();
            let (status, text) = pages.get(path).cloned().unwrap_or((404, String::new()));
            let text = text.replace("HOST", &host);
            let head = format!(
                "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
                text.len()
            );
            // A client that went away is no business of the server's.
            let _ = (&stream).write_all(head.as_bytes());
        }
    });
    Ok(address)
}

/// A project that depends on `a` and `b` of the served registry, with a lockfile.
struct Case {
    dir: TempDir,
    source: Source,
}

impl Case {
    fn new(download: u16) -> Result<Case, Failed> {
        let row = |name: &str, version: &str| {
            format!(
                "{{\"name\":\"{name}\",\"vers\":\"{version}\",\"deps\":[],\"cksum\":\"{}\",\"features\":{{}},\"yanked\":false,\"pubtime\":\"2024-05-06T07:08:09Z\"}}",
                "0".repeat(64)
            )
        };
        let pages = BTreeMap::from([
            ("/config.json".to_owned(), (200, "{\"dl\":\"http://HOST/dl\"}".to_owned())),
            ("/1/a".to_owned(), (200, format!("{}\n{}\n", row("a", "0.1.0"), row("a", "1.0.0")))),
            ("/1/b".to_owned(), (200, row("b", "2.0.0"))),
            ("/dl/a/0.1.0/download".to_owned(), (download, "no archive".to_owned())),
            ("/dl/b/2.0.0/download".to_owned(), (download, "no archive".to_owned())),
        ]);
        let address = serve(pages)?;
        let dir = tempfile::tempdir()?;
        let case = Case { source: Source::Registry(format!("sparse+http://{address}/")), dir };
        let files = [
            ("project/.cargo/config.toml", format!("[registries.ours]\nindex = \"sparse+http://{address}/\"\n")),
            (
                "project/Cargo.toml",
                "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n\
                 a = { version = \"0.1\", registry = \"ours\" }\n\
                 b = { version = \"2\", registry = \"ours\" }\n"
                    .to_owned(),
            ),
            ("project/src/lib.rs", String::new()),
        ];
        for (path, text) in files {
            let path = case.at(path);
            std::fs::create_dir_all(path.parent().ok_or("a file lies in a folder")?)?;
            std::fs::write(path, text)?;
        }
        Ok(case)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn lock(&self) -> Result<(), Failed> {
        let mut command = Command::new(env!("CARGO"));
        command.args(["generate-lockfile", "--quiet"]).current_dir(self.at("project"));
        let output = command.env("CARGO_HOME", self.at("home")).output()?;
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(words.into()) }
    }

    fn index(&self) -> Result<Index, Failed> {
        Ok(Index::new(CargoConfig::read_with_home(&self.at("project"), self.at("home"))?))
    }

    fn fetch(&self, offline: bool) -> Result<Vec<(String, String)>, Failed> {
        let mut env = ripe_runner::scrubbed_env();
        env.insert("CARGO_HOME".into(), self.at("home").into());
        env.insert("CARGO_NET_RETRY".into(), "0".into());
        let download = Fetch {
            folder: self.at("project"),
            targets: Vec::new(),
            offline,
            cargo: Path::new(env!("CARGO")).to_owned(),
            env,
        };
        let mut lines = Vec::new();
        let fetched = fetch(&download, &self.index()?, &CancelToken::new(), &mut |line| {
            lines.push(line.to_owned());
        })?;
        assert_eq!(fetched.downloaded, 0, "{lines:?}");
        Ok(fetched.gaps.into_iter().map(|gap| (gap.what, gap.why)).collect())
    }
}

#[test]
fn what_cargo_cached_is_read_back() -> Result<(), Failed> {
    let case = Case::new(404)?;
    let index = case.index()?;
    assert!(matches!(index.releases("a", &case.source), Err(Error::NotCached { .. })));
    case.lock()?;
    let releases = index.releases("a", &case.source)?;
    let versions: Vec<_> = releases.iter().map(|release| release.version.to_string()).collect();
    assert_eq!(versions, ["0.1.0", "1.0.0"]);
    assert_eq!(releases[0].published.as_deref(), Some("2024-05-06T07:08:09Z"));
    let one = index.digest("a", &case.source).ok_or("the rows are there")?;
    assert_ne!(Some(one), index.digest("b", &case.source));
    Ok(())
}

#[test]
fn a_damaged_cache_file_is_a_gap_that_says_what_to_do() -> Result<(), Failed> {
    let case = Case::new(404)?;
    case.lock()?;
    let indices = case.at("home/registry/index");
    let folder = std::fs::read_dir(indices)?.next().ok_or("there is one index")??.path();
    let file = folder.join(".cache/1/a");
    let bytes = std::fs::read(&file)?;
    std::fs::write(&file, &bytes[..bytes.len() - 20])?;
    let package = |name: &str| PackageId {
        name: name.to_owned(),
        version: Version::new(1, 0, 0),
        source: case.source.clone(),
    };
    let (found, gaps) = case.index()?.releases_of([&package("a"), &package("b")]);
    assert_eq!(found.len(), 1);
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].what, "a");
    assert!(gaps[0].why.contains(&*file.to_string_lossy()), "{}", gaps[0].why);
    Ok(())
}

#[test]
fn downloads_that_fail_are_gaps_with_the_reason() -> Result<(), Failed> {
    for (status, words) in [
        (404, "the registry does not have it (404)"),
        (403, "is a login needed?"),
        (429, "come back later"),
        (200, "checksum"),
    ] {
        let case = Case::new(status)?;
        case.lock()?;
        let gaps = case.fetch(false)?;
        let names: Vec<_> = gaps.iter().map(|(what, _)| what.as_str()).collect();
        assert_eq!(names, ["a@0.1.0", "b@2.0.0"], "{status}");
        // Cargo stops at the first of the two, whichever comes first.
        assert!(gaps.iter().all(|(_, why)| why.contains(words)), "{status}: {gaps:?}");
    }
    Ok(())
}

#[test]
fn offline_says_that_offline_is_the_reason() -> Result<(), Failed> {
    let case = Case::new(404)?;
    case.lock()?;
    let gaps = case.fetch(true)?;
    assert!(gaps.iter().any(|(_, why)| why.contains("offline mode was asked for")), "{gaps:?}");
    Ok(())
}

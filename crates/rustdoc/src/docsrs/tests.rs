//! A server on this machine plays what docs.rs answers, and what goes wrong on the way. Needs the
//! program `curl`, and no network.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ripe_model::{ApiModel, Origin, PackageId, Rows, Source, UnitFacts};
use ripe_runner::{CancelToken, Env};
use ripe_testkit::{Reply, Server};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use semver::Version;

use super::{Client, DocsRs, Errand, Hosted, Manners, Release};
use crate::{Error, LowerError, ModelCache};

const PATH: &str = "/crate/a/1.0.0/json";
const JSON: &str = "{\"what\":\"the API of a\",\"format_version\":57}";

/// The environment that finds curl; without one the tests have to say so.
fn network() -> Env {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join("curl").is_file());
    assert!(there, "these tests need the program `curl`, which is not installed here");
    Env::from([("PATH".into(), path)])
}

fn manners() -> Manners {
    Manners {
        interval: Duration::ZERO,
        pauses: vec![Duration::from_millis(20); 2],
        longest: Duration::from_secs(5),
        limit: 1 << 20,
    }
}

/// A model whose only content is the text that it was made from.
fn lower(json: &str) -> Result<ApiModel, LowerError> {
    let format =
        json.split("format_version\":").nth(1).and_then(|n| n.trim_end_matches('}').parse().ok());
    match format {
        Some(57) => {}
        Some(format) => {
            return Err(LowerError::UnknownFormat { format, known: crate::KNOWN_FORMATS });
        }
        None => {
            let source = serde_json::from_str::<u32>("x").expect_err("no number");
            return Err(LowerError::Malformed { source });
        }
    }
    Ok(ApiModel {
        package: PackageId {
            name: json.to_owned(),
            version: Version::new(1, 0, 0),
            source: Source::CratesIo,
        },
        unit: UnitFacts::default(),
        crates: vec![Origin {
            crate_name: "a".to_owned(),
            package: "a".to_owned(),
            source: Source::CratesIo,
            range: None,
            version: None,
        }],
        rows: Rows::default(),
        aliases: Vec::new(),
        definitions: ripe_model::Definitions::default(),
        gaps: Vec::new(),
    })
}

struct Asked {
    docs: DocsRs,
    cache: ModelCache,
    said: Mutex<Vec<(Instant, String)>>,
    cancel: CancelToken,
    _folder: tempfile::TempDir,
}

impl Asked {
    fn new(server: &Server, manners: Manners) -> Asked {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = ModelCache::new(folder.path());
        let client = Client::new("docs.rs", &network(), cache.downloads(), manners);
        Asked {
            docs: DocsRs::new(&server.url, Some(client)),
            cache,
            said: Mutex::default(),
            cancel: CancelToken::new(),
            _folder: folder,
        }
    }

    /// The text of the model and whether it was got now, or why there is none.
    fn ask(&self) -> Result<(String, bool), String> {
        let release =
            Release { package: "a", version: &Version::new(1, 0, 0), target: None, format: None };
        self.release(release)
    }

    fn release(&self, release: Release<'_>) -> Result<(String, bool), String> {
        let say =
            |what: &str| self.said.lock().expect("whole").push((Instant::now(), what.to_owned()));
        let (cache, cancel) = (&self.cache, &self.cancel);
        let note = |gap| panic!("nothing is wrong with the cache: {gap:?}");
        let errand = Errand { cache, lower: &lower, say: &say, note: &note, cancel };
        match self.docs.model(release, errand) {
            Ok(Hosted::Model { model, fetched, .. }) => Ok((model.package.name.clone(), fetched)),
            Ok(Hosted::Missing(why)) => Err(why),
            Err(Error::Record(ripe_record::Error::Cancelled)) => Err("cancelled".to_owned()),
            Err(error) => panic!("no other error: {error}"),
        }
    }

    fn said(&self) -> String {
        self.said.lock().expect("whole").iter().map(|(_, what)| format!("{what}\n")).collect()
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

#[test]
fn json_comes_plain_compressed_and_compressed_twice_and_is_then_cached() {
    for body in
        [JSON.as_bytes().to_vec(), packed(JSON.as_bytes()), packed(&packed(JSON.as_bytes()))]
    {
        let server = Server::start(move |_, _| Reply::new(200, body.clone()));
        let asked = Asked::new(&server, manners());
        assert_eq!(asked.ask(), Ok((JSON.to_owned(), true)));
        assert_eq!(asked.ask(), Ok((JSON.to_owned(), false)));
        assert_eq!(server.paths(), [PATH]);
        let left = std::fs::read_dir(asked.cache.downloads()).expect("made").count();
        assert_eq!(left, 0, "what was downloaded is not kept");
    }
}

#[test]
fn the_tool_says_who_it_is_and_asks_as_docs_rs_wants_it() {
    let server = Server::start(|_, _| Reply::new(200, JSON));
    let asked = Asked::new(&server, manners());
    let version = Version::parse("1.2.3+spec-1").expect("a version");
    let target = Some("i686-pc-windows-msvc");
    let release = Release { package: "a-b", version: &version, target, format: Some(57) };
    asked.release(release).expect("a model");
    assert_eq!(server.paths(), ["/crate/a-b/1.2.3+spec-1/i686-pc-windows-msvc/json/57"]);
    let head = server.requests()[0].head.join("\n");
    let agent = head.lines().find(|line| line.starts_with("User-Agent: ")).unwrap_or_default();
    assert!(agent.contains("cargo-ripe/") && agent.contains("(https://"), "{head}");
}

#[test]
fn a_redirect_is_followed_and_one_to_a_file_is_not() {
    let server = Server::start(|path, _| match path {
        PATH => Reply::new(302, "").header("Location: /elsewhere"),
        _ => Reply::new(200, JSON),
    });
    assert_eq!(Asked::new(&server, manners()).ask(), Ok((JSON.to_owned(), true)));
    let server = Server::start(|_, _| Reply::new(302, "").header("Location: file:///etc/hostname"));
    let why = Asked::new(&server, manners()).ask().expect_err("not followed");
    assert!(why.starts_with("docs.rs: "), "{why}");
}

#[test]
fn what_is_not_there_is_not_asked_for_again_that_day() {
    let server = Server::start(|_, _| Reply::new(404, "no such page"));
    let asked = Asked::new(&server, manners());
    let first = asked.ask().expect_err("not there");
    assert!(first.contains("no JSON of it"), "{first}");
    assert_eq!(asked.ask(), Err(first.clone()));
    assert_eq!(server.paths(), [PATH]);
    for entry in std::fs::read_dir(asked.cache.folder().join("absent")).expect("kept") {
        let file = std::fs::File::options().append(true).open(entry.expect("a file").path());
        let yesterday = std::time::SystemTime::now() - Duration::from_secs(25 * 60 * 60);
        file.and_then(|file| file.set_modified(yesterday)).expect("set");
    }
    assert_eq!(asked.ask(), Err(first));
    assert_eq!(server.paths().len(), 2, "the next day it is asked for again");
}

#[test]
fn a_format_that_is_not_known_leads_to_those_that_are() {
    let server = Server::start(|path, _| match path {
        PATH => Reply::new(200, "{\"format_version\":4711}"),
        _ => Reply::new(200, JSON),
    });
    let asked = Asked::new(&server, manners());
    assert_eq!(asked.ask(), Ok((JSON.to_owned(), true)));
    assert_eq!(asked.ask(), Ok((JSON.to_owned(), false)));
    let newest = crate::KNOWN_FORMATS.last().expect("one is known");
    assert_eq!(server.paths(), [PATH.to_owned(), format!("{PATH}/{newest}")]);

    let server = Server::start(|path, _| match path {
        PATH => Reply::new(200, "{\"format_version\":4711}"),
        _ => Reply::new(404, ""),
    });
    let asked = Asked::new(&server, manners());
    let why = asked.ask().expect_err("no format fits");
    assert!(why.contains("format 4711 only"), "{why}");
    let requests = server.paths().len();
    assert_eq!(asked.ask(), Err(why));
    assert_eq!(server.paths().len(), requests, "both answers are remembered");
}

#[test]
fn a_server_that_asks_to_wait_is_waited_for() {
    let server = Server::start(|_, nth| match nth {
        0 => Reply::new(429, "").header("Retry-After: 1"),
        _ => Reply::new(200, JSON),
    });
    let asked = Asked::new(&server, manners());
    assert_eq!(asked.ask(), Ok((JSON.to_owned(), true)));
    let times: Vec<Instant> = server.requests().iter().map(|request| request.at).collect();
    assert!(times[1] - times[0] >= Duration::from_secs(1), "{:?}", times[1] - times[0]);
    assert!(asked.said().contains("come back later (429); again in"), "{}", asked.said());
}

#[test]
fn a_server_that_asks_for_too_long_a_wait_is_left_alone() {
    let server = Server::start(|_, _| Reply::new(429, "").header("Retry-After: 86400"));
    let asked = Asked::new(&server, manners());
    let why = asked.ask().expect_err("busy");
    assert_eq!(why, "docs.rs: it asks to come back later (429), in 86400 s");
    assert_eq!(asked.ask(), Err(why), "and no other release is asked for either");
    assert_eq!(server.paths().len(), 1);
}

#[test]
fn a_failing_server_is_asked_again_and_then_left_alone() {
    let server = Server::start(|_, nth| match nth {
        0 => Reply::new(500, ""),
        1 => Reply::new(503, ""),
        _ => Reply::new(200, JSON),
    });
    assert_eq!(Asked::new(&server, manners()).ask(), Ok((JSON.to_owned(), true)));

    let server = Server::start(|_, _| Reply::new(500, ""));
    let asked = Asked::new(&server, manners());
    for _ in 0..5 {
        assert_eq!(asked.ask(), Err("docs.rs: it answered 500".to_owned()));
    }
    assert_eq!(server.paths().len(), 9, "three tries for three releases");
}

#[test]
fn a_body_that_is_cut_short_is_got_again() {
    // Cut in the transfer, in the frame, in the JSON.
    let whole = packed(JSON.as_bytes());
    let cut = |reply: &Reply| {
        let reply = reply.clone();
        let good = whole.clone();
        Server::start(
            move |_, nth| if nth == 0 { reply.clone() } else { Reply::new(200, good.clone()) },
        )
    };
    let half = &whole[..whole.len() / 2];
    let promised = Reply { promised: Some(whole.len()), ..Reply::new(200, half) };
    for reply in [promised, Reply::new(200, half), Reply::new(200, &JSON[..20])] {
        let server = cut(&reply);
        assert_eq!(Asked::new(&server, manners()).ask(), Ok((JSON.to_owned(), true)), "{reply:?}");
        assert_eq!(server.paths().len(), 2);
    }
    let promised = Reply { promised: Some(whole.len()), ..Reply::new(200, half) };
    for (reply, words) in [
        (Reply::new(200, half), "the zstd body is cut short or damaged"),
        (promised, "bytes remaining to read"),
    ] {
        let server = Server::start(move |_, _| reply.clone());
        let asked = Asked::new(&server, manners());
        let why = asked.ask().expect_err("cut every time");
        assert!(why.starts_with("docs.rs: ") && why.contains(words), "{why}");
        assert_eq!(server.paths().len(), 3);
        asked.ask().expect_err("still cut");
        assert_eq!(server.paths().len(), 6, "other releases may be whole");
    }
}

#[test]
fn garbage_and_floods_are_refused_at_once() {
    let check = |reply: Reply, words: &str| {
        let server = Server::start(move |_, _| reply.clone());
        let why = Asked::new(&server, manners()).ask().expect_err(words);
        assert!(why.starts_with("docs.rs: ") && why.contains(words), "{why}");
        assert_eq!(server.paths().len(), 1, "{words}");
    };
    check(Reply::new(200, "<!doctype html><p>hello"), "no JSON of rustdoc");
    check(Reply::new(200, b"\x1f\x8b\x08gzip".to_vec()), "no text");
    check(Reply::new(200, "{\"a\":1}"), "malformed");
    check(Reply::new(403, "go away"), "answered 403");
    check(Reply::new(200, packed(&vec![b' '; 4 << 20])), "larger than 1 MiB");
    check(Reply::new(200, vec![b' '; 4 << 20]), "larger than 1 MiB");
}

#[test]
fn a_server_that_is_not_there_is_tried_and_named_once() {
    // Nobody listens on a port that was just given back.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let server = Server::start(|_, _| Reply::new(200, JSON));
    let mut asked = Asked::new(&server, manners());
    let client = Client::new("docs.rs", &network(), asked.cache.downloads(), manners());
    asked.docs = DocsRs::new(&url, Some(client));
    let why = asked.ask().expect_err("nobody answers");
    assert!(why.starts_with("docs.rs: ") && why.contains("127.0.0.1"), "{why}");
    let started = Instant::now();
    assert_eq!(asked.ask(), Err(why));
    assert!(started.elapsed() < Duration::from_millis(20), "it is not tried a second time");
}

#[test]
fn without_curl_the_gap_says_what_to_install() {
    let server = Server::start(|_, _| Reply::new(200, JSON));
    let mut asked = Asked::new(&server, manners());
    let client = Client::new("docs.rs", &network(), asked.cache.downloads(), manners());
    let client = client.with_curl(PathBuf::from("/no/such/curl"));
    asked.docs = DocsRs::new(&server.url, Some(client));
    let why = asked.ask().expect_err("no curl");
    assert!(why.contains("`curl`, which is not installed; install it"), "{why}");
    asked.docs = DocsRs::new(&server.url, None);
    assert!(asked.ask().expect_err("offline").contains("--offline"));
    assert!(server.paths().is_empty());
}

#[test]
fn requests_keep_their_distance() {
    let server = Server::start(|_, _| Reply::new(404, ""));
    let interval = Duration::from_millis(300);
    let asked = Asked::new(&server, Manners { interval, ..manners() });
    for minor in 0..3 {
        let version = Version::new(1, minor, 0);
        let release = Release { package: "a", version: &version, target: None, format: None };
        asked.release(release).expect_err("not there");
    }
    let times: Vec<Instant> = server.requests().iter().map(|request| request.at).collect();
    // A start of curl may take a little longer the first time than the second.
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= interval / 2, "{:?}", pair[1] - pair[0]);
    }
    assert!(times[2] - times[0] >= interval * 2 - Duration::from_millis(100));
}

#[test]
fn a_slow_server_is_not_waited_for_in_silence_and_can_be_left() {
    let server =
        Server::start(|_, _| Reply { delay: Duration::from_millis(2600), ..Reply::new(200, JSON) });
    let asked = Asked::new(&server, manners());
    let started = Instant::now();
    assert_eq!(asked.ask(), Ok((JSON.to_owned(), true)));
    let mut times = vec![started];
    times.extend(asked.said.lock().expect("whole").iter().map(|(at, _)| *at));
    times.push(Instant::now());
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] < Duration::from_secs(2), "silent for {:?}", pair[1] - pair[0]);
    }

    let server =
        Server::start(|_, _| Reply { delay: Duration::from_secs(60), ..Reply::new(200, JSON) });
    let asked = Asked::new(&server, manners());
    let cancel = asked.cancel.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        cancel.cancel();
    });
    let started = Instant::now();
    assert_eq!(asked.ask(), Err("cancelled".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

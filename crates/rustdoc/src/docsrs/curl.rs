//! One request, by the system's `curl`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ripe_runner::{CancelToken, End, Env, Run, RunError};

/// What the tool calls itself: its name, its version, and where to complain.
const USER_AGENT: &str =
    concat!("cargo-ripe/", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_REPOSITORY"), ")");

/// How long an answer may take in all.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// How often cancellation and the size of the body are looked at.
const TICK: Duration = Duration::from_millis(50);
/// How often it is said that we wait.
pub(crate) const SAID_EVERY: Duration = Duration::from_secs(1);

/// The variables of the network that curl gets: proxies and certificates, no credentials of others.
const PASSED_ON: &[&str] = &[
    "PATH",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "SYSTEMROOT",
];

/// The system's curl.
#[derive(Debug, Clone)]
pub(crate) struct Curl {
    /// The program.
    pub(crate) program: PathBuf,
    env: Env,
    /// Where bodies go while they come; a folder of ours.
    folder: PathBuf,
}

/// How a request ended.
#[derive(Debug)]
pub(crate) enum Sent {
    /// With an answer.
    Answered(Answer),
    /// Without one: what curl says of the connection.
    Broken(String),
    /// The connection broke while the body came.
    BrokenOff(String),
    /// The body is larger than was allowed.
    TooLarge,
    /// There is no curl.
    NoCurl,
    /// The token was cancelled.
    Cancelled,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status of the last response, after redirects.
    pub(crate) status: u16,
    /// The seconds of its `Retry-After`; a date is not read.
    pub(crate) retry_after: Option<Duration>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// A request's files; they go with it.
struct Files {
    head: PathBuf,
    body: PathBuf,
}

impl Files {
    fn new(folder: &Path) -> Files {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = |what: &str| folder.join(format!(".{what}.{}.{number}", std::process::id()));
        Files { head: name("head"), body: name("body") }
    }

    fn size(&self) -> u64 {
        self.body.metadata().map_or(0, |meta| meta.len())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for file in [&self.head, &self.body] {
            // What was never written need not be removed.
            let _ = std::fs::remove_file(file);
        }
    }
}

impl Curl {
    /// The curl on the path. Of `network`, an environment with what reaches the network, it gets
    /// proxies and certificates.
    pub(crate) fn new(network: &Env, folder: PathBuf) -> Curl {
        let wanted = |name: &str| PASSED_ON.contains(&name.to_uppercase().as_str());
        let env = network
            .iter()
            .filter(|(name, _)| name.to_str().is_some_and(wanted))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Curl { program: PathBuf::from("curl"), env, folder }
    }

    /// Gets `url`, at most `limit` bytes. `say` is called at least every second with the bytes so
    /// far.
    pub(crate) fn get(
        &self,
        url: &str,
        limit: u64,
        say: &(dyn Fn(u64) + Sync),
        cancel: &CancelToken,
    ) -> Sent {
        if let Err(error) = std::fs::create_dir_all(&self.folder) {
            return Sent::Broken(format!("cannot create {}: {error}", self.folder.display()));
        }
        let files = Files::new(&self.folder);
        let mut run = Run::new(&self.program, &self.folder, self.env.clone())
            .args(arguments(url, limit, &files));
        run.time_limit = Some(LONGEST);
        run.capture_limit = 1 << 16;
        let (inner, done, large) =
            (CancelToken::new(), AtomicBool::new(false), AtomicBool::new(false));
        let ran = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut said = Instant::now();
                while !done.load(Ordering::Relaxed) {
                    let size = files.size();
                    if size > limit {
                        large.store(true, Ordering::Relaxed);
                    }
                    if cancel.is_cancelled() || size > limit {
                        inner.cancel();
                    }
                    if said.elapsed() >= SAID_EVERY {
                        said = Instant::now();
                        say(size);
                    }
                    std::thread::park_timeout(TICK);
                }
            });
            let ran = ripe_runner::run(&run, &inner, &mut |_, _| {});
            done.store(true, Ordering::Relaxed);
            ran
        });
        let outcome = match ran {
            Ok(outcome) => outcome,
            Err(RunError::Start { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                return Sent::NoCurl;
            }
            Err(error) => return Sent::Broken(error.to_string()),
        };
        if cancel.is_cancelled() {
            return Sent::Cancelled;
        }
        match outcome.end {
            // 63: larger than `--max-filesize`.
            _ if large.load(Ordering::Relaxed) => Sent::TooLarge,
            End::Exited(63) => Sent::TooLarge,
            End::Exited(0) => read(&files),
            End::Exited(code) => {
                let why = words(&outcome.stderr_text(), code);
                if files.size() > 0 { Sent::BrokenOff(why) } else { Sent::Broken(why) }
            }
            End::TimedOut => Sent::Broken("no answer in ten minutes".to_owned()),
            End::Signalled(_) | End::Cancelled => Sent::Broken("curl was ended".to_owned()),
        }
    }
}

fn arguments(url: &str, limit: u64, files: &Files) -> Vec<std::ffi::OsString> {
    let mut args: Vec<std::ffi::OsString> = [
        // First, or it is not obeyed: no settings of the user's.
        "-q",
        "--silent",
        "--show-error",
        "--globoff",
        "--location",
        "--max-redirs",
        "5",
        "--proto",
        "=https,http",
        "--proto-redir",
        if url.starts_with("https:") { "=https" } else { "=https,http" },
        "--connect-timeout",
        "20",
        // Less than a byte a second for a minute is no connection.
        "--speed-limit",
        "1",
        "--speed-time",
        "60",
        "--user-agent",
        USER_AGENT,
        "--max-filesize",
    ]
    .iter()
    .map(Into::into)
    .collect();
    args.push(limit.to_string().into());
    args.extend(["--dump-header".into(), files.head.clone().into()]);
    args.extend(["--output".into(), files.body.clone().into()]);
    args.extend(["--url".into(), url.into()]);
    args
}

fn read(files: &Files) -> Sent {
    let head = std::fs::read(&files.head).unwrap_or_default();
    let head = String::from_utf8_lossy(&head);
    let Some((status, retry_after)) = last_response(&head) else {
        return Sent::Broken("the answer has no status".to_owned());
    };
    // An answer without a body leaves no file.
    let body = std::fs::read(&files.body).unwrap_or_default();
    Sent::Answered(Answer { status, retry_after, body })
}

/// The status and the `Retry-After` of the last of the responses that a redirect chain leaves.
fn last_response(head: &str) -> Option<(u16, Option<Duration>)> {
    let mut found = None;
    for line in head.lines() {
        if line.starts_with("HTTP/") {
            let status = line.split_whitespace().nth(1).and_then(|word| word.parse().ok());
            found = status.map(|status| (status, None));
        } else if let (Some((_, retry)), Some((name, value))) = (&mut found, line.split_once(':'))
            && name.eq_ignore_ascii_case("retry-after")
        {
            *retry = value.trim().parse().ok().map(Duration::from_secs);
        }
    }
    found
}

/// `curl: (6) Could not resolve host: docs.rs` without the beginning.
fn words(stderr: &str, code: i32) -> String {
    let last = stderr.lines().rev().find(|line| line.starts_with("curl: ("));
    match last.and_then(|line| line.split_once(") ")) {
        Some((_, words)) => words.trim().to_owned(),
        None => format!("curl ended with code {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_response_counts() {
        let head = "HTTP/1.1 302 Found\r\nRetry-After: 9\r\nLocation: /b\r\n\r\nHTTP/2 429 \r\nretry-after: 3\r\n\r\n";
        assert_eq!(last_response(head), Some((429, Some(Duration::from_secs(3)))));
        assert_eq!(
            last_response("HTTP/1.1 200 OK\r\nRetry-After: Wed, 21 Oct\r\n"),
            Some((200, None))
        );
        assert_eq!(last_response(""), None);
    }

    #[test]
    fn curls_own_words_are_kept() {
        assert_eq!(words("curl: (6) Could not resolve host: x\n", 6), "Could not resolve host: x");
        assert_eq!(words("", 7), "curl ended with code 7");
    }

    #[test]
    fn credentials_do_not_reach_it() {
        let network: Env = ["PATH", "https_proxy", "CARGO_REGISTRY_TOKEN", "SSH_AUTH_SOCK", "HOME"]
            .iter()
            .map(|name| (name.into(), "x".into()))
            .collect();
        let curl = Curl::new(&network, PathBuf::new());
        let names: Vec<_> = curl.env.keys().filter_map(|name| name.to_str()).collect();
        assert_eq!(names, ["PATH", "https_proxy"]);
    }
}

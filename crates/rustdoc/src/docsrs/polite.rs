//! Requests with manners: one at a time, not too often, and again after a while where that helps.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ripe_runner::{CancelToken, Env};

use crate::docsrs::Unfit;
use crate::docsrs::body::too_large;
use crate::docsrs::curl::{Curl, SAID_EVERY, Sent};

/// How a server is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manners {
    /// The least time between the beginnings of two requests.
    pub interval: Duration,
    /// How long to wait before each further try; so many tries there are beyond the first.
    pub pauses: Vec<Duration>,
    /// The longest wait that a server may ask for; where it asks for more, it is left alone.
    pub longest: Duration,
    /// The largest body, compressed or not, in bytes.
    pub limit: u64,
}

impl Manners {
    /// For a public server: one request a second, tries after 2, 4 and 8 seconds, bodies of at most
    /// 512 MiB.
    pub fn public() -> Manners {
        Manners {
            interval: Duration::from_secs(1),
            pauses: [2, 4, 8].map(Duration::from_secs).to_vec(),
            longest: Duration::from_secs(120),
            limit: 512 << 20,
        }
    }

    /// For a server of the user's own: no pause between requests.
    pub fn own() -> Manners {
        Manners { interval: Duration::ZERO, ..Manners::public() }
    }
}

/// A server that is asked politely. Threads may share it.
#[derive(Debug)]
pub struct Client {
    name: String,
    curl: Curl,
    manners: Manners,
    state: Mutex<State>,
}

/// What requests so far showed.
#[derive(Debug, Default)]
struct State {
    /// When the last request began, or will begin.
    last: Option<Instant>,
    /// Given up requests in a row.
    in_a_row: u32,
    /// Why it is not asked any more.
    down: Option<String>,
}

/// After so many given up requests in a row a server counts as down.
const DOWN: u32 = 3;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failed {
    /// The token was cancelled.
    Cancelled,
    /// In words, which begin with the server's name and tell what to do where something can be.
    Because(String),
}

/// What a try came to, where it may be repeated.
struct Again {
    why: String,
    /// What the server asked for.
    wait: Option<Duration>,
    /// Whether other requests would fare the same.
    for_all: bool,
}

impl Client {
    /// A client for the server that is called `name` in messages. Of `network`, an environment with
    /// what reaches the network, proxies and certificates are used; bodies pass through `folder`.
    pub fn new(name: &str, network: &Env, folder: PathBuf, manners: Manners) -> Client {
        let curl = Curl::new(network, folder);
        Client { name: name.to_owned(), curl, manners, state: Mutex::default() }
    }

    /// The same with another program than the `curl` on the path.
    pub fn with_curl(mut self, program: PathBuf) -> Client {
        self.curl.program = program;
        self
    }

    /// How it treats its server.
    pub fn manners(&self) -> &Manners {
        &self.manners
    }

    /// Gets `url` and makes something of its body; `None` where the server does not have it (404).
    /// `say` is called at least every second while it waits.
    pub(crate) fn get<T>(
        &self,
        url: &str,
        fit: &dyn Fn(Vec<u8>) -> Result<T, Unfit>,
        say: &(dyn Fn(&str) + Sync),
        cancel: &CancelToken,
    ) -> Result<Option<T>, Failed> {
        let mut pauses = self.manners.pauses.iter();
        loop {
            self.turn(say, cancel)?;
            let again = match self.once(url, fit, say, cancel)? {
                Ok(got) => {
                    self.lock().in_a_row = 0;
                    return Ok(got);
                }
                Err(again) => again,
            };
            let pause = pauses.next().map(|pause| again.wait.unwrap_or(*pause));
            match pause.filter(|pause| *pause <= self.manners.longest) {
                Some(pause) => self.pause(pause, &again.why, say, cancel)?,
                None => return Err(self.give_up(again)),
            }
        }
    }

    /// One try: done, or worth another.
    fn once<T>(
        &self,
        url: &str,
        fit: &dyn Fn(Vec<u8>) -> Result<T, Unfit>,
        say: &(dyn Fn(&str) + Sync),
        cancel: &CancelToken,
    ) -> Result<Result<Option<T>, Again>, Failed> {
        let name = &self.name;
        let because = |why: String| Failed::Because(format!("{name}: {why}"));
        let waiting = |bytes: u64| match bytes {
            0 => say(&format!("waiting for {name}")),
            bytes => say(&format!("{} KiB from {name}", bytes >> 10)),
        };
        let again = |why: String, wait, for_all| Ok(Err(Again { why, wait, for_all }));
        let answer = match self.curl.get(url, self.manners.limit, &waiting, cancel) {
            Sent::Answered(answer) => answer,
            Sent::Broken(why) => return again(why, None, true),
            Sent::BrokenOff(why) => return again(why, None, false),
            Sent::TooLarge => {
                return Err(match too_large(self.manners.limit) {
                    Unfit::Cut(why) | Unfit::Wrong(why) => because(why),
                });
            }
            Sent::Cancelled => return Err(Failed::Cancelled),
            Sent::NoCurl => {
                let why = format!(
                    "{name} is reached through the program `curl`, which is not installed; install it (your system's package is called curl)"
                );
                self.lock().down = Some(why.clone());
                return Err(Failed::Because(why));
            }
        };
        match answer.status {
            200 => match fit(answer.body) {
                Ok(made) => Ok(Ok(Some(made))),
                Err(Unfit::Cut(why)) => again(why, None, false),
                Err(Unfit::Wrong(why)) => Err(because(why)),
            },
            404 | 410 => Ok(Ok(None)),
            429 => again("it asks to come back later (429)".to_owned(), answer.retry_after, true),
            status @ 500..=599 => again(format!("it answered {status}"), answer.retry_after, false),
            status => Err(because(format!("it answered {status}"))),
        }
    }

    /// Waits until a request may be made.
    fn turn(&self, say: &(dyn Fn(&str) + Sync), cancel: &CancelToken) -> Result<(), Failed> {
        let now = Instant::now();
        let begin = {
            let mut state = self.lock();
            if let Some(why) = &state.down {
                return Err(Failed::Because(why.clone()));
            }
            let free = state.last.map(|last| last + self.manners.interval);
            let begin = free.map_or(now, |free| free.max(now));
            state.last = Some(begin);
            begin
        };
        sleep(begin.saturating_duration_since(now), cancel, &|_| {
            say(&format!("{}: one request a second", self.name));
        })
    }

    fn pause(
        &self,
        pause: Duration,
        why: &str,
        say: &(dyn Fn(&str) + Sync),
        cancel: &CancelToken,
    ) -> Result<(), Failed> {
        let words = |left: Duration| {
            say(&format!("{}: {why}; again in {} s", self.name, left.as_secs() + 1));
        };
        words(pause);
        sleep(pause, cancel, &words)
    }

    fn give_up(&self, again: Again) -> Failed {
        let asked = match again.wait {
            Some(wait) => format!(", in {} s", wait.as_secs()),
            None => String::new(),
        };
        let why = format!("{}: {}{asked}", self.name, again.why);
        let mut state = self.lock();
        state.in_a_row += 1;
        if again.for_all || state.in_a_row >= DOWN {
            state.down = Some(why.clone());
        }
        Failed::Because(why)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sleeps in small pieces; `say` gets what is left, every second.
fn sleep(time: Duration, cancel: &CancelToken, say: &dyn Fn(Duration)) -> Result<(), Failed> {
    let until = Instant::now() + time;
    let mut said = Instant::now();
    loop {
        if cancel.is_cancelled() {
            return Err(Failed::Cancelled);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        if said.elapsed() >= SAID_EVERY {
            said = Instant::now();
            say(left);
        }
        std::thread::sleep(left.min(Duration::from_millis(50)));
    }
}

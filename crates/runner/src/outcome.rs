//! How a run ended, and what it cost.

use std::time::Duration;

use crate::Level;

/// How the process that was started ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It exited by itself, with this code.
    Exited(i32),
    /// A signal ended it that we did not send.
    Signalled(i32),
    /// It ran into its time limit; the whole tree was killed.
    TimedOut,
    /// The token was cancelled; the whole tree was killed.
    Cancelled,
}

/// A finished run. Nothing of the process tree is left when it is returned.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Standard output, up to [`Run::capture_limit`](crate::Run::capture_limit) bytes.
    pub stdout: Vec<u8>,
    /// Standard error, up to the same limit.
    pub stderr: Vec<u8>,
    /// User and system time of the whole tree.
    pub cpu: Duration,
    /// Time from the start to the end.
    pub wall: Duration,
    /// What held it.
    pub level: Level,
}

impl Outcome {
    /// Whether it exited with code 0.
    pub fn success(&self) -> bool {
        self.end == End::Exited(0)
    }

    /// Standard error as text, for messages.
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

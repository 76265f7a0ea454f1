//! What a child may touch, and how much of that this system can enforce.

use std::fmt;
use std::path::{Path, PathBuf};

/// Whether a sandbox is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// As much as the system offers; the level says how much that was.
    #[default]
    Auto,
    /// All of it, or the run fails.
    Require,
    /// None.
    Off,
}

/// What held a child. Its [`Display`](fmt::Display) is made for reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Level {
    /// The version of Landlock's interface that held files; `None` if none did.
    pub landlock: Option<u32>,
    /// Whether a filter of system calls closed the network.
    pub seccomp: bool,
    /// Whether the sandbox was switched off.
    pub off: bool,
}

impl Level {
    /// Whether files and network are both held.
    pub fn is_complete(self) -> bool {
        self.landlock.is_some() && self.seccomp
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.off, self.landlock.is_some(), self.seccomp) {
            (true, _, _) => "none: switched off",
            (false, true, true) => "landlock+seccomp",
            (false, true, false) => "landlock: files only, the network is open",
            (false, false, true) => "seccomp: network only, files are open",
            (false, false, false) => "none: no sandbox on this system",
        })
    }
}

/// The folders that a child may see and change. What is in no list does not open: the rest of the
/// home folder, credentials, agents.
#[derive(Debug, Clone, Default)]
pub struct Sandbox {
    /// Whether it is wanted.
    pub mode: Mode,
    /// Files and folders to read and to execute, beside the system's own.
    pub read: Vec<PathBuf>,
    /// Folders to write to (and to read).
    pub write: Vec<PathBuf>,
}

/// The rules of a sandbox, made and ready to be applied by the child.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    pub(crate) level: Level,
    #[cfg(target_os = "linux")]
    pub(crate) ruleset: Option<std::os::fd::OwnedFd>,
    #[cfg(target_os = "linux")]
    pub(crate) filter: Option<Box<[libc::sock_filter]>>,
}

impl Level {
    /// What this system offers, each part probed.
    pub fn offered() -> Level {
        #[cfg(target_os = "linux")]
        {
            Level {
                landlock: crate::landlocked::abi(),
                seccomp: crate::seccomp::available(),
                off: false,
            }
        }
        #[cfg(not(target_os = "linux"))]
        Level::default()
    }
}

impl Sandbox {
    /// A sandbox without folders.
    pub fn new(mode: Mode) -> Sandbox {
        Sandbox { mode, ..Sandbox::default() }
    }

    /// Adds something to read.
    pub fn read(mut self, path: impl AsRef<Path>) -> Sandbox {
        self.read.push(path.as_ref().to_owned());
        self
    }

    /// Adds a folder to write to.
    pub fn write(mut self, path: impl AsRef<Path>) -> Sandbox {
        self.write.push(path.as_ref().to_owned());
        self
    }

    /// The level that a run in this sandbox reaches on this system.
    ///
    /// # Errors
    /// [`RunError::NoSandbox`](crate::RunError::NoSandbox) where it is required and would not be complete.
    pub fn level(&self) -> Result<Level, crate::RunError> {
        let offered = Level::offered();
        match self.mode {
            Mode::Off => Ok(Level { off: true, ..Level::default() }),
            Mode::Auto => Ok(offered),
            Mode::Require if offered.is_complete() => Ok(offered),
            Mode::Require => Err(crate::RunError::NoSandbox { level: offered.to_string() }),
        }
    }

    pub(crate) fn prepare(&self) -> Result<Prepared, crate::RunError> {
        let level = self.level()?;
        #[cfg(target_os = "linux")]
        {
            let ruleset = match level.landlock {
                Some(_) => crate::landlocked::ruleset(self)?,
                None => None,
            };
            let filter = level.seccomp.then(|| crate::seccomp::filter(level.landlock));
            let filter = filter.transpose()?;
            Ok(Prepared { level, ruleset, filter })
        }
        #[cfg(not(target_os = "linux"))]
        Ok(Prepared { level })
    }
}

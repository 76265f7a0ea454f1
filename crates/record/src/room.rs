//! The room in which foreign code runs: its environment and what it may touch.
//!
//! Invariant: the copy of the workspace can be read but not written. Cargo runs in it outside of
//! the sandbox too, to resolve, and obeys the configuration that it finds there.

use std::path::Path;

use ripe_runner::{CancelToken, Env, Level, Mode, Outcome, Run, RunError, Sandbox, Stream};

use crate::{Error, Toolchain};

/// Where and with what processes run.
#[derive(Debug, Clone)]
pub struct Room {
    env: Env,
    sandbox: Sandbox,
}

impl Room {
    /// A room for `toolchain` with a folder for temporary files, which is made.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be made.
    pub fn open(
        toolchain: &Toolchain,
        work_dir: &Path,
        workspace: &Path,
        mode: Mode,
    ) -> Result<Room, Error> {
        let tmp = work_dir.join("tmp");
        std::fs::create_dir_all(&tmp).map_err(Error::io("create", &tmp))?;
        let mut env = environment(toolchain);
        // Programs that look for settings find an empty home; a closed one makes git fail.
        for name in ["TMPDIR", "TMP", "TEMP", "HOME"] {
            env.insert(name.into(), tmp.clone().into());
        }
        let mut sandbox = Sandbox::new(mode).read(&toolchain.sysroot).read(workspace).write(&tmp);
        for tool in [&toolchain.cargo, &toolchain.rustc, &toolchain.rustdoc] {
            sandbox = sandbox.read(tool);
        }
        if let Some(home) = ripe_runner::rustup_home() {
            sandbox = sandbox.read(home.join("settings.toml")).read(home.join("toolchains"));
        }
        if let Some(home) = ripe_runner::cargo_home() {
            for part in ["bin", "registry", "git", "config", "config.toml"] {
                sandbox = sandbox.read(home.join(part));
            }
        }
        // Cargo opens the repositories of git dependencies, and gives up where git's settings are
        // there and closed.
        sandbox = sandbox.read("/etc/gitconfig");
        // Cargo looks for its settings, and for a workspace, in every folder above.
        for above in workspace.ancestors().skip(1) {
            for file in [".cargo/config", ".cargo/config.toml", "Cargo.toml"] {
                sandbox = sandbox.read(above.join(file));
            }
        }
        Ok(Room { env, sandbox })
    }

    /// Lets everything in the room read this, and where it leads if it is a link.
    pub fn show(&mut self, path: &Path) {
        let real = path.canonicalize().ok();
        for path in real.as_deref().into_iter().chain([path]) {
            if !self.sandbox.read.iter().any(|shown| path.starts_with(shown)) {
                self.sandbox.read.push(path.to_owned());
            }
        }
    }

    /// What holds the processes in the room.
    ///
    /// # Errors
    /// [`Error::Run`] where the sandbox that is required cannot be had.
    pub fn level(&self) -> Result<Level, Error> {
        let failed = |source| Error::Run { what: "anything".to_owned(), source };
        self.sandbox.level().map_err(failed)
    }

    /// A process in the room that may also write to some folders.
    pub fn run(&self, program: &Path, dir: &Path, write: &[&Path]) -> Run {
        let mut sandbox = self.sandbox.clone();
        sandbox.write.extend(write.iter().map(|&path| path.to_owned()));
        Run::new(program, dir, self.env.clone()).sandboxed(sandbox)
    }
}

/// The scrubbed environment with the toolchain's own programs first.
pub fn environment(toolchain: &Toolchain) -> Env {
    let mut env = ripe_runner::scrubbed_env();
    let own = toolchain.rustc.parent().map(Path::to_owned);
    let path = env.get(std::ffi::OsStr::new("PATH")).cloned().unwrap_or_default();
    let folders = own.into_iter().chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(folders) {
        env.insert("PATH".into(), path);
    }
    env.insert("RUSTC".into(), toolchain.rustc.clone().into());
    env.insert("RUSTDOC".into(), toolchain.rustdoc.clone().into());
    env.insert("CARGO_NET_OFFLINE".into(), "true".into());
    env.insert("RUSTUP_AUTO_INSTALL".into(), "0".into());
    env
}

/// Runs a process to its end; that it was cancelled is an error here.
///
/// # Errors
/// [`Error::Run`] and [`Error::Cancelled`]
pub fn finish(
    what: &str,
    run: &Run,
    cancel: &CancelToken,
    on_line: &mut dyn FnMut(Stream, &str),
) -> Result<Outcome, Error> {
    let failed = |source: RunError| Error::Run { what: what.to_owned(), source };
    let outcome = ripe_runner::run(run, cancel, on_line).map_err(failed)?;
    match outcome.end {
        ripe_runner::End::Cancelled => Err(Error::Cancelled),
        ripe_runner::End::Exited(_)
        | ripe_runner::End::Signalled(_)
        | ripe_runner::End::TimedOut => Ok(outcome),
    }
}

/// Runs a process that has to succeed, and returns what it wrote to standard output.
///
/// # Errors
/// [`Error::Run`], [`Error::Tool`] and [`Error::Cancelled`]
pub fn answer(what: &str, run: &Run, cancel: &CancelToken) -> Result<String, Error> {
    let outcome = finish(what, run, cancel, &mut |_, _| {})?;
    if outcome.success() {
        return Ok(String::from_utf8_lossy(&outcome.stdout).into_owned());
    }
    Err(Error::Tool { what: what.to_owned(), stderr: first_error(&outcome.stderr_text()) })
}

/// The first line that says `error`, with what follows up to an empty line, and the innermost cause
/// where several are given; else the last line.
pub fn first_error(stderr: &str) -> String {
    let mut lines = stderr.lines().skip_while(|line| !line.starts_with("error"));
    match lines.next() {
        Some(first) => {
            let rest = lines.take_while(|line| !line.trim().is_empty()).take(6);
            let cause = stderr.rsplit_once("Caused by:").map(|(_, cause)| cause.trim());
            let cause = cause.and_then(|cause| cause.lines().next());
            let words: Vec<&str> =
                std::iter::once(first).chain(rest).chain(cause).map(str::trim).collect();
            words.join(" ").trim_start_matches("error: ").to_owned()
        }
        None => stderr.lines().next_back().unwrap_or("it wrote no message").trim().to_owned(),
    }
}

//! One child process, from start to end.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::lines::pump;
use crate::sandbox::Prepared;
use crate::{CancelToken, End, Env, Mode, Outcome, RunError, Sandbox, Stream};

/// A process to run. Standard input is empty.
#[derive(Debug, Clone)]
pub struct Run {
    /// The program, as a path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The folder that it starts in.
    pub dir: PathBuf,
    /// Its whole environment.
    pub env: Env,
    /// What it may touch; `None` runs it as ourselves, for tools that fetch.
    pub sandbox: Option<Sandbox>,
    /// When to kill it.
    pub time_limit: Option<Duration>,
    /// How many bytes of each stream to keep.
    pub capture_limit: usize,
}

impl Run {
    /// A run of `program` in `dir` with `env`, without arguments, sandbox or time limit.
    pub fn new(program: impl Into<PathBuf>, dir: impl Into<PathBuf>, env: Env) -> Run {
        Run {
            program: program.into(),
            args: Vec::new(),
            dir: dir.into(),
            env,
            sandbox: None,
            time_limit: None,
            capture_limit: 64 << 20,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Run {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Run {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Run {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Holds it by a sandbox.
    pub fn sandboxed(mut self, sandbox: Sandbox) -> Run {
        self.sandbox = Some(sandbox);
        self
    }
}

/// Runs it to its end, or until `cancel` or the time limit end it with everything below it.
/// `on_line` gets each non-empty line as it comes, from both streams; a carriage return ends a
/// line too.
///
/// # Errors
/// [`RunError`] where it could not be started, held or waited for. That it failed is no error:
/// see [`Outcome::end`].
pub fn run(
    run: &Run,
    cancel: &CancelToken,
    on_line: &mut dyn FnMut(Stream, &str),
) -> Result<Outcome, RunError> {
    let none = Sandbox::new(Mode::Off);
    let prepared = run.sandbox.as_ref().unwrap_or(&none).prepare()?;
    let started = Instant::now();
    let mut tree = Tree::start(run, &prepared)?;
    let stdout = tree.child.stdout.take();
    let stderr = tree.child.stderr.take();
    let limit = run.capture_limit;
    let mut killed = None;
    let mut watch = |tree: &mut Tree| {
        if killed.is_none() {
            killed = if cancel.is_cancelled() {
                Some(End::Cancelled)
            } else if run.time_limit.is_some_and(|limit| started.elapsed() >= limit) {
                Some(End::TimedOut)
            } else {
                None
            };
            if killed.is_some() {
                tree.kill();
            }
        }
    };
    let (stdout, stderr) = std::thread::scope(|scope| {
        let (to, lines) = mpsc::channel();
        let to_too = to.clone();
        let out = scope.spawn(move || {
            stdout.map(|pipe| pump(Stream::Stdout, pipe, limit, &to)).unwrap_or_default()
        });
        let err = scope.spawn(move || {
            stderr.map(|pipe| pump(Stream::Stderr, pipe, limit, &to_too)).unwrap_or_default()
        });
        loop {
            match lines.recv_timeout(TICK) {
                Ok((stream, line)) => on_line(stream, &line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            watch(&mut tree);
        }
        (out.join().unwrap_or_default(), err.join().unwrap_or_default())
    });
    // Who closed both streams may still be at work.
    let mut pause = Duration::from_micros(200);
    let (end, cpu) = loop {
        if let Some(ended) = tree
            .ended()
            .map_err(|source| RunError::Wait { program: run.program.clone(), source })?
        {
            break ended;
        }
        watch(&mut tree);
        std::thread::sleep(pause);
        pause = (pause * 2).min(TICK);
    };
    let end = killed.unwrap_or(end);
    Ok(Outcome { end, stdout, stderr, cpu, wall: started.elapsed(), level: prepared.level })
}

/// How often cancellation and the time limit are looked at.
const TICK: Duration = Duration::from_millis(20);

/// A started process and everything below it.
struct Tree {
    child: Child,
}

impl Tree {
    fn start(run: &Run, prepared: &Prepared) -> Result<Tree, RunError> {
        let mut command = Command::new(&run.program);
        command
            .args(&run.args)
            .current_dir(&run.dir)
            .env_clear()
            .envs(&run.env)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        confine(&mut command, prepared);
        let child = command
            .spawn()
            .map_err(|source| RunError::Start { program: run.program.clone(), source })?;
        Ok(Tree { child })
    }

    /// Kills the process and everything below it; the end is still to be waited for.
    fn kill(&mut self) {
        #[cfg(target_os = "linux")]
        // SAFETY: signals the supervisor, which was not waited for yet, so its id is still its own.
        unsafe {
            libc::kill(self.child.id() as libc::pid_t, libc::SIGTERM);
        }
        #[cfg(all(unix, not(target_os = "linux")))]
        // SAFETY: signals the group of a child that was not waited for yet.
        unsafe {
            libc::kill(-(self.child.id() as libc::pid_t), libc::SIGKILL);
        }
        #[cfg(not(unix))]
        // It may have ended meanwhile; then there is nothing to kill.
        let _ = self.child.kill();
    }

    /// How it ended and the processor time of the tree; `None` while it runs.
    #[cfg(unix)]
    fn ended(&mut self) -> std::io::Result<Option<(End, Duration)>> {
        let mut status = 0;
        // SAFETY: both are written by the call, and valid when zero.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: waits for a child that nobody else waits for.
        let pid = unsafe {
            libc::wait4(self.child.id() as libc::pid_t, &mut status, libc::WNOHANG, &mut usage)
        };
        match pid {
            0 => Ok(None),
            -1 => {
                let error = std::io::Error::last_os_error();
                if error.kind() == std::io::ErrorKind::Interrupted { Ok(None) } else { Err(error) }
            }
            _ => {
                let time = |time: libc::timeval| {
                    Duration::from_secs(time.tv_sec.unsigned_abs())
                        + Duration::from_micros(u64::from(time.tv_usec.unsigned_abs() as u32))
                };
                let end = if libc::WIFSIGNALED(status) {
                    End::Signalled(libc::WTERMSIG(status))
                } else {
                    End::Exited(libc::WEXITSTATUS(status))
                };
                Ok(Some((end, time(usage.ru_utime) + time(usage.ru_stime))))
            }
        }
    }

    /// How it ended; processor time is not known here.
    #[cfg(not(unix))]
    fn ended(&mut self) -> std::io::Result<Option<(End, Duration)>> {
        Ok(self
            .child
            .try_wait()?
            .map(|status| (End::Exited(status.code().unwrap_or(-1)), Duration::ZERO)))
    }
}

#[cfg(target_os = "linux")]
fn confine(command: &mut Command, prepared: &Prepared) {
    use std::os::fd::AsRawFd;
    use std::os::unix::process::CommandExt;

    use crate::supervise::{Confine, split};

    let confine = Confine {
        ruleset: prepared.ruleset.as_ref().map(AsRawFd::as_raw_fd),
        filter: prepared.filter.clone(),
    };
    let parent = std::process::id() as libc::pid_t;
    // SAFETY: `split` makes nothing but system calls on memory that was there before the fork.
    unsafe {
        command.pre_exec(move || split(parent, &confine));
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn confine(command: &mut Command, _: &Prepared) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn confine(_: &mut Command, _: &Prepared) {}

//! What a child process costs.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// What one run of a program cost.
#[derive(Debug, Clone, Copy)]
pub struct Spent {
    /// Processor time outside of the kernel.
    pub user: Duration,
    /// The most memory that was resident at a time, in bytes. The kernel counts what the parent
    /// held when it started the child, so a parent must be small when it measures.
    pub peak: u64,
}

/// Runs a program to its end, its output thrown away, and says what it cost.
///
/// # Errors
/// If it cannot be started, is killed, or ends with a code that is not in `codes`.
pub fn spend(command: &mut Command, codes: &[i32]) -> Result<Spent> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let pid = libc::pid_t::try_from(child.id())?;
    let mut status = 0;
    // SAFETY: `rusage` is a struct of integers, for which all zeroes are a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers lead to live values; the child is ours and was not waited for.
    if unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) } != pid {
        bail!("cannot wait for {command:?}: {}", std::io::Error::last_os_error());
    }
    if !libc::WIFEXITED(status) || !codes.contains(&libc::WEXITSTATUS(status)) {
        bail!("{command:?} failed with status {status:#x}");
    }
    let micros = u64::try_from(usage.ru_utime.tv_usec)?;
    Ok(Spent {
        user: Duration::from_secs(u64::try_from(usage.ru_utime.tv_sec)?)
            + Duration::from_micros(micros),
        peak: u64::try_from(usage.ru_maxrss)? * 1024,
    })
}

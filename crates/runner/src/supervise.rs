//! The process between us and the child, which outlives every descendant of the child.
//!
//! Killing a process group misses who left it, and killing a tree from outside races with its
//! forks. So the forked process forks once more before the program starts: the inner one becomes
//! the program, the outer one stays as the *subreaper* of everything below (prctl(2),
//! `PR_SET_CHILD_SUBREAPER`). It ends when the program ends or when it is told to, kills what is
//! left until the kernel says that there are no children any more, and passes the program's exit
//! on. Because it reaps them all, its resource usage is that of the whole tree.
//!
//! Invariant: everything here runs between `fork` and `exec` of a process with threads, so it only
//! makes system calls on memory of its own stack.

use std::io;
use std::os::fd::RawFd;

use libc::{c_int, pid_t};

/// What the inner process applies to itself before it becomes the program. Made before the fork.
pub(crate) struct Confine {
    /// The Landlock ruleset.
    pub(crate) ruleset: Option<RawFd>,
    /// The filter of system calls.
    pub(crate) filter: Option<Box<[libc::sock_filter]>>,
}

/// Splits into supervisor and child. Returns in the child only, confined, ready to `exec`.
///
/// # Errors
/// The system call that failed, in whichever process it failed.
///
/// # Safety
/// Only to be called in a freshly forked process that is about to `exec`.
pub(crate) unsafe fn split(parent: pid_t, confine: &Confine) -> io::Result<()> {
    // SAFETY: system calls without memory, or with memory of this stack frame.
    unsafe {
        check(libc::setsid())?;
        die_with(parent, libc::SIGTERM)?;
        check(libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))?;
        let signals = awaited();
        let mut before: libc::sigset_t = std::mem::zeroed();
        check(libc::sigprocmask(libc::SIG_BLOCK, &signals, &mut before))?;
        let supervisor = libc::getpid();
        let inner = check(libc::fork())?;
        if inner != 0 {
            supervise(inner);
        }
        check(libc::setpgid(0, 0))?;
        die_with(supervisor, libc::SIGKILL)?;
        check(libc::sigprocmask(libc::SIG_SETMASK, &before, std::ptr::null_mut()))?;
        apply(confine)
    }
}

/// Asks the kernel for `signal` when the parent dies, and ends if it is dead already.
unsafe fn die_with(parent: pid_t, signal: c_int) -> io::Result<()> {
    // SAFETY: system calls without memory.
    unsafe {
        check(libc::prctl(libc::PR_SET_PDEATHSIG, signal, 0, 0, 0))?;
        if libc::getppid() != parent {
            libc::_exit(1);
        }
    }
    Ok(())
}

/// Applies the rules to this process and all that it will start.
unsafe fn apply(confine: &Confine) -> io::Result<()> {
    if confine.ruleset.is_none() && confine.filter.is_none() {
        return Ok(());
    }
    // SAFETY: the descriptor and the program were made before the fork and are only read.
    unsafe {
        check(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        drop_capabilities()?;
        if let Some(ruleset) = confine.ruleset {
            check(libc::syscall(libc::SYS_landlock_restrict_self, ruleset, 0) as c_int)?;
        }
        if let Some(filter) = &confine.filter {
            let program =
                libc::sock_fprog { len: filter.len() as u16, filter: filter.as_ptr().cast_mut() };
            check(libc::prctl(
                libc::PR_SET_SECCOMP,
                libc::SECCOMP_MODE_FILTER,
                &raw const program,
                0,
                0,
            ))?;
        }
    }
    Ok(())
}

/// What is left to root: to use files as root is used to. The rest opens doors that no rule of the
/// sandbox holds: devices made by `mknod`, other processes' environments (`CAP_PERFMON` is enough
/// to read them), the clock. See capabilities(7) for the numbers.
const KEPT: u64 = (1 << 0) // CAP_CHOWN
    | (1 << 1) // CAP_DAC_OVERRIDE
    | (1 << 2) // CAP_DAC_READ_SEARCH
    | (1 << 3) // CAP_FOWNER
    | (1 << 4); // CAP_FSETID

/// Drops the capabilities that are not kept, from what is held and from what `exec` would give.
unsafe fn drop_capabilities() -> io::Result<()> {
    const VERSION_3: u32 = 0x2008_0522;
    const LAST: u32 = 63;
    let header: [u32; 2] = [VERSION_3, 0];
    // Effective, permitted and inheritable, of the lower 32 and then of the upper ones.
    let mut sets = [[0u32; 3]; 2];
    // SAFETY: both arrays have the layout of capset(2), and outlive the calls.
    unsafe {
        // Who has no capabilities may not drop any, and unknown ones cannot be dropped.
        for capability in (0..=LAST).filter(|at| KEPT & (1 << at) == 0) {
            libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
        check(libc::syscall(libc::SYS_capget, header.as_ptr(), sets.as_mut_ptr()) as c_int)?;
        for (at, set) in sets.iter_mut().enumerate() {
            for held in set.iter_mut() {
                *held &= (KEPT >> (32 * at)) as u32;
            }
        }
        check(libc::syscall(libc::SYS_capset, header.as_ptr(), sets.as_ptr()) as c_int)?;
    }
    Ok(())
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// The signals that the supervisor waits for: a child that ended, and the wish to end.
unsafe fn awaited() -> libc::sigset_t {
    // SAFETY: initialises and fills a set on the stack.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGCHLD);
        libc::sigaddset(&mut set, libc::SIGTERM);
        set
    }
}

/// The life of the supervisor.
unsafe fn supervise(inner: pid_t) -> ! {
    // SAFETY: system calls on memory of this stack frame; the process never returns to Rust code
    // that expects its descriptors or threads.
    unsafe {
        // The ends of the pipes must close when the program closes them, not when we end.
        libc::syscall(libc::SYS_close_range, 0, u32::MAX, 0);
        let signals = awaited();
        let mut ended = None;
        while ended.is_none() && libc::sigwaitinfo(&signals, std::ptr::null_mut()) != libc::SIGTERM
        {
            reap(inner, libc::WNOHANG, &mut ended);
        }
        libc::kill(-inner, libc::SIGKILL);
        while reap(inner, libc::WNOHANG, &mut ended) {
            kill_children();
            reap(inner, 0, &mut ended);
        }
        leave(ended.unwrap_or(0))
    }
}

/// Collects ended children: all that have ended, or with `flags` 0 waits for one. Returns whether
/// there are any left.
unsafe fn reap(inner: pid_t, flags: c_int, ended: &mut Option<c_int>) -> bool {
    loop {
        let mut status = 0;
        // SAFETY: writes to `status`.
        let pid = unsafe { libc::waitpid(-1, &mut status, flags) };
        if pid == inner {
            *ended = Some(status);
        }
        match pid {
            0 => return true,
            // SAFETY: reads errno.
            -1 if unsafe { *libc::__errno_location() } == libc::EINTR => {}
            -1 => return false,
            _ if flags == 0 => return true,
            _ => {}
        }
    }
}

/// Ends the supervisor as the program ended.
unsafe fn leave(status: c_int) -> ! {
    // SAFETY: system calls without memory, but for the set on the stack.
    unsafe {
        if libc::WIFSIGNALED(status) {
            let signal = libc::WTERMSIG(status);
            // One core dump, the program's own, is enough.
            libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
            libc::signal(signal, libc::SIG_DFL);
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            libc::sigaddset(&mut set, signal);
            libc::sigprocmask(libc::SIG_UNBLOCK, &set, std::ptr::null_mut());
            libc::kill(libc::getpid(), signal);
            libc::_exit(128 + signal);
        }
        libc::_exit(libc::WEXITSTATUS(status))
    }
}

/// Kills every direct child; what they leave behind becomes ours and is found the next time.
unsafe fn kill_children() {
    // SAFETY: reads directory entries into a buffer on the stack and parses them within bounds.
    unsafe {
        let me = libc::getpid();
        let proc = libc::open(c"/proc".as_ptr(), libc::O_RDONLY | libc::O_DIRECTORY);
        if proc < 0 {
            return;
        }
        let mut buffer = Aligned([0u8; 8192]);
        loop {
            let read =
                libc::syscall(libc::SYS_getdents64, proc, buffer.0.as_mut_ptr(), buffer.0.len());
            let Some(entries) = usize::try_from(read).ok().and_then(|read| buffer.0.get(..read))
            else {
                break;
            };
            if entries.is_empty() {
                break;
            }
            let mut rest = entries;
            // linux_dirent64: inode (8), offset (8), length of the entry (2), type (1), name.
            while let Some(&[low, high]) = rest.get(16..18) {
                let length = usize::from(u16::from_ne_bytes([low, high]));
                let (Some(entry), Some(next)) = (rest.get(19..length), rest.get(length..)) else {
                    break;
                };
                if let Some(pid) = number(entry)
                    && parent_of(proc, entry) == Some(me)
                {
                    libc::kill(pid, libc::SIGKILL);
                }
                rest = next;
            }
        }
        libc::close(proc);
    }
}

#[repr(align(8))]
struct Aligned([u8; 8192]);

/// The leading decimal number.
fn number(text: &[u8]) -> Option<pid_t> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(text.get(..digits)?).ok()?.parse().ok()
}

/// The parent of a process, from the fourth field of its `stat` (proc_pid_stat(5)); the second,
/// the program's name in brackets, may itself hold brackets and spaces.
unsafe fn parent_of(proc: RawFd, entry: &[u8]) -> Option<pid_t> {
    let mut path = [0u8; 32];
    let digits = entry.iter().take_while(|byte| byte.is_ascii_digit()).count();
    path.get_mut(..digits)?.copy_from_slice(entry.get(..digits)?);
    path.get_mut(digits..digits + 5)?.copy_from_slice(b"/stat");
    let mut stat = [0u8; 512];
    // SAFETY: the path ends in a zero, as the array is longer than what was written to it; the
    // read stays within the buffer.
    let read = unsafe {
        let file = libc::openat(proc, path.as_ptr().cast(), libc::O_RDONLY);
        if file < 0 {
            return None;
        }
        let read = libc::read(file, stat.as_mut_ptr().cast(), stat.len());
        libc::close(file);
        read
    };
    let stat = stat.get(..usize::try_from(read).ok()?)?;
    let after = stat.iter().rposition(|&byte| byte == b')')?;
    // ") S 1234 …"
    number(stat.get(after + 4..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_of_a_process_is_read_from_its_stat() {
        let proc = std::fs::File::open("/proc").expect("procfs");
        let mut entry = std::process::id().to_string().into_bytes();
        entry.push(0);
        // SAFETY: the descriptor is open.
        let parent = unsafe { parent_of(std::os::fd::AsRawFd::as_raw_fd(&proc), &entry) };
        assert_eq!(parent, Some(std::os::unix::process::parent_id() as pid_t));
    }
}

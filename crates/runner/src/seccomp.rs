//! The network and the side doors, by a filter of system calls.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use crate::RunError;

/// Calls that no build needs, and that lead around the other rules. `io_uring` opens sockets
/// without the call that is filtered; `connect` reaches sockets in the file system (container
/// engines, agents), which Landlock does not hold; the rest looks into other processes or changes
/// what the kernel shows.
const CLOSED: &[libc::c_long] = &[
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_connect,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_mount_setattr,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_acct,
];

/// Whether this kernel filters system calls, and this architecture is known.
pub(crate) fn available() -> bool {
    const GET_ACTION_AVAIL: libc::c_uint = 2;
    let action = libc::SECCOMP_RET_ERRNO;
    // SAFETY: the call reads the action and answers whether it is known.
    let known =
        unsafe { libc::syscall(libc::SYS_seccomp, GET_ACTION_AVAIL, 0, &raw const action) == 0 };
    known && arch().is_some()
}

fn arch() -> Option<TargetArch> {
    TargetArch::try_from(std::env::consts::ARCH).ok()
}

/// The filter. `landlock` is the version of the interface that holds files, if one does: before
/// version 3 it does not hold `truncate`.
pub(crate) fn filter(landlock: Option<u32>) -> Result<Box<[libc::sock_filter]>, RunError> {
    let program = build(landlock)
        .map_err(|error| RunError::Rules { part: "seccomp", reason: error.to_string() })?;
    Ok(foreign_numbers()
        .into_iter()
        .chain(program.iter().map(|step| libc::sock_filter {
            code: step.code,
            jt: step.jt,
            jf: step.jf,
            k: step.k,
        }))
        .collect())
}

fn build(landlock: Option<u32>) -> Result<BpfProgram, seccompiler::BackendError> {
    // An empty list of conditions always matches.
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        CLOSED.iter().map(|&call| (call, Vec::new())).collect();
    if landlock.is_some_and(|abi| abi < 3) {
        rules.insert(libc::SYS_truncate, Vec::new());
    }
    let not_unix =
        SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, libc::AF_UNIX as u64)?;
    rules.insert(libc::SYS_socket, vec![SeccompRule::new(vec![not_unix])?]);
    let arch = arch()
        .ok_or(seccompiler::BackendError::InvalidTargetArch(std::env::consts::ARCH.to_owned()))?;
    SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EACCES as u32),
        arch,
    )?
    .try_into()
}

/// On x86-64, system calls with this bit are those of the x32 interface: the same calls under
/// other numbers, with the same architecture, so a filter by number would let them pass.
fn foreign_numbers() -> Vec<libc::sock_filter> {
    const X32: u32 = 0x4000_0000;
    if !cfg!(target_arch = "x86_64") {
        return Vec::new();
    }
    let step = |code: u32, jt, jf, k| libc::sock_filter { code: code as u16, jt, jf, k };
    vec![
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 0, 1, X32),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
    ]
}

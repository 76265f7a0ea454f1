//! Files, by Landlock.
//!
//! An allow-list: what no rule names does not open. Not held by Landlock (its documentation,
//! "Current limitations"): changing the mode or the times of a file, and asking for its metadata.

use std::os::fd::OwnedFd;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, Scope, path_beneath_rules,
};

use crate::{RunError, Sandbox};

/// The newest interface whose rights were reviewed here; older kernels get what they know.
const REVIEWED: ABI = ABI::V6;

/// What every build needs to read: programs, libraries, headers, and harmless settings.
const SYSTEM: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/opt",
    "/nix/store",
    "/run/current-system",
    "/etc/alternatives",
    "/etc/debian_version",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/lsb-release",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/perl",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
    "/dev/random",
    "/dev/urandom",
    "/proc",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
];

/// Devices that are as good as nothing.
const SINKS: &[&str] = &["/dev/null", "/dev/zero", "/dev/full"];

/// The version of Landlock's interface on this kernel; `None` without it.
pub(crate) fn abi() -> Option<u32> {
    const VERSION: u32 = 1;
    // SAFETY: with this flag and no attributes, the call only answers the version.
    let abi = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0usize, VERSION)
    };
    u32::try_from(abi).ok().filter(|&abi| abi > 0)
}

/// The ruleset of a sandbox, ready to be applied; folders that do not exist are left out.
pub(crate) fn ruleset(sandbox: &Sandbox) -> Result<Option<OwnedFd>, RunError> {
    build(sandbox).map_err(|error| RunError::Rules { part: "landlock", reason: error.to_string() })
}

fn build(sandbox: &Sandbox) -> Result<Option<OwnedFd>, landlock::RulesetError> {
    let read = AccessFs::from_read(REVIEWED);
    let all = AccessFs::from_all(REVIEWED);
    let system = SYSTEM.iter().map(PathBuf::from);
    let sinks = SINKS.iter().map(PathBuf::from);
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .handle_access(AccessNet::from_all(REVIEWED))?
        .scope(Scope::from_all(REVIEWED))?
        .create()?
        .add_rules(path_beneath_rules(system.chain(sandbox.read.iter().cloned()), read))?
        .add_rules(path_beneath_rules(sinks.chain(sandbox.write.iter().cloned()), all))?;
    Ok(ruleset.into())
}

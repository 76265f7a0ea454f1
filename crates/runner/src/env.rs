//! What a child may know of our environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The whole environment of a child, by variable.
pub type Env = BTreeMap<OsString, OsString>;

/// The variables that are passed on as they are. Everything else stays behind: tokens, proxies,
/// agents' sockets, `RUSTFLAGS`, `CARGO_*` settings.
const PASSED_ON: &[&str] = &["PATH", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "TZ"];

/// Variables without which processes do not start on Windows.
#[cfg(windows)]
const SYSTEM: &[&str] =
    &["SystemRoot", "SystemDrive", "windir", "COMSPEC", "PATHEXT", "USERPROFILE"];
#[cfg(not(windows))]
const SYSTEM: &[&str] = &[];

/// The environment that builds start from: `PATH`, locale and terminal as they are, and
/// `CARGO_HOME` and `RUSTUP_HOME` spelled out, so that no `HOME` is needed to find them.
pub fn scrubbed_env() -> Env {
    scrub(|name| std::env::var_os(name))
}

fn scrub(var: impl Fn(&str) -> Option<OsString>) -> Env {
    let mut env: Env = PASSED_ON
        .iter()
        .chain(SYSTEM)
        .filter_map(|name| Some((OsString::from(name), var(name)?)))
        .collect();
    for (name, path) in [
        ("CARGO_HOME", home(&var, "CARGO_HOME", ".cargo")),
        ("RUSTUP_HOME", home(&var, "RUSTUP_HOME", ".rustup")),
    ] {
        if let Some(path) = path {
            env.insert(name.into(), path.into());
        }
    }
    env
}

/// Cargo's home: `CARGO_HOME`, else `.cargo` in the user's home (Cargo book, "Cargo Home").
pub fn cargo_home() -> Option<PathBuf> {
    home(&|name| std::env::var_os(name), "CARGO_HOME", ".cargo")
}

/// Rustup's home: `RUSTUP_HOME`, else `.rustup` in the user's home.
pub fn rustup_home() -> Option<PathBuf> {
    home(&|name| std::env::var_os(name), "RUSTUP_HOME", ".rustup")
}

fn home(var: &impl Fn(&str) -> Option<OsString>, name: &str, folder: &str) -> Option<PathBuf> {
    let set = |value: &OsString| !value.is_empty();
    var(name).filter(set).map(PathBuf::from).or_else(|| {
        let user = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        var(user).filter(set).map(|home| PathBuf::from(home).join(folder))
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn secrets_proxies_and_flags_stay_behind() {
        let env = scrub(|name| {
            match name {
                "PATH" => Some("/bin"),
                "HOME" => Some("/home/u"),
                "CARGO_HOME" => Some(""),
                "CARGO_REGISTRY_TOKEN"
                | "GITHUB_TOKEN"
                | "HTTPS_PROXY"
                | "RUSTFLAGS"
                | "SSH_AUTH_SOCK" => Some("x"),
                _ => None,
            }
            .map(OsString::from)
        });
        let names: Vec<_> = env.keys().filter_map(|name| name.to_str()).collect();
        assert_eq!(names, ["CARGO_HOME", "PATH", "RUSTUP_HOME"]);
        assert_eq!(env[OsStr::new("CARGO_HOME")], "/home/u/.cargo");
    }
}

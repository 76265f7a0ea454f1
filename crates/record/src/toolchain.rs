//! The cargo, rustc and rustdoc that are used, and what they can do.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ripe_runner::{CancelToken, Env, Run};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::room::{answer, environment};

/// One installed toolchain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toolchain {
    /// The cargo, as a path to the real program rather than to rustup's proxy.
    pub cargo: PathBuf,
    /// The rustc.
    pub rustc: PathBuf,
    /// The rustdoc.
    pub rustdoc: PathBuf,
    /// The folder that holds its libraries (`rustc --print sysroot`).
    pub sysroot: PathBuf,
    /// `cargo --version`
    pub cargo_version: String,
    /// `rustc -vV`, all lines.
    pub rustc_version: String,
    /// `rustdoc --version`
    pub rustdoc_version: String,
    /// The host triple.
    pub host: String,
    /// The format version of the JSON that its rustdoc writes; `None` if it could not be asked.
    pub format: Option<u32>,
}

impl Toolchain {
    /// The toolchain that cargo would use in `dir`, with overrides and pins as rustup resolves
    /// them, or the one that `named` names to rustup. Never installs one.
    ///
    /// # Errors
    /// [`Error::NoToolchain`] where there is none or it does not start.
    pub fn discover(
        dir: &Path,
        named: Option<&OsStr>,
        cancel: &CancelToken,
    ) -> Result<Toolchain, Error> {
        let lost = |error: Error| match error {
            Error::Cancelled => Error::Cancelled,
            Error::Tool { stderr, .. } => Error::NoToolchain { reason: stderr },
            other => Error::NoToolchain { reason: other.to_string() },
        };
        let mut env = with_rustup(ripe_runner::scrubbed_env());
        env.extend(named.map(|named| ("RUSTUP_TOOLCHAIN".into(), named.to_owned())));
        // Whoever names a toolchain means rustup's.
        let stated = std::env::var_os("RUSTC").filter(|_| named.is_none());
        let rustc = stated.unwrap_or_else(|| "rustc".into());
        let ask = |what: &str, program: &Path, arg: &[&str]| {
            let run = Run::new(program, dir, env.clone()).args(arg.iter().copied());
            answer(what, &run, cancel).map(|said| said.trim().to_owned()).map_err(lost)
        };
        let sysroot = PathBuf::from(ask("rustc", Path::new(&rustc), &["--print", "sysroot"])?);
        let own = |name: &str| {
            let path = sysroot.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            if path.is_file() { path } else { PathBuf::from(name) }
        };
        let (cargo, rustc, rustdoc) = (own("cargo"), own("rustc"), own("rustdoc"));
        let rustc_version = ask("rustc", &rustc, &["-vV"])?;
        let host = rustc_version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .ok_or_else(|| Error::NoToolchain { reason: "rustc names no host".to_owned() })?
            .to_owned();
        let mut toolchain = Toolchain {
            cargo_version: ask("cargo", &cargo, &["--version"])?,
            rustdoc_version: ask("rustdoc", &rustdoc, &["--version"])?,
            cargo,
            rustc,
            rustdoc,
            sysroot,
            rustc_version,
            host,
            format: None,
        };
        toolchain.format = toolchain.ask_format(cancel);
        Ok(toolchain)
    }

    /// Of the other toolchains that rustup has, the newest that `suits`; `None` where there is none,
    /// or no rustup.
    pub fn another(
        dir: &Path,
        suits: impl Fn(&Toolchain) -> bool,
        cancel: &CancelToken,
    ) -> Option<Toolchain> {
        let run = Run::new("rustup", dir, with_rustup(ripe_runner::scrubbed_env()))
            .args(["toolchain", "list"]);
        let listed = answer("rustup", &run, cancel).ok()?;
        installed(&listed)
            .filter_map(|name| Toolchain::discover(dir, Some(OsStr::new(name)), cancel).ok())
            .filter(|toolchain| suits(toolchain))
            .max_by_key(|toolchain| number(&toolchain.rustc_version))
    }

    /// Has rustdoc document nothing, and reads the format of what it writes.
    fn ask_format(&self, cancel: &CancelToken) -> Option<u32> {
        let folder = std::env::temp_dir().join(format!("ripe-format-{}", std::process::id()));
        std::fs::create_dir_all(&folder).ok()?;
        let source = folder.join("nothing.rs");
        let format =
            std::fs::write(&source, "#![no_core]\n#![feature(no_core)]\n").ok().and_then(|()| {
                let run = Run::new(&self.rustdoc, &folder, environment(self))
                    .args([
                        "-Zunstable-options",
                        "--output-format=json",
                        "--crate-name=nothing",
                        "-o",
                    ])
                    .arg(&folder)
                    .arg(&source)
                    .env("RUSTC_BOOTSTRAP", "1");
                answer("rustdoc", &run, cancel).ok()?;
                let json = std::fs::read_to_string(folder.join("nothing.json")).ok()?;
                serde_json::from_str::<Format>(&json).ok().map(|format| format.format_version)
            });
        // A folder that stays is empty of anything but these two files.
        let _ = std::fs::remove_dir_all(&folder);
        format
    }
}

/// The part of rustdoc's document that tells its format.
#[derive(Deserialize)]
struct Format {
    format_version: u32,
}

/// The number in a `rustc -vV`, `[1, 95, 0]`, and whether it is a release.
fn number(rustc_version: &str) -> (Vec<u32>, bool) {
    let version = rustc_version.split_whitespace().nth(1).unwrap_or_default();
    let (number, pre) = version.split_once('-').unwrap_or((version, ""));
    (number.split('.').filter_map(|part| part.parse().ok()).collect(), pre.is_empty())
}

/// The names that `rustup toolchain list` lists, without what it says of each.
fn installed(listed: &str) -> impl Iterator<Item = &str> {
    let names = listed.lines().filter(|line| !line.starts_with("no installed"));
    names.filter_map(|line| line.split_whitespace().next())
}

/// What rustup needs to know to choose as it would for the user.
fn with_rustup(mut env: Env) -> Env {
    for name in ["RUSTUP_TOOLCHAIN", "HOME", "USERPROFILE"] {
        if let Some(value) = std::env::var_os(name) {
            env.insert(name.into(), value);
        }
    }
    env.insert("RUSTUP_AUTO_INSTALL".into(), "0".into());
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_list_are_read() {
        let listed = "stable-x86_64-unknown-linux-gnu (active, default)\nnightly-x\n";
        let names: Vec<&str> = installed(listed).collect();
        assert_eq!(names, ["stable-x86_64-unknown-linux-gnu", "nightly-x"]);
        assert_eq!(installed("no installed toolchains\n").count(), 0);
        assert!(number("rustc 1.100.0 (x)") > number("rustc 1.99.0-nightly (y)"));
        assert!(number("rustc 1.99.0 (x)") > number("rustc 1.99.0-nightly (y)"));
    }
}

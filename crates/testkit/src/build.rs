//! Compiles a case: both versions as libraries and as rustdoc JSON, the client against both.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::{Case, Error, Side};

/// What the compiler made of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Built {
    /// The old version's rustdoc JSON.
    pub old_json: String,
    /// The new version's rustdoc JSON.
    pub new_json: String,
    /// The dependency's rustdoc JSON, at version 1.
    pub dep_json: Option<String>,
    /// The client against the old version.
    pub client_old: Judged,
    /// The client against the new version.
    pub client_new: Judged,
}

/// What rustc said of a client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Judged {
    /// Whether it compiles.
    pub compiles: bool,
    /// The errors.
    pub stderr: String,
}

/// Builds a case below `scratch`; what was built before from equal sources is read from there.
///
/// # Errors
/// Where one of the versions does not compile; that a client does not is a result.
pub fn build(case: &Case, scratch: &Path) -> Result<Built, Error> {
    let room = room_of(case, scratch)?;
    let kept = room.join("built.json");
    if let Some(built) = fs::read(&kept).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
        return Ok(built);
    }
    let room = Room { at: room };
    let built = room.build(case)?;
    let text = serde_json::to_vec(&built).unwrap_or_default();
    let half = room.at.join("built.half");
    write(&half, &text)?;
    fs::rename(&half, &kept).map_err(|source| Error::Io { path: kept, source })?;
    Ok(built)
}

/// The folder in which a case is built.
pub(crate) fn room_of(case: &Case, scratch: &Path) -> Result<PathBuf, Error> {
    let mut hasher = DefaultHasher::new();
    (&case.old, &case.new, &case.client, &case.dep, &case.dep2).hash(&mut hasher);
    (case.expected.proc_macro, compiler_version()?, "2").hash(&mut hasher);
    Ok(scratch.join(format!("{}-{}-{:016x}", case.lint, case.name, hasher.finish())))
}

fn compiler_version() -> Result<String, Error> {
    let output = run(Command::new("rustc").arg("-V"), "rustc")?;
    Ok(output.1)
}

struct Room {
    at: PathBuf,
}

impl Room {
    fn build(&self, case: &Case) -> Result<Built, Error> {
        for side in ["old", "new"] {
            let folder = self.at.join(side);
            fs::create_dir_all(&folder).map_err(|source| Error::Io { path: folder, source })?;
        }
        let dep = match &case.dep {
            Some(text) => Some(self.library("dep", text, "old", None, false, "1")?),
            None => None,
        };
        let dep2 = match &case.dep2 {
            Some(text) => Some(self.library("dep", text, "new", None, false, "2")?),
            None => dep.clone(),
        };
        let proc_macro = case.expected.proc_macro;
        let old = self.library("subject", &case.old, "old", dep.as_deref(), proc_macro, "o")?;
        let new = self.library("subject", &case.new, "new", dep2.as_deref(), proc_macro, "n")?;
        Ok(Built {
            old_json: self.json("subject", "old", dep.as_deref(), proc_macro)?,
            new_json: self.json("subject", "new", dep2.as_deref(), proc_macro)?,
            dep_json: match &dep {
                Some(_) => Some(self.json("dep", "old", None, false)?),
                None => None,
            },
            client_old: self.client(&case.client, Side::Old, &old, dep.as_deref())?,
            client_new: self.client(&case.client, Side::New, &new, dep.as_deref())?,
        })
    }

    fn library(
        &self,
        name: &str,
        text: &str,
        side: &str,
        dep: Option<&Path>,
        proc_macro: bool,
        metadata: &str,
    ) -> Result<PathBuf, Error> {
        let folder = self.at.join(side);
        let source = folder.join(format!("{name}.rs"));
        write(&source, text.as_bytes())?;
        let mut rustc = Command::new("rustc");
        rustc.args(["--edition=2024", "--cap-lints=allow", "--crate-name", name]);
        let artifact = if proc_macro {
            rustc.args(["--crate-type=proc-macro", "--extern=proc_macro"]);
            folder.join(format!("lib{name}.so"))
        } else {
            rustc.args(["--crate-type=rlib", "--emit=metadata"]);
            folder.join(format!("lib{name}.rmeta"))
        };
        rustc.arg(format!("-Cmetadata={metadata}")).arg("-o").arg(&artifact).arg(&source);
        with_dep(&mut rustc, dep);
        match run(&mut rustc, "rustc")? {
            (true, ..) => Ok(artifact),
            (false, _, stderr) => Err(Error::DoesNotCompile {
                what: format!("{} of {}", source.display(), self.at.display()),
                stderr,
            }),
        }
    }

    fn json(
        &self,
        name: &str,
        side: &str,
        dep: Option<&Path>,
        proc_macro: bool,
    ) -> Result<String, Error> {
        let folder = self.at.join(side);
        let source = folder.join(format!("{name}.rs"));
        let mut rustdoc = Command::new("rustdoc");
        rustdoc
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["--edition=2024", "--cap-lints=allow", "--crate-name", name])
            .args(["-Zunstable-options", "--output-format=json", "--document-hidden-items"])
            .arg("-o")
            .arg(&folder)
            .arg(&source);
        if proc_macro {
            rustdoc.args(["--crate-type=proc-macro", "--extern=proc_macro"]);
        }
        with_dep(&mut rustdoc, dep);
        match run(&mut rustdoc, "rustdoc")? {
            (true, ..) => {
                let path = folder.join(format!("{name}.json"));
                fs::read_to_string(&path).map_err(|source| Error::Io { path, source })
            }
            (false, _, stderr) => Err(Error::DoesNotCompile {
                what: format!("the documentation of {}", source.display()),
                stderr,
            }),
        }
    }

    fn client(
        &self,
        text: &str,
        side: Side,
        subject: &Path,
        dep: Option<&Path>,
    ) -> Result<Judged, Error> {
        let folder = self.at.join(match side {
            Side::Old => "old",
            Side::New => "new",
        });
        let source = folder.join("client.rs");
        write(&source, text.as_bytes())?;
        let mut rustc = Command::new("rustc");
        // `--emit=metadata` still analyses and borrow-checks every body, as `cargo check` does.
        rustc
            .args(["--edition=2024", "--cap-lints=allow", "--crate-name=client"])
            .args(["--crate-type=lib", "--emit=metadata", "-o"])
            .arg(folder.join("libclient.rmeta"))
            .arg(&source)
            .arg("--extern")
            .arg(format!("subject={}", subject.display()))
            .arg("-L")
            .arg(self.at.join("old"))
            .arg("-L")
            .arg(self.at.join("new"));
        if let Some(dep) = dep {
            rustc.arg("--extern").arg(format!("dep={}", dep.display()));
        }
        let (compiles, _, stderr) = run(&mut rustc, "rustc")?;
        Ok(Judged { compiles, stderr })
    }
}

fn with_dep(command: &mut Command, dep: Option<&Path>) {
    if let Some(dep) = dep {
        command.arg("--extern").arg(format!("dep={}", dep.display()));
    }
}

pub(crate) fn run(command: &mut Command, program: &str) -> Result<(bool, String, String), Error> {
    let output = command
        .output()
        .map_err(|source| Error::NotStarted { program: program.to_owned(), source })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((output.status.success(), text(&output.stdout), text(&output.stderr)))
}

pub(crate) fn write(path: &Path, text: &[u8]) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| Error::Io { path: path.to_owned(), source })
}

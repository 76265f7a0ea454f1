//! The libraries that a recorded build left, and texts compiled against them.
//!
//! Invariant: a text is compiled without cargo: against the very files that the build made, with
//! nothing resolved, built or downloaded for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use ripe_runner::{CancelToken, End};

use crate::{Error, SideRequest};
use ripe_record::{Room, Unit, UnitHash, finish, first_error};

/// The name of the crate that a text is compiled as, and of its file.
const CRATE: &str = "ripe_witness";

/// The units of a build that have an artifact.
#[derive(Debug, Clone, Default)]
pub struct Libraries {
    units: Vec<(Unit, PathBuf)>,
}

impl Libraries {
    pub(crate) fn new(
        units: impl Iterator<Item = Unit>,
        mut artifacts: BTreeMap<UnitHash, PathBuf>,
    ) -> Libraries {
        let with_file = units.filter_map(|unit| {
            let file = artifacts.remove(&unit.hash)?;
            Some((unit, file))
        });
        Libraries { units: with_file.collect() }
    }

    /// The artifact of a unit.
    pub fn of(&self, hash: &UnitHash) -> Option<&Path> {
        self.units.iter().find(|(unit, _)| unit.hash == *hash).map(|(_, file)| file.as_path())
    }

    /// The units with their artifacts, in no order that means something.
    pub fn iter(&self) -> impl Iterator<Item = (&Unit, &Path)> {
        self.units.iter().map(|(unit, file)| (unit, file.as_path()))
    }

    /// The folders in which they lie, sorted.
    fn folders(&self) -> BTreeSet<&Path> {
        self.units.iter().filter_map(|(_, file)| file.parent()).collect()
    }
}

/// An error of the compiler about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// The lines of the text that it points to first of all, from 1.
    pub lines: Vec<u32>,
    /// Its code, `E0308`.
    pub code: Option<String>,
    /// The first line of the message.
    pub message: String,
}

/// Compiles a text as a library, in the sandbox, with these crates under these names; all other
/// crates that it needs are looked for beside `libraries`. Returns the errors, none where it
/// compiles. Lints never decide.
///
/// # Errors
/// [`Error`] where the compiler could not be run, or broke down.
pub fn compile(
    request: &SideRequest,
    text: &str,
    externs: &BTreeMap<String, PathBuf>,
    libraries: &Libraries,
    cancel: &CancelToken,
) -> Result<Vec<CompileError>, Error> {
    let folder = request.work_dir.join("witness");
    std::fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
    let source = folder.join(format!("{CRATE}.rs"));
    std::fs::write(&source, text).map_err(Error::io("write", &source))?;
    let room =
        Room::open(&request.toolchain, &request.work_dir, &request.workspace, request.sandbox)?;
    let mut run = room
        .run(&request.toolchain.rustc, &folder, &[&folder])
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--cap-lints=allow"])
        .args(["--error-format=json", "--crate-name", CRATE, "--out-dir"])
        .arg(&folder)
        .arg(&source);
    for (name, file) in externs {
        run = run.arg("--extern").arg(format!("{name}={}", file.display()));
    }
    for folder in libraries.folders() {
        run = run.arg("-L").arg(format!("dependency={}", folder.display()));
    }
    if let Some(target) = &request.target {
        run = run.arg("--target").arg(target);
    }
    if let Some(sandbox) = &mut run.sandbox {
        sandbox.read.push(request.target_dir.clone());
    }
    let outcome = finish("rustc", &run, cancel, &mut |_, _| {})?;
    let stderr = outcome.stderr_text();
    let errors: Vec<CompileError> =
        stderr.lines().filter_map(|line| error_of(line, &source)).collect();
    match outcome.end {
        End::Exited(0) => Ok(Vec::new()),
        End::Exited(1) if !errors.is_empty() => Ok(errors),
        End::Exited(_) | End::Signalled(_) | End::TimedOut | End::Cancelled => {
            Err(Error::Compiler { reason: first_error(&stderr) })
        }
    }
}

fn error_of(line: &str, source: &Path) -> Option<CompileError> {
    let said: Diagnostic = serde_json::from_str(line).ok()?;
    let fatal = matches!(said.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
    let summary = said.spans.is_empty() && said.message.starts_with("aborting due to");
    if !fatal || summary {
        return None;
    }
    let lines_of = |primary: bool| -> Vec<u32> {
        let spans = said.spans.iter().filter(|span| span.is_primary || !primary);
        spans.filter_map(|span| line_in(span, source)).collect()
    };
    // An error inside a macro points to the call only in passing.
    let lines = Some(lines_of(true)).filter(|lines| !lines.is_empty());
    let lines = lines.unwrap_or_else(|| lines_of(false));
    Some(CompileError {
        lines,
        code: said.code.map(|code| code.code),
        message: said.message.lines().next().unwrap_or_default().to_owned(),
    })
}

/// The line of the text where a span stands, or where the macro is called that wrote it.
fn line_in(span: &DiagnosticSpan, source: &Path) -> Option<u32> {
    if Path::new(&span.file_name) == source {
        return u32::try_from(span.line_start).ok();
    }
    line_in(&span.expansion.as_ref()?.span, source)
}

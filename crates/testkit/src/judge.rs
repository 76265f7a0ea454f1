//! Texts that are compiled against the versions of a case, as its own client was.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::build::{room_of, run, write};
use crate::{Case, Error, Side};

/// An error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The lines of the text that it points to first of all, from 1.
    pub lines: Vec<u32>,
    /// Its code, `E0308`.
    pub code: Option<String>,
    /// The message.
    pub message: String,
}

/// Compiles a text against one version of a case that was [built](crate::build()) below `scratch`,
/// with its dependency under the name `dep`. What was compiled before is read from there.
///
/// # Errors
/// Where the compiler cannot be started, or a file cannot be used.
pub fn judge(
    case: &Case,
    scratch: &Path,
    side: Side,
    text: &str,
    dep: Option<&str>,
) -> Result<Vec<Refused>, Error> {
    let room = room_of(case, scratch)?;
    let mut hasher = DefaultHasher::new();
    (text, dep, matches!(side, Side::Old), "2").hash(&mut hasher);
    let stem = format!("judged-{:016x}", hasher.finish());
    let kept = room.join(format!("{stem}.json"));
    if let Some(known) = fs::read(&kept).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
        return Ok(known);
    }
    let source = room.join(format!("{stem}.rs"));
    write(&source, text.as_bytes())?;
    let folder = room.join(match side {
        Side::Old => "old",
        Side::New => "new",
    });
    let artifact = |name: &str, folder: &Path| {
        let suffix = if case.expected.proc_macro && name == "subject" { "so" } else { "rmeta" };
        folder.join(format!("lib{name}.{suffix}"))
    };
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--edition=2024", "--cap-lints=allow", "--crate-name=judged"])
        .args(["--crate-type=lib", "--emit=metadata", "--error-format=json", "-o"])
        .arg(room.join(format!("lib{stem}.rmeta")))
        .arg(&source)
        .arg("--extern")
        .arg(format!("subject={}", artifact("subject", &folder).display()))
        .arg("-L")
        .arg(room.join("old"))
        .arg("-L")
        .arg(room.join("new"));
    if let Some(dep) = dep {
        let file = artifact("dep", &room.join("old"));
        rustc.arg("--extern").arg(format!("{dep}={}", file.display()));
    }
    let (compiles, _, stderr) = run(&mut rustc, "rustc")?;
    let refused: Vec<Refused> = stderr.lines().filter_map(|line| refused(line, &source)).collect();
    if !compiles && refused.is_empty() {
        return Err(Error::DoesNotCompile { what: source.display().to_string(), stderr });
    }
    write(&kept, &serde_json::to_vec(&refused).unwrap_or_default())?;
    Ok(refused)
}

#[derive(Deserialize)]
struct Said {
    message: String,
    level: String,
    code: Option<Code>,
    spans: Vec<Place>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Place {
    file_name: String,
    line_start: u32,
    is_primary: bool,
    expansion: Option<Expansion>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Box<Place>,
}

fn refused(line: &str, source: &Path) -> Option<Refused> {
    let said: Said = serde_json::from_str(line).ok()?;
    if !said.level.starts_with("error") || said.message.starts_with("aborting due to") {
        return None;
    }
    let lines_of = |primary: bool| -> Vec<u32> {
        let places = said.spans.iter().filter(|place| place.is_primary || !primary);
        places.filter_map(|place| line_in(place, source)).collect()
    };
    // An error inside a macro points to the call only in passing.
    let lines = Some(lines_of(true)).filter(|lines| !lines.is_empty());
    Some(Refused {
        lines: lines.unwrap_or_else(|| lines_of(false)),
        code: said.code.map(|code| code.code),
        message: said.message,
    })
}

/// The line of the text where a place is, or where the macro is called that wrote it.
fn line_in(place: &Place, source: &Path) -> Option<u32> {
    if Path::new(&place.file_name) == source {
        return Some(place.line_start);
    }
    line_in(&place.expansion.as_ref()?.span, source)
}

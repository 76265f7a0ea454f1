//! What of a downloaded package runs when it is built, read from its sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ripe_model::BuildCode;
use toml_edit::{DocumentMut, Item};

use crate::source::{document, is_proc_macro};
use crate::{Error, read_manifest};

/// Reads what runs: the build script (with the folder that it has to itself, if it has one), and of
/// a procedural macro all of its sources. What a build script includes from elsewhere in the
/// package is not followed.
///
/// # Errors
/// Where the manifest is missing or no TOML. A file that cannot be read counts as empty.
pub fn read_build_code(folder: &Path) -> Result<BuildCode, Error> {
    let document = document(folder)?;
    let links = read_manifest(folder)?.facts.links;
    let build_script = match build_script(&document, folder) {
        Some(script) => match script.parent() {
            Some(own) if own != Path::new("") && own != Path::new("src") => below(folder, own),
            Some(_) | None => BTreeMap::from([(script.clone(), text(&folder.join(&script)))]),
        },
        None => BTreeMap::new(),
    };
    let lib = document.get("lib").and_then(Item::as_table_like);
    let proc_macro = if lib.is_some_and(is_proc_macro) {
        let path = lib.and_then(|lib| lib.get("path")).and_then(Item::as_str);
        let sources = path.map(Path::new).and_then(Path::parent).unwrap_or(Path::new("src"));
        below(folder, sources)
    } else {
        BTreeMap::new()
    };
    Ok(BuildCode { build_script, proc_macro, links })
}

/// The build script that the manifest names, else `build.rs` where it lies beside it (Cargo book,
/// "The build field").
fn build_script(document: &DocumentMut, folder: &Path) -> Option<PathBuf> {
    let given = document.get("package").and_then(|package| package.get("build"));
    match (given.and_then(Item::as_str), given.and_then(Item::as_bool)) {
        (Some(path), _) => Some(Path::new(path).components().collect()),
        (None, Some(false)) => None,
        (None, Some(true) | None) => {
            folder.join("build.rs").is_file().then(|| PathBuf::from("build.rs"))
        }
    }
}

/// The Rust files below a folder of the package.
fn below(package: &Path, folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![package.join(folder)];
    while let Some(at) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|e| e == "rs") => {
                    let name = path.strip_prefix(package).unwrap_or(&path).to_owned();
                    files.insert(name, text(&path));
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
    files
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest: &str, files: &[&str], script: &[&str], macros: &[&str]) {
        let dir = tempfile::tempdir().expect("a folder");
        let manifest = format!("[package]\nname = \"a\"\nversion = \"1.0.0\"\n{manifest}");
        std::fs::write(dir.path().join("Cargo.toml"), manifest).expect("written");
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "x\n").expect("written");
        }
        let code = read_build_code(dir.path()).expect("read");
        let names = |files: &BTreeMap<PathBuf, String>| -> Vec<String> {
            files.keys().map(|path| path.display().to_string()).collect()
        };
        assert_eq!(
            (names(&code.build_script), names(&code.proc_macro)),
            (
                script.iter().map(|&s| s.to_owned()).collect(),
                macros.iter().map(|&s| s.to_owned()).collect(),
            )
        );
    }

    #[test]
    fn what_runs_is_found_as_cargo_finds_it() {
        check("", &["src/lib.rs"], &[], &[]);
        check("", &["src/lib.rs", "build.rs"], &["build.rs"], &[]);
        check("build = false", &["build.rs"], &[], &[]);
        check("build = \"make.rs\"", &["make.rs", "build.rs"], &["make.rs"], &[]);
        check(
            "build = \"./build/main.rs\"",
            &["build/main.rs", "build/probe.rs", "build/x.txt"],
            &["build/main.rs", "build/probe.rs"],
            &[],
        );
        check(
            "[lib]\nproc-macro = true",
            &["src/lib.rs", "src/deep/a.rs", "tests/t.rs"],
            &[],
            &["src/deep/a.rs", "src/lib.rs"],
        );
        check("[lib]\nproc-macro = true\npath = \"m/lib.rs\"", &["m/lib.rs"], &[], &["m/lib.rs"]);
    }
}

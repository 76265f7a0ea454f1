//! The first look: which lines name a crate, told from the text alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A line that names a crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// The file, relative to the root that was searched.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
}

/// The lines of all Rust files below `root` that name one of `crates` as the head of a path, in a
/// `use`, or in an `extern crate`, sorted. Folders called `target`, hidden ones, and those of other
/// packages are left out.
///
/// Nothing is parsed: a macro's use can be missed, and a local of the same name can be taken for
/// the crate. A file that cannot be read names nothing.
pub fn mentions(root: &Path, crates: &[String]) -> BTreeMap<String, Vec<Mention>> {
    let mut found: BTreeMap<String, Vec<Mention>> = BTreeMap::new();
    for path in rust_files(root) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let file = path.strip_prefix(root).unwrap_or(&path);
        for (line, text) in (1..).zip(String::from_utf8_lossy(&bytes).lines()) {
            for name in named(text) {
                if let Some(known) = crates.iter().find(|known| *known == name) {
                    let mention = Mention { file: file.to_owned(), line };
                    let lines = found.entry(known.clone()).or_default();
                    if lines.last() != Some(&mention) {
                        lines.push(mention);
                    }
                }
            }
        }
    }
    found
}

/// The words of a line of code that can name a crate.
fn named(text: &str) -> Vec<&str> {
    let code = text.split("//").next().unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = code[at..].find(is_word).map(|n| at + n) {
        at = code[start..].find(|c| !is_word(c)).map_or(code.len(), |n| start + n);
        let before = code[..start].strip_suffix("::").unwrap_or(&code[..start]);
        let is_head = code[..start].len() == before.len()
            || !before.ends_with(|c: char| is_word(c) || c == '>');
        let before = before.trim_end();
        let introduced = before.ends_with("use") || before.ends_with("extern crate");
        if is_head && (introduced || code[at..].starts_with("::")) {
            found.push(&code[start..at]);
        }
    }
    found
}

fn rust_files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let (path, name) = (entry.path(), entry.file_name());
            let hidden = name.to_string_lossy().starts_with('.');
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    if !hidden && name != "target" && !path.join("Cargo.toml").is_file() {
                        folders.push(path);
                    }
                }
                Ok(_) if path.extension().is_some_and(|e| e == "rs") => files.push(path),
                Ok(_) | Err(_) => {}
            }
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_named_by_paths_and_imports_only() {
        assert_eq!(named("use clap;"), ["clap"]);
        assert_eq!(named("pub use ::clap as c;"), ["clap"]);
        assert_eq!(named("    let app = clap::App::new(x); // log::warn"), ["clap"]);
        assert_eq!(named("extern crate log;"), ["log"]);
        assert_eq!(named("let x = ::regex::Regex::new(clap);"), ["regex"]);
        assert!(named("let log = clap(3);").is_empty());
        assert_eq!(named("self::clap::App"), ["self"]);
    }

    #[test]
    fn files_of_other_packages_and_of_the_target_folder_are_left_out() {
        let dir = tempfile::tempdir().expect("a folder");
        for (file, text) in [
            ("src/lib.rs", "use log::info;\n\nfn f() { log::warn!(\"x\"); log::info!(\"y\") }\n"),
            ("target/debug/build/out.rs", "use log::info;"),
            ("other/Cargo.toml", ""),
            ("other/src/lib.rs", "use log::info;"),
        ] {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let found = mentions(dir.path(), &["log".to_owned(), "clap".to_owned()]);
        let lines: Vec<u32> = found["log"].iter().map(|m| m.line).collect();
        assert_eq!(lines, [1, 3]);
        assert!(!found.contains_key("clap"));
    }
}

//! The code blocks of doc comments, which `cargo test` compiles and runs.
//!
//! Read from the text: a block stands where its code stands, so that what is found in it has its
//! real line and column. Blocks in `/** */`, in `#[doc = "…"]`, and indented ones without a fence
//! are not read. Which text is code, and which lines are hidden: The rustdoc book, "Documentation
//! tests".

use std::path::{Path, PathBuf};

use crate::CfgSet;
use crate::tree::{self, File, Tree};

/// A fenced block of Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doctest {
    /// The file that it stands in.
    pub(crate) path: PathBuf,
    /// The line of its opening fence, from 1.
    line: usize,
    /// Its lines, each with blanks for what stands before the code.
    code: Vec<String>,
}

impl Doctest {
    /// A function with the block as its body, at the lines and columns of the block.
    fn text(&self) -> String {
        let mut text = "\n".repeat(self.line - 1);
        text.push_str("fn doctest() {\n");
        for line in &self.code {
            text.push_str(line);
            text.push('\n');
        }
        text.push('}');
        text
    }
}

/// The doc tests of a library as one crate: a function for each. What does not parse is left out.
pub(crate) fn tree(library: &Tree, set: &CfgSet) -> Tree {
    let mut doc = Tree::default();
    let mut items = Vec::new();
    for test in library.files.iter().filter(|file| !file.off).flat_map(of) {
        if let Ok((new, name)) = tree::parse(&test.text()) {
            doc.names.insert(name, test.path);
            items.extend(new);
        }
    }
    doc.rules.collect(&items, set);
    if let Some(root) = library.files.first() {
        let path = root.path.clone();
        doc.files.push(File { path, text: String::new(), items, parsed: true, off: false });
    }
    doc
}

/// The doc tests of a file, and those of the texts that it takes in as documentation.
fn of(file: &File) -> Vec<Doctest> {
    let mut found = Vec::new();
    let mut blocks = Blocks::new(&file.path);
    for (at, line) in file.text.lines().enumerate() {
        let bare = line.trim_start();
        let is_doc =
            (bare.starts_with("///") && !bare.starts_with("////")) || bare.starts_with("//!");
        if is_doc {
            let before = line.len() - bare.len() + 3;
            blocks.line(at + 1, before, &line[before..], &mut found);
        } else {
            blocks = Blocks::new(&file.path);
        }
        if let Some(path) = included(bare) {
            let path = file.path.parent().unwrap_or(Path::new("")).join(path);
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let mut blocks = Blocks::new(&path);
            for (at, line) in text.lines().enumerate() {
                blocks.line(at + 1, 0, line, &mut found);
            }
        }
    }
    found
}

/// The file that a line takes in: `#![doc = include_str!("../README.md")]`.
fn included(line: &str) -> Option<&str> {
    if !line.starts_with("#") || !line.contains("doc") {
        return None;
    }
    let (_, after) = line.split_once("include_str!")?;
    after.split('"').nth(1)
}

/// The open block of a text that is read line by line.
struct Blocks<'a> {
    path: &'a Path,
    open: Option<Open>,
}

struct Open {
    fence: String,
    block: Option<Doctest>,
}

impl<'a> Blocks<'a> {
    fn new(path: &'a Path) -> Blocks<'a> {
        Blocks { path, open: None }
    }

    /// Takes in one line of documentation, which begins after `before` bytes of the file's line.
    fn line(&mut self, number: usize, before: usize, text: &str, found: &mut Vec<Doctest>) {
        let bare = text.trim();
        match &mut self.open {
            None => {
                let fence: String = bare.chars().take_while(|c| bare.starts_with(*c)).collect();
                if fence.len() >= 3 && (fence.starts_with('`') || fence.starts_with('~')) {
                    let code = is_rust(&bare[fence.len()..]);
                    let block = code.then(|| Doctest {
                        path: self.path.to_owned(),
                        line: number,
                        code: Vec::new(),
                    });
                    self.open = Some(Open { fence, block });
                }
            }
            Some(open)
                if bare.starts_with(&open.fence)
                    && bare.trim_start_matches(['`', '~']).is_empty() =>
            {
                found.extend(self.open.take().and_then(|open| open.block));
            }
            Some(Open { block: Some(block), .. }) => {
                block.code.push(format!("{}{}", " ".repeat(before), shown(text)));
            }
            Some(Open { block: None, .. }) => {}
        }
    }
}

/// A line as it is compiled: `# ` hides it from readers only, `##` stands for `#`.
fn shown(line: &str) -> String {
    let bare = line.trim_start();
    let before = line.len() - bare.len();
    match bare.strip_prefix('#') {
        Some("") => String::new(),
        Some(rest) if rest.starts_with([' ', '#']) => {
            format!("{} {rest}", &line[..before])
        }
        Some(_) | None => line.to_owned(),
    }
}

/// Whether what follows a fence says Rust that must compile.
fn is_rust(info: &str) -> bool {
    info.split([',', ' ', '\t']).filter(|word| !word.is_empty()).all(|word| {
        matches!(word, "rust" | "no_run" | "should_panic" | "test_harness" | "standalone_crate")
            || word.starts_with("edition")
            || word.starts_with("ignore-")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str)]) {
        let file = File {
            path: "src/lib.rs".into(),
            text: text.to_owned(),
            items: Vec::new(),
            parsed: true,
            off: false,
        };
        let found: Vec<(usize, String)> =
            of(&file).into_iter().map(|test| (test.line, test.code.join("|"))).collect();
        let found: Vec<(usize, &str)> =
            found.iter().map(|(line, code)| (*line, code.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_block_of_rust_keeps_its_place() {
        check("/// ```\n/// a();\n/// ```\nfn f() {}", &[(1, "    a();")]);
        check(
            "//! Text.\n//!\n//! ```rust,no_run\n//! # use a::b;\n//! #[c] d\n//! ```",
            &[(3, "      use a::b;|    #[c] d")],
        );
        check("    /// ~~~\n    /// a();\n    /// ~~~", &[(1, "        a();")]);
    }

    #[test]
    fn other_blocks_are_no_code() {
        check("/// ```text\n/// a();\n/// ```", &[]);
        check("/// ```compile_fail\n/// a();\n/// ```", &[]);
        check("/// ```ignore\n/// a();\n/// ```", &[]);
        check("// ```\n// a();\n// ```", &[]);
        // A block that is not closed belongs to its comment alone.
        check("/// ```\n/// a();\nfn f() {}\n/// ```\n/// b();\n/// ```", &[(4, "    b();")]);
    }
}

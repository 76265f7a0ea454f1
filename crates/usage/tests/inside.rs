//! What changed inside called functions, on small libraries written to disk.

use std::collections::BTreeSet;
use std::path::Path;

use ripe_model::{ApiModel, Inside};
use ripe_usage::{CfgSet, LibrarySource, changed_inside};

const OLD: &str = r#"
pub struct Parser { depth: u32 }

impl Parser {
    pub fn parse(&self, text: &str) -> usize {
        // A comment is no code.
        self.step(text) + helper(1)
    }
    pub fn depth(&self) -> u32 {
        self.depth
    }
    fn step(&self, text: &str) -> usize {
        text.len()
    }
}

pub fn straight(n: u32) -> u32 {
    n + 1
}

pub fn through_a_public_one() -> u32 {
    straight(1)
}

pub fn in_a_macro() -> String {
    format!("{}", inner::deep(2))
}

pub trait Shape {
    fn area(&self) -> u32;
    fn twice(&self) -> u32 {
        self.area() * 2
    }
}

fn helper(n: usize) -> usize {
    n
}

mod inner {
    pub fn deep(n: u32) -> u32 {
        n
    }
}
"#;

const CALLED: &[&str] = &[
    "lib::Parser::parse",
    "lib::Parser::depth",
    "lib::straight",
    "lib::through_a_public_one",
    "lib::in_a_macro",
    "lib::Shape::twice",
    "lib::Shape::area",
    "lib::Parser",
];

/// The model of a library, by rustdoc.
fn model(folder: &Path) -> ApiModel {
    let out = folder.join("doc");
    let status = std::process::Command::new("rustdoc")
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["--edition=2021", "--crate-name=lib", "-Zunstable-options", "--output-format=json"])
        .arg("-o")
        .arg(&out)
        .arg("src/lib.rs")
        .current_dir(folder)
        .status()
        .expect("rustdoc starts");
    assert!(status.success());
    ripe_rustdoc::from_file(&out.join("lib.json")).expect("the JSON is read")
}

/// What changed inside between [`OLD`] and what `edit` makes of it.
fn inside(edit: impl Fn(&str) -> String) -> Inside {
    let root = tempfile::tempdir().expect("a folder");
    let library = |name: &str, text: &str| {
        let folder = root.path().join(name);
        std::fs::create_dir_all(folder.join("src")).expect("writable");
        std::fs::write(folder.join("src/lib.rs"), text).expect("writable");
        LibrarySource { root: folder.join("src/lib.rs"), folder, cfg: CfgSet::default() }
    };
    let (old, new) = (library("old", OLD), library("new", &edit(OLD)));
    let called: BTreeSet<&str> = CALLED.iter().copied().collect();
    changed_inside(&called, &model(&old.folder), &old, &new).expect("functions are called")
}

#[track_caller]
fn check(edit: impl Fn(&str) -> String, expected: &[&str]) {
    let inside = inside(edit);
    // Required items have no body, and a type is no function.
    assert_eq!(inside.called, 6);
    let said: Vec<String> = inside
        .changed
        .iter()
        .map(|f| match f.through.as_slice() {
            [] => format!("{} ({} lines)", f.item, f.lines),
            through => format!("{} by {} ({} lines)", f.item, through.join(", "), f.lines),
        })
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn a_body_is_compared_by_its_tokens() {
    check(|old| old.replace("n + 1", "n + 2"), &["lib::straight (2 lines)"]);
    check(
        |old| old.replace("        self.depth\n", "        // Why.\n\n        self.depth\n"),
        &[],
    );
    check(
        |old| old.replace("self.area() * 2", "2 * self.area()"),
        &["lib::Shape::twice (2 lines)"],
    );
}

#[test]
fn a_private_callee_counts_and_a_public_one_does_not() {
    check(
        |old| old.replace("text.len()", "text.len() + 1"),
        &["lib::Parser::parse by Parser::step (2 lines)"],
    );
    check(
        |old| old.replace("usize {\n    n\n}", "usize {\n    let n = n;\n    n\n}"),
        &["lib::Parser::parse by helper (1 lines)"],
    );
    check(
        |old| old.replace("        n\n", "        n * 2\n"),
        &["lib::in_a_macro by inner::deep (2 lines)"],
    );
}

#[test]
fn a_function_that_moved_is_followed() {
    check(
        |old| {
            let moved = "pub fn straight(n: u32) -> u32 {\n    n + 1\n}\n";
            let text = old.replace(moved, "mod other;\npub use far::straight;\n");
            format!("{text}\nmod far {{\n    {moved}}}\n").replace("mod other;\n", "")
        },
        &[],
    );
}

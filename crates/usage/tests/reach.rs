//! Which functions a test reaches by name, on a small package written to disk.

use std::path::Path;

use ripe_model::{Confidence, How, UseSite};
use ripe_usage::{CfgSet, Reach, Sources, Target, TargetKind};

/// A function that is reached is marked `=`, one that is not `!`.
const LIB: &str = r#"
pub fn called() { deeper(); } // =
fn deeper() { Kept::make().go(); } // =
pub fn lonely() { lonelier(); } // !
fn lonelier() {} // !
fn as_a_value(n: &u32) -> u32 { *n } // =
pub struct Kept;
impl Kept {
    pub fn make() -> Kept { Kept } // =
    pub fn go(&self) {} // =
    pub fn stay(&self) {} // !
}
impl Drop for Kept {
    fn drop(&mut self) { dropped(); } // =
}
fn dropped() {} // =
pub struct Other;
impl Other {
    pub fn make() -> Other { Other } // !
}
impl Drop for Other {
    fn drop(&mut self) {} // !
}
macro_rules! twice { ($e:expr) => { in_a_macro(); $e; $e } }
fn in_a_macro() {} // =
pub fn in_the_docs() {} // =
static TABLE: fn() = from_a_static;
fn from_a_static() {} // =
#[derive(Clone)]
pub struct Written { #[doc = "with_a_name"] pub n: u32 }
fn with_a_name() {} // !
/// ```
/// lib::in_the_docs();
/// ```
pub struct Documented;
pub trait Shape {
    fn area(&self) -> u32;
    fn twice(&self) -> u32 { self.area() * 2 } // =
}
impl Shape for Kept {
    fn area(&self) -> u32 { area_of() } // =
}
fn area_of() -> u32 { 0 } // =
#[cfg(test)]
mod tests {
    fn helper() -> u32 {
        [1].iter().map(super::as_a_value).sum()
    }
    #[test]
    fn works() {
        super::called();
        twice!(helper());
        (super::TABLE)();
    }
}
"#;

const MAIN: &str = r"
fn main() { run() } // ?
fn run() {} // ?
";

/// Each marked line of a file, and what it is said to be.
fn said(reach: &Reach, file: &str, text: &str) -> Vec<(String, Option<bool>)> {
    let site = |line: usize| UseSite {
        package: "lib".to_owned(),
        file: file.into(),
        line: u32::try_from(line).expect("small"),
        column: 1,
        item: "dep::f".to_owned(),
        how: How::Call,
        confidence: Confidence::Exact,
        inactive: false,
    };
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.contains(" // "))
        .map(|(at, line)| (line.trim().to_owned(), reach.reaches(&site(at + 1))))
        .collect()
}

fn read(folder: &Path, test: &str) -> Reach {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(&path, text).expect("writable");
        path
    };
    let target = |kind, path| Target { name: "lib".to_owned(), kind, path, compiled: true };
    let lib = write("src/lib.rs", LIB);
    let targets = vec![
        target(TargetKind::Lib, lib.clone()),
        target(TargetKind::Bin, write("src/main.rs", MAIN)),
        target(TargetKind::Test, write("tests/it.rs", test)),
        target(TargetKind::Doc, lib),
    ];
    Reach::of(&[Sources {
        package: "lib".to_owned(),
        root: folder.to_owned(),
        edition: "2021".to_owned(),
        targets,
        cfg: CfgSet::default(),
    }])
}

#[test]
fn names_are_followed_from_tests() {
    let folder = tempfile::tempdir().expect("a folder");
    let reach = read(folder.path(), "#[test]\nfn it() { let _ = lib::Shape::twice(&1); }");
    let wrong: Vec<_> = said(&reach, "src/lib.rs", LIB)
        .into_iter()
        .filter(|(line, reached)| *reached != Some(line.ends_with('=')))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(reach.tests, 3, "one in the library, one beside it, one in its documentation");
}

#[test]
fn a_test_that_starts_a_program_reaches_its_main() {
    let folder = tempfile::tempdir().expect("a folder");
    let quiet = read(folder.path(), "#[test]\nfn it() {}");
    assert!(said(&quiet, "src/main.rs", MAIN).iter().all(|(_, reached)| *reached == Some(false)));
    let starts = "#[test]\nfn it() { std::process::Command::new(\"x\").status().unwrap(); }";
    let starting = read(folder.path(), starts);
    assert!(said(&starting, "src/main.rs", MAIN).iter().all(|(_, reached)| *reached == Some(true)));
}

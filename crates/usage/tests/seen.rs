//! What a scan says of what it saw and what it could not see, on a small client.

use std::path::Path;
use std::sync::Arc;

use ripe_model::ApiModel;
use ripe_usage::{CfgSet, Extern, Scan, Sources, Surfaces, Target, TargetKind, Untyped, scan};

const DEP: &str = r"
pub struct Parser;
impl Parser {
    pub fn new() -> Parser { Parser }
    pub fn parse_all(&self) -> u32 { 0 }
    pub fn len(&self) -> usize { 0 }
}
pub struct Reader;
impl Reader {
    pub fn parse_all(&self) -> u32 { 0 }
}
pub struct Writer;
impl Writer {
    pub fn parse_all(&self) -> u32 { 0 }
}
pub fn free() -> u32 { 0 }
";

const CLIENT: &str = r"
use dep::Parser;
pub fn typed() -> u32 {
    let parser = Parser::new();
    parser.parse_all()
}
pub fn in_macros() {
    println!(r#an {} {}#r, dep::free(), Parser::new().len());
}
pub fn untyped() {
    let value = unknown::make();
    value.parse_all();
    value.len();
    value.nothing_of_the_sort();
}
";

/// The scan of the client, with the surface of the dependency by rustdoc.
fn scanned(folder: &Path) -> (Scan, ApiModel) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("writable");
        path
    };
    let dep = write("dep.rs", DEP);
    let client = write("client.rs", &CLIENT.replace("r#", "\"").replace("#r", "\""));
    let status = std::process::Command::new("rustdoc")
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["--edition=2021", "--crate-name=dep", "-Zunstable-options", "--output-format=json"])
        .arg("-o")
        .arg(folder)
        .arg(dep)
        .status()
        .expect("rustdoc starts");
    assert!(status.success());
    let model = ripe_rustdoc::from_file(&folder.join("dep.json")).expect("the JSON is read");
    let sources = Sources {
        package: "client".to_owned(),
        root: folder.to_owned(),
        edition: "2021".to_owned(),
        targets: vec![Target {
            name: "client".to_owned(),
            kind: TargetKind::Lib,
            path: client,
            compiled: true,
        }],
        cfg: CfgSet::default(),
    };
    let externs = vec![Extern::new("dep", Arc::new(model.clone()))];
    (scan(&sources, &Surfaces { externs, others: Vec::new() }), model)
}

#[test]
fn what_stands_in_macros_is_counted_and_calls_on_unknown_values_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scan, model) = scanned(folder.path());
    let seen = &scan.seen[&model.package];
    let sites = scan.sites_of(&model.package).iter();
    let in_println = sites.filter(|site| site.line == 8).count();
    assert!(in_println >= 3, "free, Parser, new and len: {in_println}");
    assert_eq!(seen.in_macros as usize, in_println);
    let call = |line, name: &str, shared| Untyped {
        file: "client.rs".into(),
        line,
        name: name.to_owned(),
        shared,
    };
    assert_eq!(seen.untyped, [call(12, "parse_all", false), call(13, "len", true)]);
}

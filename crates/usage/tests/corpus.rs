//! The cases of `corpus/usage`: a dependency, a client, and the uses that the scan must find.
//!
//! rustc is asked first whether the client compiles. `RIPE_BLESS=1` rewrites the expectations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use ripe_model::{ApiModel, PackageFacts, PackageId, Source, UnitFacts};
use ripe_usage::{CfgSet, Extern, Sources, Surfaces, Target, TargetKind, scan};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/usage")
}

fn run(mut command: Command, what: &str) {
    let output = command.output().expect("the toolchain runs");
    assert!(
        output.status.success(),
        "{what}: {command:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn model(case: &Path, out: &Path) -> ApiModel {
    let mut rustdoc = Command::new("rustdoc");
    rustdoc.arg(case.join("dep.rs")).args(["--crate-name=dep", "--crate-type=lib"]);
    rustdoc.args(["--edition=2021", "-Zunstable-options", "--output-format=json"]);
    rustdoc.args(["--document-hidden-items", "-o"]).arg(out).env("RUSTC_BOOTSTRAP", "1");
    run(rustdoc, "the dependency is documented");
    let json = fs::read_to_string(out.join("dep.json")).expect("rustdoc wrote it");
    let input = ripe_rustdoc::LowerInput {
        package: PackageId {
            name: "dep".into(),
            version: semver::Version::new(1, 0, 0),
            source: Source::CratesIo,
        },
        unit: UnitFacts::default(),
        package_facts: PackageFacts::default(),
        features: Default::default(),
        optional_dependencies: Vec::new(),
        origin_of: &|_, _| None,
        source_root: Some(case.to_path_buf()),
    };
    ripe_rustdoc::lower(&json, &input).expect("the document is lowered")
}

fn compile(case: &Path, out: &Path) {
    let rustc = |file: &str, name: &str| {
        let mut rustc = Command::new("rustc");
        rustc.arg(case.join(file)).args(["--edition=2021", "--crate-type=lib", "--emit=metadata"]);
        rustc.arg(format!("--crate-name={name}")).arg("--cap-lints=allow");
        rustc.arg("--out-dir").arg(out).arg("-L").arg(out);
        rustc
    };
    run(rustc("dep.rs", "dep"), "the dependency compiles");
    let mut client = rustc("client.rs", "client");
    client.arg("--extern").arg(format!("dep={}", out.join("libdep.rmeta").display()));
    run(client, "the client compiles");
}

fn found(case: &Path, model: ApiModel) -> String {
    let sources = Sources {
        package: "client".into(),
        root: case.to_path_buf(),
        edition: "2021".into(),
        targets: vec![Target {
            name: "client".into(),
            kind: TargetKind::Lib,
            path: case.join("client.rs"),
            compiled: true,
        }],
        cfg: CfgSet { features: Some(Default::default()), ..CfgSet::default() },
    };
    let externs = vec![Extern::new("dep", Arc::new(model))];
    let surfaces = Surfaces { externs, others: Vec::new() };
    let scan = scan(&sources, &surfaces);
    assert!(scan.gaps.is_empty(), "{:?}", scan.gaps);
    let sites = scan.sites_of(&surfaces.externs[0].model.package);
    let lines = sites.iter().map(|s| {
        let inactive = if s.inactive { " inactive" } else { "" };
        let confidence = format!("{:?}", s.confidence).to_lowercase();
        format!("{}:{} {} {} {confidence}{inactive}\n", s.line, s.column, s.how, s.item)
    });
    lines.collect()
}

#[test]
fn uses_are_found_as_expected() {
    let mut cases: Vec<PathBuf> = fs::read_dir(corpus())
        .expect("the corpus is there")
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.join("client.rs").is_file())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in &cases {
        let out = tempfile::tempdir().expect("a temporary folder");
        compile(case, out.path());
        let found = found(case, model(case, out.path()));
        let expect = case.join("expect");
        if std::env::var_os("RIPE_BLESS").is_some() {
            fs::write(&expect, &found).expect("the expectation is written");
        }
        let expected = fs::read_to_string(&expect).unwrap_or_default();
        if found != expected {
            let name = case.file_name().unwrap_or_default().to_string_lossy();
            wrong.push(format!("== {name}\nexpected\n{expected}found\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

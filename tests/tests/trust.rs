//! What runs on this machine and who is believed: `--builds` and `--models`, end to end.
//!
//! docs.rs is played by a server on this machine, which documents what it is asked for. The packages
//! come through cargo from the registry; without it these fail and say so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use ripe_testkit::{Reply, Server};
use ripe_tests::{Run, command, update, updates};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::Value;

/// A program that uses what itoa 1 took away, and what anyhow and ryu kept.
fn project(dir: &Path) -> PathBuf {
    let root = dir.join("app");
    std::fs::create_dir_all(root.join("src")).expect("a folder");
    let manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
                    [dependencies]\nanyhow = \"1.0.57\"\nitoa = \"0.4.7\"\nryu = \"1.0.9\"\n";
    std::fs::write(root.join("Cargo.toml"), manifest).expect("written");
    let code = "fn main() -> anyhow::Result<()> {\n    let mut text = String::new();\n    \
                itoa::fmt(&mut text, 7)?;\n    \
                print!(\"{text} {}\", ryu::Buffer::new().format(1.5));\n    Ok(())\n}\n";
    std::fs::write(root.join("src/main.rs"), code).expect("written");
    cargo(&root, &["generate-lockfile"]);
    for (package, version) in [("anyhow", "1.0.57"), ("itoa", "0.4.7"), ("ryu", "1.0.9")] {
        cargo(&root, &["update", "-p", package, "--precise", version]);
    }
    root
}

fn cargo(dir: &Path, args: &[&str]) {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(dir)
        .env_remove("CARGO_TARGET_DIR")
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The rustdoc JSON of a release, as docs.rs makes it: without hidden items.
fn documented(dir: &Path, package: &str, version: &str) -> Vec<u8> {
    let root = dir.join(format!("{package}-{version}"));
    std::fs::create_dir_all(root.join("src")).expect("a folder");
    std::fs::write(root.join("src/lib.rs"), "").expect("written");
    let manifest = format!(
        "[package]\nname = \"x\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[dependencies]\n{package} = \"={version}\"\n[workspace]\n"
    );
    std::fs::write(root.join("Cargo.toml"), manifest).expect("written");
    let json = ["-Z", "unstable-options", "--output-format", "json"];
    cargo(&root, &[&["rustdoc", "--lib", "-p", package, "--"], &json[..]].concat());
    std::fs::read(root.join(format!("target/doc/{package}.json"))).expect("rustdoc wrote it")
}

/// docs.rs, but for ryu, of which it has nothing.
fn docs_rs(dir: &Path) -> Server {
    let made: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::default();
    let dir = dir.to_owned();
    Server::start(move |path, _| match path.split('/').collect::<Vec<_>>()[..] {
        ["", "crate", package, version, "json"] if package != "ryu" => {
            let mut made = made.lock().expect("whole");
            let body = made.entry(path.to_owned()).or_insert_with(|| {
                compress_to_vec(&documented(&dir, package, version)[..], CompressionLevel::Fastest)
            });
            Reply::new(200, body.clone())
        }
        _ => Reply::new(404, "not here"),
    })
}

fn ripe(project: &Path, cache: &Path, server: &Server, args: &[&str]) -> Run {
    let run: Run = command(project, cache, args)
        .env("RIPE_DOCSRS_URL", &server.url)
        .output()
        .expect("the binary starts")
        .into();
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// The files below a folder, relative to it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                let path = entry.path();
                found.push(path.strip_prefix(folder).unwrap_or(&path).display().to_string());
            }
        }
    }
    found
}

/// The libraries that were compiled in a project's own folder of builds, by the name of their crate.
fn built(project: &Path) -> Vec<String> {
    let crate_of = |file: &String| {
        let name = file.rsplit('/').next()?.strip_prefix("lib")?.strip_suffix(".rmeta")?;
        Some(name.rsplit_once('-')?.0.to_owned())
    };
    files(&project.join("target/ripe")).iter().filter_map(crate_of).collect()
}

fn whys(value: &Value) -> String {
    let gaps = value["gaps"].as_array().into_iter().flatten();
    gaps.filter_map(|gap| gap["why"].as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn without_builds_both_sides_come_from_docs_rs() {
    let dir = tempfile::tempdir().expect("a folder");
    let (project, server) = (project(dir.path()), docs_rs(dir.path()));
    let cache = dir.path().join("cache");
    let args = ["--builds", "never", "--format", "json"];
    let first = ripe(&project, &cache, &server, &args);
    let report = first.json();
    assert!(built(&project).is_empty(), "{:?}", built(&project));
    assert!(report["notes"].to_string().contains("--builds never"), "{}", report["notes"]);

    let itoa = update(&report, "itoa", "1.");
    assert_eq!((&itoa["grade"], &itoa["impact"]), (&"uses".into(), &"breaks".into()), "{itoa}");
    assert_eq!(itoa["changes"][0]["use_sites"][0]["line"], 3, "{itoa}");
    assert!(whys(itoa).contains("documented by docs.rs for"), "{itoa}");
    let anyhow = update(&report, "anyhow", "1.");
    assert_eq!(
        (&anyhow["grade"], &anyhow["verdict"]),
        (&"uses".into(), &"free".into()),
        "{anyhow}"
    );
    // Its build script changed since 2022; that nothing runs here does not make it less true.
    let runs = anyhow["runs"].as_array().expect("a list");
    let script = runs.iter().find(|run| run["what"] == "build_script").expect("the build script");
    assert_eq!((&script["package"], &script["change"]), (&"anyhow".into(), &"changed".into()));
    assert!(script["added_lines"].as_u64() > Some(10), "{script}");

    let ryu = update(&report, "ryu", "1.");
    assert_eq!((&ryu["grade"], &ryu["impact"]), (&"versions".into(), &"unknown".into()), "{ryu}");
    assert_ne!(ryu["verdict"], "free");
    assert!(whys(ryu).contains("docs.rs has no JSON of it"), "{ryu}");

    let asked = server.paths();
    for path in ["/crate/itoa/0.4.7/json", "/crate/anyhow/1.0.57/json", "/crate/ryu/1.0.9/json"] {
        assert_eq!(asked.iter().filter(|asked| *asked == path).count(), 1, "{path} {asked:?}");
    }
    let second = ripe(&project, &cache, &server, &args);
    assert_eq!(server.paths(), asked, "the second run asks for nothing");
    assert_eq!(first.stdout, second.stdout);
}

#[test]
fn with_locked_builds_nothing_of_a_new_version_runs() {
    let dir = tempfile::tempdir().expect("a folder");
    let (project, server) = (project(dir.path()), docs_rs(dir.path()));
    let cache = dir.path().join("cache");
    let args = ["explain", "itoa", "--builds", "locked", "--format", "json"];
    let itoa = ripe(&project, &cache, &server, &args).json();
    let itoas = built(&project).iter().filter(|name| *name == "itoa").count();
    assert_eq!(itoas, 1, "the locked version is built, and no other: {:?}", built(&project));
    let logs = files(&project.join("target/ripe"));
    assert!(!logs.iter().any(|file| file.ends_with("target.jsonl")), "{logs:?}");
    assert_eq!((&itoa["grade"], &itoa["impact"]), (&"uses".into(), &"breaks".into()), "{itoa}");
    assert!(itoa["gaps"].to_string().contains("(--builds locked)"), "{itoa}");
    let asked = server.paths();
    assert!(asked.iter().all(|path| path.starts_with("/crate/itoa/1.")), "{asked:?}");

    let args = ["diff", "itoa", "0.4.7", "1.0.0", "--builds", "never", "--format", "json"];
    let diff = ripe(&project, &cache, &server, &args).json();
    assert_eq!(diff["required_bump"], "major", "{diff}");
    let lints = diff["changes"].as_array().into_iter().flatten().map(|c| c["item"].to_string());
    assert!(lints.into_iter().any(|item| item.contains("itoa::fmt")), "{diff}");
}

#[test]
fn a_store_of_models_spares_the_documents() {
    let dir = tempfile::tempdir().expect("a folder");
    let (project, server) = (project(dir.path()), Server::start(|_, _| Reply::new(404, "")));
    let (full, empty, far) =
        (dir.path().join("full"), dir.path().join("empty"), dir.path().join("far"));
    let plan = |cache: &Path, models: &[&str]| {
        let args = [&["plan", "--format", "json", "--timings"], models].concat();
        ripe(&project, cache, &server, &args)
    };
    let documents = |run: &Run| run.stderr.contains("of it rustdoc");
    let made = plan(&full, &[]);
    assert!(documents(&made), "{}", made.stderr);
    assert!(built(&project).len() >= 6, "both versions of all three: {:?}", built(&project));
    assert!(made.stderr.contains("about to run in the build:"), "{}", made.stderr);
    let store = full.join("models");
    let read = plan(&empty, &["--models", &store.display().to_string()]);
    assert!(!documents(&read), "{}", read.stderr);
    assert_eq!(made.stdout, read.stdout);

    let shelf = Server::start(move |path, _| {
        let file = path.strip_prefix("/shelf").map(|path| format!("{}{path}", store.display()));
        match file.and_then(|file| std::fs::read(file).ok()) {
            Some(bytes) => Reply::new(200, bytes),
            None => Reply::new(404, ""),
        }
    });
    let read = plan(&far, &["--models", &format!("{}/shelf/", shelf.url)]);
    assert!(!documents(&read), "{}", read.stderr);
    assert_eq!(made.stdout, read.stdout);
    assert!(!shelf.paths().is_empty());
    assert!(server.paths().is_empty(), "what is built is not asked for");
    assert!(!updates(&made.json()).is_empty());
}

#[test]
fn what_cannot_be_a_store_is_bad_usage() {
    let dir = tempfile::tempdir().expect("a folder");
    let project = project(dir.path());
    let check = |name: &str, value: &str, words: &str| {
        let args: Vec<&str> = if name == "--models" { vec!["--models", value] } else { Vec::new() };
        let mut command = command(&project, &dir.path().join("cache"), &args);
        if name != "--models" {
            command.env(name, value);
        }
        let run: Run = command.output().expect("the binary starts").into();
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.contains("next: "), "{}", run.stderr);
    };
    check("--models", "no/such/folder", "is no folder that can be read");
    check("--models", "s3://bucket", "cannot be read from s3://");
    check("RIPE_DOCSRS_URL", "docs.rs", "is no address");
}

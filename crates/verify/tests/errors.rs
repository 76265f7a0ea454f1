//! Bad input: each case says what is wrong and where, and leaves the project as it was.

use std::path::{Path, PathBuf};

use ripe_runner::CancelToken;
use ripe_verify::{Cargo, CargoFlags, Error, Project, Scratch, Workplace};
use tempfile::TempDir;

type Failed = Box<dyn std::error::Error>;

/// A project of these files; a path with `/src/` gets an empty source.
fn project(files: &[(&str, &str)]) -> Result<(TempDir, PathBuf), Failed> {
    let dir = tempfile::tempdir()?;
    let root = dir.path().join("project");
    std::fs::create_dir_all(&root)?;
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().ok_or("a file lies in a folder")?)?;
        std::fs::write(path, text)?;
    }
    Ok((dir, root))
}

fn load(root: &Path) -> Result<Project, Error> {
    Project::load(None, root, &CargoFlags::default(), Cargo::find(CancelToken::new()))
}

const PACKAGE: &str = "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

#[test]
fn a_folder_without_a_manifest_is_named() -> Result<(), Failed> {
    let (_dir, root) = project(&[])?;
    let error = load(&root).expect_err("there is no project");
    assert!(matches!(&error, Error::NotCargo { folder } if *folder == root), "{error:?}");
    let stated = Path::new("elsewhere/Cargo.toml");
    let cargo = Cargo::find(CancelToken::new());
    let error = Project::load(Some(stated), &root, &CargoFlags::default(), cargo)
        .expect_err("there is no manifest");
    assert!(
        matches!(&error, Error::NoManifest { path } if *path == root.join(stated)),
        "{error:?}"
    );
    Ok(())
}

#[test]
fn a_broken_manifest_comes_with_cargos_words() -> Result<(), Failed> {
    let (_dir, root) = project(&[("Cargo.toml", "junk["), ("src/lib.rs", "")])?;
    let error = load(&root).expect_err("the manifest is broken");
    let Error::BrokenManifest { path, what } = &error else { return Err(error.into()) };
    assert_eq!(*path, root.join("Cargo.toml"));
    assert!(what.contains("key with no value"), "{what}");
    Ok(())
}

#[test]
fn a_missing_member_is_named() -> Result<(), Failed> {
    let (_dir, root) = project(&[("Cargo.toml", "[workspace]\nmembers = [\"gone\"]\n")])?;
    let error = load(&root).expect_err("the member is missing");
    let Error::BrokenMember { member, what } = &error else { return Err(error.into()) };
    assert_eq!(*member, root.join("gone"));
    assert!(what.contains("No such file") || what.contains("cannot find"), "{what}");
    Ok(())
}

#[test]
fn a_missing_path_dependency_is_named_with_who_wants_it() -> Result<(), Failed> {
    let manifest = format!("{PACKAGE}[dependencies]\ngone = {{ path = \"../gone\" }}\n");
    let (dir, root) = project(&[("Cargo.toml", &manifest), ("src/lib.rs", "")])?;
    let error = load(&root).expect_err("the dependency is missing");
    let Error::BrokenPath { dependent, path, .. } = &error else { return Err(error.into()) };
    assert_eq!(dependent, "x");
    assert_eq!(*path, dir.path().join("gone"));
    Ok(())
}

#[test]
fn a_lockfile_of_the_future_is_named() -> Result<(), Failed> {
    let files = [("Cargo.toml", PACKAGE), ("src/lib.rs", ""), ("Cargo.lock", "version = 99\n")];
    let (dir, root) = project(&files)?;
    let scratch = Scratch::create(&load(&root)?, Workplace::at(&dir.path().join("scratch"))?);
    let error = scratch.expect_err("the lockfile cannot be read");
    let Error::BrokenLockfile { path, what } = &error else { return Err(error.into()) };
    assert_eq!(*path, root.join("Cargo.lock"));
    assert!(what.contains("99"), "{what}");
    assert_eq!(std::fs::read_to_string(root.join("Cargo.lock"))?, "version = 99\n");
    Ok(())
}

#[test]
fn a_cold_cache_without_network_is_said_and_leaves_no_lockfile() -> Result<(), Failed> {
    let manifest = format!("{PACKAGE}[dependencies]\nitoa = \"1\"\n");
    let (dir, root) = project(&[("Cargo.toml", &manifest), ("src/lib.rs", "")])?;
    for offline in [true, false] {
        let mut cargo = Cargo::find(CancelToken::new());
        cargo.env.insert("CARGO_HOME".into(), dir.path().join("cold").into());
        // Nobody listens there.
        cargo.env.insert("CARGO_HTTP_PROXY".into(), "http://127.0.0.1:9".into());
        cargo.env.insert("CARGO_NET_RETRY".into(), "0".into());
        let flags = CargoFlags { offline, ..CargoFlags::default() };
        let project = Project::load(None, &root, &flags, cargo)?;
        let error = Scratch::create(&project, Workplace::at(&dir.path().join("scratch"))?)
            .expect_err("nothing is cached");
        let Error::NoIndex { offline: said, .. } = &error else { return Err(error.into()) };
        assert_eq!(*said, offline);
        assert!(!root.join("Cargo.lock").exists());
    }
    Ok(())
}

#[test]
fn a_cargo_that_is_not_there_is_said() -> Result<(), Failed> {
    let (dir, root) = project(&[("Cargo.toml", PACKAGE), ("src/lib.rs", "")])?;
    let mut cargo = Cargo::find(CancelToken::new());
    cargo.program = dir.path().join("no-cargo");
    let error = Project::load(None, &root, &CargoFlags::default(), cargo).expect_err("no cargo");
    assert!(matches!(error, Error::CargoUnavailable { .. }), "{error:?}");
    Ok(())
}

#[test]
fn a_stop_ends_at_once() -> Result<(), Failed> {
    let (_dir, root) = project(&[("Cargo.toml", PACKAGE), ("src/lib.rs", "")])?;
    let cancel = CancelToken::new();
    cancel.cancel();
    let error = Project::load(None, &root, &CargoFlags::default(), Cargo::find(cancel))
        .expect_err("it was stopped before it began");
    assert!(matches!(error, Error::Cancelled), "{error:?}");
    Ok(())
}

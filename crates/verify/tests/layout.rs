//! Odd trees: what lies where in the copy, and what of the original stays as it was. No network:
//! nothing here depends on a registry.

use std::path::{Path, PathBuf};

use ripe_runner::CancelToken;
use ripe_verify::{Cargo, CargoFlags, Features, Project, Scratch, Workplace};
use tempfile::TempDir;

type Failed = Box<dyn std::error::Error>;

struct Tree {
    dir: TempDir,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Result<Tree, Failed> {
        let tree = Tree { dir: tempfile::tempdir()? };
        for (path, text) in files {
            let path = tree.at(path);
            std::fs::create_dir_all(path.parent().ok_or("a file lies in a folder")?)?;
            std::fs::write(path, text)?;
        }
        Ok(tree)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn scratch(&self, root: &str, at: Option<&str>) -> Result<Scratch, Failed> {
        let mut cargo = Cargo::find(CancelToken::new());
        cargo.env.remove(std::ffi::OsStr::new("CARGO_TARGET_DIR"));
        let flags = CargoFlags { offline: true, ..CargoFlags::default() };
        let project = Project::load(None, &self.at(root), &flags, cargo)?;
        let workplace = match at {
            Some(at) => Workplace::at(&self.at(at))?,
            None => Workplace::of(&project, &self.at("cache"))?,
        };
        let scratch = Scratch::create(&project, workplace)?;
        // Cargo itself agrees that the copy is a whole project.
        scratch.metadata(Features::All)?;
        Ok(scratch)
    }
}

fn package(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
}

#[test]
fn a_package_below_a_foreign_workspace_is_no_part_of_it() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("outer/Cargo.toml", "[workspace]\nexclude = [\"inner\"]\n"),
        ("outer/inner/Cargo.toml", &package("inner", "[dependencies]\nlib = { path = \"lib\" }\n")),
        ("outer/inner/src/lib.rs", ""),
        ("outer/inner/lib/Cargo.toml", &package("lib", "")),
        ("outer/inner/lib/src/lib.rs", ""),
    ])?;
    // The copy lies below the foreign workspace, in a folder that it does not exclude.
    let scratch = tree.scratch("outer/inner", Some("outer/elsewhere"))?;
    let metadata = scratch.metadata(Features::All)?;
    assert_eq!(metadata.workspace_members.len(), 1);
    let text = std::fs::read_to_string(scratch.root().join("Cargo.toml"))?;
    assert!(text.starts_with(&std::fs::read_to_string(tree.at("outer/inner/Cargo.toml"))?));
    Ok(())
}

#[test]
fn projects_and_runs_that_share_a_target_directory_keep_apart() -> Result<(), Failed> {
    let (one, two) = (package("one", ""), package("two", ""));
    let tree = Tree::new(&[
        (".cargo/config.toml", "[build]\ntarget-dir = \"target\"\n"),
        ("one/Cargo.toml", &one),
        ("one/src/main.rs", "fn main() {}"),
        ("two/Cargo.toml", &two),
        ("two/src/main.rs", "fn main() {}"),
    ])?;
    let runs = [tree.scratch("one", None)?, tree.scratch("one", None)?, tree.scratch("two", None)?];
    for (n, run) in runs.iter().enumerate() {
        assert!(run.root().starts_with(tree.at("target/ripe")), "{}", run.root().display());
        assert!(runs[..n].iter().all(|other| other.workplace() != run.workplace()));
    }
    let first = runs[0].workplace().to_owned();
    drop(runs);
    assert_eq!(tree.scratch("one", None)?.workplace(), first, "a free place is used again");
    Ok(())
}

#[test]
fn the_copy_lies_under_the_target_directory_and_leaves_it_out() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("app/Cargo.toml", &package("app", "")),
        ("app/src/main.rs", "fn main() {}"),
        ("app/target/debug/big", "artifact"),
        ("app/.git/HEAD", "ref: refs/heads/main"),
        ("app/.cargo/config.toml", "[build]\nrustflags = [\"-Cdebuginfo=0\"]\n"),
        ("app/data/notes.txt", "kept"),
    ])?;
    let scratch = tree.scratch("app", None)?;
    assert!(scratch.root().starts_with(tree.at("app/target/ripe")));
    assert!(scratch.root().join("data/notes.txt").is_file());
    assert!(!scratch.root().join("target").exists());
    assert!(!scratch.root().join(".git").exists());
    // Cargo finds it above, and would add the flags twice.
    assert!(!scratch.root().join(".cargo/config.toml").exists());
    Ok(())
}

#[test]
fn a_second_run_brings_the_copy_up_to_date() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("app/Cargo.toml", &package("app", "")),
        ("app/src/main.rs", "fn main() {}"),
        ("app/src/gone.rs", ""),
        ("app/old/a.txt", ""),
    ])?;
    let first = tree.scratch("app", Some("scratch"))?;
    let time = |path: &Path| path.metadata()?.modified();
    let main = first.root().join("src/main.rs");
    assert_eq!(time(&main)?, time(&tree.at("app/src/main.rs"))?);
    std::fs::write(first.root().join("Cargo.toml"), "overwritten")?;
    drop(first);
    std::fs::remove_file(tree.at("app/src/gone.rs"))?;
    std::fs::remove_dir_all(tree.at("app/old"))?;
    std::fs::write(tree.at("app/old"), "now a file")?;
    std::fs::write(tree.at("app/src/new.rs"), "")?;
    let second = tree.scratch("app", Some("scratch"))?;
    assert!(!second.root().join("src/gone.rs").exists());
    assert!(second.root().join("src/new.rs").exists());
    assert_eq!(std::fs::read_to_string(second.root().join("old"))?, "now a file");
    assert!(std::fs::read_to_string(second.root().join("Cargo.toml"))?.contains("\"app\""));
    Ok(())
}

#[test]
fn two_runs_at_once_have_a_copy_each() -> Result<(), Failed> {
    let tree =
        Tree::new(&[("app/Cargo.toml", &package("app", "")), ("app/src/main.rs", "fn main() {}")])?;
    let first = tree.scratch("app", Some("scratch"))?;
    let second = tree.scratch("app", Some("scratch"))?;
    assert_ne!(first.root(), second.root());
    Ok(())
}

#[test]
fn a_path_package_that_inherits_brings_the_root_it_inherits_from() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("app/Cargo.toml", &package("app", "[dependencies]\nlib = { path = \"../libs/lib\" }\n")),
        ("app/src/main.rs", "fn main() {}"),
        (
            "libs/Cargo.toml",
            "[workspace]\nmembers = [\"*\"]\n[workspace.package]\nversion = \"0.3.0\"\n",
        ),
        ("libs/lib/Cargo.toml", "[package]\nname = \"lib\"\nversion.workspace = true\n"),
        ("libs/lib/src/lib.rs", ""),
        ("libs/other/Cargo.toml", &package("other", "")),
        ("libs/other/src/lib.rs", ""),
    ])?;
    let scratch = tree.scratch("app", Some("scratch"))?;
    let copied = |path| scratch.to_scratch(&tree.at(path)).is_some_and(|path| path.exists());
    assert!(copied("libs/Cargo.toml") && copied("libs/lib/src/lib.rs"));
    assert!(!copied("libs/other/src/lib.rs"));
    Ok(())
}

#[test]
fn a_path_package_below_a_workspace_that_does_not_know_it_is_read() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("Cargo.toml", "[workspace]\nmembers = []\n"),
        (
            "app/Cargo.toml",
            &package("app", "[dependencies]\nlib = { path = \"../lib\" }\n[workspace]\n"),
        ),
        ("app/src/main.rs", "fn main() {}"),
        ("lib/Cargo.toml", &package("lib", "[dependencies]\nlower = { path = \"lower\" }\n")),
        ("lib/src/lib.rs", ""),
        ("lib/lower/Cargo.toml", &package("lower", "")),
        ("lib/lower/src/lib.rs", ""),
    ])?;
    let scratch = tree.scratch("app", Some("scratch"))?;
    let names: Vec<_> =
        scratch.project().workspace.members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["app", "lib", "lower"]);
    Ok(())
}

#[test]
fn a_patch_that_nothing_uses_is_copied_too() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("app/Cargo.toml", &package("app", "[patch.crates-io]\nitoa = { path = \"../itoa\" }\n")),
        ("app/src/main.rs", "fn main() {}"),
        ("itoa/Cargo.toml", &package("itoa", "")),
        ("itoa/src/lib.rs", ""),
    ])?;
    let scratch = tree.scratch("app", Some("scratch"))?;
    assert!(scratch.to_scratch(&tree.at("itoa/src/lib.rs")).is_some_and(|path| path.is_file()));
    Ok(())
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_copy_or_where_they_led() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("app/Cargo.toml", &package("app", "")),
        ("app/src/main.rs", "fn main() {}"),
        ("app/real/a.txt", "inside"),
        ("outside/b.txt", "outside"),
    ])?;
    std::os::unix::fs::symlink("real", tree.at("app/relative"))?;
    std::os::unix::fs::symlink(tree.at("app/real"), tree.at("app/absolute"))?;
    std::os::unix::fs::symlink("../outside/b.txt", tree.at("app/away"))?;
    std::os::unix::fs::symlink("nowhere", tree.at("app/broken"))?;
    std::os::unix::fs::symlink(".", tree.at("app/circle"))?;
    let scratch = tree.scratch("app", Some("scratch"))?;
    let real = |path: &str| scratch.root().join(path).canonicalize();
    assert_eq!(real("relative/a.txt")?, real("real/a.txt")?);
    assert_eq!(real("absolute/a.txt")?, real("real/a.txt")?);
    assert_eq!(real("away")?, tree.at("outside/b.txt").canonicalize()?);
    assert!(scratch.root().join("broken").is_symlink());
    assert_eq!(real("circle")?, scratch.root().canonicalize()?);
    drop(scratch);
    // Removing what is gone does not follow a link either.
    std::fs::remove_file(tree.at("app/away"))?;
    tree.scratch("app", Some("scratch"))?;
    assert_eq!(std::fs::read_to_string(tree.at("outside/b.txt"))?, "outside");
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_member_behind_a_link_out_of_the_tree_is_never_written_to() -> Result<(), Failed> {
    let tree = Tree::new(&[
        ("app/Cargo.toml", "[workspace]\nmembers = [\"linked\"]\n"),
        (
            "real/Cargo.toml",
            &package("linked", "[dependencies]\nlog = { path = \"log\", version = \"0.3\" }\n"),
        ),
        ("real/src/lib.rs", ""),
        ("real/log/Cargo.toml", &package("log", "").replace("0.1.0", "0.3.0")),
        ("real/log/src/lib.rs", ""),
    ])?;
    std::os::unix::fs::symlink("../real", tree.at("app/linked"))?;
    let mut cargo = Cargo::find(CancelToken::new());
    cargo.env.remove(std::ffi::OsStr::new("CARGO_TARGET_DIR"));
    let project = Project::load(None, &tree.at("app"), &CargoFlags::default(), cargo)?;
    let scratch = Scratch::create(&project, Workplace::at(&tree.at("scratch"))?)?;
    let before = std::fs::read_to_string(tree.at("real/Cargo.toml"))?;
    let edit = ripe_model::Edit {
        manifest: project.workspace.members[0].manifest.clone(),
        key: "log".into(),
        from: "0.3".into(),
        to: "0.4".into(),
    };
    let request = ripe_verify::Request { edits: vec![edit], ..ripe_verify::Request::default() };
    let error = scratch.resolve(&request, None).expect_err("it would be written to");
    assert!(matches!(error, ripe_verify::Error::Outside { .. }), "{error:?}");
    assert_eq!(std::fs::read_to_string(tree.at("real/Cargo.toml"))?, before);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_read_only_checkout_has_a_copy_that_can_be_written_to() -> Result<(), Failed> {
    use std::os::unix::fs::PermissionsExt;
    let tree =
        Tree::new(&[("app/Cargo.toml", &package("app", "")), ("app/src/main.rs", "fn main() {}")])?;
    let set = |mode| -> Result<(), Failed> {
        for path in ["app/src/main.rs", "app/Cargo.toml", "app/src", "app"] {
            let mode = if tree.at(path).is_dir() { mode | 0o111 } else { mode };
            std::fs::set_permissions(tree.at(path), std::fs::Permissions::from_mode(mode))?;
        }
        Ok(())
    };
    set(0o444)?;
    let scratch = tree.scratch("app", Some("scratch"));
    set(0o644)?;
    let copied = scratch?.root().join("src/main.rs").metadata()?.permissions();
    assert_eq!(copied.mode() & 0o200, 0o200);
    Ok(())
}

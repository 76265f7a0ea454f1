//! The shapes of `corpus/shapes`, judged by cargo's own answers. Needs the network, as cargo does.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use ripe_model::{Candidate, CandidateKind, DependencyKind, Move, PackageId, RefusalKind, Role};
use ripe_registry::{CargoConfig, Index, Releases};
use ripe_resolver::{Candidates, Context, Graph, UnitRole, candidates};
use ripe_runner::CancelToken;
use ripe_verify::{
    Cargo, CargoFlags, Compatible, Features, LockState, Project, Request, Resolution,
    ResolutionCache, Scratch, Workplace,
};
use semver::Version;
use tempfile::TempDir;

type Failed = Box<dyn Error>;

/// A project in a folder of its own, and all that is known of it.
struct Case {
    dir: TempDir,
    /// The folder of the workspace.
    root: PathBuf,
}

impl Case {
    /// A copy of a shape; `inner` is the folder of the workspace in it.
    fn shape(name: &str, inner: &str) -> Result<Case, Failed> {
        let shape = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/shapes").join(name);
        let dir = tempfile::tempdir()?;
        let project = dir.path().join("a project");
        copy(&shape, &project)?;
        let root = if inner.is_empty() { project } else { project.join(inner) };
        Ok(Case { root, dir })
    }

    fn cargo(&self, args: &[&str]) -> Result<String, Failed> {
        let mut command = Command::new(env!("CARGO"));
        command.args(args).arg("--color=never").current_dir(&self.root);
        command.env_remove("CARGO_TARGET_DIR");
        let output = command.output()?;
        let text = String::from_utf8(output.stdout)? + &String::from_utf8(output.stderr)?;
        if output.status.success() { Ok(text) } else { Err(text.into()) }
    }

    fn load(&self, flags: &CargoFlags) -> Result<Project, ripe_verify::Error> {
        let mut cargo = Cargo::find(CancelToken::new());
        cargo.env.remove(std::ffi::OsStr::new("CARGO_TARGET_DIR"));
        Project::load(None, &self.root, flags, cargo)
    }

    fn scratch(&self) -> Result<Scratch, Failed> {
        let project = self.load(&CargoFlags::default())?;
        Ok(Scratch::create(&project, Workplace::at(&self.dir.path().join("scratch"))?)?)
    }

    /// Every file of the project with its content.
    fn files(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failed> {
        let mut files = BTreeMap::new();
        let mut queue = vec![self.dir.path().join("a project")];
        while let Some(folder) = queue.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    queue.push(path);
                } else {
                    files.insert(path.clone(), std::fs::read(&path)?);
                }
            }
        }
        Ok(files)
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// What the steps before the evidence know of a project.
struct Known {
    scratch: Scratch,
    graph: Graph,
    releases: Releases,
    all: Resolution,
    found: Candidates,
}

fn know(case: &Case) -> Result<Known, Failed> {
    let scratch = case.scratch()?;
    let all = Request { compatible: Compatible::All, ..Request::default() };
    let all = scratch.resolve(&all, None)?.map_err(|refusal| refusal.cargo)?;
    let (full, active) = (scratch.metadata(Features::All)?, scratch.metadata(Features::AsAsked)?);
    let graph = Graph::new(&full, &active)?;
    let index = Index::new(CargoConfig::read(&case.root)?);
    let (releases, gaps) = index.releases_of(graph.packages().map(|node| &node.id));
    assert_eq!(gaps, []);
    let context = Context { msrv: scratch.project().msrv.clone(), ..Context::default() };
    let mut found = candidates(&graph, &scratch.project().workspace, &releases, &context);
    found.settle(&graph, &releases, &all.moves, None);
    scratch.share_compatible(&all, &mut found.updates);
    assert_eq!(found.gaps, []);
    Ok(Known { scratch, graph, releases, all, found })
}

/// `package version` of every line of `cargo tree`.
fn tree(case: &Case) -> Result<BTreeSet<String>, Failed> {
    let text = case.cargo(&[
        "tree",
        "--workspace",
        "--all-features",
        "--target=all",
        "--edges=all",
        "--prefix=none",
        "--locked",
        "--no-dedupe",
        "--quiet",
    ])?;
    let package = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some(format!("{name} {version}"))
    };
    Ok(text.lines().filter_map(package).collect())
}

/// What leaves and what comes by `cargo update --dry-run`, as `- package version` and
/// `+ package version`.
fn update(case: &Case) -> Result<BTreeSet<String>, Failed> {
    let text = case.cargo(&["update", "--dry-run"])?;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let version = |at: usize| words.get(at).map_or("", |word| word.trim_start_matches('v'));
        let (name, leaves, comes) = match words.as_slice() {
            ["Updating" | "Downgrading" | "Upgrading", name, _, "->", ..] => (name, 2, 4),
            ["Adding", name, ..] => (name, 0, 2),
            ["Removing", name, ..] => (name, 2, 0),
            _ => continue,
        };
        found.extend((leaves > 0).then(|| format!("- {name} {}", version(leaves))));
        found.extend((comes > 0).then(|| format!("+ {name} {}", version(comes))));
    }
    Ok(found)
}

/// Graph and compatible updates against cargo, and nothing of the user's touched.
fn check(case: &Case) -> Result<Known, Failed> {
    let before = case.files()?;
    let known = know(case)?;
    let ours: BTreeSet<_> = known
        .graph
        .packages()
        .map(|node| format!("{} {}", node.id.name, node.id.version))
        .collect();
    assert_eq!(ours, tree(case)?);
    let leaves = |m: &Move| Some(format!("- {} {}", m.package, m.from.as_ref()?));
    let comes = |m: &Move| Some(format!("+ {} {}", m.package, m.to.as_ref()?));
    let moves = &known.all.moves;
    let moves: BTreeSet<_> =
        moves.iter().filter_map(leaves).chain(moves.iter().filter_map(comes)).collect();
    assert_eq!(moves, update(case)?);
    assert_eq!(known.scratch.lock_state(), LockState::Fits);
    assert_eq!(case.files()?, before);
    Ok(known)
}

/// The targets of the candidates of one kind for a package, by locked version.
fn offered(known: &Known, package: &str, kind: CandidateKind) -> Vec<(String, String)> {
    let of = known.found.updates.iter().filter(|c| c.locked.name == package && c.kind == kind);
    of.map(|c| (c.locked.version.to_string(), c.target.to_string())).collect()
}

fn newest_major<'a>(known: &'a Known, package: &str) -> Result<&'a Candidate, Failed> {
    let mut majors = known.found.updates.iter().filter(|candidate| {
        candidate.locked.name == package && candidate.kind == CandidateKind::Major
    });
    Ok(majors.next_back().ok_or("no newer major is offered")?)
}

fn edits(candidate: &Candidate) -> Vec<(String, String, String)> {
    let short = |edit: &ripe_model::Edit| {
        let folder = edit.manifest.parent().and_then(Path::file_name);
        (
            folder.unwrap_or_default().to_string_lossy().into_owned(),
            edit.key.clone(),
            edit.from.clone(),
        )
    };
    candidate.edits.iter().map(short).collect()
}

fn resolves(known: &Known, package: &str) -> Result<Resolution, Failed> {
    let candidate = newest_major(known, package)?;
    let answer = known.scratch.resolve_one(candidate, None)?;
    let resolution = answer.map_err(|refusal| refusal.cargo)?;
    let moved = resolution
        .moves
        .iter()
        .any(|m| m.package == package && m.to.as_ref() == Some(&candidate.target));
    assert!(moved, "{:?}", resolution.moves);
    Ok(resolution)
}

#[test]
fn network_two_versions_are_two_packages() -> Result<(), Failed> {
    let case = Case::shape("two-versions", "")?;
    let known = check(&case)?;
    assert_eq!(known.graph.named("bitflags").count(), 2);
    let compatible = offered(&known, "bitflags", CandidateKind::Compatible);
    assert_eq!(compatible.len(), 2);
    assert!(compatible[0].0 == "1.2.1" && compatible[0].1.starts_with("1."), "{compatible:?}");
    assert!(compatible[1].0 == "2.4.0" && compatible[1].1.starts_with("2."), "{compatible:?}");
    // The old one may become what the new one is; the edit names its own key alone.
    let major = newest_major(&known, "bitflags")?;
    assert_eq!(major.locked.version, Version::new(1, 2, 1));
    assert_eq!(edits(major), [("a project".into(), "bitflags".into(), "1.2".into())]);
    let old = known.graph.get(&major.locked).ok_or("the locked version is in the graph")?;
    assert_eq!(known.graph.why(&old.id), ["two-versions", "bitflags 1.2.1"]);
    let renamed = known.graph.named("bitflags").nth(1).ok_or("there are two")?;
    assert_eq!(known.graph.dependents(&renamed.id)[0].extern_name, "bitflags2");
    Ok(())
}

#[test]
fn network_features_of_program_and_build_script_are_told_apart_by_role() -> Result<(), Failed> {
    let case = Case::shape("two-feature-sets", "")?;
    let known = check(&case)?;
    let node = known.graph.named("memchr").next().ok_or("memchr is in the graph")?;
    assert_eq!(node.roles, [UnitRole::Target, UnitRole::Host]);
    let edges = known.graph.dependents(&node.id);
    let sets: Vec<_> = edges.iter().map(|edge| (edge.kind, edge.default_features)).collect();
    assert_eq!(sets, [(DependencyKind::Normal, false), (DependencyKind::Build, true)]);
    Ok(())
}

#[test]
fn network_a_build_dependency_that_is_a_normal_one_is_edited_once() -> Result<(), Failed> {
    let case = Case::shape("build-and-normal", "")?;
    let known = check(&case)?;
    let major = newest_major(&known, "itoa")?;
    assert_eq!(edits(major), [("a project".into(), "itoa".into(), "0.4".into())]);
    let resolution = resolves(&known, "itoa")?;
    assert_eq!(resolution.moves.len(), 1, "{:?}", resolution.moves);
    let dev = known.graph.named("fastrand").next().ok_or("fastrand is in the graph")?;
    assert_eq!(dev.roles, [UnitRole::Dev]);
    // What only a package of the graph names waits.
    let cfg_if = known.graph.named("cfg-if").next().ok_or("cfg-if is in the graph")?;
    assert_eq!(known.graph.why(&cfg_if.id), ["build-and-normal", "fastrand", "instant", "cfg-if"]);
    assert!(offered(&known, "cfg-if", CandidateKind::Major).is_empty());
    Ok(())
}

#[test]
fn network_an_inherited_requirement_is_edited_in_the_root() -> Result<(), Failed> {
    let case = Case::shape("virtual", "")?;
    let known = check(&case)?;
    let major = newest_major(&known, "itoa")?;
    assert_eq!(
        edits(major),
        [
            ("a project".into(), "itoa".into(), "0.4".into()),
            ("states".into(), "itoa".into(), "0.4.5".into()),
        ]
    );
    let resolution = resolves(&known, "itoa")?;
    let request = Request { edits: major.edits.clone(), ..Request::default() };
    known.scratch.set(&request, &resolution)?;
    let root = std::fs::read_to_string(known.scratch.root().join("Cargo.toml"))?;
    let line = format!(
        "itoa = {{ version = \"{}\", default-features = false }} # kept small",
        major.target
    );
    assert!(root.contains(&line), "{root}");
    known.scratch.reset()?;
    let root = std::fs::read_to_string(known.scratch.root().join("Cargo.toml"))?;
    assert_eq!(root, std::fs::read_to_string(case.root.join("Cargo.toml"))?);
    Ok(())
}

#[test]
fn network_a_renamed_dependency_is_edited_under_its_key() -> Result<(), Failed> {
    let case = Case::shape("renamed", "")?;
    let known = check(&case)?;
    let major = newest_major(&known, "itoa")?;
    assert_eq!(edits(major), [("a project".into(), "short-int".into(), "0.4".into())]);
    resolves(&known, "itoa")?;
    Ok(())
}

#[test]
fn network_other_platforms_and_features_that_are_off_are_in_the_graph() -> Result<(), Failed> {
    let case = Case::shape("target-tables", "")?;
    let known = check(&case)?;
    let winapi = known.graph.named("winapi").next().ok_or("winapi is in the graph")?;
    assert_eq!(known.graph.dependents(&winapi.id)[0].target.as_deref(), Some("cfg(windows)"));
    resolves(&known, "winapi")?;
    let smallvec = known.graph.named("smallvec").next().ok_or("smallvec is in the graph")?;
    assert!(!smallvec.active);
    assert!(winapi.active);
    assert_eq!(newest_major(&known, "smallvec")?.role, Role::Direct);
    Ok(())
}

#[test]
fn network_a_path_package_outside_keeps_its_place() -> Result<(), Failed> {
    let case = Case::shape("path-outside", "app")?;
    let known = check(&case)?;
    let major = newest_major(&known, "itoa")?;
    assert_eq!(edits(major), [("größe".into(), "itoa".into(), "0.4".into())]);
    resolves(&known, "itoa")?;
    assert_eq!(known.graph.why(&major.locked), ["app", "groesse", "itoa"]);
    let there = known.scratch.to_scratch(&major.edits[0].manifest).ok_or("it is copied")?;
    assert!(there.is_file() && there.starts_with(case.dir.path().join("scratch")));
    assert_eq!(known.scratch.to_user(&there), Some(major.edits[0].manifest.clone()));
    Ok(())
}

#[test]
fn network_answers_are_kept_until_the_rows_change() -> Result<(), Failed> {
    let case = Case::shape("renamed", "")?;
    let known = know(&case)?;
    let major = newest_major(&known, "itoa")?;
    let index = Index::new(CargoConfig::read(&case.root)?);
    let rows = |name: &str| index.digest(name, &ripe_model::Source::CratesIo);
    let folder = case.dir.path().join("resolutions");
    let cache = ResolutionCache { folder: folder.clone(), rows: &rows };
    let first = known.scratch.resolve_one(major, Some(&cache))?;
    // A mark in the file shows where the second answer comes from.
    let file = std::fs::read_dir(&folder)?.next().ok_or("one answer is kept")??.path();
    let mut kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    kept["answer"]["Ok"]["lockfile"] = "kept".into();
    std::fs::write(&file, serde_json::to_vec(&kept)?)?;
    let second = known.scratch.resolve_one(major, Some(&cache))?;
    assert_eq!(second.map(|resolution| resolution.lockfile), Ok("kept".to_owned()));
    let changed = |name: &str| (name == "itoa").then(|| "another".to_owned());
    let cache = ResolutionCache { folder, rows: &changed };
    assert_eq!(known.scratch.resolve_one(major, Some(&cache))?, first);
    Ok(())
}

#[test]
fn network_a_yanked_release_can_be_asked_for_and_a_held_one_says_by_whom() -> Result<(), Failed> {
    let case = Case::shape("build-and-normal", "")?;
    let known = know(&case)?;
    let instant = known.graph.named("instant").next().ok_or("instant is in the graph")?;
    let to = Version::new(0, 1, 12);
    let request = Request {
        compatible: Compatible::Precise(vec![(instant.id.clone(), to.clone())]),
        ..Request::default()
    };
    let resolution = known.scratch.resolve(&request, None)?.map_err(|refusal| refusal.cargo)?;
    assert!(resolution.moves.iter().any(|m| m.package == "instant" && m.to == Some(to.clone())));
    let cfg_if = known.graph.named("cfg-if").next().ok_or("cfg-if is in the graph")?;
    let request = Request {
        compatible: Compatible::Precise(vec![(cfg_if.id.clone(), Version::new(0, 1, 10))]),
        ..Request::default()
    };
    let refusal = known.scratch.resolve(&request, None)?.expect_err("instant asks for 1");
    let RefusalKind::Requirement { dependent, package, .. } = &refusal.kind else {
        return Err(format!("{refusal:?}").into());
    };
    assert_eq!((dependent.as_str(), package.as_str()), ("instant 0.1.13", "cfg-if"));
    Ok(())
}

#[test]
fn network_all_but_some_go_to_the_newest_and_those_where_they_are_asked_for() -> Result<(), Failed>
{
    let case = Case::shape("two-versions", "")?;
    let known = know(&case)?;
    let went = |from: &Version| {
        let moved = known
            .all
            .moves
            .iter()
            .find(|m| m.package == "bitflags" && m.from.as_ref() == Some(from));
        let version = moved.and_then(|m| m.to.clone()).ok_or("bitflags moves")?;
        Ok::<_, Failed>(PackageId {
            name: "bitflags".to_owned(),
            version,
            source: ripe_model::Source::CratesIo,
        })
    };
    let (newer, older) = (went(&Version::new(2, 4, 0))?, went(&Version::new(1, 2, 1))?);
    // Nothing that asks for 1 takes 0.9: that one stays where it went.
    let targets = vec![(newer, Version::new(2, 5, 0)), (older, Version::new(0, 9, 1))];
    let request = Request { compatible: Compatible::All, instead: targets, ..Request::default() };
    // What is kept of the question for all is no answer to this one.
    let rows = |name: &str| Some(name.to_owned());
    let cache = ResolutionCache { folder: case.dir.path().join("resolutions"), rows: &rows };
    let all = Request { compatible: Compatible::All, ..Request::default() };
    known.scratch.resolve(&all, Some(&cache))?.map_err(|refusal| refusal.cargo)?;
    let resolution = known.scratch.resolve(&request, Some(&cache))?;
    let resolution = resolution.map_err(|refusal| refusal.cargo)?;
    for moved in &known.all.moves {
        let mut expected = moved.clone();
        if moved.from == Some(Version::new(2, 4, 0)) {
            expected.to = Some(Version::new(2, 5, 0));
        }
        assert!(resolution.moves.contains(&expected), "{expected:?} {:?}", resolution.moves);
    }
    Ok(())
}

#[test]
fn network_no_lockfile_and_one_that_does_not_fit_are_said() -> Result<(), Failed> {
    let case = Case::shape("renamed", "")?;
    std::fs::remove_file(case.root.join("Cargo.lock"))?;
    let scratch = case.scratch()?;
    assert_eq!(scratch.lock_state(), LockState::Missing);
    assert!(scratch.locked().contains("name = \"itoa\""));
    assert!(!case.root.join("Cargo.lock").exists());
    drop(scratch);

    let case = Case::shape("renamed", "")?;
    let manifest = case.root.join("Cargo.toml");
    let text =
        std::fs::read_to_string(&manifest)?.replace("[workspace]", "memchr = \"2\"\n\n[workspace]");
    std::fs::write(&manifest, text)?;
    let lock = std::fs::read_to_string(case.root.join("Cargo.lock"))?;
    let scratch = case.scratch()?;
    assert_eq!(scratch.lock_state(), LockState::Outdated);
    assert!(scratch.locked().contains("name = \"memchr\""));
    assert_eq!(std::fs::read_to_string(case.root.join("Cargo.lock"))?, lock);
    drop(scratch);
    let project = case.load(&CargoFlags { locked: true, ..CargoFlags::default() })?;
    let refused = Scratch::create(&project, Workplace::at(&case.dir.path().join("scratch"))?);
    assert!(matches!(refused, Err(ripe_verify::Error::LockedOutdated { .. })), "{refused:?}");
    Ok(())
}

#[test]
fn network_rows_carry_their_dates() -> Result<(), Failed> {
    let case = Case::shape("renamed", "")?;
    let known = know(&case)?;
    let rows = &known.releases[&("itoa".to_owned(), ripe_model::Source::CratesIo)];
    let locked =
        rows.iter().find(|row| row.version == Version::new(0, 4, 5)).ok_or("0.4.5 is out")?;
    assert_eq!(locked.published.as_deref(), Some("2020-01-24T21:12:17Z"));
    assert!(rows.windows(2).all(|pair| pair[0].version < pair[1].version));
    Ok(())
}

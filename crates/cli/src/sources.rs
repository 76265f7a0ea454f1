//! The sources of a package and the surfaces that it can name, for the use scan.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::TargetKind as Kind;
use ripe_model::PackageId;
use ripe_resolver::{Node, UnitRole};
use ripe_usage::{CfgSet, Exposure, Extern, LibrarySource, Sources, Surfaces, Target, TargetKind};
use semver::Version;

use crate::ground::Ground;
use crate::side::Side;

/// Which code of a package counts as compiled when the uses of a dependency are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// What `cargo check` compiles with the features that the user asked for.
    Build,
    /// Tests, examples and benchmarks of members too: for what only they depend on.
    Tests,
    /// What all features bring in: for what is off with those that the user asked for.
    AllFeatures,
}

impl Extent {
    /// The extent in which a dependency can be used.
    pub(crate) fn of(dependency: &Node) -> Extent {
        if !dependency.active {
            Extent::AllFeatures
        } else if dependency.roles == [UnitRole::Dev] {
            Extent::Tests
        } else {
            Extent::Build
        }
    }
}

/// The sources of a package: of a member all targets, of another package what is compiled for
/// its dependents.
pub(crate) fn of(
    ground: &Ground,
    node: &Node,
    extent: Extent,
    cfg: Option<&BTreeSet<String>>,
) -> Sources {
    let tests = extent == Extent::Tests && node.member;
    let features = match extent {
        Extent::Build | Extent::Tests => &node.features,
        Extent::AllFeatures => &node.all_features,
    };
    let package = ground.metadata.packages.iter().find(|p| {
        *p.name == node.id.name && p.version == node.id.version && p.manifest_path == node.manifest
    });
    let mut targets = package
        .into_iter()
        .flat_map(|package| &package.targets)
        .filter_map(|target| {
            let kind = target.kind.iter().find_map(kind_of)?;
            Some(Target {
                name: target.name.replace('-', "_"),
                kind,
                path: target.src_path.clone().into_std_path_buf(),
                compiled: is_compiled(kind, node.member, tests),
            })
        })
        .filter(|target| target.compiled || node.member)
        .collect::<Vec<_>>();
    let documented = package.into_iter().flat_map(|package| &package.targets);
    let documented = documented.filter(|target| target.doctest && node.member);
    targets.extend(documented.map(|target| Target {
        name: target.name.replace('-', "_"),
        kind: TargetKind::Doc,
        path: target.src_path.clone().into_std_path_buf(),
        compiled: is_compiled(TargetKind::Doc, node.member, tests),
    }));
    Sources {
        package: node.id.name.clone(),
        root: node.manifest.parent().unwrap_or(&node.manifest).to_owned(),
        edition: package.map_or_else(|| "2021".to_owned(), |p| p.edition.to_string()),
        targets,
        cfg: CfgSet {
            features: Some(features.iter().cloned().collect()),
            target: cfg.cloned(),
            test: tests,
        },
    }
}

fn kind_of(kind: &Kind) -> Option<TargetKind> {
    match kind {
        Kind::Lib | Kind::RLib | Kind::DyLib | Kind::CDyLib | Kind::StaticLib => {
            Some(TargetKind::Lib)
        }
        Kind::ProcMacro => Some(TargetKind::ProcMacro),
        Kind::Bin => Some(TargetKind::Bin),
        Kind::Test => Some(TargetKind::Test),
        Kind::Example => Some(TargetKind::Example),
        Kind::Bench => Some(TargetKind::Bench),
        Kind::CustomBuild => Some(TargetKind::Build),
        // Kinds that a later cargo adds are not read.
        _ => None,
    }
}

/// Whether `cargo check` compiles it, with `--all-targets` where `tests` count.
fn is_compiled(kind: TargetKind, member: bool, tests: bool) -> bool {
    match kind {
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Build => true,
        TargetKind::Bin => member,
        TargetKind::Test | TargetKind::Example | TargetKind::Bench | TargetKind::Doc => tests,
    }
}

/// The public APIs of the members that are published, by package.
pub(crate) fn exposures(
    ground: &Ground,
    cfg: Option<&BTreeSet<String>>,
) -> BTreeMap<String, Exposure> {
    let published = |node: &&Node| {
        let package = ground.metadata.packages.iter().find(|p| p.manifest_path == node.manifest);
        package.is_some_and(|p| p.publish.as_ref().is_none_or(|to| !to.is_empty()))
    };
    ground
        .graph
        .packages()
        .filter(|node| node.member)
        .filter(published)
        .map(|node| (node.id.name.clone(), Exposure::of(&of(ground, node, Extent::Build, cfg))))
        .collect()
}

/// The locked surfaces that a package can name.
pub(crate) fn surfaces(ground: &Ground, node: &Node, locked: &Side) -> Surfaces {
    let mut externs: Vec<Extern> = Vec::new();
    let mut seen: BTreeSet<PackageId> = BTreeSet::new();
    for dependency in ground.graph.dependencies(&node.id) {
        if let Some(known) = externs
            .iter_mut()
            .find(|e| e.name == dependency.extern_name && e.model.package == dependency.dependency)
        {
            known.tables.push(dependency.kind);
            continue;
        }
        if let Some(model) = locked.surface_for(&dependency.dependency, &node.id.name) {
            seen.insert(dependency.dependency.clone());
            let tables = vec![dependency.kind];
            externs.push(Extern { name: dependency.extern_name.clone(), model, tables });
        }
    }
    let others = locked
        .outcome()
        .models
        .iter()
        .filter(|m| seen.insert(m.unit.package.clone()))
        .map(|m| std::sync::Arc::clone(&m.model))
        .collect();
    Surfaces { externs, others }
}

/// A hash of the sources of a package. What a registry delivered never changes, so its id is
/// enough; of others every Rust file below the root is read, and every text that can be documentation.
pub(crate) fn digest(node: &Node, sources: &Sources) -> String {
    if node.id.source.is_registry() {
        return node.id.to_string();
    }
    let mut files = Vec::new();
    let mut folders = vec![sources.root.clone()];
    while let Some(folder) = folders.pop() {
        // A folder that cannot be read has no sources for the scan either.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != "target" => folders.push(path),
                Ok(_) if path.extension().is_some_and(|e| e == "rs" || e == "md") => {
                    files.push(path)
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(file.as_os_str().as_encoded_bytes());
        hasher.update(blake3::hash(&std::fs::read(&file).unwrap_or_default()).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// The libraries of the locked and of the target version of a package. `None` where the sources of
/// the target do not lie beside those of the lockfile.
pub(crate) fn libraries(
    ground: &Ground,
    locked: &Node,
    to: &Version,
    cfg: Option<&BTreeSet<String>>,
) -> Option<(LibrarySource, LibrarySource)> {
    let sources = of(ground, locked, Extent::of(locked), cfg);
    let old = sources.targets.iter().find(|t| t.kind == TargetKind::Lib)?;
    let inside = old.path.strip_prefix(&sources.root).ok()?;
    // cargo unpacks `name-version` folders of one registry side by side.
    let folder = sources.root.parent()?.join(format!("{}-{to}", locked.id.name));
    let root = [inside, std::path::Path::new("src/lib.rs")]
        .into_iter()
        .map(|path| folder.join(path))
        .find(|path| path.is_file())?;
    let source = |folder, root| LibrarySource { folder, root, cfg: sources.cfg.clone() };
    Some((source(sources.root.clone(), old.path.clone()), source(folder, root)))
}

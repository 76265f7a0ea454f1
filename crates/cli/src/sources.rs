//! The sources of a package and the surfaces that it can name, for the use scan.

use std::collections::BTreeSet;

use cargo_metadata::TargetKind as Kind;
use ripe_model::PackageId;
use ripe_resolver::Node;
use ripe_usage::{CfgSet, Extern, Sources, Surfaces, Target, TargetKind};

use crate::evidence::Side;
use crate::ground::Ground;

/// The sources of a package: of a member all targets, of another package what is compiled for
/// its dependents.
pub(crate) fn of(ground: &Ground, node: &Node, cfg: Option<&BTreeSet<String>>) -> Sources {
    let package = ground.metadata.packages.iter().find(|p| {
        *p.name == node.id.name && p.version == node.id.version && p.manifest_path == node.manifest
    });
    let targets = package
        .into_iter()
        .flat_map(|package| &package.targets)
        .filter_map(|target| {
            let kind = target.kind.iter().find_map(kind_of)?;
            Some(Target {
                name: target.name.replace('-', "_"),
                kind,
                path: target.src_path.clone().into_std_path_buf(),
                compiled: is_compiled(kind, node.member),
            })
        })
        .filter(|target| target.compiled || node.member)
        .collect();
    Sources {
        package: node.id.name.clone(),
        root: node.manifest.parent().unwrap_or(&node.manifest).to_owned(),
        edition: package.map_or_else(|| "2021".to_owned(), |p| p.edition.to_string()),
        targets,
        cfg: CfgSet {
            features: Some(node.features.iter().cloned().collect()),
            target: cfg.cloned(),
            test: false,
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

/// Whether `cargo check` without further flags compiles it.
fn is_compiled(kind: TargetKind, member: bool) -> bool {
    match kind {
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Build => true,
        TargetKind::Bin => member,
        TargetKind::Test | TargetKind::Example | TargetKind::Bench => false,
    }
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

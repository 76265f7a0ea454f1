//! The packages of a workspace, as cargo resolved them with its lockfile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{
    DependencyKind, Metadata, MetadataCommand, Package, PackageId as CargoId, TargetKind,
};
use ripe_model::{PackageFacts, PackageId, Source};
use ripe_runner::{CancelToken, Run};
use semver::Version;
use serde::Deserialize;

use crate::{Error, FeatureFlags, SideRequest};
use ripe_record::{answer, environment};

/// A package with what its manifest says.
#[derive(Debug, Clone)]
pub(crate) struct PackageEntry {
    pub(crate) id: PackageId,
    pub(crate) facts: PackageFacts,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) optional_dependencies: Vec<String>,
    pub(crate) hosted: HostedBuild,
}

/// What a manifest asks of docs.rs (`[package.metadata.docs.rs]`; docs.rs, "Metadata for custom
/// builds").
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct HostedBuild {
    pub(crate) features: Vec<String>,
    pub(crate) all_features: bool,
    pub(crate) no_default_features: bool,
    pub(crate) default_target: Option<String>,
    pub(crate) targets: Option<Vec<String>>,
}

/// All packages that the lockfile brings in for this platform and these features.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packages {
    by_dir: BTreeMap<PathBuf, PackageEntry>,
    by_cargo_id: BTreeMap<String, PackageId>,
    /// Who depends on whom, without dev-dependencies of anyone.
    edges: BTreeMap<PackageId, BTreeSet<PackageId>>,
    /// The features that are on, over all units of a package.
    active: BTreeMap<PackageId, Vec<String>>,
    /// The packages that are reached through dev-dependencies of members only.
    dev_only: BTreeSet<PackageId>,
    /// The folders of the client's own packages.
    client: BTreeSet<PathBuf>,
}

impl Packages {
    /// Asks cargo.
    pub(crate) fn read(request: &SideRequest, cancel: &CancelToken) -> Result<Packages, Error> {
        let mut run =
            Run::new(&request.toolchain.cargo, &request.workspace, environment(&request.toolchain))
                .args([
                    "metadata",
                    "--format-version=1",
                    "--locked",
                    "--offline",
                    "--filter-platform",
                ])
                .arg(&request.toolchain.host);
        if let Some(target) = &request.target {
            run = run.arg("--filter-platform").arg(target);
        }
        let json = answer("cargo metadata", &run.args(feature_args(&request.features)), cancel)?;
        let metadata = MetadataCommand::parse(&json).map_err(|error| ripe_record::Error::Tool {
            what: "cargo metadata".to_owned(),
            stderr: error.to_string(),
        })?;
        Ok(Packages::from_metadata(&metadata))
    }

    fn from_metadata(metadata: &Metadata) -> Packages {
        let mut packages = Packages::default();
        for package in &metadata.packages {
            let dir = manifest_dir(package);
            let entry = entry(package);
            packages.by_cargo_id.insert(package.id.repr.clone(), entry.id.clone());
            packages.by_dir.insert(dir, entry);
        }
        let nodes = metadata.resolve.as_ref().map(|resolve| resolve.nodes.as_slice());
        let mut all: BTreeMap<&CargoId, Vec<&CargoId>> = BTreeMap::new();
        for node in nodes.unwrap_or_default() {
            let shipped = node.deps.iter().filter(|dep| {
                dep.dep_kinds.is_empty()
                    || dep.dep_kinds.iter().any(|info| info.kind != DependencyKind::Development)
            });
            let deps: Vec<&CargoId> = shipped.map(|dep| &dep.pkg).collect();
            if let Some(from) = packages.by_cargo_id.get(&node.id.repr).cloned() {
                let ids = deps.iter().filter_map(|dep| packages.by_cargo_id.get(&dep.repr));
                packages.edges.insert(from.clone(), ids.cloned().collect());
                packages
                    .active
                    .insert(from, node.features.iter().map(ToString::to_string).collect());
            }
            all.insert(&node.id, deps);
        }
        let members: BTreeSet<&CargoId> = metadata.workspace_members.iter().collect();
        let shipped = reach(&members, &all);
        packages.dev_only = all
            .keys()
            .filter(|id| !shipped.contains(*id))
            .filter_map(|id| packages.by_cargo_id.get(&id.repr).cloned())
            .collect();
        packages.client = client_dirs(metadata, &members);
        packages
    }

    /// The package of a manifest's folder.
    pub(crate) fn of_dir(&self, dir: &Path) -> Option<&PackageEntry> {
        self.by_dir.get(dir)
    }

    /// The package that cargo's messages name so.
    pub(crate) fn of_cargo_id(&self, id: &str) -> Option<&PackageId> {
        self.by_cargo_id.get(id)
    }

    /// The package with this name and version, if it takes part.
    pub(crate) fn find(&self, name: &str, version: &Version) -> Option<&PackageId> {
        self.edges.keys().find(|id| id.name == name && id.version == *version)
    }

    /// What its manifest says of a package, and the folder of that.
    pub(crate) fn entry(&self, id: &PackageId) -> Option<(&Path, &PackageEntry)> {
        self.by_dir.iter().find(|(_, entry)| entry.id == *id).map(|(dir, entry)| (&**dir, entry))
    }

    /// The features that are on, over all units of a package.
    pub(crate) fn active_features(&self, id: &PackageId) -> &[String] {
        self.active.get(id).map_or(&[], Vec::as_slice)
    }

    /// The packages that depend on one.
    pub(crate) fn dependents(&self, id: &PackageId) -> impl Iterator<Item = &PackageId> {
        self.edges.iter().filter(move |(_, deps)| deps.contains(id)).map(|(from, _)| from)
    }

    /// The package whose library is called so, as `from` sees it: its own dependency, else the only
    /// one of that name.
    pub(crate) fn library(&self, from: &PackageId, crate_name: &str) -> Option<&PackageId> {
        let named: Vec<&PackageId> = self
            .by_dir
            .values()
            .filter(|entry| entry.facts.lib_name.as_deref() == Some(crate_name))
            .map(|entry| &entry.id)
            .filter(|id| self.edges.contains_key(*id))
            .collect();
        let own = self.edges.get(from);
        let mut direct = named.iter().filter(|id| own.is_some_and(|deps| deps.contains(**id)));
        match (direct.next(), direct.next(), named.as_slice()) {
            (Some(one), None, _) | (None, None, [one]) => Some(one),
            (Some(_), Some(_), _) | (None, _, _) => None,
        }
    }

    /// All packages that take part, sorted.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &PackageId> {
        self.edges.keys()
    }

    /// Whether a package has a library.
    pub(crate) fn has_lib(&self, id: &PackageId) -> bool {
        self.by_dir.values().any(|entry| entry.id == *id && entry.facts.has_lib)
    }

    /// The folders of all packages.
    pub(crate) fn dirs(&self) -> impl Iterator<Item = &Path> {
        self.by_dir.keys().map(PathBuf::as_path)
    }

    /// The folders of the client's own packages: the members, and path packages that no package
    /// from elsewhere depends on. A path package that stands in for a registry's is not the
    /// client's code.
    pub(crate) fn client_dirs(&self) -> &BTreeSet<PathBuf> {
        &self.client
    }

    /// Whether only tests, examples and benchmarks need it.
    pub(crate) fn is_dev_only(&self, id: &PackageId) -> bool {
        self.dev_only.contains(id)
    }

    /// The first of `among`, in order, that `id` depends on, directly or not.
    pub(crate) fn dependency_among<'a>(
        &self,
        id: &PackageId,
        among: &'a BTreeSet<PackageId>,
    ) -> Option<&'a PackageId> {
        let mut seen = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            for dep in self.edges.get(id).into_iter().flatten() {
                if seen.insert(dep) {
                    open.push(dep);
                }
            }
        }
        among.iter().find(|candidate| seen.contains(candidate))
    }
}

/// Cargo's flags for the features.
pub(crate) fn feature_args(flags: &FeatureFlags) -> Vec<String> {
    let mut args = Vec::new();
    if flags.all_features {
        args.push("--all-features".to_owned());
    }
    if flags.no_default_features {
        args.push("--no-default-features".to_owned());
    }
    if !flags.features.is_empty() {
        args.push(format!("--features={}", flags.features.join(",")));
    }
    args
}

fn manifest_dir(package: &Package) -> PathBuf {
    package.manifest_path.parent().map(|dir| dir.as_std_path().to_owned()).unwrap_or_default()
}

fn reach<'a>(
    from: &BTreeSet<&'a CargoId>,
    edges: &BTreeMap<&'a CargoId, Vec<&'a CargoId>>,
) -> BTreeSet<&'a CargoId> {
    let mut seen = from.clone();
    let mut open: Vec<&CargoId> = from.iter().copied().collect();
    while let Some(id) = open.pop() {
        for dep in edges.get(id).into_iter().flatten() {
            if seen.insert(dep) {
                open.push(dep);
            }
        }
    }
    seen
}

fn client_dirs(metadata: &Metadata, members: &BTreeSet<&CargoId>) -> BTreeSet<PathBuf> {
    let paths: BTreeMap<&CargoId, &Package> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_none())
        .map(|package| (&package.id, package))
        .collect();
    let nodes = metadata.resolve.as_ref().map(|resolve| resolve.nodes.as_slice());
    let needed_elsewhere: BTreeSet<&CargoId> = nodes
        .unwrap_or_default()
        .iter()
        .filter(|node| !paths.contains_key(&node.id))
        .flat_map(|node| node.deps.iter().map(|dep| &dep.pkg))
        .collect();
    paths
        .into_iter()
        .filter(|(id, _)| members.contains(id) || !needed_elsewhere.contains(id))
        .map(|(_, package)| manifest_dir(package))
        .collect()
}

fn entry(package: &Package) -> PackageEntry {
    let source = match &package.source {
        None => Source::Path,
        Some(source) => source_of(&source.repr),
    };
    let library = package.targets.iter().find(|target| {
        target.kind.iter().any(|kind| {
            matches!(
                kind,
                TargetKind::Lib
                    | TargetKind::RLib
                    | TargetKind::DyLib
                    | TargetKind::CDyLib
                    | TargetKind::StaticLib
                    | TargetKind::ProcMacro
            )
        })
    });
    let mut optional: Vec<String> = package
        .dependencies
        .iter()
        .filter(|dep| dep.optional)
        .map(|dep| dep.rename.clone().unwrap_or_else(|| dep.name.clone()))
        .collect();
    optional.sort();
    optional.dedup();
    PackageEntry {
        id: PackageId { name: package.name.to_string(), version: package.version.clone(), source },
        facts: PackageFacts {
            edition: Some(package.edition.to_string()),
            rust_version: package.rust_version.clone(),
            links: package.links.clone(),
            proc_macro: library.is_some_and(|lib| lib.kind.contains(&TargetKind::ProcMacro)),
            has_lib: library.is_some(),
            lib_name: library.map(|lib| lib.name.replace('-', "_")),
        },
        features: package.features.clone().into_iter().collect(),
        optional_dependencies: optional,
        // What cannot be read, docs.rs cannot read either; it then builds as if nothing was said.
        hosted: serde_json::from_value(package.metadata["docs"]["rs"].clone()).unwrap_or_default(),
    }
}

/// A source as cargo's metadata and lockfiles write it (Cargo book, "Package ID Specifications").
fn source_of(repr: &str) -> Source {
    match repr.split_once('+') {
        Some(("registry", "https://github.com/rust-lang/crates.io-index"))
        | Some(("sparse", "https://index.crates.io/")) => Source::CratesIo,
        Some(("registry", url)) => Source::Registry(url.to_owned()),
        Some(("sparse", _)) => Source::Registry(repr.to_owned()),
        Some(("git", url)) => Source::Git(url.to_owned()),
        Some(_) | None => Source::Path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_apart() {
        let check = |repr, source| assert_eq!(source_of(repr), source);
        check("registry+https://github.com/rust-lang/crates.io-index", Source::CratesIo);
        check("git+https://e.org/a?rev=1#abc", Source::Git("https://e.org/a?rev=1#abc".to_owned()));
        check("sparse+https://e.org/", Source::Registry("sparse+https://e.org/".to_owned()));
        check("registry+https://e.org/", Source::Registry("https://e.org/".to_owned()));
    }
}

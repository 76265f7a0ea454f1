//! The user's project as its manifests state it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package};
use ripe_model::{DependencyKind, Member, Requirement, Workspace};
use semver::Version;
use toml_edit::{DocumentMut, Item};

use crate::refusal::{first_line, words};
use crate::{Cargo, CargoFlags, Error, manifest, msrv, stray};

/// The workspace, and what of the disk belongs to it.
#[derive(Debug, Clone)]
pub struct Project {
    /// The workspace; every path in it lies in the user's tree.
    pub workspace: Workspace,
    /// Folders of path packages that are no members, inside or outside the root, sorted.
    pub path_packages: Vec<PathBuf>,
    /// Folders of other workspaces' roots from which path packages inherit, sorted.
    pub foreign_roots: Vec<PathBuf>,
    /// The version of the rustc that cargo uses here; `None` where it cannot be asked.
    pub rustc: Option<Version>,
    /// The compiler that cargo's resolver is told to suit; `None` where it does not look.
    pub msrv: Option<Version>,
    /// The flags.
    pub flags: CargoFlags,
    /// Cargo.
    pub cargo: Cargo,
}

impl Project {
    /// Finds and reads the workspace of `manifest`, or of the folder `cwd`. Cargo is asked with
    /// `--no-deps`, so that no lockfile is written and the network is not needed.
    ///
    /// # Errors
    /// Where there is no project, or its manifests are broken.
    pub fn load(
        manifest: Option<&Path>,
        cwd: &Path,
        flags: &CargoFlags,
        cargo: Cargo,
    ) -> Result<Project, Error> {
        let stated = manifest.map(|path| cwd.join(path));
        if let Some(path) = &stated
            && !path.is_file()
        {
            return Err(Error::NoManifest { path: path.clone() });
        }
        let dir = stated.as_deref().and_then(Path::parent).unwrap_or(cwd);
        let metadata = no_deps(&cargo, dir, stated.as_deref())?;
        let root = PathBuf::from(metadata.workspace_root.clone());
        let root_document = read(&root.join("Cargo.toml"))?;

        let mut reader = Reader { root_document: &root_document, cargo: &cargo };
        let mut members = Vec::new();
        let mut queue = Vec::new();
        for package in &metadata.packages {
            members.push(reader.member(package)?);
            queue.extend(paths_of(package));
        }
        let mut known: BTreeSet<PathBuf> = metadata.packages.iter().filter_map(folder).collect();
        queue.extend(patches(&root, &root_document));
        let mut path_packages = BTreeSet::new();
        let mut foreign_roots = BTreeSet::new();
        while let Some((dependent, path)) = queue.pop() {
            let path = normal(&path);
            if !known.insert(path.clone()) {
                continue;
            }
            let found = reader.path_package(&dependent, &path)?;
            members.push(found.member);
            queue.extend(found.paths);
            path_packages.insert(path.clone());
            foreign_roots
                .extend(found.workspace.filter(|folder| *folder != root && *folder != path));
        }
        members.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));

        let rustc = cargo.rustc(&root);
        let own: Vec<_> = metadata.packages.iter().filter_map(|p| p.rust_version.clone()).collect();
        let msrv = msrv::looked_at(&root, &root_document)
            .then(|| own.into_iter().min().or_else(|| rustc.clone()))
            .flatten();
        let workspace = Workspace {
            has_lockfile: root.join("Cargo.lock").is_file(),
            target_directory: metadata.target_directory.into(),
            members,
            root,
        };
        Ok(Project {
            workspace,
            path_packages: path_packages.into_iter().collect(),
            foreign_roots: foreign_roots.into_iter().collect(),
            rustc,
            msrv,
            flags: flags.clone(),
            cargo,
        })
    }
}

/// `cargo metadata --no-deps`, which resolves nothing and writes nothing.
fn no_deps(cargo: &Cargo, dir: &Path, manifest: Option<&Path>) -> Result<Metadata, Error> {
    let mut args: Vec<std::ffi::OsString> =
        ["metadata", "--no-deps", "--format-version=1", "--color=never"].map(Into::into).into();
    if let Some(manifest) = manifest {
        args.extend(["--manifest-path".into(), manifest.into()]);
    }
    let outcome = cargo.run(dir, args)?;
    if !outcome.success() {
        return Err(explain(&outcome.stderr_text(), dir, manifest));
    }
    parse(&outcome.stdout, "cargo metadata --no-deps")
}

/// The answer of `cargo metadata`.
pub(crate) fn parse(stdout: &[u8], command: &str) -> Result<Metadata, Error> {
    let unintelligible = |what: String| Error::Unintelligible { command: command.to_owned(), what };
    let text = std::str::from_utf8(stdout).map_err(|error| unintelligible(error.to_string()))?;
    MetadataCommand::parse(text).map_err(|error| unintelligible(error.to_string()))
}

/// Why cargo could not read the manifests.
fn explain(stderr: &str, dir: &Path, manifest: Option<&Path>) -> Error {
    let words = words(stderr);
    if words.starts_with("could not find `Cargo.toml`") {
        return Error::NotCargo { folder: dir.to_owned() };
    }
    let path = manifest.map_or_else(|| nearest_manifest(dir), Path::to_owned);
    let quoted = |start: &str| Some(PathBuf::from(words.split_once(start)?.1.split_once('`')?.0));
    if let Some(member) = quoted("failed to load manifest for workspace member `") {
        return Error::BrokenMember { member, what: first_line(&words) };
    }
    let path = quoted("failed to parse manifest at `").unwrap_or(path);
    Error::BrokenManifest { path, what: words }
}

fn nearest_manifest(dir: &Path) -> PathBuf {
    let found = dir.ancestors().map(|folder| folder.join("Cargo.toml")).find(|path| path.is_file());
    found.unwrap_or_else(|| dir.join("Cargo.toml"))
}

pub(crate) fn read(path: &Path) -> Result<DocumentMut, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::File {
        verb: "read",
        path: path.to_owned(),
        source,
    })?;
    text.parse::<DocumentMut>()
        .map_err(|source| Error::Manifest { path: path.to_owned(), source: Box::new(source) })
}

fn folder(package: &Package) -> Option<PathBuf> {
    Some(normal(package.manifest_path.parent()?.as_std_path()))
}

/// The path with `.` and `..` resolved by name; links are left as they are, as cargo leaves them.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::Prefix(_)
            | std::path::Component::RootDir
            | std::path::Component::Normal(_) => normal.push(part),
        }
    }
    normal
}

/// The folders of the path dependencies of a package, each with the package's name.
fn paths_of(package: &Package) -> Vec<(String, PathBuf)> {
    let paths = package.dependencies.iter().filter_map(|dependency| dependency.path.clone());
    paths.map(|path| (package.name.to_string(), path.into())).collect()
}

/// The folders that `[patch]` and `[replace]` name: cargo reads them even where nothing uses them.
fn patches(root: &Path, document: &DocumentMut) -> Vec<(String, PathBuf)> {
    let path = |item: &Item| Some(root.join(item.get("path")?.as_str()?));
    let mut tables = Vec::new();
    if let Some(patch) = document.get("patch").and_then(Item::as_table_like) {
        tables.extend(patch.iter().filter_map(|(_, registry)| registry.as_table_like()));
    }
    tables.extend(document.get("replace").and_then(Item::as_table_like));
    tables
        .into_iter()
        .flat_map(|table| table.iter())
        .filter_map(|(_, item)| Some(("[patch]".to_owned(), path(item)?)))
        .collect()
}

/// Reads members with what cargo's metadata leaves out of them.
struct Reader<'a> {
    root_document: &'a DocumentMut,
    cargo: &'a Cargo,
}

impl Reader<'_> {
    fn member(&mut self, package: &Package) -> Result<Member, Error> {
        let manifest_path: PathBuf = package.manifest_path.clone().into();
        let document = read(&manifest_path)?;
        let requirements = package.dependencies.iter().filter_map(|dependency| {
            let kind = match dependency.kind {
                cargo_metadata::DependencyKind::Normal => DependencyKind::Normal,
                cargo_metadata::DependencyKind::Build => DependencyKind::Build,
                cargo_metadata::DependencyKind::Development => DependencyKind::Dev,
                cargo_metadata::DependencyKind::Unknown => return None,
            };
            let target = dependency.target.as_ref().map(ToString::to_string);
            let key = dependency.rename.as_ref().unwrap_or(&dependency.name);
            let written =
                manifest::written(&document, self.root_document, kind, target.as_deref(), key);
            let (written, inherited) =
                written.map_or_else(Default::default, |found| (found.text, found.inherited));
            Some(Requirement {
                package: dependency.name.clone(),
                rename: dependency.rename.clone(),
                req: dependency.req.clone(),
                written,
                inherited,
                kind,
                optional: dependency.optional,
                default_features: dependency.uses_default_features,
                features: dependency.features.clone(),
                target,
            })
        });
        Ok(Member {
            name: package.name.to_string(),
            version: package.version.clone(),
            rust_version: package.rust_version.clone(),
            edition: package.edition.to_string(),
            requirements: requirements.collect(),
            manifest: manifest_path,
        })
    }

    /// A path package that is no member.
    fn path_package(&mut self, dependent: &str, path: &Path) -> Result<PathPackage, Error> {
        let broken = |what: String| Error::BrokenPath {
            dependent: dependent.to_owned(),
            path: path.to_owned(),
            what,
        };
        let manifest = path.join("Cargo.toml");
        if !manifest.is_file() {
            return Err(broken("there is no Cargo.toml".to_owned()));
        }
        let metadata = match no_deps(self.cargo, path, Some(&manifest)) {
            Ok(metadata) => metadata,
            // As a dependency it is fine with cargo; only as a project of its own it is not.
            Err(Error::BrokenManifest { what, .. }) if what.contains(STRAY) => {
                let found = stray::read(path, &read(&manifest)?);
                return found.ok_or_else(|| broken("it is no package".to_owned()));
            }
            Err(Error::BrokenManifest { what, .. } | Error::BrokenMember { what, .. }) => {
                return Err(broken(what));
            }
            Err(other) => return Err(other),
        };
        let workspace = metadata.workspace_root.clone().into();
        let mut packages: BTreeMap<_, _> =
            metadata.packages.into_iter().filter_map(|p| Some((folder(&p)?, p))).collect();
        let package = packages.remove(path).or_else(|| {
            let real = path.canonicalize().ok()?;
            let mut packages = packages.into_iter();
            Some(packages.find(|(at, _)| at.canonicalize().is_ok_and(|at| at == real))?.1)
        });
        let package = package.ok_or_else(|| broken("it is no package".to_owned()))?;
        let member = self.member(&package)?;
        Ok(PathPackage { member, paths: paths_of(&package), workspace: Some(workspace) })
    }
}

/// How cargo begins its complaint about a package below a workspace that does not know it.
const STRAY: &str = "believes it's in a workspace when it's not";

/// A path package that is no member.
pub(crate) struct PathPackage {
    pub(crate) member: Member,
    /// The folders of its own path dependencies, each with its name.
    pub(crate) paths: Vec<(String, PathBuf)>,
    /// The root of its own workspace.
    pub(crate) workspace: Option<PathBuf>,
}

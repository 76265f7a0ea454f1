//! What cargo's resolver accepts and its build refuses: one package under two names.

use std::collections::BTreeMap;

use ripe_model::{Edit, Refusal, RefusalKind, Requirement};
use semver::{Version, VersionReq};

use crate::{Project, read_lock};

/// The refusal of a resolution in which a member depends on one version of a package under two
/// names: "depends on crate `a v1.0.0` multiple times with different names".
pub(crate) fn refusal(project: &Project, edits: &[Edit], lockfile: &str) -> Option<Refusal> {
    let locked = read_lock(lockfile);
    let root = project.workspace.root.join("Cargo.toml");
    project.workspace.members.iter().find_map(|member| {
        let mut named: BTreeMap<(&str, &Version), &str> = BTreeMap::new();
        member.requirements.iter().find_map(|requirement| {
            let manifest = if requirement.inherited { &root } else { &member.manifest };
            let req = requirement_after(requirement, manifest, edits);
            let package = requirement.package.as_str();
            let version = locked
                .iter()
                .filter(|entry| entry.name == package && req.matches(&entry.version))
                .map(|entry| &entry.version)
                .max()?;
            let key = requirement.rename.as_deref().unwrap_or(package);
            let other = named.insert((package, version), key).filter(|other| *other != key)?;
            Some(Refusal {
                kind: RefusalKind::Other,
                text: format!(
                    "{} would have {package} {version} under two names, {other} and {key}: \
                     one has to go",
                    member.name
                ),
                cargo: format!(
                    "the crate `{} v{}` depends on crate `{package} v{version}` multiple times \
                     with different names",
                    member.name, member.version
                ),
            })
        })
    })
}

/// The requirement as it stands after the edits.
fn requirement_after(
    requirement: &Requirement,
    manifest: &std::path::Path,
    edits: &[Edit],
) -> VersionReq {
    let key = requirement.rename.as_deref().unwrap_or(&requirement.package);
    edits
        .iter()
        .find(|e| e.manifest == manifest && e.key == key && e.from == requirement.written)
        .and_then(|edit| VersionReq::parse(&edit.to).ok())
        .unwrap_or_else(|| requirement.req.clone())
}

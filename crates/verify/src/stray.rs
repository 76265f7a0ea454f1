//! Path packages that cargo reads as dependencies only: below a workspace that does not know them,
//! cargo refuses them as projects of their own, so their manifest is read without its help.

use std::path::Path;

use ripe_model::{Member, Requirement};
use semver::{Version, VersionReq};
use toml_edit::{DocumentMut, Item};

use crate::manifest::dependencies;
use crate::project::PathPackage;

/// The package in `folder`; `None` where the manifest has no package with a name. What it
/// inherits is not looked up.
pub(crate) fn read(folder: &Path, document: &DocumentMut) -> Option<PathPackage> {
    let package = document.get("package")?;
    let text = |key: &str| package.get(key).and_then(Item::as_str);
    let name = text("name")?.to_owned();
    let version = text("version").and_then(|version| Version::parse(version).ok());
    let paths = dependencies(document).filter_map(|(_, _, _, item)| {
        Some((name.clone(), folder.join(item.get("path")?.as_str()?)))
    });
    let paths = paths.collect();
    let member = Member {
        version: version.unwrap_or(Version::new(0, 0, 0)),
        manifest: folder.join("Cargo.toml"),
        rust_version: text("rust-version").and_then(rust_version),
        edition: text("edition").unwrap_or("2015").to_owned(),
        requirements: dependencies(document).filter_map(requirement).collect(),
        name,
    };
    Some(PathPackage { member, paths, workspace: None })
}

fn requirement(
    (kind, target, key, item): (ripe_model::DependencyKind, Option<&str>, &str, &Item),
) -> Option<Requirement> {
    let text = |name: &str| item.get(name).and_then(Item::as_str);
    let flag = |name: &str| item.get(name).and_then(Item::as_bool);
    let written = item.as_str().or_else(|| text("version")).unwrap_or_default().to_owned();
    let package = text("package").unwrap_or(key).to_owned();
    let features = item.get("features").and_then(Item::as_array).into_iter().flatten();
    Some(Requirement {
        rename: (package != key).then(|| key.to_owned()),
        package,
        req: VersionReq::parse(if written.is_empty() { "*" } else { &written }).ok()?,
        written,
        inherited: false,
        kind,
        optional: flag("optional").unwrap_or(false),
        default_features: flag("default-features")
            .or_else(|| flag("default_features"))
            .unwrap_or(true),
        features: features.filter_map(|f| f.as_str().map(ToOwned::to_owned)).collect(),
        target: target.map(ToOwned::to_owned),
    })
}

/// `1.70` as a full version.
fn rust_version(text: &str) -> Option<Version> {
    let missing = 2_usize.checked_sub(text.matches('.').count())?;
    Version::parse(&format!("{text}{}", ".0".repeat(missing))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_package_is_read_like_a_member() {
        let text = "[package]\nname = 'a'\nversion = '1.2.3'\nrust-version = '1.70'\n\
            [dependencies]\nlog = '0.4'\nb = { path = '../b' }\n\
            [target.'cfg(unix)'.dev-dependencies]\nc = { package = 'd', version = '2', features = ['x'], default-features = false }\n";
        let found = read(Path::new("/w/a"), &text.parse().expect("a manifest")).expect("a package");
        assert_eq!(found.paths, [("a".to_owned(), "/w/a/../b".into())]);
        assert_eq!(found.member.rust_version, Some(Version::new(1, 70, 0)));
        let [log, b, c] = found.member.requirements.as_slice() else { panic!("three are stated") };
        assert_eq!((log.package.as_str(), log.written.as_str()), ("log", "0.4"));
        assert_eq!((b.written.as_str(), b.req.to_string().as_str()), ("", "*"));
        assert_eq!((c.package.as_str(), c.rename.as_deref()), ("d", Some("c")));
        assert_eq!(c.target.as_deref(), Some("cfg(unix)"));
        assert!(!c.default_features && c.features == ["x"]);
    }
}

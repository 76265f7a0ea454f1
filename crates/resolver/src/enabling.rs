//! Which feature of the workspace brings in a package that is off.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::Metadata;
use ripe_model::PackageId;

use crate::{Dependent, Graph};

/// The feature that brings a package in, as `--features` takes it: the narrowest that enables the
/// nearest optional dependency of a member through which the package is reached. `full` is the
/// metadata with all features. `None` where only features of other packages do.
pub fn enabling_feature(graph: &Graph, full: &Metadata, id: &PackageId) -> Option<String> {
    let reaches: BTreeSet<&PackageId> =
        graph.reached_from(id).into_iter().map(|node| &node.id).chain([id]).collect();
    let several = full.workspace_members.len() > 1;
    let mut found = BTreeSet::new();
    for member in graph.members() {
        let package = full.packages.iter().find(|package| {
            *package.name == member.id.name && package.version == member.id.version
        });
        let Some(package) = package else { continue };
        for edge in graph.dependencies(&member.id) {
            if !edge.optional || !reaches.contains(&edge.dependency) {
                continue;
            }
            let far = edge.dependency != *id;
            for (at, feature) in enabling(&package.features, edge).into_iter().enumerate() {
                let name = if several { format!("{}/{feature}", member.id.name) } else { feature };
                found.insert((far, at, name));
            }
        }
    }
    found.into_iter().next().map(|(.., feature)| feature)
}

/// The features of a manifest that turn an optional dependency on, directly or through others, the
/// narrowest first (Cargo book, "Features": `dep:name`, `name` where it is implicit, and
/// `name/feature`; not `name?/feature`).
fn enabling(features: &BTreeMap<String, Vec<String>>, edge: &Dependent) -> Vec<String> {
    let key = edge.rename.as_deref().unwrap_or(&edge.dependency.name);
    let turns_on = |value: &str| match value.split_once('/') {
        Some((name, _)) => name == key,
        None => value.strip_prefix("dep:") == Some(key),
    };
    let mut on: BTreeSet<&str> = features
        .iter()
        .filter(|(_, values)| values.iter().any(|value| turns_on(value)))
        .map(|(name, _)| name.as_str())
        .collect();
    let mut ordered: Vec<String> = on.iter().map(|name| (*name).to_owned()).collect();
    loop {
        let more: Vec<&str> = features
            .iter()
            .filter(|(name, values)| {
                !on.contains(name.as_str()) && values.iter().any(|v| on.contains(v.as_str()))
            })
            .map(|(name, _)| name.as_str())
            .collect();
        if more.is_empty() {
            return ordered;
        }
        ordered.extend(more.iter().map(|name| (*name).to_owned()));
        on.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use ripe_model::{DependencyKind, Source};
    use semver::{Version, VersionReq};

    use super::*;

    fn edge(package: &str, rename: Option<&str>) -> Dependent {
        let id = |name: &str| PackageId {
            name: name.to_owned(),
            version: Version::new(1, 0, 0),
            source: Source::CratesIo,
        };
        Dependent {
            dependent: id("app"),
            dependency: id(package),
            extern_name: rename.unwrap_or(package).replace('-', "_"),
            rename: rename.map(str::to_owned),
            kind: DependencyKind::Normal,
            target: None,
            req: VersionReq::STAR,
            features: Vec::new(),
            default_features: true,
            optional: true,
        }
    }

    #[track_caller]
    fn check(features: &[(&str, &[&str])], edge: &Dependent, expected: &[&str]) {
        let features = features
            .iter()
            .map(|(name, values)| {
                ((*name).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
            })
            .collect();
        assert_eq!(enabling(&features, edge), expected);
    }

    #[test]
    fn the_narrowest_feature_comes_first() {
        let features: &[(&str, &[&str])] = &[
            ("all", &["tls", "json"]),
            ("json", &["dep:serde_json"]),
            ("tls", &["dep:rustls", "hyper/tls"]),
            ("weak", &["rustls?/ring"]),
        ];
        check(features, &edge("rustls", None), &["tls", "all"]);
        check(features, &edge("hyper", None), &["tls", "all"]);
        check(features, &edge("serde_json", None), &["json", "all"]);
        check(features, &edge("openssl", None), &[]);
    }

    #[test]
    fn a_renamed_dependency_goes_by_its_key() {
        let features: &[(&str, &[&str])] = &[("json", &["dep:sj"])];
        check(features, &edge("serde_json", Some("sj")), &["json"]);
    }
}

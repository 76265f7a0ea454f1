//! The rows of features and of the package, which come from the manifest and not from the JSON.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{Facts, FeatureFacts, ItemKey, Marks, Namespace, Row};

use crate::lower::LowerInput;

/// One row a feature, and one for the package.
pub(crate) fn rows(input: &LowerInput<'_>) -> Vec<Row> {
    let mut features = input.features.clone();
    let implicit = implicit(&features, &input.optional_dependencies);
    for name in &implicit {
        features.entry(name.clone()).or_insert_with(|| vec![format!("dep:{name}")]);
    }
    let default = reached(&features, "default");
    let mut rows: Vec<Row> = features
        .into_iter()
        .map(|(name, mut enables)| {
            enables.sort();
            enables.dedup();
            let implicit = implicit.contains(&name);
            let default = default.contains(&name);
            let facts = Facts::Feature(FeatureFacts { enables, implicit, default });
            row(name, Namespace::Feature, facts)
        })
        .collect();
    let facts = Facts::Package(Box::new(input.package_facts.clone()));
    rows.push(row(input.package.name.clone(), Namespace::Package, facts));
    rows
}

fn row(path: String, ns: Namespace, facts: Facts) -> Row {
    Row { key: ItemKey { path, ns }, facts, marks: Marks::default(), span: None }
}

/// Features that exist only because an optional dependency of that name does: no feature says
/// `dep:name`, and none of that name is declared (Cargo book, "Optional dependencies"). cargo's own
/// metadata lists them as `name = ["dep:name"]`.
fn implicit(features: &BTreeMap<String, Vec<String>>, optional: &[String]) -> BTreeSet<String> {
    optional
        .iter()
        .filter(|name| {
            let dep = format!("dep:{name}");
            let declared = features.get(*name);
            let is_listed = declared.is_some_and(|enables| *enables == [dep.clone()]);
            let others = features.iter().filter(|(feature, _)| !is_listed || feature != name);
            let is_used = others.flat_map(|(_, enables)| enables).any(|enabled| *enabled == dep);
            !is_used && (declared.is_none() || is_listed)
        })
        .cloned()
        .collect()
}

/// The features that one reaches, itself included where it exists.
fn reached(features: &BTreeMap<String, Vec<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut queue = vec![from];
    while let Some(name) = queue.pop() {
        let Some((name, enables)) = features.get_key_value(name) else { continue };
        if !seen.insert(name.clone()) {
            continue;
        }
        for enabled in enables {
            // `dep/feature` turns an optional dependency on, and with it the feature of its name;
            // `dep?/feature` does not.
            let name = enabled.split('/').next().unwrap_or(enabled);
            if !name.ends_with('?') {
                queue.push(name);
            }
        }
    }
    seen
}

//! Compares pairs of real releases whose rustdoc JSON was built before, and counts what was said.
//!
//! `cargo run --release -p ripe-apidiff --example real_pairs -- PAIRS.tsv JSON_DIR [CRATE[@OLD]]`:
//! the table has the columns crate, old, new, kind, what_broke, verified_by, features; the folder
//! has one folder `crate-version-features` each with `api.json` and cargo's `metadata.json`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ripe_apidiff::{Diff, diff, graft};
use ripe_model::{
    ApiModel, Bump, Certainty, CompatRange, Origin, PackageFacts, PackageId, Source, UnitFacts,
};
use ripe_rustdoc::{LowerInput, lower};
use serde_json::Value;

fn main() {
    let mut args = std::env::args().skip(1);
    let table = args.next().expect("the table of pairs");
    let folder = PathBuf::from(args.next().expect("the folder of JSON files"));
    let only = args.next();
    let text = std::fs::read_to_string(table).expect("a readable table");
    let mut totals: BTreeMap<String, Totals> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[krate, old, new, kind, broke, _, features, ..] = cells.as_slice() else { continue };
        let name = format!("{krate}@{old}");
        if only.as_ref().is_some_and(|only| *only != name && only != krate) {
            continue;
        }
        let side = |version: &str| load(&folder, krate, version, features);
        let (Some(o), Some(n)) = (side(old), side(new)) else {
            println!("{kind:10} {krate} {old} {new}: no JSON");
            totals.entry(kind.to_owned()).or_default().missing += 1;
            continue;
        };
        let result = diff(&o, &n);
        assert!(diff(&o, &o).changes.is_empty(), "{krate} {old} differs from itself");
        assert!(diff(&o, &o).unexplained.is_empty(), "{krate} {old} differs from itself");
        report(kind, krate, old, new, broke, &result, only.is_some());
        totals.entry(kind.to_owned()).or_default().add(&result);
    }
    for (kind, t) in &totals {
        println!(
            "{kind}: {} pairs, definite majors in {}, possible majors in {} (only possible: {}), no JSON for {}; \
             changed rows {}, unexplained {}",
            t.pairs, t.definite, t.possible, t.only_possible, t.missing, t.changed, t.unexplained
        );
    }
}

#[derive(Default)]
struct Totals {
    pairs: usize,
    missing: usize,
    definite: usize,
    possible: usize,
    only_possible: usize,
    changed: usize,
    unexplained: usize,
}

impl Totals {
    fn add(&mut self, diff: &Diff) {
        let (definite, possible) =
            (majors(diff, Certainty::Definite), majors(diff, Certainty::Possible));
        self.pairs += 1;
        self.definite += usize::from(definite > 0);
        self.possible += usize::from(possible > 0);
        self.only_possible += usize::from(possible > 0 && definite == 0);
        self.changed += diff.compared.changed + diff.compared.removed + diff.compared.added;
        self.unexplained += diff.unexplained.len();
    }
}

fn majors(diff: &Diff, certainty: Certainty) -> usize {
    diff.changes.iter().filter(|c| c.certainty == certainty && c.bump == Bump::Major).count()
}

fn report(kind: &str, krate: &str, old: &str, new: &str, broke: &str, diff: &Diff, full: bool) {
    println!(
        "{kind:10} {krate} {old} {new}: {} definite, {} possible, {} policy majors; {:?}; unexplained {}",
        majors(diff, Certainty::Definite),
        majors(diff, Certainty::Possible),
        majors(diff, Certainty::Policy),
        diff.compared,
        diff.unexplained.len()
    );
    if kind == "undeclared" && majors(diff, Certainty::Definite) == 0 {
        println!("    broke: {}", broke.chars().take(200).collect::<String>());
    }
    let surprising = |c: &&ripe_model::Change| {
        full || (kind == "clean" || majors(diff, Certainty::Definite) == 0)
            && c.bump == Bump::Major
            && c.certainty != Certainty::Policy
    };
    for change in diff.changes.iter().filter(surprising).take(if full { 500 } else { 8 }) {
        println!(
            "    {} {:?} {:?} {} ({}): {} {}",
            change.lint,
            change.bump,
            change.certainty,
            change.item,
            change.kind,
            change.detail,
            change.suggestion.as_deref().unwrap_or_default()
        );
    }
    for row in diff.unexplained.iter().take(if full { 100 } else { 4 }) {
        println!("    UNEXPLAINED {} ({})", row.item, row.kind);
    }
    if full {
        println!("    gaps: {:?}", diff.gaps);
    }
}

fn load(folder: &Path, krate: &str, version: &str, features: &str) -> Option<ApiModel> {
    let at = folder.join(format!("{krate}-{version}-{}", features.replace(',', "_")));
    let json = std::fs::read_to_string(at.join("api.json")).ok()?;
    let metadata: Value =
        serde_json::from_str(&std::fs::read_to_string(at.join("metadata.json")).ok()?).ok()?;
    let model = lowered(&json, &metadata, krate, version)?;
    let dependency = |origin: &Origin| -> Option<Arc<ApiModel>> {
        let version = origin.version.as_ref()?.to_string();
        let at = folder.join(format!("{}-{version}-dep", origin.package));
        let json = std::fs::read_to_string(at.join("api.json")).ok()?;
        lowered(&json, &metadata, &origin.package, &version).map(Arc::new)
    };
    Some(graft(&model, &dependency))
}

fn lowered(json: &str, metadata: &Value, krate: &str, version: &str) -> Option<ApiModel> {
    let packages = metadata["packages"].as_array()?;
    let package = packages.iter().find(|p| p["name"] == krate && p["version"] == version)?;
    let id_of = |p: &Value| -> Option<PackageId> {
        Some(PackageId {
            name: p["name"].as_str()?.to_owned(),
            version: p["version"].as_str()?.parse().ok()?,
            source: if p["source"].is_null() { Source::Path } else { Source::CratesIo },
        })
    };
    // A crate's artifact says nothing of its version; where one name stands for two versions, the
    // dependency of this package decides.
    let mut direct: HashMap<String, Origin> = HashMap::new();
    let mut all: HashMap<String, Vec<Origin>> = HashMap::new();
    for p in packages {
        let Some(id) = id_of(p) else { continue };
        let Some(targets) = p["targets"].as_array() else { continue };
        for target in targets.iter().filter(|t| is_lib(t)) {
            let Some(name) = target["name"].as_str() else { continue };
            let crate_name = name.replace('-', "_");
            let origin = Origin {
                crate_name: crate_name.clone(),
                package: id.name.clone(),
                source: id.source.clone(),
                range: Some(CompatRange::of(&id.version)),
                version: Some(id.version.clone()),
            };
            all.entry(crate_name).or_default().push(origin);
        }
    }
    let id = package["id"].as_str()?;
    let nodes = metadata["resolve"]["nodes"].as_array()?;
    let by_id: HashMap<&str, PackageId> =
        packages.iter().filter_map(|p| Some((p["id"].as_str()?, id_of(p)?))).collect();
    let node = nodes.iter().find(|n| n["id"] == id)?;
    for dep in node["deps"].as_array()? {
        let Some(target) = dep["pkg"].as_str().and_then(|pkg| by_id.get(pkg)) else { continue };
        for origins in all.values() {
            for origin in origins {
                if origin.package == target.name && origin.version.as_ref() == Some(&target.version)
                {
                    direct.insert(origin.crate_name.clone(), origin.clone());
                }
            }
        }
    }
    let origin_of = |name: &str, _: &Path| -> Option<Origin> {
        direct.get(name).cloned().or_else(|| match all.get(name).map(Vec::as_slice) {
            Some([one]) => Some(one.clone()),
            Some([first, ..]) => Some(first.clone()),
            _ => None,
        })
    };
    let features: BTreeMap<String, Vec<String>> =
        serde_json::from_value(package["features"].clone()).ok()?;
    let optional: Vec<String> = package["dependencies"]
        .as_array()?
        .iter()
        .filter(|d| d["optional"] == true)
        .filter_map(|d| d["rename"].as_str().or(d["name"].as_str()).map(str::to_owned))
        .collect();
    let targets = package["targets"].as_array()?;
    let lib = targets.iter().find(|t| is_lib(t));
    let input = LowerInput {
        package: id_of(package)?,
        unit: UnitFacts { rustdoc: "1.95".to_owned(), ..UnitFacts::default() },
        package_facts: PackageFacts {
            edition: package["edition"].as_str().map(str::to_owned),
            rust_version: package["rust_version"].as_str().and_then(|v| v.parse().ok()),
            links: package["links"].as_str().map(str::to_owned),
            proc_macro: lib.is_some_and(|t| t["kind"].to_string().contains("proc-macro")),
            has_lib: lib.is_some(),
            lib_name: lib.and_then(|t| t["name"].as_str()).map(|n| n.replace('-', "_")),
        },
        features,
        optional_dependencies: optional,
        origin_of: &origin_of,
        source_root: None,
    };
    match lower(json, &input) {
        Ok(model) => Some(model),
        Err(error) => {
            println!("{krate} {version}: {error}");
            None
        }
    }
}

fn is_lib(target: &Value) -> bool {
    let kinds = target["kind"].to_string();
    ["\"lib\"", "\"rlib\"", "\"proc-macro\"", "\"dylib\"", "\"cdylib\""]
        .iter()
        .any(|k| kinds.contains(k))
}

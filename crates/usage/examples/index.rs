//! Builds the index of uses of every package of a project, and asks it: time, size, answers.
//!
//! ```text
//! RUSTC_BOOTSTRAP=1 RUSTDOCFLAGS='-Zunstable-options --output-format=json --document-hidden-items' cargo doc --locked
//! cargo run --release -p ripe-usage --example index -- PROJECT OUT [ITEM…]
//! ```
//!
//! The surfaces are those that the first command leaves in `PROJECT/target/doc`; a package whose
//! name several versions share has that of one of them. `OUT` gets a file a package.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ripe_model::{ApiModel, Origin, PackageFacts, PackageId, Source, UnitFacts};
use ripe_usage::{CfgSet, Extern, Scan, Sources, Surfaces, Target, TargetKind, UseIndex, scan};
use serde_json::Value;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Fallible<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [project, out, items @ ..] = &args[..] else { return Err("PROJECT OUT [ITEM…]".into()) };
    let (project, out) = (Path::new(project), Path::new(out));
    fs::create_dir_all(out)?;
    let metadata = metadata(project)?;
    let models = models(&metadata, &project.join("target/doc"))?;
    println!("{} packages, {} surfaces", list(&metadata["packages"]).count(), models.len());
    build(&metadata, &models, out)?;
    ask(out, &models, items)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn metadata(project: &Path) -> Fallible<Value> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(project).args(["metadata", "--format-version=1", "--locked", "--offline"]);
    Ok(serde_json::from_slice(&cargo.output()?.stdout)?)
}

fn id(package: &Value) -> Fallible<PackageId> {
    let (name, version) = (text(package, "name").to_owned(), text(package, "version").parse()?);
    Ok(PackageId { name, version, source: Source::CratesIo })
}

fn library(package: &Value) -> Option<&Value> {
    let is = |kind: &Value| kind == "lib" || kind == "rlib" || kind == "proc-macro";
    list(&package["targets"]).find(|target| list(&target["kind"]).any(is))
}

/// The surfaces by the id that cargo gives the package.
fn models(metadata: &Value, folder: &Path) -> Fallible<BTreeMap<String, Arc<ApiModel>>> {
    let mut models = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let Some(library) = library(package) else { continue };
        let file = folder.join(format!("{}.json", text(library, "name").replace('-', "_")));
        let Ok(json) = fs::read_to_string(file) else { continue };
        if !json.contains(&format!("\"crate_version\":\"{}\"", text(package, "version"))) {
            continue;
        }
        let input = ripe_rustdoc::LowerInput {
            package: id(package)?,
            unit: UnitFacts::default(),
            package_facts: PackageFacts::default(),
            features: BTreeMap::new(),
            optional_dependencies: Vec::new(),
            origin_of: &|_: &str, _: &Path| -> Option<Origin> { None },
            source_root: Path::new(text(package, "manifest_path")).parent().map(Path::to_owned),
        };
        let model = ripe_rustdoc::lower(&json, &input)?;
        models.insert(text(package, "id").to_owned(), Arc::new(model));
    }
    Ok(models)
}

fn sources(package: &Value, node: &Value) -> Sources {
    let target = |target: &Value| {
        let kind = list(&target["kind"]).find_map(|kind| match kind.as_str()? {
            "lib" | "rlib" => Some(TargetKind::Lib),
            "proc-macro" => Some(TargetKind::ProcMacro),
            "custom-build" => Some(TargetKind::Build),
            "bin" if package["source"].is_null() => Some(TargetKind::Bin),
            _ => None,
        })?;
        let path = PathBuf::from(text(target, "src_path"));
        Some(Target { name: text(target, "name").replace('-', "_"), kind, path, compiled: true })
    };
    let features = list(&node["features"]).filter_map(Value::as_str).map(str::to_owned);
    Sources {
        package: text(package, "name").to_owned(),
        root: Path::new(text(package, "manifest_path")).parent().unwrap_or(Path::new("")).into(),
        edition: text(package, "edition").to_owned(),
        targets: list(&package["targets"]).filter_map(target).collect(),
        cfg: CfgSet { features: Some(features.collect()), ..CfgSet::default() },
    }
}

/// What this thread and those that it waited for computed so far.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

fn build(metadata: &Value, models: &BTreeMap<String, Arc<ApiModel>>, out: &Path) -> Fallible<()> {
    let (mut lines, mut sites, mut bytes, mut files) = (0, 0, 0, 0);
    let mut slowest: Vec<(Duration, String, usize)> = Vec::new();
    let begin = (Instant::now(), cpu());
    for package in list(&metadata["packages"]) {
        let node = list(&metadata["resolve"]["nodes"]).find(|node| node["id"] == package["id"]);
        let node = node.ok_or("a package without a node")?;
        let externs = list(&node["deps"])
            .filter_map(|dep| {
                let model = models.get(text(dep, "pkg"))?;
                Some(Extern::new(text(dep, "name"), Arc::clone(model)))
            })
            .collect();
        let surfaces = Surfaces { externs, others: Vec::new() };
        let before = cpu();
        let scan: Scan = scan(&sources(package, node), &surfaces);
        slowest.push((cpu() - before, scan.package.clone(), scan.coverage.lines));
        lines += scan.coverage.lines;
        sites += scan.uses.values().map(Vec::len).sum::<usize>();
        let id = id(package)?;
        let index = UseIndex::of(&id, &scan).to_bytes();
        bytes += index.len();
        files += 1;
        fs::write(out.join(format!("{}-{}", id.name, id.version)), index)?;
    }
    println!(
        "built {files} files of {bytes} bytes from {lines} lines with {sites} sites: {:.1} s on the clock, {:.1} CPU s",
        begin.0.elapsed().as_secs_f64(),
        (cpu() - begin.1).as_secs_f64()
    );
    slowest.sort();
    for (took, package, lines) in slowest.iter().rev().take(6) {
        println!("  {package}: {lines} lines, {:.2} CPU s", took.as_secs_f64());
    }
    Ok(())
}

fn ask(out: &Path, models: &BTreeMap<String, Arc<ApiModel>>, items: &[String]) -> Fallible<()> {
    for item in items {
        let krate = item.split("::").next().unwrap_or_default();
        let Some(model) = models.values().find(|model| model.crate_name() == krate) else {
            println!("{item}: no surface of {krate}");
            continue;
        };
        let begin = Instant::now();
        let (mut asked, mut users, mut places) = (0, Vec::new(), 0);
        for entry in fs::read_dir(out)? {
            let Some(index) = UseIndex::from_bytes(&fs::read(entry?.path())?) else { continue };
            asked += 1;
            let uses = index.uses(&model.package, |path| {
                path.strip_prefix(item.as_str())
                    .is_some_and(|r| r.is_empty() || r.starts_with("::"))
            });
            places += uses.len();
            if !uses.is_empty() {
                users.push(index.package().to_string());
            }
        }
        let took = begin.elapsed().as_secs_f64() * 1000.0;
        println!("{item}: {} of {asked} packages at {places} places, {took:.1} ms", users.len());
    }
    Ok(())
}

//! Holds the scan against rustc: every item of a locked dependency is marked `#[deprecated]` in a
//! copy, the client is compiled against the copy, and rustc's spans are compared with the sites.
//!
//! ```text
//! cargo run --release -p ripe-usage --example recall -- WORK CLIENT VERSION DEP [DEPVERSION] [--features a,b] [--list]
//! ```
//!
//! `WORK` is a scratch folder. Sources come through `cargo fetch`. An item that a macro of the
//! dependency defines cannot be marked, and is left out on both sides.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use ripe_model::{
    ApiModel, Confidence, Facts, How, ItemKind, Namespace, Origin, PackageFacts, PackageId, Source,
    UnitFacts,
};
use ripe_usage::{CfgSet, Extern, Sources, Surfaces, Target, TargetKind, scan};
use serde_json::Value;
use syn::spanned::Spanned;
use syn::visit::Visit;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Fallible<()> {
    let mut positional = Vec::new();
    let mut features = String::new();
    let mut list = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--features" => features = args.next().unwrap_or_default(),
            "--list" => list = true,
            _ => positional.push(arg),
        }
    }
    let [work, client, version, dep, rest @ ..] = &positional[..] else {
        return Err("WORK CLIENT VERSION DEP [DEPVERSION]".into());
    };
    let work = Path::new(work);
    let project = set_up(work, client, version, dep, rest.first().map(String::as_str))?;
    let metadata = metadata(&project, &features)?;
    let package = resolved(&metadata, client, dep)?;
    let json = document(&project, &package, &features)?;
    let model = lower(&json, &package)?;
    let truth = truth(&project, &package, &model, &features)?;
    let (sources, name) = sources(&project, &metadata, client, dep)?;
    let surfaces =
        Surfaces { externs: vec![Extern::new(name, Arc::new(model))], others: Vec::new() };
    let start = Instant::now();
    let found = scan(&sources, &surfaces);
    let took = start.elapsed();
    let sites = found.sites_of(&surfaces.externs[0].model.package);
    compare(&truth, sites, &surfaces.externs[0].model, list);
    println!(
        "{client} {version} with {dep} {}: {} lines, scan {:?}, methods typed {} untyped {}, macros read {} by tokens {}, gaps {}",
        package.version,
        found.coverage.lines,
        took,
        found.coverage.methods_typed,
        found.coverage.methods_untyped,
        found.coverage.macros_parsed,
        found.coverage.macros_by_tokens,
        found.gaps.len()
    );
    Ok(())
}

struct Package {
    name: String,
    version: String,
    root: PathBuf,
    features: Vec<String>,
    crate_name: String,
}

fn cargo(dir: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(dir).env("CARGO_TARGET_DIR", dir.join("target"));
    command.env_remove("RUSTC_BOOTSTRAP");
    command
}

fn run(mut command: Command) -> Fallible<Vec<u8>> {
    let output = command.output()?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let tail: Vec<&str> = stderr.lines().rev().take(20).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        return Err(format!("{command:?} failed:\n{}", tail.join("\n")).into());
    }
    Ok(output.stdout)
}

/// A copy of the client's published source with the dependency locked.
fn set_up(
    work: &Path,
    client: &str,
    version: &str,
    dep: &str,
    locked: Option<&str>,
) -> Fallible<PathBuf> {
    let project = work.join(format!("{client}-{version}-{dep}-{}", locked.unwrap_or("lock")));
    if project.join("ready").exists() {
        return Ok(project);
    }
    fs::create_dir_all(work)?;
    let source = registry_source(work, client, version)?;
    copy(&source, &project)?;
    let manifest = project.join("Cargo.toml");
    let mut text = fs::read_to_string(&manifest)?;
    if !text.contains("[workspace]") {
        text.push_str("\n[workspace]\n");
    }
    fs::write(&manifest, text)?;
    if let Some(locked) = locked {
        let _ = fs::remove_file(project.join("Cargo.lock"));
        let mut generate = cargo(&project);
        generate.args(["generate-lockfile"]);
        run(generate)?;
        let mut update = cargo(&project);
        update.args(["update", "-p", dep, "--precise", locked]);
        run(update)?;
    }
    let mut fetch = cargo(&project);
    fetch.arg("fetch");
    run(fetch)?;
    fs::write(project.join("ready"), "")?;
    Ok(project)
}

/// The source of a published package, fetched by cargo as a dependency of an empty project.
fn registry_source(work: &Path, name: &str, version: &str) -> Fallible<PathBuf> {
    let dir = work.join(format!("fetch-{name}-{version}"));
    fs::create_dir_all(dir.join("src"))?;
    fs::write(dir.join("src/lib.rs"), "")?;
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n\"{name}\" = \"={version}\"\n"
    );
    fs::write(dir.join("Cargo.toml"), manifest)?;
    let mut fetch = cargo(&dir);
    fetch.arg("fetch");
    run(fetch)?;
    let home = std::env::var("CARGO_HOME")
        .unwrap_or_else(|_| format!("{}/.cargo", std::env::var("HOME").unwrap_or_default()));
    for registry in fs::read_dir(Path::new(&home).join("registry/src"))? {
        let path = registry?.path().join(format!("{name}-{version}"));
        if path.is_dir() {
            return Ok(path);
        }
    }
    Err(format!("{name} {version} is not in the registry's sources").into())
}

fn copy(from: &Path, to: &Path) -> Fallible<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

fn metadata(project: &Path, features: &str) -> Fallible<Value> {
    let mut command = cargo(project);
    command.args(["metadata", "--format-version=1", "--features", features]);
    Ok(serde_json::from_slice(&run(command)?)?)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The version of the dependency that the client itself depends on.
fn resolved(metadata: &Value, client: &str, dep: &str) -> Fallible<Package> {
    let root = list(&metadata["packages"])
        .find(|p| text(p, "name") == client && p["source"].is_null())
        .ok_or("no root package")?;
    let node = list(&metadata["resolve"]["nodes"])
        .find(|n| n["id"] == root["id"])
        .ok_or("no root node")?;
    let package = list(&node["deps"])
        .filter_map(|d| list(&metadata["packages"]).find(|p| p["id"] == d["pkg"]))
        .find(|p| text(p, "name") == dep)
        .ok_or("the client does not depend on it")?;
    let features = list(&metadata["resolve"]["nodes"])
        .find(|n| n["id"] == package["id"])
        .map(|n| list(&n["features"]).filter_map(Value::as_str).map(str::to_owned).collect());
    let lib = list(&package["targets"])
        .find(|t| list(&t["kind"]).any(|k| k == "lib" || k == "proc-macro"));
    Ok(Package {
        name: dep.to_owned(),
        version: text(package, "version").to_owned(),
        root: Path::new(text(package, "manifest_path")).parent().ok_or("no root")?.to_path_buf(),
        features: features.unwrap_or_default(),
        crate_name: lib.map(|l| text(l, "name").replace('-', "_")).unwrap_or_default(),
    })
}

fn document(project: &Path, package: &Package, features: &str) -> Fallible<String> {
    let out = project.join("target/doc").join(format!("{}.json", package.crate_name));
    let kept = project.join(format!("{}.json", package.crate_name));
    if !kept.exists() {
        let mut command = cargo(project);
        let spec = format!("{}@{}", package.name, package.version);
        command.args(["rustdoc", "-p", &spec, "--lib", "--features", features, "--"]);
        command.args(["-Zunstable-options", "--output-format=json", "--document-hidden-items"]);
        command.args(["--cap-lints=allow"]).env("RUSTC_BOOTSTRAP", "1");
        run(command)?;
        fs::rename(out, &kept)?;
    }
    Ok(fs::read_to_string(kept)?)
}

fn lower(json: &str, package: &Package) -> Fallible<ApiModel> {
    let input = ripe_rustdoc::LowerInput {
        package: PackageId {
            name: package.name.clone(),
            version: package.version.parse()?,
            source: Source::CratesIo,
        },
        unit: UnitFacts { features: package.features.clone(), ..UnitFacts::default() },
        package_facts: PackageFacts::default(),
        features: BTreeMap::new(),
        optional_dependencies: Vec::new(),
        origin_of: &|_: &str, _: &Path| -> Option<Origin> { None },
        source_root: Some(package.root.clone()),
    };
    Ok(ripe_rustdoc::lower(json, &input)?)
}

/// The client's uses as rustc sees them: file, line, item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    file: String,
    line: u32,
    item: String,
    /// The last line: rustc gives a field the span of the whole expression.
    end: u32,
}

impl Use {
    fn covers(&self, file: &str, line: u32, item: &str) -> bool {
        self.file == file && self.item == item && (self.line..=self.end).contains(&line)
    }
}

struct Truth {
    uses: BTreeSet<Use>,
    /// The rows that were marked.
    marked: BTreeSet<String>,
}

/// Marks all items of a copy, and compiles the client against it.
fn truth(project: &Path, package: &Package, model: &ApiModel, features: &str) -> Fallible<Truth> {
    let copied = project.join("marked").join(&package.name);
    let _ = fs::remove_dir_all(&copied);
    copy(&package.root, &copied)?;
    let manifest = fs::read_to_string(copied.join("Cargo.toml"))?;
    if !manifest.contains("[workspace]") {
        fs::write(copied.join("Cargo.toml"), format!("{manifest}\n[workspace]\n"))?;
    }
    // Rows by the place of their definition.
    let mut rows: BTreeMap<(PathBuf, u32, String), BTreeSet<String>> = BTreeMap::new();
    for row in model.rows.iter() {
        let Some(span) = &row.span else { continue };
        if !row.key.ns.is_of_items() {
            continue;
        }
        let name = row.key.name().to_owned();
        rows.entry((span.file.clone(), span.line, name)).or_default().insert(row.key.path.clone());
    }
    let mut ids: Vec<BTreeSet<String>> = Vec::new();
    mark_folder(&copied, &copied.join("src"), &rows, &mut ids)?;
    let marked = ids.iter().flatten().cloned().collect();

    let lock = fs::read_to_string(project.join("Cargo.lock"))?;
    let manifest = project.join("Cargo.toml");
    let before = fs::read_to_string(&manifest)?;
    let patch = format!(
        "\n[patch.crates-io]\n{} = {{ path = \"marked/{}\" }}\n",
        package.name, package.name
    );
    fs::write(&manifest, format!("{before}{patch}"))?;
    let mut command = cargo(project);
    command.args(["check", "--message-format=json", "--features", features]);
    command.env("CARGO_TARGET_DIR", project.join("target/marked"));
    command.env(
        "RUSTFLAGS",
        "--cap-lints=warn --force-warn deprecated --force-warn deprecated_in_future",
    );
    let output = command.output();
    fs::write(&manifest, before)?;
    fs::write(project.join("Cargo.lock"), lock)?;
    let output = output?;
    let mut uses = BTreeSet::new();
    let mut errors = 0;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        if message["reason"] != "compiler-message" {
            continue;
        }
        let ours = text(&message, "manifest_path") == manifest.to_string_lossy();
        let message = &message["message"];
        if message["level"] == "error" {
            errors += 1;
            if errors < 4 {
                eprintln!("{}", text(message, "rendered"));
            }
        }
        if !ours || message["code"]["code"] != "deprecated" {
            continue;
        }
        let Some(id) = text(message, "message")
            .split("ripe-mark-")
            .nth(1)
            .and_then(|t| t.split(|c: char| !c.is_ascii_digit()).next())
            .and_then(|n| n.parse::<usize>().ok())
        else {
            continue;
        };
        for span in list(&message["spans"]).filter(|s| s["is_primary"] == true) {
            let mut at = span;
            while !at["expansion"].is_null() && Path::new(text(at, "file_name")).is_absolute() {
                at = &at["expansion"]["span"];
            }
            let file = text(at, "file_name").to_owned();
            let line = at["line_start"].as_u64().unwrap_or(0) as u32;
            let end = at["line_end"].as_u64().unwrap_or(0) as u32;
            if file.starts_with("marked/") {
                continue;
            }
            if let Some(items) = ids.get(id) {
                for item in items {
                    uses.insert(Use { file: file.clone(), line, end, item: item.clone() });
                }
            }
        }
    }
    if errors > 0 {
        eprintln!("{errors} errors with the marked copy: the truth is a lower bound");
    }
    Ok(Truth { uses, marked })
}

fn mark_folder(
    root: &Path,
    folder: &Path,
    rows: &BTreeMap<(PathBuf, u32, String), BTreeSet<String>>,
    ids: &mut Vec<BTreeSet<String>>,
) -> Fallible<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            mark_folder(root, &path, rows, ids)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            let source = fs::read_to_string(&path)?;
            let relative = path.strip_prefix(root)?.to_path_buf();
            if let Some(new) = mark(&source, &relative, rows, ids) {
                fs::write(&path, new)?;
            }
        }
    }
    Ok(())
}

struct Marker<'a> {
    file: &'a Path,
    rows: &'a BTreeMap<(PathBuf, u32, String), BTreeSet<String>>,
    ids: &'a mut Vec<BTreeSet<String>>,
    /// Insertions: line and column, text.
    inserts: Vec<((usize, usize), String)>,
    /// Ranges to blank: existing marks, and lints that would stop the build.
    blanks: Vec<((usize, usize), (usize, usize))>,
}

impl Marker<'_> {
    fn attrs(&mut self, attrs: &[syn::Attribute]) {
        for attr in attrs {
            let name = attr.path().get_ident().map(ToString::to_string).unwrap_or_default();
            if matches!(name.as_str(), "deprecated" | "deny" | "forbid") {
                let span = attr.span();
                let (start, end) = (span.start(), span.end());
                self.blanks.push(((start.line, start.column), (end.line, end.column)));
            }
        }
    }

    /// Marks an item that begins, after its attributes, at `start`.
    fn item(
        &mut self,
        attrs: &[syn::Attribute],
        whole: proc_macro2::Span,
        start: proc_macro2::Span,
        name: &str,
    ) {
        self.attrs(attrs);
        let name = name.trim_start_matches("r#").to_owned();
        // rustdoc's spans begin at the first attribute or after them, depending on the item.
        let first = whole.start().line as u32;
        let last = start.start().line as u32;
        let found = (first..=last)
            .find_map(|line| self.rows.get(&(self.file.to_path_buf(), line, name.clone())));
        if let Some(items) = found {
            let id = self.ids.len();
            self.ids.push(items.clone());
            let at = start.start();
            self.inserts.push((
                (at.line, at.column),
                format!("#[deprecated(note = \"ripe-mark-{id} \")] "),
            ));
        }
    }
}

/// The first token after the attributes.
fn after(attrs: &[syn::Attribute], item: &impl quote::ToTokens) -> proc_macro2::Span {
    let mut tokens = item.to_token_stream().into_iter();
    let outer = attrs.iter().filter(|a| matches!(a.style, syn::AttrStyle::Outer)).count();
    for _ in 0..outer * 2 {
        tokens.next();
    }
    tokens.next().map_or_else(proc_macro2::Span::call_site, |t| t.span())
}

macro_rules! marked {
    ($self:ident, $item:ident, $name:expr, $walk:ident) => {{
        let name = $name.to_string();
        let start = after(&$item.attrs, $item);
        $self.item(&$item.attrs, $item.span(), start, &name);
        syn::visit::$walk($self, $item);
    }};
}

impl<'ast> Visit<'ast> for Marker<'_> {
    fn visit_item_struct(&mut self, i: &'ast syn::ItemStruct) {
        marked!(self, i, i.ident, visit_item_struct)
    }
    fn visit_item_enum(&mut self, i: &'ast syn::ItemEnum) {
        marked!(self, i, i.ident, visit_item_enum)
    }
    fn visit_item_union(&mut self, i: &'ast syn::ItemUnion) {
        marked!(self, i, i.ident, visit_item_union)
    }
    fn visit_variant(&mut self, i: &'ast syn::Variant) {
        marked!(self, i, i.ident, visit_variant)
    }
    fn visit_item_fn(&mut self, i: &'ast syn::ItemFn) {
        let special = i.attrs.iter().any(|a| {
            a.path().segments.iter().any(|s| s.ident.to_string().starts_with("proc_macro"))
        });
        if special {
            self.attrs(&i.attrs);
        } else {
            let start = after(&i.attrs, i);
            self.item(&i.attrs, i.span(), start, &i.sig.ident.to_string());
        }
    }
    fn visit_item_trait(&mut self, i: &'ast syn::ItemTrait) {
        marked!(self, i, i.ident, visit_item_trait)
    }
    fn visit_item_type(&mut self, i: &'ast syn::ItemType) {
        marked!(self, i, i.ident, visit_item_type)
    }
    fn visit_item_const(&mut self, i: &'ast syn::ItemConst) {
        marked!(self, i, i.ident, visit_item_const)
    }
    fn visit_item_static(&mut self, i: &'ast syn::ItemStatic) {
        marked!(self, i, i.ident, visit_item_static)
    }
    fn visit_item_mod(&mut self, i: &'ast syn::ItemMod) {
        marked!(self, i, i.ident, visit_item_mod)
    }
    fn visit_item_macro(&mut self, i: &'ast syn::ItemMacro) {
        if let Some(name) = &i.ident {
            let start = after(&i.attrs, i);
            self.item(&i.attrs, i.span(), start, &name.to_string());
        }
    }
    fn visit_item_impl(&mut self, i: &'ast syn::ItemImpl) {
        self.attrs(&i.attrs);
        for item in &i.items {
            match item {
                syn::ImplItem::Fn(f) if i.trait_.is_none() => {
                    let start = after(&f.attrs, f);
                    self.item(&f.attrs, f.span(), start, &f.sig.ident.to_string());
                }
                syn::ImplItem::Const(c) if i.trait_.is_none() => {
                    let start = after(&c.attrs, c);
                    self.item(&c.attrs, c.span(), start, &c.ident.to_string());
                }
                syn::ImplItem::Fn(f) => self.attrs(&f.attrs),
                _ => {}
            }
        }
    }
    fn visit_trait_item_fn(&mut self, i: &'ast syn::TraitItemFn) {
        let start = after(&i.attrs, i);
        self.item(&i.attrs, i.span(), start, &i.sig.ident.to_string());
    }
    fn visit_trait_item_const(&mut self, i: &'ast syn::TraitItemConst) {
        let start = after(&i.attrs, i);
        self.item(&i.attrs, i.span(), start, &i.ident.to_string());
    }
    fn visit_trait_item_type(&mut self, i: &'ast syn::TraitItemType) {
        let start = after(&i.attrs, i);
        self.item(&i.attrs, i.span(), start, &i.ident.to_string());
    }
    fn visit_field(&mut self, i: &'ast syn::Field) {
        if let Some(name) = &i.ident {
            let start = after(&i.attrs, i);
            self.item(&i.attrs, i.span(), start, &name.to_string());
        }
    }
}

fn mark(
    source: &str,
    file: &Path,
    rows: &BTreeMap<(PathBuf, u32, String), BTreeSet<String>>,
    ids: &mut Vec<BTreeSet<String>>,
) -> Option<String> {
    let syntax = syn::parse_file(source).ok()?;
    let mut marker = Marker { file, rows, ids, inserts: Vec::new(), blanks: Vec::new() };
    marker.attrs(&syntax.attrs);
    marker.visit_file(&syntax);
    let mut lines: Vec<Vec<char>> = source.split('\n').map(|line| line.chars().collect()).collect();
    for ((l0, c0), (l1, c1)) in marker.blanks {
        for line in l0..=l1 {
            let chars = lines.get_mut(line - 1)?;
            let from = if line == l0 { c0 } else { 0 };
            let to = if line == l1 { c1 } else { chars.len() };
            chars.iter_mut().take(to).skip(from).for_each(|c| *c = ' ');
        }
    }
    marker.inserts.sort_by_key(|insert| std::cmp::Reverse(insert.0));
    for ((line, column), text) in marker.inserts {
        let chars = lines.get_mut(line - 1)?;
        let column = column.min(chars.len());
        chars.splice(column..column, text.chars());
    }
    let lines: Vec<String> = lines.into_iter().map(|l| l.into_iter().collect()).collect();
    Some(lines.join("\n"))
}

fn sources(
    project: &Path,
    metadata: &Value,
    client: &str,
    dep: &str,
) -> Fallible<(Sources, String)> {
    let root = list(&metadata["packages"])
        .find(|p| text(p, "name") == client && p["source"].is_null())
        .ok_or("no root package")?;
    let node = list(&metadata["resolve"]["nodes"])
        .find(|n| n["id"] == root["id"])
        .ok_or("no root node")?;
    let name = list(&node["deps"])
        .find(|d| {
            list(&metadata["packages"]).any(|p| p["id"] == d["pkg"] && text(p, "name") == dep)
        })
        .map(|d| text(d, "name").to_owned())
        .ok_or("no name")?;
    let features = list(&node["features"]).filter_map(Value::as_str).map(str::to_owned).collect();
    let targets = list(&root["targets"])
        .filter_map(|t| {
            let kind = match list(&t["kind"]).next()?.as_str()? {
                "bin" => TargetKind::Bin,
                "test" => TargetKind::Test,
                "example" => TargetKind::Example,
                "bench" => TargetKind::Bench,
                "custom-build" => TargetKind::Build,
                "proc-macro" => TargetKind::ProcMacro,
                _ => TargetKind::Lib,
            };
            let compiled = matches!(
                kind,
                TargetKind::Bin | TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Build
            );
            Some(Target {
                name: text(t, "name").replace('-', "_"),
                kind,
                path: PathBuf::from(text(t, "src_path")),
                compiled,
            })
        })
        .collect();
    let output = Command::new("rustc").args(["--print", "cfg"]).output()?;
    let target = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    let sources = Sources {
        package: client.to_owned(),
        root: project.to_path_buf(),
        edition: text(root, "edition").to_owned(),
        targets,
        cfg: CfgSet { features: Some(features), target: Some(target), test: false },
    };
    Ok((sources, name))
}

fn compare(truth: &Truth, sites: &[ripe_model::UseSite], model: &ApiModel, list: bool) {
    // rustc says nothing of modules on the way, of fields in literals of their own crate, of
    // impls and of inference; what it cannot say is not judged.
    let judged = |item: &str| truth.marked.contains(item);
    let positional = |item: &str| {
        item.rsplit_once("::").is_some_and(|(o, n)| n.parse::<u32>().is_ok() && judged(o))
    };
    let is_module = |item: &str| {
        model.rows.get(item, Namespace::Type).is_some_and(|r| matches!(r.facts, Facts::Module))
    };
    // Of a match on an enum and of items defined in an impl it says nothing either.
    let kind = |item: &str| model.rows.get(item, Namespace::Type).map(|r| r.facts.kind());
    let beyond = |site: &ripe_model::UseSite| match site.how {
        How::Infer => true,
        How::Match => kind(&site.item) == Some(ItemKind::Enum),
        How::Implement => kind(&site.item) != Some(ItemKind::Trait),
        _ => false,
    };
    let mut ours: BTreeMap<Use, Confidence> = BTreeMap::new();
    for site in sites.iter().filter(|s| !s.inactive) {
        if beyond(site)
            || site.item.ends_with("::..")
            || !(judged(&site.item) || positional(&site.item))
        {
            continue;
        }
        let file = site.file.display().to_string();
        let key = Use { file, line: site.line, end: site.line, item: site.item.clone() };
        let entry = ours.entry(key).or_insert(site.confidence);
        *entry = (*entry).min(site.confidence);
    }
    let truth_uses: BTreeSet<&Use> = truth.uses.iter().filter(|u| !is_module(&u.item)).collect();
    // A field by position has no mark of its own: rustc names its struct.
    let best = |u: &Use| {
        let same = |o: &Use| {
            let owner = o.item.rsplit_once("::").filter(|(_, n)| n.parse::<u32>().is_ok());
            u.covers(&o.file, o.line, &o.item)
                || owner.is_some_and(|(owner, _)| u.covers(&o.file, o.line, owner))
        };
        ours.iter().filter(|(o, _)| same(o)).map(|(_, c)| *c).min()
    };
    let found = truth_uses.iter().filter(|u| best(u).is_some()).count();
    let sure = truth_uses.iter().filter(|u| best(u).is_some_and(|c| c < Confidence::Guess)).count();
    // `Self` and matched enums are uses that the lint does not report; `How::Match` on an enum
    // stands for the whole match.
    let extra: Vec<(&Use, &Confidence)> =
        ours.iter().filter(|(u, _)| !is_module(&u.item) && !truth.uses.contains(u)).collect();
    let extra_sure = extra.iter().filter(|(_, c)| **c < Confidence::Guess).count();
    let said: usize = ours.iter().filter(|(u, _)| !is_module(&u.item)).count();
    let said_sure =
        ours.iter().filter(|(u, c)| !is_module(&u.item) && **c < Confidence::Guess).count();
    if list {
        for u in &truth_uses {
            if best(u).is_none() {
                println!("missed {}:{} {}", u.file, u.line, u.item);
            }
        }
        for (u, c) in &extra {
            println!("extra  {}:{} {} {c:?}", u.file, u.line, u.item);
        }
    }
    let percent = |a: usize, b: usize| if b == 0 { 100.0 } else { 100.0 * a as f64 / b as f64 };
    println!(
        "marked {} items; rustc {} uses; recall {:.1} % (sure {:.1} %); precision {:.1} % (sure {:.1} %) of {} sites",
        truth.marked.len(),
        truth_uses.len(),
        percent(found, truth_uses.len()),
        percent(sure, truth_uses.len()),
        percent(said - extra.len(), said),
        percent(said_sure - extra_sure, said_sure),
        said,
    );
}

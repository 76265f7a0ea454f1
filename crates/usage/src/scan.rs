//! The scan: sources and surfaces in, use sites out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use proc_macro2::TokenStream;
use rayon::{ThreadPool, ThreadPoolBuilder};
use ripe_model::{ApiModel, Change, Confidence, DependencyKind, Gap, PackageId, UseSite};
use serde::{Deserialize, Serialize};

use crate::seen::{MacroRanges, Seen, Untyped};
use crate::sink::Sink;
use crate::tree::{self, Tree};
use crate::walk::Walk;
use crate::world::{Api, Res, World};
use crate::{CfgSet, Sources, Surfaces, Target, TargetKind, doctest, standard};

/// The uses found in one package.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// The package that was read.
    pub package: String,
    /// The sites by the locked package whose surface has the item, sorted and unique. Every
    /// surface that was given has an entry.
    ///
    /// Besides rows, an item can be the path of an alias (a re-export can be removed while the
    /// item stays), and `Owner::..`: a literal, pattern or `match` that names all members of its
    /// owner and so breaks when one is added.
    pub uses: BTreeMap<PackageId, Vec<UseSite>>,
    /// What the expansions of macros of a dependency lose, by [`expansions`](crate::expansions()):
    /// it depends on the target version, so the scan itself leaves it empty.
    #[serde(skip)]
    pub lost: Vec<(PackageId, Change, Vec<UseSite>)>,
    /// Files that could not be read or parsed.
    pub gaps: Vec<Gap>,
    /// How much was seen.
    pub coverage: Coverage,
    /// What was seen of each locked package, and what was not.
    pub seen: BTreeMap<PackageId, Seen>,
}

/// Counts of what a scan looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Files read.
    pub files: usize,
    /// Their lines.
    pub lines: usize,
    /// Method calls whose receiver's type was known, or that need no type.
    pub methods_typed: usize,
    /// Method calls whose receiver's type was not known.
    pub methods_untyped: usize,
    /// Macro invocations whose arguments were read as code.
    pub macros_parsed: usize,
    /// Macro invocations that were scanned by tokens only.
    pub macros_by_tokens: usize,
}

impl Scan {
    /// The sites that use an item of `dependency`.
    pub fn sites_of(&self, dependency: &PackageId) -> &[UseSite] {
        self.uses.get(dependency).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing of `dependency` is used by this package in any configuration seen: no
    /// site, and no file that could not be parsed.
    pub fn is_unused(&self, dependency: &PackageId) -> bool {
        self.gaps.is_empty() && self.sites_of(dependency).is_empty()
    }
}

/// How deep expressions may nest: the scan recurses, and has a thread with a stack for it.
const STACK: usize = 256 << 20;

/// Reads the sources and finds every use of the surfaces' items.
///
/// Never fails: a file that cannot be read or parsed is a gap of the result, and what can be told
/// from its tokens is reported as a guess.
pub fn scan(sources: &Sources, surfaces: &Surfaces) -> Scan {
    let result = on_a_stack(|| scan_here(sources, surfaces));
    let mut scan = result.unwrap_or_else(|| Scan {
        package: sources.package.clone(),
        gaps: vec![Gap::new(sources.package.clone(), "the sources could not be scanned")],
        ..Scan::default()
    });
    for model in surfaces.externs.iter().map(|e| &e.model).chain(&surfaces.others) {
        scan.uses.entry(model.package.clone()).or_default();
    }
    scan
}

/// Does work that recurses on a thread with a large stack; `None` if that fails. The threads stay,
/// with the picture of the standard library that each has parsed; the text that the parser keeps
/// for spans goes.
pub(crate) fn on_a_stack<R: Send>(work: impl FnOnce() -> R + Send) -> Option<R> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let threads = || ThreadPoolBuilder::new().thread_name(|_| "scan".to_owned()).stack_size(STACK);
    let pool = POOL.get_or_init(|| threads().build().ok()).as_ref()?;
    pool.install(|| {
        let result = catch_unwind(AssertUnwindSafe(work)).ok();
        proc_macro2::extra::invalidate_current_thread_spans();
        result
    })
}

fn scan_here(sources: &Sources, surfaces: &Surfaces) -> Scan {
    let mut gaps = Vec::new();
    let mut targets: Vec<&Target> = sources.targets.iter().collect();
    targets.sort_by_key(|t| (t.kind, &t.path));
    let picture = standard::tree();
    let mut trees: Vec<(&Target, Tree)> = Vec::new();
    for target in targets {
        let cfg = cfg_of(sources, target);
        let tree = match target.kind {
            // Sorted after the library, whose files are read by then.
            TargetKind::Doc => trees
                .iter()
                .find(|(library, _)| library.path == target.path)
                .map(|(_, library)| doctest::tree(library, &cfg))
                .unwrap_or_default(),
            TargetKind::Lib
            | TargetKind::ProcMacro
            | TargetKind::Bin
            | TargetKind::Test
            | TargetKind::Example
            | TargetKind::Bench
            | TargetKind::Build => tree::load(&target.path, &cfg, &mut gaps),
        };
        trees.push((target, tree));
    }

    let (models, extern_at) = models(surfaces);
    let mut world = World {
        crates: Vec::new(),
        modules: Vec::new(),
        items: Vec::new(),
        impls: Vec::new(),
        blocks: HashMap::new(),
        impl_ids: HashMap::new(),
        apis: models.into_iter().map(Api::new).collect(),
        impl_index: Default::default(),
        methods: HashSet::new(),
        cache: Default::default(),
    };
    world.add_crate(&picture, false, HashMap::new(), true, &sources.cfg);
    let edition_2015 = sources.edition == "2015";
    let mut lib = None;
    let mut crates = Vec::new();
    for (target, tree) in &trees {
        let mut externs = HashMap::new();
        for (e, k) in surfaces.externs.iter().zip(&extern_at) {
            if names(target.kind, &e.tables) {
                let root = world.apis[*k].model.crate_name().to_owned();
                externs.insert(e.name.clone(), Res::ApiMod(*k as u16, root));
            }
        }
        if let Some((name, root)) = &lib
            && target.kind != TargetKind::Build
        {
            externs.insert(String::clone(name), Res::Mod(*root));
        }
        let cfg = cfg_of(sources, target);
        let krate = world.add_crate(tree, edition_2015, externs, target.compiled, &cfg);
        if matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro) {
            lib = Some((target.name.clone(), world.crates[krate].root));
        }
        crates.push((krate, cfg));
    }
    world.index_methods();
    world.index_impls();

    let names = trees.iter().flat_map(|(_, tree)| tree.names.clone()).collect();
    let sink = Sink::new(names);
    for ((krate, cfg), (target, tree)) in crates.iter().zip(&trees) {
        let walk = Walk { world: &world, sink: &sink, set: cfg, rules: &tree.rules };
        sink.inactive(!target.compiled, || walk.krate(*krate));
        tree.rules.replaced.iter().for_each(|call| sink.in_macro(call));
        for file in tree.files.iter().filter(|f| !f.parsed) {
            by_tokens(&walk, &sink, *krate, file);
        }
    }
    finish(sources, &world, sink, gaps, &trees)
}

/// `cfg(test)` holds for the code of a test target.
pub(crate) fn cfg_of(sources: &Sources, target: &Target) -> CfgSet {
    let mut cfg = sources.cfg.clone();
    cfg.test |= matches!(target.kind, TargetKind::Test | TargetKind::Bench);
    cfg
}

/// The distinct models, and which one each extern has.
fn models(surfaces: &Surfaces) -> (Vec<&ApiModel>, Vec<usize>) {
    fn at<'m>(model: &'m ApiModel, models: &mut Vec<&'m ApiModel>) -> usize {
        let known = models.iter().position(|m| std::ptr::eq(*m, model));
        known.unwrap_or_else(|| {
            models.push(model);
            models.len() - 1
        })
    }
    let mut models = Vec::new();
    let extern_at = surfaces.externs.iter().map(|e| at(&e.model, &mut models)).collect();
    for model in &surfaces.others {
        at(model, &mut models);
    }
    (models, extern_at)
}

/// Whether a target can name what stands in these tables of the manifest.
fn names(kind: TargetKind, tables: &[DependencyKind]) -> bool {
    tables.is_empty()
        || tables.iter().any(|table| match (kind, table) {
            (TargetKind::Build, DependencyKind::Build) => true,
            (TargetKind::Build, DependencyKind::Normal | DependencyKind::Dev) => false,
            (_, DependencyKind::Build) => false,
            (_, DependencyKind::Normal) => true,
            // The tests inside a library name development dependencies too.
            (_, DependencyKind::Dev) => true,
        })
}

/// What the tokens of a file tell that does not parse.
fn by_tokens(walk: &Walk<'_, '_>, sink: &Sink, krate: usize, file: &tree::File) {
    let Ok(tokens) = file.text.parse::<TokenStream>() else { return };
    let Some(first) = tokens.clone().into_iter().next() else { return };
    let names: HashMap<_, _> = [(first.span().file(), file.path.clone())].into();
    let own = Sink::new(names);
    own.inactive.set(sink.inactive.get() || file.off || !walk.world.crates[krate].compiled);
    let walk = Walk { sink: &own, ..*walk };
    own.at_best(Confidence::Guess, || walk.loose(krate, tokens));
    sink.sites.borrow_mut().extend(own.sites.take());
}

fn finish(
    sources: &Sources,
    world: &World<'_>,
    sink: Sink,
    mut gaps: Vec<Gap>,
    trees: &[(&Target, Tree)],
) -> Scan {
    let relative = |path: &std::path::Path| {
        let path = normal(path);
        path.strip_prefix(&sources.root).map(std::path::Path::to_path_buf).unwrap_or(path)
    };
    let macros = MacroRanges::new(sink.macros.take());
    let mut best: BTreeMap<(u16, UseSite), bool> = BTreeMap::new();
    for raw in sink.sites.take() {
        let in_macro = macros.have(&raw.file, raw.line, raw.column);
        let site = UseSite {
            package: sources.package.clone(),
            file: relative(&raw.file),
            line: raw.line,
            column: raw.column,
            item: raw.item,
            how: raw.how,
            confidence: raw.confidence,
            inactive: raw.inactive,
        };
        best.insert((raw.api, site), in_macro);
    }
    let mut uses: BTreeMap<PackageId, Vec<UseSite>> = BTreeMap::new();
    let mut seen: BTreeMap<PackageId, Seen> = BTreeMap::new();
    for ((k, site), in_macro) in best {
        let package = &world.apis[k as usize].model.package;
        let sites = uses.entry(package.clone()).or_default();
        // Sorted by confidence, then by activity: the first of equal places is the best.
        match sites.last_mut() {
            Some(last)
                if (&last.file, last.line, last.column, &last.item, last.how)
                    == (&site.file, site.line, site.column, &site.item, site.how) =>
            {
                last.inactive &= site.inactive;
            }
            _ => {
                sites.push(site);
                seen.entry(package.clone()).or_default().in_macros += u32::from(in_macro);
            }
        }
    }
    let mut untyped = sink.untyped.take();
    untyped.iter_mut().for_each(|call| call.file = relative(&call.file));
    untyped.sort();
    untyped.dedup();
    for api in &world.apis {
        let has = |call: &&Untyped| !api.methods(&call.name).is_empty();
        let calls: Vec<Untyped> = untyped.iter().filter(has).cloned().collect();
        if !calls.is_empty() {
            seen.entry(api.model.package.clone()).or_default().untyped = calls;
        }
    }
    let files: BTreeMap<_, _> = trees
        .iter()
        .filter(|(target, _)| target.kind != TargetKind::Doc)
        .flat_map(|(_, tree)| &tree.files)
        .map(|f| (&f.path, f.text.lines().count()))
        .collect();
    for gap in &mut gaps {
        gap.what = relative(std::path::Path::new(&gap.what)).display().to_string();
    }
    gaps.sort();
    gaps.dedup();
    Scan {
        package: sources.package.clone(),
        uses,
        lost: Vec::new(),
        gaps,
        coverage: Coverage {
            files: files.len(),
            lines: files.values().sum(),
            methods_typed: sink.methods_typed.get(),
            methods_untyped: sink.methods_untyped.get(),
            macros_parsed: sink.macros_parsed.get(),
            macros_by_tokens: sink.macros_by_tokens.get(),
        },
        seen,
    }
}

/// A path without `.` and `..` where they can be resolved by text.
pub(crate) fn normal(path: &std::path::Path) -> std::path::PathBuf {
    let mut out = std::path::PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

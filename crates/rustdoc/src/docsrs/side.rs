//! A whole side from docs.rs: the same outcome as a build's, so that nothing after it differs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ripe_model::{ApiModel, CompatRange, Gap, PackageId, Source, UnitFacts};
use ripe_runner::CancelToken;
use semver::Version;

use crate::acquire::{known, order};
use crate::docsrs::{DocsRs, Errand, Hosted, Release};
use crate::document::in_parallel;
use crate::packages::{HostedBuild, PackageEntry, Packages};
use crate::{
    Cost, Error, LowerInput, ModelCache, ModelKey, ModelRef, Progress, SideOutcome, SideRequest,
    lower,
};
use ripe_record::{Platform, Unit, UnitHash, UnitKind};

/// The target that docs.rs prefers where a manifest names none (docs.rs, "Metadata for custom
/// builds").
const PREFERRED: &str = "x86_64-unknown-linux-gnu";

/// Gets the models of one side without compiling anything: what an earlier build of the very same
/// side left in the cache, else what docs.rs documented. The packages and who depends on whom come
/// from cargo's metadata, for which all of them have to be downloaded.
///
/// What `request` says of compiling (client, refused packages, wrapper, sandbox) is not looked at.
///
/// # Errors
/// [`Error`] where nothing could be made at all: no cargo, a cancelled token. What docs.rs does not
/// have is a gap.
pub fn hosted_models_for(
    request: &SideRequest,
    docs: &DocsRs,
    cache: &ModelCache,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancelToken,
) -> Result<SideOutcome, Error> {
    let started = Instant::now();
    if let Some(mut outcome) = known(request, cache)? {
        outcome.cost.wall = started.elapsed();
        return Ok(outcome);
    }
    let packages = Packages::read(request, cancel)?;
    let (packages, notes) = (&packages, Mutex::default());
    let asking = Asking { request, docs, cache, packages, progress, cancel, started, notes };
    let wanted: Vec<&(String, Version)> = request.wanted.iter().collect();
    let done = Mutex::new(0);
    let answers = in_parallel(request, &wanted, |(name, version)| {
        let at = || *done.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = asking.ask(name, version, &at)?;
        *done.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Ok(answer)
    })?;
    let mut outcome = SideOutcome {
        models: Vec::new(),
        units: packages.ids().filter_map(|id| unit(packages, id)).collect(),
        errors: Vec::new(),
        refused: Vec::new(),
        partial: BTreeSet::new(),
        gaps: Vec::new(),
        log: None,
        level: None,
        cost: Cost::default(),
    };
    for answer in answers {
        match answer {
            Ok((model, true)) => {
                outcome.cost.fetched += 1;
                outcome.models.push(model);
            }
            Ok((model, false)) => {
                outcome.cost.from_cache += 1;
                outcome.models.push(model);
            }
            Err(gap) => outcome.gaps.push(gap),
        }
    }
    for model in &outcome.models {
        let without = without(packages, model);
        if !without.is_empty() {
            let why = format!(
                "docs.rs documented it without {}, which your build switches on",
                without.join(", ")
            );
            outcome.gaps.push(Gap::new(model.unit.package.to_string(), why));
            outcome.partial.insert(model.unit.package.clone());
        }
    }
    outcome.models.sort_by(|a, b| order(&a.unit).cmp(&order(&b.unit)));
    outcome.units.sort_by(|a, b| order(a).cmp(&order(b)));
    outcome.gaps.sort();
    outcome.gaps.extend(asking.notes.into_inner().unwrap_or_else(PoisonError::into_inner));
    cache.trim();
    outcome.cost.wall = started.elapsed();
    Ok(outcome)
}

/// The features that the build switches on and that a model was made without.
fn without(packages: &Packages, model: &ModelRef) -> Vec<String> {
    let on = packages.active_features(&model.unit.package).iter();
    on.filter(|feature| !model.unit.features.contains(feature)).cloned().collect()
}

struct Asking<'a> {
    request: &'a SideRequest,
    docs: &'a DocsRs,
    cache: &'a ModelCache,
    packages: &'a Packages,
    progress: &'a (dyn Fn(Progress) + Sync),
    cancel: &'a CancelToken,
    started: Instant,
    /// What is wrong with the cache or a store.
    notes: Mutex<BTreeSet<Gap>>,
}

impl Asking<'_> {
    /// The model of a package and whether it was got in this run, or why there is none.
    fn ask(
        &self,
        name: &str,
        version: &Version,
        done: &(dyn Fn() -> usize + Sync),
    ) -> Result<Result<(ModelRef, bool), Gap>, Error> {
        let gap = |why: &str| Ok(Err(Gap::new(format!("{name}@{version}"), why)));
        let Some(id) = self.packages.find(name, version) else {
            return gap("it takes no part in the build with these features on this target");
        };
        let Some((dir, entry)) = self.packages.entry(id).filter(|(_, e)| e.facts.has_lib) else {
            return gap("it has no library");
        };
        if id.source != Source::CratesIo {
            return gap(
                "nothing was to be built, and docs.rs documents packages of crates.io only",
            );
        }
        let late = self.request.time_limit.is_some_and(|limit| self.started.elapsed() > limit);
        if late {
            return gap("the time was up before docs.rs was asked for it");
        }
        let say = |what: &str| {
            let (done, total) = (done(), self.request.wanted.len());
            (self.progress)(Progress::Asking { done, total, what: what.to_owned() });
        };
        say(&id.to_string());
        let wanted = self.request.target.as_deref().unwrap_or(&self.request.toolchain.host);
        let release =
            Release { package: name, version, target: target(&entry.hosted, wanted), format: None };
        let lower = |json: &str| lowered(json, entry, dir.to_owned());
        let note = |gap: Gap| {
            self.notes.lock().unwrap_or_else(PoisonError::into_inner).insert(gap);
        };
        let (cache, cancel) = (self.cache, self.cancel);
        let errand = Errand { cache, lower: &lower, say: &say, note: &note, cancel };
        match self.docs.model(release, errand)? {
            Hosted::Missing(why) => gap(&why),
            Hosted::Model { model, key, fetched } => {
                let (model, key) = self.placed(id, &model, &key);
                let mut unit = unit(self.packages, id).unwrap_or_else(|| bare(id, entry));
                unit.features.clone_from(&model.unit.features);
                unit.triple.clone_from(&model.unit.target);
                let names: BTreeSet<&str> =
                    self.packages.dependents(id).map(|id| id.name.as_str()).collect();
                let dependents = names.into_iter().map(str::to_owned).collect();
                Ok(Ok((ModelRef { unit, key, model, dependents }, fetched)))
            }
        }
    }

    /// The model with the versions of other crates that this side has. The JSON names other crates
    /// only; which release a name stands for is a question of the graph that is looked at.
    fn placed(
        &self,
        id: &PackageId,
        model: &Arc<ApiModel>,
        key: &ModelKey,
    ) -> (Arc<ApiModel>, ModelKey) {
        let mut placed = ApiModel::clone(model);
        let mut text = key.0.clone();
        for origin in placed.crates.iter_mut().skip(1) {
            if origin.range.is_some() || origin.source == Source::Sysroot {
                continue;
            }
            let Some(found) = self.packages.library(id, &origin.crate_name) else { continue };
            origin.package.clone_from(&found.name);
            origin.source.clone_from(&found.source);
            origin.range = Some(CompatRange::of(&found.version));
            origin.version = Some(found.version.clone());
            text.push_str(&format!("\n{} {found} {:?}", origin.crate_name, found.source));
        }
        (Arc::new(placed), ModelKey(blake3::hash(text.as_bytes()).to_hex().to_string()))
    }
}

/// The triple to ask for; `None` is the one that docs.rs prefers, which it has in any case.
fn target<'a>(build: &HostedBuild, wanted: &'a str) -> Option<&'a str> {
    let default = build
        .default_target
        .as_deref()
        .or_else(|| build.targets.as_ref()?.first().map(String::as_str))
        .unwrap_or(PREFERRED);
    let listed = build.targets.iter().flatten().any(|target| target == wanted);
    (wanted != default && listed).then_some(wanted)
}

/// The features with which docs.rs documents a package, sorted.
fn features(entry: &PackageEntry) -> Vec<String> {
    let HostedBuild { features, all_features, no_default_features, .. } = &entry.hosted;
    let mut open: Vec<&str> = features.iter().map(String::as_str).collect();
    if *all_features {
        open.extend(entry.features.keys().map(String::as_str));
    }
    if !no_default_features {
        open.push("default");
    }
    let mut on = BTreeSet::new();
    while let Some(feature) = open.pop() {
        if let Some(enables) = entry.features.get(feature)
            && on.insert(feature.to_owned())
        {
            open.extend(enables.iter().map(String::as_str));
        }
    }
    on.into_iter().collect()
}

/// What docs.rs was told about features, in words.
fn features_in_words(build: &HostedBuild) -> String {
    match (build.all_features, build.no_default_features, build.features.as_slice()) {
        (true, _, _) => "all its features".to_owned(),
        (false, false, []) => "its default features".to_owned(),
        (false, true, []) => "no features".to_owned(),
        (false, false, more) => format!("its default features and {}", more.join(", ")),
        (false, true, only) => format!("the features {}", only.join(", ")),
    }
}

fn lowered(
    json: &str,
    entry: &PackageEntry,
    source_root: PathBuf,
) -> Result<ApiModel, crate::LowerError> {
    let input = LowerInput {
        package: entry.id.clone(),
        unit: UnitFacts {
            features: features(entry),
            rustdoc: "docs.rs".to_owned(),
            hosted: true,
            ..UnitFacts::default()
        },
        package_facts: entry.facts.clone(),
        features: entry.features.clone(),
        optional_dependencies: entry.optional_dependencies.clone(),
        origin_of: &|_, _| None,
        source_root: Some(source_root),
    };
    let mut model = lower(json, &input)?;
    model.gaps.push(Gap::new(
        entry.id.to_string(),
        format!(
            "documented by docs.rs for {} with {}, not as you build it, and without hidden items",
            model.unit.target,
            features_in_words(&entry.hosted)
        ),
    ));
    model.gaps.sort();
    Ok(model)
}

fn unit(packages: &Packages, id: &PackageId) -> Option<Unit> {
    let (dir, entry) = packages.entry(id)?;
    let unit = Unit { manifest_dir: dir.to_owned(), ..bare(id, entry) };
    entry.facts.has_lib.then_some(unit)
}

/// The unit of a library that was not compiled.
fn bare(id: &PackageId, entry: &PackageEntry) -> Unit {
    let (kind, platform) = if entry.facts.proc_macro {
        (UnitKind::ProcMacro, Platform::Host)
    } else {
        (UnitKind::Lib, Platform::Target)
    };
    Unit {
        package: id.clone(),
        crate_name: entry.facts.lib_name.clone().unwrap_or_default(),
        hash: UnitHash(format!("docs.rs:{id}")),
        kind,
        platform,
        triple: String::new(),
        features: Vec::new(),
        cfgs: Vec::new(),
        manifest_dir: PathBuf::new(),
        dependencies: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(hosted: HostedBuild) -> PackageEntry {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        PackageEntry {
            id: PackageId {
                name: "a".to_owned(),
                version: Version::new(1, 0, 0),
                source: Source::CratesIo,
            },
            facts: ripe_model::PackageFacts::default(),
            features: BTreeMap::from([
                ("default".to_owned(), list(&["std"])),
                ("std".to_owned(), list(&["alloc", "dep:x", "y/std"])),
                ("alloc".to_owned(), list(&[])),
                ("extra".to_owned(), list(&[])),
            ]),
            optional_dependencies: Vec::new(),
            hosted,
        }
    }

    #[test]
    fn the_features_are_those_that_the_manifest_asks_docs_rs_for() {
        let of = |hosted| features(&entry(hosted)).join(" ");
        assert_eq!(of(HostedBuild::default()), "alloc default std");
        let all = HostedBuild { all_features: true, ..HostedBuild::default() };
        assert_eq!(of(all), "alloc default extra std");
        let some = HostedBuild {
            features: vec!["extra".to_owned()],
            no_default_features: true,
            ..HostedBuild::default()
        };
        assert_eq!(of(some), "extra");
    }

    #[test]
    fn a_target_is_asked_for_only_where_docs_rs_was_told_to_build_it() {
        let mac = "aarch64-apple-darwin";
        let none = HostedBuild::default();
        assert_eq!(target(&none, PREFERRED), None);
        assert_eq!(target(&none, mac), None);
        let listed = |default: Option<&str>| HostedBuild {
            default_target: default.map(str::to_owned),
            targets: Some(vec![PREFERRED.to_owned(), mac.to_owned()]),
            ..HostedBuild::default()
        };
        assert_eq!(target(&listed(None), mac), Some(mac));
        assert_eq!(target(&listed(Some(mac)), mac), None);
        assert_eq!(target(&listed(Some(mac)), PREFERRED), Some(PREFERRED));
    }
}

//! `cargo ripe diff`: what changed in the API between two versions of a package.
//!
//! Two versions in the registry are compared as a client would meet them: an empty package that
//! depends on the old one is the project, and the new one is its update. So the closures of both
//! sides are resolved by cargo, and a public dependency that moved is seen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use ripe_apidiff::{Diff, diff};
use ripe_model::{ApiModel, Gap};
use ripe_report::{DiffReport, PackageVersion, diff_text};
use ripe_rustdoc::from_file;
use ripe_verify::{Answer, Request};
use semver::Version;

use crate::args::{Builds, CargoArgs, DiffArgs};
use crate::evidence::{Comparison, compare_resolution, unite};
use crate::failure::Failure;
use crate::ground::Ground;
use crate::looks::leaving;
use crate::prove::Sides;
use crate::questions::Question;
use crate::session::Session;
use crate::setup;
use crate::side::{FeatureSet, locked_side};

/// The name of the empty package that depends on what is compared.
pub(crate) const CLIENT: &str = "ripe-diff-client";

pub(crate) fn run(session: &Session, args: &DiffArgs) -> Result<u8, Failure> {
    let report = match (&args.old_json, &args.new_json, &args.package, &args.old, &args.new) {
        (Some(old), Some(new), ..) => of_files(session, old, new)?,
        (_, _, Some(package), Some(old), Some(new)) => {
            of_releases(session, args, package, &setup::version(old)?, &setup::version(new)?)?
        }
        _ => {
            return Err(Failure::usage(anyhow!(
                "a package with two versions is needed, or two JSON files"
            ))
            .next("cargo ripe diff PKG OLD NEW")
            .next("cargo ripe diff --old-json A.json --new-json B.json"));
        }
    };
    session.progress.finish();
    let incomplete = !report.gaps.is_empty();
    setup::print(&args.output, &report, diff_text)?;
    Ok(setup::code(&args.output, incomplete))
}

fn of_files(session: &Session, old: &Path, new: &Path) -> Result<DiffReport, Failure> {
    session.progress.stage("reading the JSON", None);
    let read = |path: &Path| {
        from_file(&session.cwd.join(path)).map_err(|error| {
            Failure::usage(error)
                .next("make it with `cargo rustdoc -- -Z unstable-options --output-format json`")
        })
    };
    let (old, new) = (read(old)?, read(new)?);
    session.progress.stage("comparing the APIs", None);
    let found = diff(&old, &new);
    let bumps = (found.required_bump(), found.possible_bump());
    let Diff { changes, unexplained, gaps, .. } = found;
    let mut all: Vec<Gap> = old.gaps.iter().chain(&new.gaps).cloned().collect();
    all.extend(gaps);
    let report = DiffReport::new(named(&old), named(&new), bumps, &changes, &unexplained, &all);
    // Half a million rows take longer to free than to write; the process ends soon.
    std::mem::forget((old, new, changes));
    Ok(report)
}

fn named(model: &ApiModel) -> PackageVersion {
    PackageVersion {
        package: model.package.name.clone(),
        version: model.crates.first().and_then(|origin| origin.version.clone()),
    }
}

/// The sets of features under which two releases are compared.
fn feature_sets(cargo: &CargoArgs, builds: Builds) -> Vec<CargoArgs> {
    let given = !cargo.features.is_empty() || cargo.no_default_features || cargo.all_features;
    // What was documented elsewhere is the same whatever is asked for.
    if given || builds != Builds::All {
        return vec![cargo.clone()];
    }
    vec![cargo.clone(), CargoArgs { no_default_features: true, ..cargo.clone() }]
}

fn of_releases(
    session: &Session,
    args: &DiffArgs,
    package: &str,
    old: &Version,
    new: &Version,
) -> Result<DiffReport, Failure> {
    if old == new {
        return Err(
            Failure::usage(anyhow!("both versions are {old}")).next("name two different versions")
        );
    }
    let mut gaps = BTreeSet::new();
    let mut diffs = Vec::new();
    for features in feature_sets(&args.cargo, args.trust.builds) {
        match under(session, (package, old, new), &features, args) {
            Ok((comparison, more)) => {
                gaps.extend(more);
                diffs.push(comparison);
            }
            Err(failure) if diffs.is_empty() => return Err(failure),
            Err(failure) => {
                gaps.insert(Gap::new(
                    format!("{package} without default features"),
                    format!("{:#}", failure.error),
                ));
            }
        }
    }
    let united = unite(
        diffs
            .into_iter()
            .map(|one| Diff {
                changes: one.changes,
                unexplained: one.unexplained,
                gaps: one.gaps,
                ..Diff::default()
            })
            .collect(),
        old,
        new,
    );
    gaps.extend(united.gaps);
    let side = |version: &Version| PackageVersion {
        package: package.to_owned(),
        version: Some(version.clone()),
    };
    Ok(DiffReport::new(
        side(old),
        side(new),
        (united.required, united.possible),
        &united.changes,
        &united.unexplained,
        &gaps.into_iter().collect::<Vec<_>>(),
    ))
}

/// What cargo makes of an update of an empty package from one version to the other.
pub(crate) struct Asked {
    ground: Ground,
    cargo: CargoArgs,
    request: Request,
    pub(crate) answer: Answer,
}

/// Asks cargo for the update under one set of features.
pub(crate) fn ask(
    session: &Session,
    (package, old, new): (&str, &Version, &Version),
    features: &CargoArgs,
) -> Result<Asked, Failure> {
    let folder = client(session, package, (old, new), features)?;
    let cargo = CargoArgs {
        manifest_path: Some(folder.join("Cargo.toml")),
        offline: features.offline,
        target: features.target.clone(),
        ..CargoArgs::default()
    };
    let ground = Ground::load(session, &cargo, None)?;
    let locked = ground
        .graph
        .named(package)
        .find(|node| node.id.version == *old && node.id.source.is_registry())
        .map(|node| node.id.clone())
        .ok_or_else(|| {
            Failure::usage(anyhow!("cargo resolves {package} to another version than {old}"))
        })?;
    let candidate = ripe_resolver::asked(
        &ground.graph,
        &ground.project.workspace,
        &ground.releases,
        &locked,
        new,
    )
    .map_err(|gap| Failure::usage(anyhow!("{}: {}", gap.what, gap.why)))?;
    let request = Request::alone(&candidate);
    let answer = ground.resolve(&request)?;
    Ok(Asked { ground, cargo, request, answer })
}

/// The comparison under one set of features.
fn under(
    session: &Session,
    (package, old, new): (&str, &Version, &Version),
    features: &CargoArgs,
    DiffArgs { trust, prove, .. }: &DiffArgs,
) -> Result<(Comparison, Vec<Gap>), Failure> {
    let Asked { ground, cargo, request, answer } = ask(session, (package, old, new), features)?;
    let resolution = answer
        .map_err(|refusal| Failure::no_report(anyhow!(refusal.text).context(refusal.cargo)))?;
    let asked = setup::asked(session, &ground, &cargo, trust, None)?;
    let cache = crate::trust::model_cache(session, &ground, &cargo, trust)?;
    let question = Question { request, resolution };
    let mut gaps = setup::fetch(session, &ground, &question, &cargo)?;
    let wanted = leaving(&question.resolution.moves);
    let side = locked_side(session, &ground, &asked, &cache, FeatureSet::Asked, wanted)?;
    let mut compared = compare_resolution(session, &ground, &asked, &cache, &side, &question)?;
    let key = (package.to_owned(), old.clone(), new.clone());
    gaps.extend(asked.note.clone().map(|note| Gap::new("the toolchain", note)));
    gaps.extend(crate::trust::gap(asked.builds));
    gaps.extend(side.gaps_about(package));
    gaps.extend(compared.target.gaps_about(package));
    let mut comparison = compared.comparisons.remove(&key).ok_or_else(|| {
        let why: Vec<String> =
            gaps.iter().map(|gap| format!("{}: {}", gap.what, gap.why)).collect();
        Failure::no_report(anyhow!("the APIs of {package} {old} and {new} could not be compared"))
            .next(if why.is_empty() {
                "it has no library in one of them".to_owned()
            } else {
                why.join("; ")
            })
    })?;
    if *prove {
        let target = &compared.target;
        let sides =
            Sides { ground: &ground, cache: &cache, locked: &side, target, question: &question };
        let versions = (package, old, new);
        crate::prove::features(session, versions, features, &mut comparison.changes);
        gaps.extend(crate::prove::prove(
            session,
            &sides,
            (package, old, new),
            &mut comparison.changes,
        )?);
    }
    Ok((comparison, gaps))
}

/// An empty package, in our cache, that accepts both versions and is locked to the old one: cargo
/// takes a yanked release from a lockfile, and moves to one that it is told precisely.
fn client(
    session: &Session,
    package: &str,
    (old, new): (&Version, &Version),
    features: &CargoArgs,
) -> Result<PathBuf, Failure> {
    let valid = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if package.is_empty() || !package.chars().all(valid) {
        return Err(Failure::usage(anyhow!("`{package}` is no name of a package")));
    }
    let wanted: Vec<&str> = features
        .features
        .iter()
        .flat_map(|f| f.split([',', ' ']))
        .filter(|f| !f.is_empty())
        .collect();
    let list: Vec<String> = wanted.iter().map(|f| format!("{f:?}")).collect();
    let set =
        format!("{}{}{}", features.no_default_features, features.all_features, list.join(","));
    let name = &blake3::hash(format!("{package} {old} {new} {set}").as_bytes()).to_hex()[..12];
    let folder = session.cache.join("diff").join(name);
    let source = folder.join("src");
    std::fs::create_dir_all(&source)
        .with_context(|| format!("cannot create {}", source.display()))
        .map_err(Failure::no_report)?;
    let manifest = format!(
        "[package]\nname = \"{CLIENT}\"\nversion = \"0.0.0\"\nedition = \"2021\"\npublish = false\n\n[dependencies]\n{package} = {{ version = \">={}, <={}\", default-features = {}, features = [{}] }}\n\n[workspace]\n",
        old.min(new),
        old.max(new),
        !features.no_default_features,
        list.join(", "),
    );
    let lockfile = format!(
        "version = 3\n\n[[package]]\nname = \"{CLIENT}\"\nversion = \"0.0.0\"\ndependencies = [\"{package}\"]\n\n[[package]]\nname = \"{package}\"\nversion = \"{old}\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
    );
    for (path, text) in [
        (folder.join("Cargo.toml"), manifest.as_str()),
        (folder.join("Cargo.lock"), lockfile.as_str()),
        (source.join("lib.rs"), ""),
    ] {
        write(&path, text)
            .with_context(|| format!("cannot write {}", path.display()))
            .map_err(Failure::no_report)?;
    }
    Ok(folder)
}

/// Writes beside, then renames; leaves a file alone that has the text already.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|now| now == text) {
        return Ok(());
    }
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}

//! What cargo sees instead of its registries: with `--as-of DATE` the end of a day, and where a
//! registry fails, what of it could be had.

use std::collections::BTreeMap;

use anyhow::Context;
use cargo_metadata::Metadata;
use ripe_model::{Gap, PackageId, Source};
use ripe_planner::{date_of, day_number};
use ripe_registry::{AsOf, Asker, Index, Served, Spare};
use ripe_verify::{Aged, LockedPackage, Resolving, Scratch, read_lock};
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;
use crate::setup::today;

/// An index that is served to cargo while this lives.
pub(crate) struct View {
    /// The day; `None` where it is what could be had today.
    date: Option<String>,
    served: Served,
    has_git: bool,
}

/// A day as the user wrote it: one that is over, or today.
pub(crate) fn day(text: &str) -> Result<String, String> {
    let day = day_number(text).filter(|day| date_of(*day) == text);
    let Some(day) = day else {
        return Err(format!("`{text}` is no date; write it as 2025-06-30"));
    };
    let today = today();
    if day_number(&today).is_some_and(|today| day > today) {
        return Err(format!("`{text}` is in the future; today is {today} (UTC)"));
    }
    Ok(text.to_owned())
}

impl View {
    /// Serves the index of a day to cargo.
    pub(crate) fn of_day(
        session: &Session,
        scratch: &Scratch,
        index: Index,
        date: &str,
    ) -> Result<View, Failure> {
        session.progress.stage(&format!("looking at the registry of {date}"), None);
        let lockfile = scratch.project().workspace.root.join("Cargo.lock");
        // That it cannot be read is said where it is copied.
        let locked = read_lock(&std::fs::read_to_string(lockfile).unwrap_or_default());
        let seen = locked.iter().map(|package| (package.name.clone(), package.version.clone()));
        let index = index.as_of(AsOf::new(date, seen));
        View::start(scratch, index, &locked, Spare::new(), Some(date))
            .context(format!("cannot look at the registry of {date}"))
            .map_err(|error| {
                Failure::no_report(error).next("leave out --as-of to look at it as it is today")
            })
    }

    /// Serves what can be had of each package apart, where cargo gave up all for one. What is
    /// locked is known from its own manifest, whatever its registry says.
    pub(crate) fn of_rest(
        session: &Session,
        scratch: &Scratch,
        index: Index,
        metadata: &Metadata,
    ) -> Result<View, Failure> {
        session.progress.stage("a registry fails; asking for each package apart", None);
        let locked = read_lock(scratch.locked());
        let spare = spare(metadata, &locked);
        View::start(scratch, index, &locked, spare, None).map_err(Failure::no_report)
    }

    fn start(
        scratch: &Scratch,
        index: Index,
        locked: &[LockedPackage],
        spare: Spare,
        date: Option<&str>,
    ) -> Result<View, ripe_registry::Error> {
        let has_git = locked.iter().any(|package| matches!(source(package), Source::Git(_)));
        let packages = of_registries(locked);
        let sources = packages.iter().map(|(_, source)| source.clone());
        let home = scratch.workplace().join("served-home");
        let served = Served::start(index, sources, asker(scratch), spare, &home)?;
        served.prefetch(packages);
        Ok(View { date: date.map(str::to_owned), served, has_git })
    }

    /// The index as cargo sees it.
    pub(crate) fn index(&self) -> &Index {
        self.served.index()
    }

    /// The day, where it is one.
    pub(crate) fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    /// How cargo resolves by it.
    pub(crate) fn resolving(&self) -> Resolving {
        Resolving {
            args: self.served.args(),
            env: self.served.env(),
            view: Some(self.date.clone().unwrap_or_else(|| "what could be had".to_owned())),
        }
    }

    /// Makes sure that the rows of these packages are complete.
    pub(crate) fn complete<'a>(&self, packages: impl Iterator<Item = &'a PackageId>) {
        let of_registries = packages.filter(|package| package.source.is_registry());
        self.served.prefetch(of_registries.map(|p| (p.name.clone(), p.source.clone())));
    }

    /// What could not be seen as it was.
    pub(crate) fn gaps(&self) -> Vec<Gap> {
        let git = self.has_git.then(|| {
            let why = match self.date {
                Some(_) => "a branch has no days: what comes from git stays where it is locked",
                None => "not asked for newer revisions, since a registry fails",
            };
            Gap::new("git dependencies", why)
        });
        self.served.gaps().into_iter().chain(git).collect()
    }

    /// What has to be known to read the report.
    pub(crate) fn note(&self) -> Option<String> {
        let date = self.date.as_ref()?;
        Some(format!(
            "the registry is seen as it was at the end of {date} (UTC); yanks carry no date, so what was yanked later counts as yanked"
        ))
    }
}

/// Serves the index without the releases that are too young. Its rows count as refreshed; what the
/// older releases need besides is asked for when cargo does.
///
/// # Errors
/// Where it cannot be served.
pub(crate) fn serve_aged(
    scratch: &Scratch,
    index: Index,
    metadata: &Metadata,
    Aged { by, besides }: &Aged,
) -> Result<Served, ripe_registry::Error> {
    let locked = read_lock(scratch.locked());
    let seen = locked.iter().map(|package| (package.name.clone(), package.version.clone()));
    let index = index.as_of(AsOf::new(by, seen.chain(besides.iter().cloned())).refreshed());
    let sources = of_registries(&locked).into_iter().map(|(_, source)| source);
    let spare = spare(metadata, &locked);
    Served::start(index, sources, asker(scratch), spare, &scratch.workplace().join("aged-home"))
}

/// The packages of registries, with their sources.
fn of_registries(locked: &[LockedPackage]) -> Vec<(String, Source)> {
    let packages = locked.iter().map(|package| (package.name.clone(), source(package)));
    packages.filter(|(_, source)| source.is_registry()).collect()
}

fn asker(scratch: &Scratch) -> Asker {
    let project = scratch.project();
    Asker {
        folder: scratch.root().join(".ripe-asks"),
        offline: project.flags.offline,
        cargo: project.cargo.program.clone(),
        env: project.cargo.env.clone(),
        cancel: project.cargo.cancel.clone(),
    }
}

fn source(package: &LockedPackage) -> Source {
    package.source.as_ref().map_or(Source::Path, |source| ripe_resolver::source_of(source))
}

/// A row for each locked package, made of its own manifest.
fn spare(metadata: &Metadata, locked: &[LockedPackage]) -> Spare {
    let mut rows: BTreeMap<_, Vec<u8>> = Spare::new();
    for package in &metadata.packages {
        let Some(entry) = locked.iter().find(|entry| {
            entry.name == *package.name
                && entry.version == package.version
                && entry.source == package.source.as_ref().map(|source| source.repr.clone())
        }) else {
            continue;
        };
        let dependencies: Vec<_> = package
            .dependencies
            .iter()
            .map(|dependency| {
                json!({
                    "name": dependency.rename.as_ref().unwrap_or(&dependency.name),
                    "package": dependency.rename.as_ref().map(|_| &dependency.name),
                    "req": dependency.req.to_string(),
                    "features": dependency.features,
                    "optional": dependency.optional,
                    "default_features": dependency.uses_default_features,
                    "target": dependency.target.as_ref().map(ToString::to_string),
                    "kind": dependency.kind.to_string(),
                    "registry": dependency.registry,
                })
            })
            .collect();
        let row = json!({
            "name": entry.name,
            "vers": entry.version.to_string(),
            "deps": dependencies,
            "cksum": entry.checksum.clone().unwrap_or_else(|| "0".repeat(64)),
            "features": {},
            "features2": package.features,
            "yanked": false,
            "links": package.links,
            "rust_version": package.rust_version.as_ref().map(ToString::to_string),
            "v": 2,
        });
        let of_package = rows.entry((entry.name.to_lowercase(), source(entry))).or_default();
        of_package.extend(row.to_string().as_bytes());
        of_package.push(b'\n');
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_came_are_days() {
        assert_eq!(day("2025-06-30").as_deref(), Ok("2025-06-30"));
        assert_eq!(day(&today()), Ok(today()));
        for wrong in ["", "yesterday", "2025-02-30", "2025-6-30", "2025-06-30T00:00:00Z"] {
            assert!(day(wrong).is_err_and(|why| why.contains("is no date")), "{wrong}");
        }
        assert!(day("9999-01-01").is_err_and(|why| why.contains("in the future")));
    }
}

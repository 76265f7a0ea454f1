//! What cargo's passes over a workspace showed together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use ripe_model::PackageId;
use ripe_runner::CancelToken;

use crate::check::{Build, BuiltLib, Checked, Targets};
use crate::packages::Packages;
use crate::{BuildError, DevDependencies, Error, Progress, Refused, SideRequest};
use ripe_record::{Unit, UnitHash};

/// What one or two passes of cargo showed together.
pub(crate) struct Passes {
    pub(crate) units: BTreeMap<UnitHash, Unit>,
    pub(crate) built: BTreeMap<UnitHash, BuiltLib>,
    /// The libraries and macros whose models may be asked for.
    pub(crate) apis: BTreeSet<UnitHash>,
    pub(crate) errors: Vec<BuildError>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) timed_out: bool,
    pub(crate) cpu: Duration,
}

impl Passes {
    pub(crate) fn run(
        build: &Build<'_>,
        progress: &(dyn Fn(Progress) + Sync),
        cancel: &CancelToken,
    ) -> Result<Passes, Error> {
        let mut passes = Passes::of(build.check(Targets::Shipped, progress, cancel)?);
        let request = build.request;
        let dev_wanted = request.dev_dependencies == DevDependencies::Compile
            && request.wanted.iter().any(|(name, version)| {
                build.packages.find(name, version).is_some_and(|id| build.packages.is_dev_only(id))
            });
        if dev_wanted && !passes.timed_out {
            let all = Passes::of(build.check(Targets::All, progress, cancel)?);
            let seen: BTreeSet<PackageId> =
                passes.apis().map(|unit| unit.package.clone()).collect();
            let more: Vec<UnitHash> = all
                .apis()
                .filter(|unit| !seen.contains(&unit.package))
                .map(|unit| unit.hash.clone())
                .collect();
            passes.apis.extend(more);
            passes.units.extend(all.units);
            passes.built.extend(all.built);
            passes.errors.extend(all.errors);
            passes.errors.sort();
            passes.errors.dedup();
            passes.refused = all.refused;
            passes.timed_out |= all.timed_out;
            passes.cpu += all.cpu;
        }
        Ok(passes)
    }

    fn of(checked: Checked) -> Passes {
        let apis = checked
            .units
            .values()
            .filter(|unit| unit.kind.has_api() && !checked.refused_units.contains(&unit.hash))
            .map(|unit| unit.hash.clone())
            .collect();
        Passes {
            units: checked.units,
            built: checked.built,
            apis,
            errors: checked.errors,
            refused: checked.refused,
            timed_out: checked.timed_out,
            cpu: checked.cpu,
        }
    }

    fn apis(&self) -> impl Iterator<Item = &Unit> {
        self.apis.iter().filter_map(|hash| self.units.get(hash))
    }

    /// Libraries of which cargo has an artifact, and we no unit.
    pub(crate) fn forgotten(&self) -> impl Iterator<Item = &BuiltLib> {
        self.built.values().filter(|built| !self.units.contains_key(&built.hash))
    }

    /// Why packages have no unit with an API.
    pub(crate) fn missing(
        &self,
        request: &SideRequest,
        packages: &Packages,
    ) -> BTreeMap<String, String> {
        let seen: BTreeSet<&PackageId> = self.apis().map(|unit| &unit.package).collect();
        let broken: BTreeSet<PackageId> =
            self.errors.iter().map(|error| error.package.clone()).collect();
        let reason = |id: &PackageId| {
            let error = self.errors.iter().find(|error| error.package == *id);
            if let Some(error) = error {
                format!("it does not compile: {}", error.message)
            } else if request.refuse_packages.contains(&id.name) {
                "it was refused".to_owned()
            } else if !packages.has_lib(id) {
                "it has no library".to_owned()
            } else if let Some(dep) = packages.dependency_among(id, &broken) {
                format!("{dep}, on which it depends, does not compile")
            } else if self.timed_out {
                "the time was up before it was compiled".to_owned()
            } else if packages.is_dev_only(id) {
                "only tests, examples or benchmarks need it".to_owned()
            } else {
                "it is not compiled with these features on this target".to_owned()
            }
        };
        packages
            .ids()
            .filter(|id| !seen.contains(id))
            .map(|id| (id.to_string(), reason(id)))
            .collect()
    }
}

/// Makes cargo forget artifacts: its fingerprints go. Returns whether there was something to do.
pub(crate) fn renew(request: &SideRequest, libs: &[BuiltLib]) -> bool {
    let mut renewed = false;
    for lib in libs {
        let Some(profile) = lib.file.parent().and_then(Path::parent) else { continue };
        if !profile.starts_with(&request.target_dir) {
            continue;
        }
        let name = format!("{}-{}", lib.package.name, lib.hash);
        let fingerprint = profile.join(".fingerprint").join(name);
        renewed |= std::fs::remove_dir_all(fingerprint).is_ok();
    }
    renewed
}

/// Makes cargo forget the artifacts of units of any kind, where it has some.
pub(crate) fn forget_artifacts(request: &SideRequest, units: &[&Unit]) {
    for unit in units {
        let name = format!("{}-{}", unit.package.name, unit.hash);
        for profile in [request.target_dir.clone(), request.target_dir.join(&unit.triple)] {
            // What is not there does not have to be forgotten.
            let _ = std::fs::remove_dir_all(profile.join("debug/.fingerprint").join(&name));
        }
    }
}

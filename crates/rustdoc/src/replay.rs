//! The replay: rustdoc on a recorded unit, and the lowering of what it writes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use ripe_model::{ApiModel, CompatRange, Origin, Source, UnitFacts};
use ripe_runner::{CancelToken, End};

use crate::packages::Packages;
use crate::{Error, LowerInput, Rustdoc, SideRequest, lower};
use ripe_record::{Platform, Unit, UnitHash};
use ripe_record::{Record, Records};
use ripe_record::{Room, finish, first_error};
use ripe_record::{RustcArgs, hash_of_artifact};

/// What all replays of a side share.
pub(crate) struct Replay<'a> {
    pub(crate) request: &'a SideRequest,
    pub(crate) rustdoc: &'a Rustdoc,
    pub(crate) packages: &'a Packages,
    pub(crate) room: &'a Room,
    pub(crate) records: &'a Records,
    pub(crate) units: &'a BTreeMap<UnitHash, Unit>,
}

/// A unit that was documented, or why it was not.
pub(crate) struct Replayed {
    pub(crate) model: Result<ApiModel, String>,
    pub(crate) rustdoc_cpu: Duration,
    pub(crate) lowering: Duration,
}

impl Replay<'_> {
    /// Documents a unit and lowers the JSON, which is deleted.
    ///
    /// # Errors
    /// Only where nothing can be documented: a cancelled token, no space, no rustdoc.
    pub(crate) fn document(&self, unit: &Unit, cancel: &CancelToken) -> Result<Replayed, Error> {
        let Some(record) = self.records.record(&unit.crate_name, &unit.hash) else {
            return Ok(Replayed::failed("its build was not recorded", Duration::ZERO));
        };
        let out =
            self.request.work_dir.join("json").join(format!("{}-{}", unit.crate_name, unit.hash));
        std::fs::create_dir_all(&out).map_err(Error::io("create", &out))?;
        let replayed = self.document_into(unit, &record, &out, cancel);
        // What cannot be deleted now is overwritten the next time.
        let _ = std::fs::remove_dir_all(&out);
        replayed
    }

    fn document_into(
        &self,
        unit: &Unit,
        record: &Record,
        out: &Path,
        cancel: &CancelToken,
    ) -> Result<Replayed, Error> {
        let mut run = self.room.run(&self.rustdoc.program, &record.dir, &[out]).args(arguments(
            record,
            &unit.package.version.to_string(),
            out,
        ));
        run.env.extend(record.env.clone());
        // Only here: set for cargo, it changes what crates export.
        run.env.insert("RUSTC_BOOTSTRAP".into(), "1".into());
        run.time_limit = self.request.time_limit;
        run.capture_limit = 1 << 20;
        if let Some(sandbox) = &mut run.sandbox {
            sandbox.read.push(self.request.target_dir.clone());
        }
        let what = format!("rustdoc for {}", unit.package);
        let outcome = finish(&what, &run, cancel, &mut |_, _| {})?;
        if !outcome.success() {
            let reason = match outcome.end {
                End::TimedOut => "rustdoc did not end in time".to_owned(),
                End::Signalled(signal) => format!("rustdoc was ended by signal {signal}"),
                End::Exited(_) | End::Cancelled => {
                    format!("rustdoc failed: {}", first_error(&outcome.stderr_text()))
                }
            };
            return Ok(Replayed::failed(&reason, outcome.cpu));
        }
        let started = Instant::now();
        let file = out.join(format!("{}.json", unit.crate_name));
        let json = match std::fs::read_to_string(&file) {
            Ok(json) => json,
            Err(error) => {
                return Ok(Replayed::failed(
                    &format!("rustdoc wrote no JSON: {error}"),
                    outcome.cpu,
                ));
            }
        };
        let model = self.lower(&json, unit);
        Ok(Replayed { model, rustdoc_cpu: outcome.cpu, lowering: started.elapsed() })
    }

    fn lower(&self, json: &str, unit: &Unit) -> Result<ApiModel, String> {
        let entry = self.packages.of_dir(&unit.manifest_dir);
        let origin_of = |crate_name: &str, path: &Path| self.origin(crate_name, path);
        let input = LowerInput {
            package: unit.package.clone(),
            unit: UnitFacts {
                features: unit.features.clone(),
                target: unit.triple.clone(),
                host: unit.platform == Platform::Host,
                format: self.rustdoc.format,
                rustdoc: self.rustdoc.version.clone(),
                hosted: false,
            },
            package_facts: entry.map(|entry| entry.facts.clone()).unwrap_or_default(),
            features: entry.map(|entry| entry.features.clone()).unwrap_or_default(),
            optional_dependencies: entry
                .map(|entry| entry.optional_dependencies.clone())
                .unwrap_or_default(),
            origin_of: &origin_of,
            source_root: Some(unit.manifest_dir.clone()),
        };
        lower(json, &input).map_err(|error| match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        })
    }

    /// Who a crate is, from the path of the artifact that rustdoc read it from: the name of the
    /// file ends in the hash of its unit.
    fn origin(&self, crate_name: &str, path: &Path) -> Option<Origin> {
        if path.starts_with(&self.request.toolchain.sysroot) {
            return Some(Origin {
                crate_name: crate_name.to_owned(),
                package: crate_name.to_owned(),
                source: Source::Sysroot,
                range: None,
                version: None,
            });
        }
        let unit = self.units.get(&hash_of_artifact(path)?)?;
        Some(Origin {
            crate_name: crate_name.to_owned(),
            package: unit.package.name.clone(),
            source: unit.package.source.clone(),
            range: Some(CompatRange::of(&unit.package.version)),
            version: Some(unit.package.version.clone()),
        })
    }
}

impl Replayed {
    fn failed(reason: &str, rustdoc_cpu: Duration) -> Replayed {
        Replayed { model: Err(reason.to_owned()), rustdoc_cpu, lowering: Duration::ZERO }
    }
}

/// The arguments of rustdoc for a recorded call of rustc. Taken over is what cargo itself passes to
/// rustdoc (its `cargo doc`): what shapes the API, and where the dependencies are.
fn arguments(record: &Record, version: &str, out: &Path) -> Vec<String> {
    let rustc = RustcArgs::parse(&record.args);
    let mut args: Vec<String> = Vec::new();
    let mut pair = |flag: &str, value: &str| args.extend([flag.to_owned(), value.to_owned()]);
    if let Some(name) = &rustc.crate_name {
        pair("--crate-name", name);
    }
    if let Some(edition) = &rustc.edition {
        pair("--edition", edition);
    }
    for kind in &rustc.crate_types {
        pair("--crate-type", kind);
    }
    if let Some(target) = &rustc.target {
        pair("--target", target);
    }
    for cfg in &rustc.cfgs {
        pair("--cfg", cfg);
    }
    for cfg in &rustc.check_cfgs {
        pair("--check-cfg", cfg);
    }
    for option in &rustc.codegen {
        let name = option.split('=').next().unwrap_or_default();
        if ["metadata", "panic", "target-feature", "target-cpu"].contains(&name) {
            pair("-C", option);
        }
    }
    for folder in &rustc.search {
        pair("-L", folder);
    }
    for dep in &rustc.externs {
        let options =
            if dep.options.is_empty() { String::new() } else { format!("{}:", dep.options) };
        match &dep.path {
            Some(path) => pair("--extern", &format!("{options}{}={}", dep.name, path.display())),
            None => pair("--extern", &format!("{options}{}", dep.name)),
        }
    }
    pair("--crate-version", version);
    pair("--cap-lints", "allow");
    pair("-Z", "unstable-options");
    pair("--output-format", "json");
    // An absolute folder: a relative one would lie in the source of the package.
    pair("-o", &out.to_string_lossy());
    args.push("--document-hidden-items".to_owned());
    if let Some(input) = rustc.input {
        // Spans follow the way in which the file is named.
        args.push(record.dir.join(input).to_string_lossy().into_owned());
    }
    args
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn what_shapes_the_api_is_taken_over_and_nothing_else() {
        let line = "--crate-name a --edition=2021 src/lib.rs --error-format=json --json=artifacts \
                    --crate-type lib --emit=dep-info,metadata -C embed-bitcode=no -C debuginfo=2 \
                    -C incremental=/t/i --cfg feature=\"x\" --check-cfg cfg(docsrs) -C metadata=aa \
                    -C extra-filename=-bb --out-dir /t -L dependency=/t --extern priv:b=/t/libb-cc.rmeta \
                    --cap-lints warn -l static=z";
        let record = Record {
            args: line.split_whitespace().map(str::to_owned).collect(),
            dir: PathBuf::from("/a"),
            env: Vec::new(),
        };
        assert_eq!(
            arguments(&record, "1.2.3", Path::new("/out")).join(" "),
            "--crate-name a --edition 2021 --crate-type lib --cfg feature=\"x\" \
             --check-cfg cfg(docsrs) -C metadata=aa -L dependency=/t --extern priv:b=/t/libb-cc.rmeta \
             --crate-version 1.2.3 --cap-lints allow -Z unstable-options --output-format json \
             -o /out --document-hidden-items /a/src/lib.rs"
        );
    }
}

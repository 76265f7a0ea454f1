//! The recorded build: `cargo check` with our binary as the compiler's wrapper.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Artifact, CompilerMessage, TargetKind};
use ripe_model::{PackageId, Span};
use ripe_runner::{CancelToken, End, Outcome, Stream};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::packages::{Packages, feature_args};
use crate::{Client, Error, Progress, Recording, SideRequest};
use ripe_record::hash_of_artifact;
use ripe_record::{
    Action, Records, SeenUnit, WRAPPER_VARIABLE, WrapperConfig, read_log, write_json,
};
use ripe_record::{Room, finish, first_error};
use ripe_record::{Unit, UnitHash};

/// An error of the compiler, or of a build script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BuildError {
    /// The package that does not compile.
    pub package: PackageId,
    /// The crate in it.
    pub crate_name: String,
    /// The error code, `E0599`; `None` for errors without one.
    pub code: Option<String>,
    /// The first line of the message.
    pub message: String,
    /// The primary places, relative to the package's root where they lie inside.
    pub spans: Vec<Span>,
}

/// A unit that was not compiled, because it is the client's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refused {
    /// The package's name.
    pub package: String,
    /// The package's version, as text.
    pub version: String,
    /// The crate.
    pub crate_name: String,
}

/// A library that cargo has an artifact of, from this build or an earlier one.
#[derive(Debug, Clone)]
pub(crate) struct BuiltLib {
    pub(crate) package: PackageId,
    pub(crate) crate_name: String,
    pub(crate) hash: UnitHash,
    /// One of the files.
    pub(crate) file: PathBuf,
}

/// What a build showed.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    /// The units, by hash.
    pub(crate) units: BTreeMap<UnitHash, Unit>,
    /// The libraries with artifacts, by hash.
    pub(crate) built: BTreeMap<UnitHash, BuiltLib>,
    pub(crate) errors: Vec<BuildError>,
    pub(crate) refused: Vec<Refused>,
    /// The hashes of what was refused.
    pub(crate) refused_units: BTreeSet<UnitHash>,
    pub(crate) timed_out: bool,
    pub(crate) cpu: Duration,
}

/// Which of the client's targets cargo is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Targets {
    /// Libraries and binaries.
    Shipped,
    /// Tests, examples and benchmarks too, with the dev-dependencies.
    All,
}

/// The files of one build.
pub(crate) struct Build<'a> {
    pub(crate) request: &'a SideRequest,
    pub(crate) packages: &'a Packages,
    pub(crate) room: &'a Room,
    pub(crate) records: &'a Records,
    pub(crate) log: &'a Path,
}

impl Build<'_> {
    /// Runs cargo once.
    pub(crate) fn check(
        &self,
        targets: Targets,
        progress: &(dyn Fn(Progress) + Sync),
        cancel: &CancelToken,
    ) -> Result<Checked, Error> {
        let request = self.request;
        for folder in [&request.target_dir, &self.records.folder().to_owned()] {
            std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        }
        let config = self.log.with_extension("wrapper.json");
        let log_folder = self.log.parent().unwrap_or(&request.work_dir);
        let mut run = self
            .room
            .run(
                &request.toolchain.cargo,
                &request.workspace,
                &[&request.target_dir, self.records.folder()],
            )
            .args(["check", "--workspace", "--keep-going", "--message-format=json"])
            // What asks for a newer compiler may fail alone; cargo would refuse everything.
            .arg("--ignore-rust-version")
            .args(["--locked", "--offline", "--target-dir"])
            .arg(&request.target_dir)
            .args(feature_args(&request.features));
        if targets == Targets::All {
            run = run.arg("--all-targets");
        }
        if request.jobs > 0 {
            run = run.arg(format!("--jobs={}", request.jobs));
        }
        if let Some(target) = &request.target {
            run = run.arg("--target").arg(target);
        }
        let mut run = run
            .env("RUSTC_WRAPPER", &request.wrapper)
            .env("RUSTC_WORKSPACE_WRAPPER", "")
            .env("CARGO_BUILD_BUILD_DIR", &request.target_dir)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            // Macros and build scripts run once: the least work to compile them counts.
            .env("CARGO_PROFILE_DEV_BUILD_OVERRIDE_CODEGEN_UNITS", "1")
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", "160")
            .env(WRAPPER_VARIABLE, &config);
        run.time_limit = request.time_limit;
        if let Some(sandbox) = &mut run.sandbox {
            sandbox.read.extend([request.wrapper.clone(), config.clone()]);
            sandbox.write.push(self.log.to_owned());
        }
        // Landlock opens what exists; the log has to be there before the sandbox is made.
        std::fs::create_dir_all(log_folder).map_err(Error::io("create", log_folder))?;
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log)
            .map_err(Error::io("write", self.log))?;
        let told = WrapperConfig {
            folder: self.records.folder().to_owned(),
            log: self.log.to_owned(),
            baseline: run.env.clone().into_iter().collect(),
            refuse_dirs: match request.client {
                Client::Compile => BTreeSet::new(),
                Client::Refuse => self.packages.client_dirs().clone(),
            },
            refuse_names: request.refuse_packages.clone(),
            host: request.toolchain.host.clone(),
            cross: request.target.is_some(),
            all: request.recording == Recording::All,
        };
        write_json(&config, &told)?;

        let mut seen = Seen {
            packages: self.packages,
            built: BTreeMap::new(),
            others: BTreeMap::new(),
            errors: Vec::new(),
        };
        let outcome = finish("cargo check", &run, cancel, &mut |stream, line| match stream {
            Stream::Stdout => seen.message(line),
            Stream::Stderr => {
                if let Some(state) = building(line) {
                    progress(state);
                }
            }
        })?;
        self.conclude(seen, &outcome)
    }

    /// Joins what cargo said with what the wrapper wrote.
    fn conclude(&self, seen: Seen<'_>, outcome: &Outcome) -> Result<Checked, Error> {
        let Seen { built, others, mut errors, .. } = seen;
        // Messages follow the progress bar without a line feed.
        let stderr = outcome.stderr_text().replace('\r', "\n");
        errors.extend(build_script_errors(&stderr, self.packages));
        let log = read_log(self.log);
        if built.is_empty() && errors.is_empty() && log.is_empty() && !outcome.success() {
            if outcome.end == End::TimedOut {
                return Err(Error::Check { reason: "it did not end in time".to_owned() });
            }
            return Err(Error::Check { reason: first_error(&stderr) });
        }
        let mut units = BTreeMap::new();
        let logged = log.iter().filter_map(|line| Some((&line.crate_name, line.hash.as_ref()?)));
        let fresh = built.values().map(|built| (&built.crate_name, &built.hash));
        let others = others.iter().map(|(hash, crate_name)| (crate_name, hash));
        for (crate_name, hash) in logged.chain(fresh).chain(others) {
            if let Some(unit) = self.records.unit(crate_name, hash) {
                units.insert(hash.clone(), self.join(unit));
            }
        }
        let denied = || log.iter().filter(|line| line.action == Action::Refused);
        let refused_units = denied().filter_map(|line| line.hash.clone()).collect();
        let mut refused: Vec<Refused> = denied()
            .cloned()
            .map(|line| Refused {
                package: line.package,
                version: line.version,
                crate_name: line.crate_name,
            })
            .collect();
        refused.sort();
        refused.dedup();
        errors.sort();
        errors.dedup();
        Ok(Checked {
            units,
            built,
            errors,
            refused,
            refused_units,
            timed_out: outcome.end == End::TimedOut,
            cpu: outcome.cpu,
        })
    }

    /// A seen unit with its package's source.
    fn join(&self, seen: SeenUnit) -> Unit {
        let package = match self.packages.of_dir(&seen.manifest_dir) {
            Some(entry) => entry.id.clone(),
            // Not of this lockfile; its name and version still tell what it is.
            None => PackageId {
                name: seen.package,
                version: Version::parse(&seen.version).unwrap_or(Version::new(0, 0, 0)),
                source: ripe_model::Source::Path,
            },
        };
        Unit {
            package,
            crate_name: seen.crate_name,
            hash: seen.hash,
            kind: seen.kind,
            platform: seen.platform,
            triple: seen.triple,
            features: seen.features,
            cfgs: seen.cfgs,
            manifest_dir: seen.manifest_dir,
            dependencies: seen.dependencies,
        }
    }
}

/// What one of cargo's messages is about. Read apart from the rest: the library's enum of all
/// messages reads each through serde's buffer, which compiles all their types once more.
#[derive(Deserialize)]
struct MessageKind<'a> {
    reason: &'a str,
}

/// What cargo's messages have shown so far.
struct Seen<'a> {
    packages: &'a Packages,
    built: BTreeMap<UnitHash, BuiltLib>,
    /// The crate names of binaries, tests and build scripts.
    others: BTreeMap<UnitHash, String>,
    errors: Vec<BuildError>,
}

impl Seen<'_> {
    fn message(&mut self, line: &str) {
        // Text that a macro printed is no message.
        let Ok(kind) = serde_json::from_str::<MessageKind>(line) else { return };
        match kind.reason {
            "compiler-artifact" => {
                if let Ok(artifact) = serde_json::from_str(line) {
                    self.artifact(&artifact);
                }
            }
            "compiler-message" => {
                if let Ok(message) = serde_json::from_str(line) {
                    self.error(message);
                }
            }
            // Build scripts' results, the end, and kinds to come.
            _ => {}
        }
    }

    fn artifact(&mut self, artifact: &Artifact) {
        let library = artifact.target.kind.iter().any(|kind| {
            matches!(
                kind,
                TargetKind::Lib
                    | TargetKind::RLib
                    | TargetKind::DyLib
                    | TargetKind::CDyLib
                    | TargetKind::StaticLib
                    | TargetKind::ProcMacro
            )
        });
        let package = self.packages.of_cargo_id(&artifact.package_id.repr);
        let file = artifact.filenames.last().map(|file| file.as_std_path());
        if let (false, Some(file)) = (library && !artifact.profile.test, file) {
            // A build script lies in a folder of its own, whose name ends in the hash.
            let hash = hash_of_artifact(file).or_else(|| hash_of_artifact(file.parent()?));
            let name = artifact.target.name.replace('-', "_");
            self.others.extend(hash.map(|hash| (hash, name)));
        }
        if let (true, false, Some(package), Some(file)) =
            (library, artifact.profile.test, package, file)
            && let Some(hash) = hash_of_artifact(file)
        {
            let built = BuiltLib {
                package: package.clone(),
                crate_name: artifact.target.name.replace('-', "_"),
                hash: hash.clone(),
                file: file.to_owned(),
            };
            self.built.insert(hash, built);
        }
    }

    fn error(&mut self, message: CompilerMessage) {
        let diagnostic = message.message;
        let summary = diagnostic.code.is_none() && diagnostic.spans.is_empty();
        let fatal = matches!(diagnostic.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
        let Some(package) = self.packages.of_cargo_id(&message.package_id.repr) else { return };
        if !fatal || (summary && diagnostic.message.starts_with("aborting due to")) {
            return;
        }
        let root = message.target.src_path.as_std_path();
        let root = root
            .ancestors()
            .find(|folder| self.packages.of_dir(folder).is_some())
            .unwrap_or(Path::new(""));
        let spans = diagnostic
            .spans
            .iter()
            .filter(|span| span.is_primary)
            .map(|span| {
                let file = Path::new(&span.file_name);
                Span {
                    file: file.strip_prefix(root).unwrap_or(file).to_owned(),
                    line: u32::try_from(span.line_start).unwrap_or(u32::MAX),
                    column: u32::try_from(span.column_start).unwrap_or(u32::MAX),
                    end_line: u32::try_from(span.line_end).unwrap_or(u32::MAX),
                }
            })
            .collect();
        self.errors.push(BuildError {
            package: package.clone(),
            crate_name: message.target.name.replace('-', "_"),
            code: diagnostic.code.map(|code| code.code),
            message: diagnostic.message.lines().next().unwrap_or_default().to_owned(),
            spans,
        });
    }
}

/// Build scripts that failed, from cargo's text: no message of its JSON says it.
fn build_script_errors(stderr: &str, packages: &Packages) -> Vec<BuildError> {
    const FAILED: &str = "error: failed to run custom build command for `";
    let lines: Vec<&str> = stderr.lines().collect();
    let mut errors = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(rest) = line.trim_start().strip_prefix(FAILED) else { continue };
        let Some((name, rest)) = rest.split_once(" v") else { continue };
        let version = rest.split(['`', ' ']).next().unwrap_or_default();
        let Ok(version) = Version::parse(version) else { continue };
        let Some(package) = packages.find(name, &version) else { continue };
        let reason = lines[at + 1..]
            .iter()
            .take_while(|line| !line.starts_with("error: failed to run"))
            .map(|line| line.trim())
            .find(|line| {
                line.starts_with("error") || line.contains("panicked at") || line.contains("rror:")
            })
            .unwrap_or("it wrote no error");
        errors.push(BuildError {
            package: package.clone(),
            crate_name: "build_script_build".to_owned(),
            code: None,
            message: format!("its build script failed: {reason}"),
            spans: Vec::new(),
        });
    }
    errors
}

/// Cargo's progress bar: `Building [=====>    ] 12/69: memchr, regex`.
fn building(line: &str) -> Option<Progress> {
    let rest = line.trim_start().strip_prefix("Building [")?;
    let (_, rest) = rest.split_once(']')?;
    let (count, what) = rest.split_once(':').unwrap_or((rest, ""));
    let (done, total) = count.trim().split_once('/')?;
    Some(Progress::Compiling {
        done: done.trim().parse().ok()?,
        total: total.trim().parse().ok(),
        what: what.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_bar_is_read() {
        assert_eq!(
            building("    Building [=======>   ] 12/69: memchr, regex(build)    "),
            Some(Progress::Compiling {
                done: 12,
                total: Some(69),
                what: "memchr, regex(build)".to_owned()
            })
        );
        assert_eq!(building("   Compiling serde v1.0.229"), None);
    }
}

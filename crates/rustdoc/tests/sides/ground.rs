//! A workspace in a temporary folder, with vendored packages in place of a registry.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ripe_record::{Platform, Toolchain, Unit};
use ripe_runner::{CancelToken, Mode};
use ripe_rustdoc::{Client, DevDependencies, FeatureFlags, ModelCache, SideOutcome, SideRequest};

pub(crate) struct Ground {
    folder: tempfile::TempDir,
    toolchain: Toolchain,
}

impl Ground {
    pub(crate) fn new() -> Ground {
        let folder = tempfile::tempdir().expect("a folder");
        let toolchain =
            Toolchain::discover(folder.path(), None, &CancelToken::new()).expect("a toolchain");
        let ground = Ground { folder, toolchain };
        write(
            &ground.workspace().join(".cargo/config.toml"),
            "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n",
        );
        ground
    }

    /// The real path of the temporary folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("a path")
    }

    pub(crate) fn workspace(&self) -> PathBuf {
        self.root().join("ws")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.root().join("work")
    }

    fn vendored(&self, name: &str, version: &str) -> PathBuf {
        self.workspace().join("vendor").join(format!("{name}-{version}"))
    }

    /// A package of the registry.
    pub(crate) fn vendor(&self, name: &str, version: &str, tables: &str, lib: &str) {
        let at = self.vendored(name, version);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n{tables}\n"
        );
        write(&at.join("Cargo.toml"), &manifest);
        write(&at.join("src/lib.rs"), lib);
        write(&at.join(".cargo-checksum.json"), "{\"files\":{}}");
    }

    pub(crate) fn build_script(&self, name: &str, version: &str, main: &str) {
        write(&self.vendored(name, version).join("build.rs"), main);
    }

    fn member_dir(&self, path: &str) -> PathBuf {
        if path.contains('/') { self.workspace().join(path) } else { self.workspace() }
    }

    /// A package of the client: at the root of the workspace, or in a folder of it.
    pub(crate) fn member(&self, path: &str, dependencies: &str, lib: &str) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let at = self.member_dir(path);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
             [dependencies]\n{dependencies}\n"
        );
        write(&at.join("Cargo.toml"), &manifest);
        write(&at.join("src/lib.rs"), lib);
    }

    pub(crate) fn member_build_script(&self, path: &str, main: &str) {
        write(&self.member_dir(path).join("build.rs"), main);
    }

    pub(crate) fn virtual_root(&self, members: &[&str]) {
        let manifest = format!("[workspace]\nresolver = \"2\"\nmembers = {members:?}\n");
        write(&self.workspace().join("Cargo.toml"), &manifest);
    }

    /// Has cargo make the lockfile.
    pub(crate) fn lock(&self) {
        let output = Command::new("cargo")
            .args(["generate-lockfile", "--offline"])
            .current_dir(self.workspace())
            .output()
            .expect("cargo");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn request(&self, client: Client, wanted: &[&str]) -> SideRequest {
        SideRequest {
            workspace: self.workspace(),
            target_dir: self.root().join("target"),
            work_dir: self.work(),
            wanted: wanted
                .iter()
                .filter_map(|id| id.split_once('@'))
                .map(|(name, version)| (name.to_owned(), version.parse().expect("a version")))
                .collect(),
            client,
            log: match client {
                Client::Compile => "locked",
                Client::Refuse => "target",
            },
            refuse_packages: Default::default(),
            features: FeatureFlags::default(),
            target: None,
            dev_dependencies: DevDependencies::Skip,
            recording: ripe_rustdoc::Recording::Libraries,
            toolchain: self.toolchain.clone(),
            wrapper: std::env::current_exe().expect("this program"),
            sandbox: Mode::Auto,
            jobs: 0,
            time_limit: None,
        }
    }

    pub(crate) fn cache(&self) -> ModelCache {
        ModelCache::new(self.root().join("cache"))
    }

    pub(crate) fn cache_files(&self) -> Vec<PathBuf> {
        files(&self.root().join("cache"))
    }

    /// The records that are there, without what is kept of units.
    pub(crate) fn records(&self) -> Vec<PathBuf> {
        let mut records = files(&self.work().join("records"));
        records.retain(|file| !file.parent().is_some_and(|folder| folder.ends_with("units")));
        records
    }

    /// Whether cargo has an artifact of a unit.
    pub(crate) fn has_artifact(&self, unit: &Unit) -> bool {
        let end = format!("{}-{}", unit.crate_name, unit.hash);
        files(&self.root().join("target")).iter().any(|file| {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let library = file.extension().is_some_and(|kind| kind == "rmeta" || kind == "rlib");
            library && stem.ends_with(&end)
        })
    }

    /// The log without build scripts: `package version action`, sorted.
    pub(crate) fn log(&self, side: &SideOutcome) -> Vec<String> {
        let text = fs::read_to_string(side.log.as_ref().expect("a log")).expect("readable");
        let mut lines: Vec<String> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
            .map(|line| {
                let word = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
                format!("{} {} {}", word("package"), word("version"), word("action"))
            })
            .collect();
        lines.sort();
        lines.dedup();
        lines
    }
}

/// The models of a side in words: `a@1.0.0 Target [features] <- dependents`.
pub(crate) fn labels(side: &SideOutcome) -> Vec<String> {
    side.models
        .iter()
        .map(|one| {
            let platform = match one.unit.platform {
                Platform::Host => "Host",
                Platform::Target => "Target",
            };
            format!(
                "{} {platform} [{}] <- {}",
                one.unit.package,
                one.unit.features.join(" "),
                one.dependents.join(" ")
            )
        })
        .collect()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

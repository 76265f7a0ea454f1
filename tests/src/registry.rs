//! A project on a registry of this machine, with a cargo home of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use ripe_testkit::{Published, Registry};

use crate::{Run, command};

/// A project with the folders that its runs write to.
pub struct Served {
    /// What stands for crates.io.
    pub registry: Registry,
    /// A registry beside it, `ours` to the project.
    pub ours: Registry,
    dir: tempfile::TempDir,
    cargo_home: PathBuf,
    cache: PathBuf,
    variables: Vec<(String, String)>,
}

/// A release without dependencies.
pub fn release<'a>(name: &'a str, version: &'a str, at: &'a str, lib: &'a str) -> Published<'a> {
    Published { name, version, at: Some(at), needs: &[], lib }
}

impl Served {
    /// A project on two empty registries; `ours` wants `token` of everybody, if there is one.
    ///
    /// # Panics
    /// If a folder or a port cannot be had.
    pub fn new(token: Option<&str>) -> Served {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let registry = Registry::start(&dir.path().join("packed")).expect("it serves");
        let ours = Registry::start_for(&dir.path().join("ours"), token).expect("it serves");
        let served = Served {
            cargo_home: dir.path().join("cargo-home"),
            cache: dir.path().join("cache"),
            dir,
            variables: Vec::new(),
            registry,
            ours,
        };
        let config = format!(
            "[source.crates-io]\nreplace-with = \"near\"\n\n[source.near]\nregistry = \"{}\"\n\n\
             [registries.ours]\nindex = \"{}\"\n\n[net]\nretry = 0\n\n[registry]\nglobal-credential-providers = [\"cargo:token\"]\n",
            served.registry.index(),
            served.ours.index(),
        );
        served.write(".cargo/config.toml", &config);
        served
    }

    /// The folder of the project.
    pub fn project(&self) -> PathBuf {
        self.dir.path().join("a größer project")
    }

    /// The folder that holds the project.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Cargo's home.
    pub fn cargo_home(&self) -> &Path {
        &self.cargo_home
    }

    /// The cache directory of the runs.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// Writes a file of the project.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.project().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Writes `Cargo.toml` with these lines of `[dependencies]`, and a library.
    pub fn package(&self, dependencies: &str, lib: &str) {
        self.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"project\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
                 [workspace]\n\n[dependencies]\n{dependencies}"
            ),
        );
        self.write("src/lib.rs", lib);
    }

    /// Publishes a release.
    ///
    /// # Panics
    /// If it cannot be packed.
    pub fn publish(&self, release: &Published<'_>) {
        self.registry.publish(release).unwrap_or_else(|e| panic!("{e}"));
    }

    /// A variable of all runs from now on.
    pub fn variable(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Other caches from now on, empty ones: as on another day, or another machine.
    ///
    /// # Panics
    /// If the builds cannot be removed.
    pub fn forget(&mut self) {
        self.cargo_home = self.dir.path().join("another-cargo-home");
        self.cache = self.dir.path().join("another-cache");
        let target = self.project().join("target");
        if target.exists() {
            std::fs::remove_dir_all(target).expect("it is removed");
        }
    }

    fn dress(&self, command: &mut Command) {
        command
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_HOME", &self.cargo_home)
            .env("RUSTUP_HOME", rustup_home())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    /// Cargo in the project.
    ///
    /// # Panics
    /// If it fails.
    pub fn cargo(&self, args: &[&str]) {
        let mut command = Command::new(env!("CARGO"));
        command.args(args).current_dir(self.project());
        self.dress(&mut command);
        let output = command.output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// `cargo ripe ARGS` in the project.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn ripe(&self, args: &[&str]) -> Run {
        let mut command = command(&self.project(), &self.cache, args);
        self.dress(&mut command);
        command.output().expect("the binary starts").into()
    }

    /// The same where no file can grow beyond so many blocks of 512 bytes, as on a full disk.
    ///
    /// # Panics
    /// If it cannot be started.
    #[cfg(unix)]
    pub fn ripe_on_a_full_disk(&self, blocks: u32, args: &[&str]) -> Run {
        let inner = command(&self.project(), &self.cache, args);
        let mut command = Command::new("sh");
        // The signal would end the process before it could say anything.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        command.args(["-c", &script, "sh"]).arg(inner.get_program()).args(inner.get_args());
        command.current_dir(self.project());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.dress(&mut command);
        command.output().expect("the shell starts").into()
    }
}

/// Where rustup keeps its toolchains, whatever cargo's home is.
pub fn rustup_home() -> PathBuf {
    std::env::var_os("RUSTUP_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").expect("HOME is set")).join(".rustup"),
        PathBuf::from,
    )
}

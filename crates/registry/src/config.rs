//! The part of cargo's configuration that says where an index lies.
//!
//! Cargo book, "Configuration" (hierarchical structure) and "Source Replacement". Not handled:
//! `include`, and `--config` arguments, which are not ours to see.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ripe_model::Source;
use toml_edit::{DocumentMut, Item};

use crate::Error;

const CRATES_IO_SPARSE: &str = "sparse+https://index.crates.io/";
const CRATES_IO_GIT: &str = "https://github.com/rust-lang/crates.io-index";

/// Cargo's home and its configuration files, as it would see them in one folder.
#[derive(Debug, Clone)]
pub struct CargoConfig {
    /// Cargo's home folder.
    pub home: PathBuf,
    /// The files, the one that decides first, first.
    files: Vec<(PathBuf, DocumentMut)>,
}

/// What serves a source, after replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A registry index by its URL; `sparse+` marks the protocol.
    Index(String),
    /// A folder of unpacked packages: vendored.
    Directory(PathBuf),
    /// A folder of archives with an index beside them.
    LocalRegistry(PathBuf),
}

impl CargoConfig {
    /// Reads the configuration that cargo would use in `folder`: `.cargo/config.toml` there and
    /// in every folder above, then cargo's home.
    ///
    /// # Errors
    /// Where cargo's home is not known, or a configuration file is broken.
    pub fn read(folder: &Path) -> Result<CargoConfig, Error> {
        let home = ripe_runner::cargo_home().ok_or(Error::NoHome)?;
        CargoConfig::read_with_home(folder, home)
    }

    /// The same with cargo's home given.
    ///
    /// # Errors
    /// Where a configuration file is broken.
    pub fn read_with_home(folder: &Path, home: PathBuf) -> Result<CargoConfig, Error> {
        let mut files = Vec::new();
        let mut seen = BTreeSet::new();
        let above = folder.ancestors().map(|folder| folder.join(".cargo"));
        for folder in above.chain([home.clone()]) {
            // Cargo prefers the name without ending where both are there.
            let found = ["config", "config.toml"]
                .iter()
                .map(|name| folder.join(name))
                .find(|path| path.is_file());
            let Some(path) = found.filter(|path| seen.insert(path.clone())) else { continue };
            let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| {
                Error::ConfigUnreadable { path: path.clone(), source }
            };
            let text = std::fs::read_to_string(&path).map_err(|e| unreadable(e.into()))?;
            let document = text.parse::<DocumentMut>().map_err(|e| unreadable(e.into()))?;
            files.push((path, document));
        }
        Ok(CargoConfig { home, files })
    }

    /// The value at a path of keys, with the folder that relative paths in it start from.
    fn value(&self, keys: &[&str]) -> Option<(&Path, &Item)> {
        self.files.iter().find_map(|(path, document)| {
            let item = keys.iter().try_fold(document.as_item(), |item, key| item.get(key))?;
            Some((path.parent()?.parent()?, item))
        })
    }

    fn text(&self, keys: &[&str]) -> Option<(&Path, &str)> {
        let (base, item) = self.value(keys)?;
        Some((base, item.as_str()?))
    }

    /// What serves the packages of `source`; `None` for sources that are no registry.
    pub(crate) fn place(&self, source: &Source) -> Option<Place> {
        let (mut name, url) = match source {
            Source::CratesIo => ("crates-io".to_owned(), None),
            Source::Registry(url) => (self.name_of(url).unwrap_or_default(), Some(url.clone())),
            Source::Git(_) | Source::Path | Source::Sysroot => return None,
        };
        let mut seen = BTreeSet::new();
        while seen.insert(name.clone()) {
            let Some((_, next)) = self.text(&["source", &name, "replace-with"]) else { break };
            next.clone_into(&mut name);
        }
        let replaced = seen.len() > 1;
        if let Some((base, folder)) = self.text(&["source", &name, "directory"]) {
            return Some(Place::Directory(base.join(folder)));
        }
        if let Some((base, folder)) = self.text(&["source", &name, "local-registry"]) {
            return Some(Place::LocalRegistry(base.join(folder)));
        }
        if name == "crates-io" {
            return Some(Place::Index(self.crates_io()));
        }
        let stated = self
            .text(&["source", &name, "registry"])
            .or_else(|| self.text(&["registries", &name, "index"]))
            .map(|(_, url)| url.to_owned())
            .or_else(|| index_variable(&name));
        match (stated, url) {
            (Some(stated), _) => Some(Place::Index(stated)),
            (None, Some(url)) if !replaced => Some(Place::Index(url)),
            (None, _) => None,
        }
    }

    /// The index URLs of all registries that are named, sorted.
    pub(crate) fn registries(&self) -> Vec<String> {
        let stated = self.files.iter().flat_map(|(_, document)| {
            let table = document.get("registries").and_then(Item::as_table_like);
            let items = table.into_iter().flat_map(|table| table.iter());
            items.filter_map(|(_, item)| item.get("index")?.as_str().map(str::to_owned))
        });
        let variables = std::env::vars().filter_map(|(name, url)| {
            let name = name.strip_prefix("CARGO_REGISTRIES_")?;
            name.ends_with("_INDEX").then_some(url)
        });
        let urls: BTreeSet<String> = stated.chain(variables).collect();
        urls.into_iter().collect()
    }

    fn crates_io(&self) -> String {
        let variable = std::env::var("CARGO_REGISTRIES_CRATES_IO_PROTOCOL").ok();
        let protocol = variable.as_deref().or_else(|| {
            self.text(&["registries", "crates-io", "protocol"]).map(|(_, protocol)| protocol)
        });
        match protocol {
            Some("git") => CRATES_IO_GIT.to_owned(),
            Some(_) | None => CRATES_IO_SPARSE.to_owned(),
        }
    }

    /// The name under which a `[source]` or `[registries]` table states this URL.
    pub(crate) fn name_of(&self, url: &str) -> Option<String> {
        let same = |item: &Item, key: &str| {
            item.get(key).and_then(Item::as_str).is_some_and(|stated| {
                stated.trim_start_matches("sparse+").trim_end_matches('/')
                    == url.trim_start_matches("sparse+").trim_end_matches('/')
            })
        };
        self.files.iter().find_map(|(_, document)| {
            [("source", "registry"), ("registries", "index")].iter().find_map(|(table, key)| {
                let table = document.get(table)?.as_table_like()?;
                let (name, _) = table.iter().find(|(_, item)| same(item, key))?;
                Some(name.to_owned())
            })
        })
    }
}

/// `CARGO_REGISTRIES_<NAME>_INDEX`
fn index_variable(name: &str) -> Option<String> {
    let name = name.to_uppercase().replace('-', "_");
    std::env::var(format!("CARGO_REGISTRIES_{name}_INDEX")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(config: &str, source: &Source, expected: impl FnOnce(&Path) -> Option<Place>) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        std::fs::create_dir_all(root.join("project/.cargo")).expect("a folder");
        std::fs::write(root.join("project/.cargo/config.toml"), config).expect("a file");
        std::fs::create_dir_all(root.join("project/inner")).expect("a folder");
        let config = CargoConfig::read_with_home(&root.join("project/inner"), root.join("home"))
            .expect("a configuration");
        assert_eq!(config.place(source), expected(&root.join("project")));
    }

    #[test]
    fn crates_io_is_sparse_unless_asked_otherwise() {
        check("", &Source::CratesIo, |_| Some(Place::Index(CRATES_IO_SPARSE.to_owned())));
        check("registries.crates-io.protocol = 'git'", &Source::CratesIo, |_| {
            Some(Place::Index(CRATES_IO_GIT.to_owned()))
        });
    }

    #[test]
    fn replacement_is_followed_to_its_end() {
        let config = "
            [source.crates-io]
            replace-with = 'near'
            [source.near]
            replace-with = 'mirror'
            [source.mirror]
            registry = 'sparse+https://mirror.example/index/'";
        check(config, &Source::CratesIo, |_| {
            Some(Place::Index("sparse+https://mirror.example/index/".to_owned()))
        });
    }

    #[test]
    fn a_circle_of_replacements_ends() {
        let config = "
            [source.crates-io]
            replace-with = 'near'
            [source.near]
            replace-with = 'crates-io'";
        check(config, &Source::CratesIo, |_| Some(Place::Index(CRATES_IO_SPARSE.to_owned())));
    }

    #[test]
    fn vendored_sources_lie_beside_the_configuration() {
        let config = "
            [source.crates-io]
            replace-with = 'vendored-sources'
            [source.vendored-sources]
            directory = 'vendor'";
        check(config, &Source::CratesIo, |root| Some(Place::Directory(root.join("vendor"))));
    }

    #[test]
    fn a_private_registry_keeps_its_own_index() {
        let url = "sparse+https://private.example/index/".to_owned();
        check("", &Source::Registry(url.clone()), |_| Some(Place::Index(url.clone())));
        let config = "
            [registries.ours]
            index = 'sparse+https://private.example/index/'
            [source.ours]
            replace-with = 'copy'
            [source.copy]
            local-registry = 'copy'";
        check(config, &Source::Registry(url.clone()), |root| {
            Some(Place::LocalRegistry(root.join("copy")))
        });
    }

    #[test]
    fn a_broken_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "[source").expect("a file");
        let error = CargoConfig::read_with_home(Path::new("/"), folder.path().to_owned())
            .expect_err("the file is broken");
        assert!(error.to_string().contains("config.toml"), "{error}");
    }
}

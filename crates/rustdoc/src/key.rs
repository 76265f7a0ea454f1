//! The names of models in the cache: a hash of all that a model depends on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lockfile::Checksums;
use ripe_record::{Toolchain, Unit, UnitHash};

/// The name of a model: a hash of everything that it depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ModelKey(pub String);

/// What models are made of, apart from packages: changes with every change of the lowering and of
/// the nouns, by itself (see `build.rs`).
pub(crate) const MODEL_VERSION: &str = env!("RIPE_MODEL_VERSION");

/// Computes keys, each once. A unit's key covers its package's content, its configuration, the
/// tools, and the keys of its dependencies.
///
/// Where a unit runs is not part of it: with equal features, triple and dependencies, the API is
/// the same, and a package that is compiled for the host and the target alike is documented once.
pub(crate) struct Keys<'a> {
    units: &'a BTreeMap<UnitHash, Unit>,
    checksums: &'a Checksums,
    tools: String,
    done: BTreeMap<UnitHash, ModelKey>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(
        units: &'a BTreeMap<UnitHash, Unit>,
        checksums: &'a Checksums,
        toolchain: &Toolchain,
        rustdoc_version: &str,
    ) -> Keys<'a> {
        let tools = format!(
            "{MODEL_VERSION}\n{}\n{}\n{rustdoc_version}",
            toolchain.cargo_version, toolchain.rustc_version
        );
        Keys { units, checksums, tools, done: BTreeMap::new() }
    }

    /// The key of a unit.
    pub(crate) fn of(&mut self, hash: &UnitHash) -> ModelKey {
        if let Some(key) = self.done.get(hash) {
            return key.clone();
        }
        // Units form no cycles, but a forged file could; a part of a cycle is known by its hash.
        self.done.insert(hash.clone(), ModelKey(hash.0.clone()));
        let key = match self.units.get(hash) {
            Some(unit) => self.compute(unit),
            None => ModelKey(hash.0.clone()),
        };
        self.done.insert(hash.clone(), key.clone());
        key
    }

    fn compute(&mut self, unit: &Unit) -> ModelKey {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        };
        add(&self.tools);
        add(&unit.package.name);
        add(&unit.package.version.to_string());
        add(&format!("{:?}", unit.package.source));
        add(&self.checksums.content(&unit.package, &unit.manifest_dir));
        add(&unit.crate_name);
        add(&unit.triple);
        add(&unit.cfgs.join("\n"));
        for (name, hash) in &unit.dependencies {
            add(name);
            add(&self.of(hash).0);
        }
        ModelKey(hasher.finalize().to_hex().to_string())
    }
}

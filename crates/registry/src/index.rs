//! The rows of a registry index as cargo cached them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ripe_model::{Gap, PackageId, Release, Source};

use crate::{CargoConfig, Error};

/// Cargo's index caches on this machine.
#[derive(Debug, Clone)]
pub struct Index {
    config: CargoConfig,
}

impl Index {
    /// The caches that cargo uses under this configuration.
    pub fn new(config: CargoConfig) -> Index {
        Index { config }
    }

    /// All releases of a package, oldest version first.
    ///
    /// # Errors
    /// Where nothing is cached, or the cache cannot be read.
    pub fn releases(&self, name: &str, source: &Source) -> Result<Vec<Release>, Error> {
        let _ = source;
        Err(Error::NotCached { package: name.to_owned(), path: self.config.home.clone() })
    }

    /// The releases of many packages, keyed by name and source; what cannot be read is a gap.
    /// Packages that come from no registry are left out.
    pub fn releases_of<'a>(
        &self,
        packages: impl IntoIterator<Item = &'a PackageId>,
    ) -> (BTreeMap<(String, Source), Vec<Release>>, Vec<Gap>) {
        let _ = packages.into_iter();
        (BTreeMap::new(), Vec::new())
    }

    /// A hash of the rows of a package: it changes when a release comes or is yanked.
    pub fn digest(&self, name: &str, source: &Source) -> Option<String> {
        let _ = (name, source);
        None
    }

    /// The folder of a downloaded package, if it is on disk.
    pub fn source_folder(&self, package: &PackageId) -> Option<PathBuf> {
        let _ = package;
        None
    }
}

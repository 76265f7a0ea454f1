//! The part of cargo's configuration that says where an index lies.

use std::path::{Path, PathBuf};

use crate::Error;

/// Cargo's home and its source replacements, as the configuration files of a folder state them.
#[derive(Debug, Clone)]
pub struct CargoConfig {
    /// Cargo's home folder.
    pub home: PathBuf,
}

impl CargoConfig {
    /// Reads the configuration that cargo would use in `folder`.
    ///
    /// # Errors
    /// Where cargo's home is not known, or a configuration file is broken.
    pub fn read(_folder: &Path) -> Result<CargoConfig, Error> {
        Err(Error::NoHome)
    }
}

//! The configuration: `hoard.toml`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;

/// The largest average that the chunker takes.
const LARGEST_AVERAGE: usize = 4 << 20;
/// The smallest average that the chunker takes.
const SMALLEST_AVERAGE: usize = 256;

/// What to look at, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Names of files and directories that are passed over.
    pub ignore: Vec<String>,
    /// Files smaller than this are passed over.
    pub at_least: u64,
    /// The average size of a chunk in bytes.
    pub average: usize,
    /// Whether links are followed.
    pub follow_links: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            ignore: vec![".git".to_owned(), "target".to_owned()],
            at_least: 1,
            average: 16 << 10,
            follow_links: false,
        }
    }
}

impl Config {
    /// The configuration in a file.
    pub fn read(path: &Path) -> Result<Config, Error> {
        let text = fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        Config::parse(&text, path)
    }

    /// The configuration beside the files, or the default where there is none.
    pub fn beside(directory: &Path) -> Result<Config, Error> {
        match Config::read(&directory.join("hoard.toml")) {
            Err(Error::Unreadable { source, .. }) if source.kind() == ErrorKind::NotFound => {
                Ok(Config::default())
            }
            other => other,
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Config, Error> {
        toml::from_str(text).map_err(|source| Error::BadConfig { path: path.to_owned(), source })
    }

    /// With another average, where the command line names one, within what the chunker takes.
    pub fn with_sizes(mut self, average: Option<usize>) -> Config {
        let average = average.unwrap_or(self.average);
        self.average = average.clamp(SMALLEST_AVERAGE, LARGEST_AVERAGE);
        self
    }

    /// The smallest, the average and the largest size of a chunk.
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.average / 4, self.average, self.average * 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_keeps_its_default() {
        let config = Config::parse("at_least = 4096", Path::new("hoard.toml")).unwrap();
        assert_eq!(config, Config { at_least: 4096, ..Config::default() });
    }

    #[test]
    fn a_misspelt_key_is_an_error_that_names_the_file() {
        let error = Config::parse("ingore = []", Path::new("hoard.toml")).unwrap_err();
        assert!(error.to_string().contains("hoard.toml"), "{error}");
    }

    #[test]
    fn sizes_stay_within_what_the_chunker_takes() {
        assert_eq!(Config::default().with_sizes(Some(1)).sizes(), (64, 256, 1024));
        assert_eq!(Config::default().with_sizes(None).average, 16 << 10);
    }
}

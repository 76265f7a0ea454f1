//! Shows how much of a directory is stored twice.
//!
//! Files are cut into chunks where their content says so, and every chunk is hashed: whatever has
//! the same digest is counted once. That is what a deduplicating backup would store.

mod chunk;
mod cli;
mod config;
mod error;
mod report;
mod store;
mod walk;

use std::process::ExitCode;

use crate::cli::{Format, Options};
use crate::config::Config;
use crate::error::Error;
use crate::report::Report;
use crate::store::Store;

fn main() -> ExitCode {
    let options = cli::parse();
    match run(&options) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("hoard: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(options: &Options) -> Result<String, Error> {
    let config = match &options.config {
        Some(path) => Config::read(path)?,
        None => Config::beside(&options.directory)?,
    };
    let config = config.with_sizes(options.average);
    let mut store = Store::default();
    let mut skipped = Vec::new();
    for file in walk::files(&options.directory, &config) {
        match file.and_then(|path| chunk::chunks_of(&path, &config).map(|chunks| (path, chunks))) {
            Ok((path, chunks)) => store.add(path, chunks),
            Err(error) => skipped.push(error.to_string()),
        }
    }
    let report = Report::new(&options.directory, &store, skipped, options.top);
    match options.format {
        Format::Text => Ok(report.to_text()),
        Format::Json => report.to_json(),
    }
}

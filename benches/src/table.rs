//! Tab-separated tables with a header line.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

/// A row by column name.
pub type Row = BTreeMap<String, String>;

/// Reads a table.
///
/// # Errors
/// If the file cannot be read or has no header.
pub fn read(path: &Path) -> Result<Vec<Row>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().context("the table has no header")?.split('\t').collect();
    Ok(lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            header
                .iter()
                .map(|h| (*h).to_owned())
                .zip(line.split('\t').map(str::to_owned))
                .collect()
        })
        .collect())
}

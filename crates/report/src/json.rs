//! Reports for machines.

use serde::Serialize;
use thiserror::Error;

/// What a renderer could not do.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A report has no form in JSON.
    #[error("cannot write the report as JSON")]
    JsonUnwritable {
        /// What serde_json said.
        #[source]
        source: serde_json::Error,
    },
}

/// A report as indented JSON with a line feed at its end. Fields stand in the order of the
/// contract, so that equal reports give equal bytes.
///
/// # Errors
/// [`ReportError::JsonUnwritable`] if a value has no form in JSON; no report of this crate holds one.
pub fn json<R: Serialize>(report: &R) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(report)
        .map_err(|source| ReportError::JsonUnwritable { source })?;
    text.push('\n');
    Ok(text)
}

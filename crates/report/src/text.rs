//! Reports for people.
//!
//! Wording: never "safe" alone, which no API comparison can promise; "nothing you use changed its
//! API" is what it can. What is not known is said as such.

mod changes;
mod coverage;
mod diff;
mod explain;
mod inside;
mod plan;
mod runs;
mod tests;
mod uses;

pub use diff::diff_text;
pub use explain::explain_text;
pub use plan::plan_text;
pub use runs::run_words;
pub use uses::uses_text;

/// `1 item`, `3 items`.
fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// The lines as one text, each ended.
fn page(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

//! The registry as it was at the end of a day.

use std::collections::BTreeSet;

use ripe_model::{Gap, Release};
use semver::Version;
use serde::Deserialize;

use crate::Releases;

/// A day of the past, in UTC. Releases that came out after its end are not seen, nor are they by
/// cargo where it resolves through [`crate::Served`].
///
/// Not handled: yanks carry no date, so what was yanked later counts as yanked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf {
    date: String,
    /// By names in lower case, as paths of an index are.
    locked: BTreeSet<(String, Version)>,
    /// Whether cargo refreshed what is cached, so that nothing of the day is missing.
    refreshed: bool,
}

/// The part of a row that decides whether it is seen.
#[derive(Deserialize)]
struct Dated {
    vers: Version,
    #[serde(default)]
    pubtime: Option<String>,
}

impl AsOf {
    /// The end of the day `date`, RFC 3339: `2025-06-30`. What a lockfile holds is seen whenever it
    /// came out.
    pub fn new(date: &str, locked: impl IntoIterator<Item = (String, Version)>) -> AsOf {
        let locked = locked.into_iter().map(|(name, version)| (name.to_lowercase(), version));
        AsOf { date: date.to_owned(), locked: locked.collect(), refreshed: false }
    }

    /// The same where cargo refreshed the cached rows after the day, or may not.
    pub fn refreshed(self) -> AsOf {
        AsOf { refreshed: true, ..self }
    }

    /// The day.
    pub fn date(&self) -> &str {
        &self.date
    }

    fn is_locked(&self, package: &str, version: &Version) -> bool {
        self.locked.contains(&(package.to_lowercase(), version.clone()))
    }

    /// Whether a release came out after the day. Without a date it came out long ago.
    fn is_after(&self, published: Option<&str>) -> bool {
        published.and_then(|time| time.get(..10)).is_some_and(|day| day > self.date.as_str())
    }

    /// Whether a row of the package is seen. A row that is not understood is: cargo knows what to
    /// do with it.
    pub(crate) fn sees(&self, package: &str, row: &[u8]) -> bool {
        let Ok(row) = serde_json::from_slice::<Dated>(row) else { return true };
        !self.is_after(row.pubtime.as_deref()) || self.is_locked(package, &row.vers)
    }

    /// Whether the rows reach beyond the day: then nothing of the day is missing in them.
    pub(crate) fn is_covered_by(&self, rows: &[&[u8]]) -> bool {
        self.refreshed
            || rows.iter().any(|row| {
                serde_json::from_slice::<Dated>(row)
                    .is_ok_and(|row| self.is_after(row.pubtime.as_deref()))
            })
    }

    /// What the day does not decide: releases without a date, and locked ones that came later.
    pub(crate) fn gaps(&self, releases: &Releases) -> Vec<Gap> {
        let packages = |is: &dyn Fn(&str, &Release) -> bool| -> Vec<String> {
            let any = |(name, rows): (&str, &Vec<Release>)| rows.iter().any(|row| is(name, row));
            let names: BTreeSet<&str> = releases
                .iter()
                .map(|((name, _), rows)| (name.as_str(), rows))
                .filter(|one| any(*one))
                .map(|(name, _)| name)
                .collect();
            names.into_iter().map(str::to_owned).collect()
        };
        let undated = packages(&|_, row| row.published.is_none());
        let later = packages(&|name, row| {
            self.is_after(row.published.as_deref()) && self.is_locked(name, &row.version)
        });
        let gap = |names: Vec<String>, why: String| {
            (!names.is_empty()).then(|| Gap::new(names.join(", "), why))
        };
        let date = &self.date;
        let undated = gap(
            undated,
            format!("the index has no date for some releases, which count as older than {date}"),
        );
        let later =
            gap(later, format!("what is locked came out after {date}, and is seen all the same"));
        undated.into_iter().chain(later).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str) -> AsOf {
        AsOf::new(date, [("A".to_owned(), Version::new(9, 0, 0))])
    }

    #[track_caller]
    fn check(row: &str, date: &str, seen: bool) {
        assert_eq!(day(date).sees("a", row.as_bytes()), seen, "{row} on {date}");
    }

    #[test]
    fn a_release_is_seen_from_its_day_on() {
        let row = r#"{"vers":"1.0.0","pubtime":"2025-06-30T23:59:59Z"}"#;
        check(row, "2025-06-29", false);
        check(row, "2025-06-30", true);
        check(row, "2026-01-01", true);
    }

    #[test]
    fn what_has_no_date_or_is_locked_is_seen() {
        check(r#"{"vers":"1.0.0"}"#, "2000-01-01", true);
        check(r#"{"vers":"9.0.0","pubtime":"2025-06-30T00:00:00Z"}"#, "2000-01-01", true);
        check(r#"{"from":"the future"}"#, "2000-01-01", true);
    }

    #[test]
    fn rows_that_reach_beyond_the_day_are_complete() {
        let row: &[u8] = br#"{"vers":"1.0.0","pubtime":"2025-06-30T12:00:00Z"}"#;
        assert!(day("2025-06-29").is_covered_by(&[row]));
        assert!(!day("2025-06-30").is_covered_by(&[row]));
        assert!(day("2025-06-30").refreshed().is_covered_by(&[row]));
    }
}

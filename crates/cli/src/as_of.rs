//! `--as-of DATE`: the registry as it was at the end of a day.

use anyhow::Context;
use ripe_model::{Gap, PackageId, Source};
use ripe_planner::{date_of, day_number};
use ripe_registry::{AsOf, Asker, Index, Served};
use ripe_verify::{LockedPackage, Resolving, Scratch};

use crate::failure::Failure;
use crate::session::Session;
use crate::setup::today;

/// The end of a day, served to cargo while this lives.
pub(crate) struct Past {
    date: String,
    served: Served,
    has_git: bool,
}

/// A day as the user wrote it: one that is over, or today.
pub(crate) fn day(text: &str) -> Result<String, String> {
    let day = day_number(text).filter(|day| date_of(*day) == text);
    let Some(day) = day else {
        return Err(format!("`{text}` is no date; write it as 2025-06-30"));
    };
    let today = today();
    if day_number(&today).is_some_and(|today| day > today) {
        return Err(format!("`{text}` is in the future; today is {today} (UTC)"));
    }
    Ok(text.to_owned())
}

impl Past {
    /// Serves the index of the day to cargo; the second value is the index as it was then.
    pub(crate) fn start(
        session: &Session,
        scratch: &Scratch,
        index: Index,
        date: &str,
    ) -> Result<(Past, Index), Failure> {
        session.progress.stage(&format!("looking at the registry of {date}"), None);
        let project = scratch.project();
        let lockfile = project.workspace.root.join("Cargo.lock");
        // That it cannot be read is said where it is copied.
        let locked = ripe_verify::read_lock(&std::fs::read_to_string(lockfile).unwrap_or_default());
        let source = |package: &LockedPackage| {
            package.source.as_ref().map_or(Source::Path, |s| ripe_resolver::source_of(s))
        };
        let has_git = locked.iter().any(|package| matches!(source(package), Source::Git(_)));
        let packages: Vec<(String, Source)> = locked
            .iter()
            .map(|package| (package.name.clone(), source(package)))
            .filter(|(_, source)| source.is_registry())
            .collect();
        let seen = locked.into_iter().map(|package| (package.name, package.version));
        let index = index.as_of(AsOf::new(date, seen));
        let asker = Asker {
            folder: scratch.root().join(".ripe-asks"),
            offline: project.flags.offline,
            cargo: project.cargo.program.clone(),
            env: project.cargo.env.clone(),
            cancel: session.cancel.clone(),
        };
        let home = scratch.workplace().join("as-of-home");
        let sources = packages.iter().map(|(_, source)| source.clone()).collect::<Vec<_>>();
        let served = Served::start(index.clone(), sources, asker, &home)
            .context(format!("cannot look at the registry of {date}"))
            .map_err(|error| {
                Failure::no_report(error).next("leave out --as-of to look at it as it is today")
            })?;
        served.prefetch(packages);
        Ok((Past { date: date.to_owned(), served, has_git }, index))
    }

    /// The day.
    pub(crate) fn date(&self) -> &str {
        &self.date
    }

    /// How cargo resolves on that day.
    pub(crate) fn resolving(&self) -> Resolving {
        Resolving {
            args: self.served.args(),
            env: self.served.env(),
            as_of: Some(self.date.clone()),
        }
    }

    /// Makes sure that the rows of these packages are complete up to the day.
    pub(crate) fn complete<'a>(&self, packages: impl Iterator<Item = &'a PackageId>) {
        let of_registries = packages.filter(|package| package.source.is_registry());
        self.served.prefetch(of_registries.map(|p| (p.name.clone(), p.source.clone())));
    }

    /// What could not be seen as it was.
    pub(crate) fn gaps(&self) -> Vec<Gap> {
        let git = self.has_git.then(|| {
            let why = "a branch has no days: what comes from git stays where it is locked";
            Gap::new("git dependencies", why)
        });
        self.served.gaps().into_iter().chain(git).collect()
    }

    /// What has to be known to read the report.
    pub(crate) fn note(&self) -> String {
        format!(
            "the registry is seen as it was at the end of {} (UTC); yanks carry no date, so what was yanked later counts as yanked",
            self.date
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_came_are_days() {
        assert_eq!(day("2025-06-30").as_deref(), Ok("2025-06-30"));
        assert_eq!(day(&today()), Ok(today()));
        for wrong in ["", "yesterday", "2025-02-30", "2025-6-30", "2025-06-30T00:00:00Z"] {
            assert!(day(wrong).is_err_and(|why| why.contains("is no date")), "{wrong}");
        }
        assert!(day("9999-01-01").is_err_and(|why| why.contains("in the future")));
    }
}

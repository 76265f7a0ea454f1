//! Counts what the search for the uses of one package came to.

use std::collections::BTreeSet;

use ripe_model::{ApiModel, Bump, Change, Confidence, Coverage, Facts, How, PackageId, UseSite};
use ripe_usage::Scan;

/// The counts over the packages that were searched so far.
#[derive(Default)]
pub(crate) struct Counting {
    coverage: Coverage,
    used: BTreeSet<String>,
}

/// The rows of a surface that code can name: what the compiler made of them, and what the manifest
/// says, is not part of the count.
fn is_named(facts: &Facts) -> bool {
    !matches!(facts, Facts::Impl(_) | Facts::Feature(_) | Facts::Package(_))
}

impl Counting {
    /// Takes in what was found in one package; `sites` are those that are left of the scan's.
    pub(crate) fn add(
        &mut self,
        scan: &Scan,
        of: &PackageId,
        sites: &[UseSite],
        surface: &ApiModel,
        is_member: bool,
        changes: &[Change],
    ) {
        let coverage = &mut self.coverage;
        coverage.packages += 1;
        coverage.members += u32::from(is_member);
        let items: BTreeSet<&str> = surface
            .rows
            .iter()
            .filter(|row| is_named(&row.facts))
            .map(|row| row.key.path.as_str())
            .collect();
        coverage.api_items = coverage.api_items.max(number(items.len()));
        for site in sites {
            let uses = &mut coverage.uses;
            *match (site.inactive, site.confidence) {
                (true, _) => &mut uses.inactive,
                (false, Confidence::Exact) => &mut uses.exact,
                (false, Confidence::Likely) => &mut uses.likely,
                (false, Confidence::Guess) => &mut uses.guess,
            } += 1;
            if items.contains(site.item.as_str()) {
                self.used.insert(site.item.clone());
            }
        }
        coverage.unseen.files += number(scan.gaps.len());
        coverage.unseen.macros += number(scan.coverage.macros_by_tokens);
        let Some(seen) = scan.seen.get(of) else { return };
        coverage.uses.in_macros += seen.in_macros;
        coverage.unseen.receivers += number(seen.untyped.len());
        let changed: BTreeSet<&str> = changes
            .iter()
            .filter(|change| change.bump == Bump::Major && change.hurts.contains(&How::Call))
            .map(|change| change.item.name())
            .collect();
        let calls = seen.untyped.iter().filter(|call| !call.shared);
        coverage.unseen.changed.extend(
            calls
                .filter(|call| changed.contains(call.name.as_str()))
                .map(|call| format!("{}:{} {}", call.file.display(), call.line, call.name)),
        );
    }

    /// The counts; `None` where nothing was searched.
    pub(crate) fn finish(self) -> Option<Coverage> {
        let mut coverage = self.coverage;
        coverage.used_items = number(self.used.len());
        coverage.unseen.changed.sort();
        (coverage.packages > 0).then_some(coverage)
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

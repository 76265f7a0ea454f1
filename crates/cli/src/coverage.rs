//! Counts what the search for the uses of one package came to.

use std::collections::BTreeSet;

use ripe_model::{
    ApiModel, Bump, Change, Confidence, Coverage, How, Namespace, PackageId, Rows, UseSite,
};
use ripe_usage::Scan;

/// The counts over the packages that were searched so far.
#[derive(Default)]
pub(crate) struct Counting {
    coverage: Coverage,
    used: BTreeSet<String>,
}

/// How many paths of a surface code can name.
fn items(rows: &Rows) -> usize {
    let keys = (0..rows.len()).filter(|at| rows.ns(*at).is_of_items()).map(|at| rows.key(at).0);
    let mut paths: Vec<&str> = keys.collect();
    paths.dedup();
    paths.len()
}

fn is_item(rows: &Rows, path: &str) -> bool {
    Namespace::OF_ITEMS.iter().any(|ns| rows.find(path, *ns).is_some())
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
        coverage.api_items = coverage.api_items.max(number(items(&surface.rows)));
        for site in sites {
            let uses = &mut coverage.uses;
            *match (site.inactive, site.confidence) {
                (true, _) => &mut uses.inactive,
                (false, Confidence::Exact) => &mut uses.exact,
                (false, Confidence::Likely) => &mut uses.likely,
                (false, Confidence::Guess) => &mut uses.guess,
            } += 1;
            if !self.used.contains(&site.item) && is_item(&surface.rows, &site.item) {
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

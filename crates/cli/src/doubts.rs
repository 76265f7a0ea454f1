//! Where the compiler's word on the uses could change a plan, before it is asked.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{Candidate, Confidence, Move, PackageId, Update, Verdict};
use ripe_probe::{Named, Probed};

use crate::evidence::{Compared, leaving_node};
use crate::ground::Ground;
use crate::looks::Looks;
use crate::probe::{Topic, handed};

/// What the compiler may say of the uses that the scan only supposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Supposed {
    /// It names none of them.
    Withdrawn,
    /// It names all of them.
    Confirmed,
}

/// The answer to all that could be asked, if what the scan supposes is all wrong, or all right.
pub(crate) fn suppose(topics: &[Topic], compared: &[&Compared], supposed: Supposed) -> Probed {
    let mut probed = Probed::default();
    let handed = handed(topics);
    for subject in topics.iter().map(|topic| &topic.subject) {
        let by_others = handed.iter().filter(|(from, ..)| *from == subject.package);
        let packages: Vec<&PackageId> =
            by_others.map(|(.., to)| to).chain([&subject.package]).collect();
        let asked: BTreeSet<String> =
            subject.marks.iter().map(|mark| mark.item.path.clone()).collect();
        let impls: BTreeSet<String> =
            subject.impls.iter().map(|gone| gone.item.path.clone()).collect();
        let is_named = |confidence| match (confidence, supposed) {
            (Confidence::Exact, _) | (_, Supposed::Confirmed) => true,
            (Confidence::Likely | Confidence::Guess, Supposed::Withdrawn) => false,
        };
        let mut sites: Vec<_> = compared
            .iter()
            .flat_map(|compared| &compared.scans)
            .filter(|(_, scan)| subject.users.contains(&scan.package))
            .flat_map(|(_, scan)| packages.iter().flat_map(|package| scan.sites_of(package)))
            .filter(|site| !site.inactive && is_named(site.confidence))
            .filter(|site| asked.contains(&site.item) || impls.contains(&site.item))
            .cloned()
            .collect();
        for site in &mut sites {
            site.confidence = Confidence::Exact;
        }
        let spared = match supposed {
            Supposed::Withdrawn => {
                subject.users.iter().map(|user| (user.clone(), impls.clone())).collect()
            }
            Supposed::Confirmed => BTreeMap::new(),
        };
        let named = Named { sites, asked, seen: subject.users.clone(), spared };
        probed.named.insert(subject.package.clone(), named);
    }
    for (from, of, to) in &handed {
        probed.hand_over(from, of, to);
    }
    probed
}

/// So many minutes of a person have to be in doubt for the machine's time, where the verdict is not.
const WORTH_ASKING: u32 = 15;

/// The packages of which the compiler's word on the topics could change a verdict, or make a task
/// much shorter: first those that could make it free, by the minutes that this saves.
pub(crate) fn doubts(
    ground: &Ground,
    looks: &mut Looks,
    topics: &[Topic],
    candidates: &[Candidate],
    updates: &dyn Fn(&Looks) -> Vec<Update>,
) -> Vec<PackageId> {
    let now = updates(looks);
    let mut worth: BTreeMap<PackageId, (bool, u32)> = BTreeMap::new();
    for supposed in [Supposed::Withdrawn, Supposed::Confirmed] {
        looks.probed = Some(looks.suppose(topics, supposed));
        let then = updates(looks);
        let answer = looks.probed.take();
        for (candidate, (now, then)) in candidates.iter().zip(now.iter().zip(&then)) {
            let saved = now.minutes.p80.saturating_sub(then.minutes.p80);
            let shorter = now.verdict != Verdict::Hold && saved >= WORTH_ASKING;
            if now.verdict == then.verdict && !shorter {
                continue;
            }
            let value = (then.verdict == Verdict::Free, saved);
            let own = candidate.own_move();
            let settles = |moved: &&Move| {
                let reached = |answer: Option<&Probed>| {
                    let found = looks.found_if(ground, moved, **moved == own, answer);
                    found.map(|found| (found.impact, found.reached))
                };
                reached(None) != reached(answer.as_ref())
            };
            let moves = std::iter::once(&own).chain(candidate.judged_along());
            for node in moves.filter(settles).filter_map(|moved| leaving_node(ground, moved)) {
                let known = worth.entry(node.id.clone()).or_default();
                *known = value.max(*known);
            }
        }
    }
    let mut packages: Vec<_> = worth.into_iter().collect();
    packages.sort_by_key(|(_, value)| Reverse(*value));
    packages.into_iter().map(|(package, _)| package).collect()
}

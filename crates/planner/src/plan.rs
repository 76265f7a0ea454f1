//! What to take in the time there is.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use ripe_model::{Bump, Estimate, Gap, Hold, Impact, Plan, Step, Update, Verdict};

use crate::cluster::{Ties, bundles, clusters, marginal80, same_slot, tie};
use crate::knapsack::{Table, solve};
use crate::until::{Fit, until_it_fits, until_other, until_ripe};
use crate::words::count;
use crate::{Offer, SET_UP, Worth};

/// Budgets up to this one are searched for what would bring an update in.
const HORIZON: u32 = 40 * 60;
/// Counterfactual budgets are tried in steps of this many minutes.
const QUARTER: u32 = 15;
/// The stretch list is at most this long: it is for the end of a good evening.
const LONGEST_STRETCH: usize = 3;

/// The plan for a budget in minutes.
///
/// Exact: of all sets of offers that can be taken together and whose steps' P80 sum to at most
/// the budget, the one with the highest worth, and of those the one with the fewest minutes.
/// Compatible updates that change nothing you use share one step. The stretch list fits if
/// everything takes its P50. The order of the offers does not matter; the gaps stay in theirs.
pub fn plan(budget: u32, mut offers: Vec<Offer>, mut gaps: Vec<Gap>) -> Plan {
    offers.sort_by(|a, b| identity(&a.update).cmp(&identity(&b.update)));
    offers.dedup_by(|a, b| identity(&a.update) == identity(&b.update));
    let mut said = BTreeSet::new();
    gaps.retain(|gap| said.insert(gap.clone()));

    let ties = tie(&offers);
    let clusters = clusters(&offers, &ties);
    let everything = clusters
        .iter()
        .filter_map(|cluster| cluster.iter().map(|choice| choice.cost).max())
        .fold(SET_UP.p80, u32::saturating_add);
    let horizon = everything.min(budget.max(HORIZON));
    let table = solve(&clusters, SET_UP.p80, horizon);
    let taken = table.taken(budget.min(horizon));

    let steps = steps(&offers, &ties, &taken);
    let left = budget.saturating_sub(steps.iter().map(|step| step.minutes.p50).sum());
    let (stretched, stretch) = stretch(&offers, &ties, &taken, left, steps.len());
    let decided: BTreeSet<usize> = taken.iter().copied().chain(stretched).collect();
    let holds = holds(&offers, &ties, &decided, &table, budget, horizon);
    Plan { budget_minutes: budget, steps, stretch, holds, gaps }
}

/// A budget as the command line takes it: `45m`, `2h`, `2h45m`.
pub fn budget_words(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

fn identity(update: &Update) -> (&str, &semver::Version, &semver::Version) {
    (&update.package, &update.locked, &update.target)
}

/// The steps that take some offers, in the order in which to take them.
fn steps(offers: &[Offer], ties: &Ties, taken: &[usize]) -> Vec<Step> {
    let (batch, alone): (Vec<usize>, Vec<usize>) =
        taken.iter().copied().partition(|at| offers[*at].is_batchable());
    let mut bundles = bundles(ties, &alone);
    if !batch.is_empty() {
        bundles.push(batch);
    }
    bundles.sort_by_cached_key(|bundle| order(offers, bundle));
    (1..).zip(bundles).map(|(n, bundle)| step(offers, n, &bundle)).collect()
}

/// Security first, then what leaves a withdrawn release; then what is free, cheapest first, then
/// what needs an edit.
fn order(offers: &[Offer], bundle: &[usize]) -> (Reverse<u32>, Reverse<u32>, u8, u32, Vec<usize>) {
    let worth = bundle.iter().fold(Worth::default(), |sum, at| sum + offers[*at].worth);
    let class = if bundle.iter().all(|at| offers[*at].is_batchable()) {
        0
    } else if bundle.iter().all(|at| offers[*at].update.verdict == Verdict::Free) {
        1
    } else {
        2
    };
    let minutes = minutes(offers, bundle).p80;
    (Reverse(worth.security), Reverse(worth.withdrawn), class, minutes, bundle.to_vec())
}

/// One set-up, and what each of the offers takes beyond it.
fn minutes(offers: &[Offer], bundle: &[usize]) -> Estimate {
    let sum = |set_up: u32, marginal: fn(&Offer) -> u32| {
        bundle.iter().map(|at| marginal(&offers[*at])).fold(set_up, u32::saturating_add)
    };
    let p50 = sum(SET_UP.p50, |offer| offer.update.minutes.p50.saturating_sub(SET_UP.p50));
    let p80 = sum(SET_UP.p80, marginal80);
    Estimate { p50, p80: p80.max(p50) }
}

fn step(offers: &[Offer], n: u32, bundle: &[usize]) -> Step {
    let updates: Vec<Update> = bundle.iter().map(|at| offers[*at].update.clone()).collect();
    let batch = bundle.iter().all(|at| offers[*at].is_batchable());
    let (title, commands) = match (&updates[..], batch) {
        ([update], _) => (moved(update), update.commands.clone()),
        (updates, true) => {
            (count(updates.len(), "compatible update"), commands_of_batch(offers, bundle))
        }
        (updates, false) => {
            let title = updates.iter().map(moved).collect::<Vec<_>>().join(", ");
            (format!("{title}, together"), edits_first(updates))
        }
    };
    Step { n, title, updates, commands, minutes: minutes(offers, bundle) }
}

/// One command for all that `cargo update` takes where the plan wants it, and one for each that has
/// to be named.
fn commands_of_batch(offers: &[Offer], bundle: &[usize]) -> Vec<String> {
    let (exact, newest): (Vec<&Offer>, Vec<&Offer>) =
        bundle.iter().map(|at| &offers[*at]).partition(|offer| offer.exact);
    let specs: Vec<&str> = newest.iter().map(|offer| offer.spec.as_str()).collect();
    let together = (!specs.is_empty()).then(|| format!("cargo update {}", specs.join(" ")));
    together.into_iter().chain(exact.iter().flat_map(|o| o.update.commands.clone())).collect()
}

fn moved(update: &Update) -> String {
    format!("{} {} -> {}", update.package, update.locked, update.target)
}

/// The commands of several updates: what is to be written before what is to be run.
fn edits_first(updates: &[Update]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in updates.iter().flat_map(|update| &update.commands) {
        if !lines.contains(line) {
            lines.push(line.clone());
        }
    }
    lines.sort_by_key(|line| line.starts_with("cargo "));
    lines
}

/// What to take if everything goes as in the middle case: the offers, and their steps.
fn stretch(
    offers: &[Offer],
    ties: &Ties,
    taken: &[usize],
    mut left: u32,
    n_steps: usize,
) -> (BTreeSet<usize>, Vec<Step>) {
    let mut open: Vec<usize> = (0..offers.len())
        .filter(|at| ties.obstacle[*at].is_none())
        .filter(|at| !is_settled(offers, *at, taken))
        .collect();
    open.sort_by_key(|at| (Reverse(offers[*at].worth), offers[*at].update.minutes.p50, *at));

    let mut stretched: BTreeSet<usize> = BTreeSet::new();
    let mut bundles: Vec<Vec<usize>> = Vec::new();
    for at in open {
        let bundle: Vec<usize> = ties.closure[at]
            .iter()
            .copied()
            .filter(|member| !taken.contains(member) && !stretched.contains(member))
            .collect();
        let settled: Vec<usize> = stretched.iter().copied().collect();
        let fits = minutes(offers, &bundle).p50 <= left;
        let clashes = bundle.iter().any(|member| {
            is_settled(offers, *member, taken) || is_settled(offers, *member, &settled)
        });
        if bundles.len() < LONGEST_STRETCH && fits && !clashes && !bundle.is_empty() {
            left -= minutes(offers, &bundle).p50;
            stretched.extend(&bundle);
            bundles.push(bundle);
        }
    }
    let first = u32::try_from(n_steps).unwrap_or(u32::MAX).saturating_add(1);
    let steps = (first..).zip(bundles).map(|(n, bundle)| step(offers, n, &bundle)).collect();
    (stretched, steps)
}

/// Whether an offer was decided on, or an option for the same package that goes as far.
fn is_settled(offers: &[Offer], at: usize, decided: &[usize]) -> bool {
    decided.iter().any(|other| {
        same_slot(&offers[*other], &offers[at])
            && offers[*other].update.target >= offers[at].update.target
    })
}

/// What is left alone, each with what would change that; the most valuable first.
fn holds(
    offers: &[Offer],
    ties: &Ties,
    decided: &BTreeSet<usize>,
    table: &Table<'_>,
    budget: u32,
    horizon: u32,
) -> Vec<Hold> {
    let settled: Vec<usize> = decided.iter().copied().collect();
    let waiting: Vec<usize> = (0..offers.len())
        .filter(|at| !is_settled(offers, *at, &settled) || warns(&offers[*at]))
        .collect();
    let fits = first_budgets(offers.len(), table, budget, horizon);
    // Of the takable options for one package, one that no budget brings in stays unsaid where
    // another is taken or would be.
    let is_said = |at: usize| {
        ties.obstacle[at].is_some()
            || fits[at].is_some()
            || !(0..offers.len()).any(|other| {
                other != at
                    && same_slot(&offers[other], &offers[at])
                    && (fits[other].is_some() || decided.contains(&other))
            })
    };
    let mut held: Vec<usize> = waiting.into_iter().filter(|at| is_said(*at)).collect();
    held.sort_by_key(|at| (Reverse(offers[*at].worth), *at));
    held.into_iter()
        .map(|at| {
            let offer = &offers[at];
            let until = match ties.obstacle[at] {
                None => until_it_fits(&match fits[at] {
                    Some(minutes) => Fit::From(minutes),
                    None if horizon < HORIZON => Fit::Never,
                    None => Fit::NotWithin(horizon),
                }),
                Some(_) if !offer.is_ripe() => until_ripe(offer),
                Some(other) => until_other(&offers[other]),
            };
            Hold { update: offer.update.clone(), until }
        })
        .collect()
}

/// Whether a plain `cargo update` would walk into it: compatible by its number, and it breaks. That
/// is said even where another option for the package is taken.
fn warns(offer: &Offer) -> bool {
    offer.update.verdict == Verdict::Hold
        && offer.update.impact == Impact::Breaks
        && offer.update.declared_bump < Bump::Major
}

/// Per offer, the first quarter of an hour after the budget whose best plan takes it.
fn first_budgets(n: usize, table: &Table<'_>, budget: u32, horizon: u32) -> Vec<Option<u32>> {
    let mut first = vec![None; n];
    let mut tried = budget;
    while tried < horizon {
        tried = (tried / QUARTER + 1) * QUARTER;
        for at in table.taken(tried.min(horizon)) {
            first[at].get_or_insert(tried);
        }
    }
    first
}

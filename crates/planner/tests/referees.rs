//! The plan against two referees that know nothing of it: all subsets, and an exact solver.

mod support;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use proptest::prelude::*;
use ripe_model::{Bump, Plan, Verdict};
use ripe_planner::{Offer, SET_UP, Worth, plan};
use support::{minutes, offer, spent, taken};

type Value = (Worth, Reverse<u32>);

/// What a plan is worth, and what it costs.
fn value(plan: &Plan, offers: &[Offer]) -> Value {
    let worths: BTreeMap<String, Worth> = offers
        .iter()
        .map(|o| (format!("{} {}", o.update.package, o.update.target), o.worth))
        .collect();
    let worth = taken(plan).iter().fold(Worth::default(), |sum, name| sum + worths[name]);
    (worth, Reverse(spent(plan)))
}

/// The best value over all subsets that obey the rules, each checked from its definition.
fn brute(offers: &[Offer], budget: u32) -> Value {
    let needs: Vec<Vec<usize>> = offers
        .iter()
        .map(|o| {
            let named = |at: &usize| {
                let update = &offers[*at].update;
                o.requires.contains(&(update.package.clone(), update.target.clone()))
            };
            (0..offers.len()).filter(named).collect()
        })
        .collect();
    (0_u32..1 << offers.len())
        .filter_map(|bits| {
            let set: BTreeSet<usize> = (0..offers.len()).filter(|at| bits >> at & 1 == 1).collect();
            let packages: BTreeSet<&str> =
                set.iter().map(|at| offers[*at].update.package.as_str()).collect();
            let is_ripe =
                |at: &usize| matches!(offers[*at].update.verdict, Verdict::Free | Verdict::Edit);
            let is_closed = |at: &usize| needs[*at].iter().all(|need| set.contains(need));
            let obeys =
                packages.len() == set.len() && set.iter().all(is_ripe) && set.iter().all(is_closed);
            let cost = cost(offers, &needs, &set);
            (obeys && cost <= budget).then(|| {
                let worth = set.iter().fold(Worth::default(), |sum, at| sum + offers[*at].worth);
                (worth, Reverse(cost))
            })
        })
        .max()
        .expect("the empty set obeys")
}

/// The sum of the steps: one for what shares a `cargo update`, one for each group of others that
/// hang together.
fn cost(offers: &[Offer], needs: &[Vec<usize>], set: &BTreeSet<usize>) -> u32 {
    let is_batched = |at: &usize| {
        let update = &offers[*at].update;
        offers[*at].lockfile_only
            && update.verdict == Verdict::Free
            && update.declared_bump < Bump::Major
    };
    let own: u32 = set.iter().map(|at| offers[*at].update.minutes.p80 - SET_UP.p80).sum();
    let batch = u32::from(set.iter().any(is_batched));
    // A group is named by its smallest member; names spread along what is needed, also through
    // members of the batch, until nothing changes.
    let reaches = |from: usize| {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            open.extend(needs[at].iter().copied().filter(|next| seen.insert(*next)));
        }
        seen
    };
    let alone: Vec<usize> = set.iter().copied().filter(|at| !is_batched(at)).collect();
    let mut name: BTreeMap<usize, usize> = alone.iter().map(|at| (*at, *at)).collect();
    for _ in &alone {
        for a in &alone {
            for b in reaches(*a).iter().filter(|b| alone.contains(b)) {
                let low = name[a].min(name[b]);
                name.insert(*a, low);
                name.insert(*b, low);
            }
        }
    }
    let groups: BTreeSet<usize> = name.values().copied().collect();
    own + SET_UP.p80 * (batch + u32::try_from(groups.len()).expect("few groups"))
}

fn any_offer(packages: usize) -> impl Strategy<Value = Offer> {
    (
        0..packages,
        prop::sample::select(vec!["1.0.1", "1.1.0", "2.0.0", "3.0.0"]),
        prop::sample::select(vec![Verdict::Free, Verdict::Free, Verdict::Edit, Verdict::Hold]),
        SET_UP.p80..SET_UP.p80 + 20,
        (0..8_u32, 0..8_u32, 0..12_u32),
    )
        .prop_map(|(package, target, verdict, p80, (security, withdrawn, upkeep))| {
            let name = char::from(b'a' + u8::try_from(package).expect("few packages")).to_string();
            let mut offer = offer(&name, target, verdict, minutes(p80));
            offer.worth = Worth { security: security / 7, withdrawn: withdrawn / 6, upkeep };
            offer
        })
}

/// Up to eight offers, some of which require others.
fn tied_offers() -> impl Strategy<Value = Vec<Offer>> {
    let ties = prop::collection::vec((0..8_usize, 0..8_usize), 0..5);
    (prop::collection::vec(any_offer(5), 1..9), ties).prop_map(|(offers, ties)| {
        let mut offers = unique(offers);
        for (from, to) in ties {
            let (from, to) = (from % offers.len(), to % offers.len());
            if offers[from].update.package != offers[to].update.package {
                let update = &offers[to].update;
                let required = (update.package.clone(), update.target.clone());
                offers[from].requires.push(required);
            }
        }
        offers
    })
}

fn unique(offers: Vec<Offer>) -> Vec<Offer> {
    let mut seen = BTreeSet::new();
    let key = |o: &Offer| (o.update.package.clone(), o.update.target.clone());
    offers.into_iter().filter(|o| seen.insert(key(o))).collect()
}

/// The best value by an exact solver of linear programmes, for offers that require nothing.
fn solved(offers: &[Offer], budget: u32) -> f64 {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let ripe: Vec<&Offer> = offers
        .iter()
        .filter(|o| matches!(o.update.verdict, Verdict::Free | Verdict::Edit))
        .collect();
    let is_batched = |o: &Offer| o.lockfile_only && o.update.verdict == Verdict::Free;
    let price = |o: &Offer| o.update.minutes.p80 - if is_batched(o) { SET_UP.p80 } else { 0 };
    let vars: Vec<_> =
        ripe.iter().map(|o| problem.add_binary_var(weight(o.worth, price(o)))).collect();
    let batch = problem.add_binary_var(weight(Worth::default(), SET_UP.p80));
    let mut costs: Vec<_> =
        vars.iter().zip(&ripe).map(|(var, o)| (*var, f64::from(price(o)))).collect();
    costs.push((batch, f64::from(SET_UP.p80)));
    problem.add_constraint(costs, ComparisonOp::Le, f64::from(budget));
    let mut by_package: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (var, o) in vars.iter().zip(&ripe) {
        by_package.entry(&o.update.package).or_default().push((*var, 1.0));
        if is_batched(o) {
            problem.add_constraint([(*var, 1.0), (batch, -1.0)], ComparisonOp::Le, 0.0);
        }
    }
    for options in by_package.into_values() {
        problem.add_constraint(options, ComparisonOp::Le, 1.0);
    }
    problem.solve().expect("taking nothing is a solution").objective()
}

/// One number for a lexicographic value: every sum in these tests stays below the next factor.
fn weight(worth: Worth, minutes: u32) -> f64 {
    f64::from(worth.security) * 1e8
        + f64::from(worth.withdrawn) * 1e6
        + f64::from(worth.upkeep) * 1e3
        - f64::from(minutes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_plan_is_as_good_as_the_best_of_all_subsets(
        offers in tied_offers(), budget in 0..90_u32,
    ) {
        let plan = plan(budget, offers.clone(), Vec::new());
        prop_assert_eq!(value(&plan, &offers), brute(&offers, budget));
    }

    #[test]
    fn a_plan_keeps_to_its_budget_and_more_budget_is_never_worse(
        offers in tied_offers(), budget in 0..90_u32, more in 0..60_u32,
    ) {
        let small = plan(budget, offers.clone(), Vec::new());
        let large = plan(budget + more, offers.clone(), Vec::new());
        prop_assert!(spent(&small) <= budget);
        prop_assert!(value(&small, &offers) <= value(&large, &offers));
    }

    #[test]
    fn the_order_of_the_offers_does_not_matter(
        offers in tied_offers(), budget in 0..90_u32,
    ) {
        let turned = offers.iter().rev().cloned().collect();
        prop_assert_eq!(plan(budget, offers, Vec::new()), plan(budget, turned, Vec::new()));
    }

    #[test]
    fn a_hold_that_names_a_budget_tells_the_truth(offers in tied_offers(), budget in 0..90_u32) {
        for hold in plan(budget, offers.clone(), Vec::new()).holds {
            let Some(words) = hold.until.strip_prefix("fits from `--budget ") else { continue };
            let then = plan(parse(words.trim_end_matches('`')), offers.clone(), Vec::new());
            let name = format!("{} {}", hold.update.package, hold.update.target);
            prop_assert!(taken(&then).contains(&name), "{name} at {words}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_plan_is_as_good_as_an_exact_solver_finds(
        offers in prop::collection::vec(any_offer(20), 10..40), budget in 10..200_u32,
    ) {
        let offers = unique(offers);
        let plan = plan(budget, offers.clone(), Vec::new());
        let (worth, Reverse(minutes)) = value(&plan, &offers);
        prop_assert!((weight(worth, minutes) - solved(&offers, budget)).abs() < 0.5);
    }
}

/// `2h45m` in minutes.
fn parse(words: &str) -> u32 {
    let (hours, rest) = words.split_once('h').unwrap_or(("0", words));
    let minutes = rest.trim_end_matches('m');
    let number = |text: &str| if text.is_empty() { 0 } else { text.parse().expect("a number") };
    number(hours) * 60 + number(minutes)
}

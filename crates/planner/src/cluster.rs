//! Which offers can be taken, which constrain each other, and in what ways those can be combined.

use std::collections::{BTreeMap, BTreeSet};

use crate::knapsack::Choice;
use crate::{Offer, SET_UP, Worth};

/// A cluster with more ways to combine its offers than this is offered as a chain of growing
/// sets instead, best worth for the time first: valid, but no longer proven to be the optimum.
const MOST_CHOICES: usize = 4_096;

/// The offers with what binds them. All lists are indices into the offers, sorted.
pub(crate) struct Ties {
    /// Per offer, everything that has to be taken with it, itself included.
    pub(crate) closure: Vec<Vec<usize>>,
    /// Per offer, the first of its closure that cannot be taken; `None` if it can be.
    pub(crate) obstacle: Vec<Option<usize>>,
}

/// Whether two offers are options for one locked package.
pub(crate) fn same_slot(a: &Offer, b: &Offer) -> bool {
    a.update.package == b.update.package && a.update.locked == b.update.locked
}

/// Follows what each offer requires.
pub(crate) fn tie(offers: &[Offer]) -> Ties {
    let direct = requirements(offers);
    let closure: Vec<Vec<usize>> = (0..offers.len()).map(|at| reach(&direct, at)).collect();
    let obstacle = closure
        .iter()
        .map(|members| {
            let unripe = members.iter().copied().find(|member| !offers[*member].is_ripe());
            unripe.or_else(|| conflict(offers, members))
        })
        .collect();
    Ties { closure, obstacle }
}

/// Per offer, the offers that it requires.
fn requirements(offers: &[Offer]) -> Vec<Vec<usize>> {
    let mut by_package: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, offer) in offers.iter().enumerate() {
        by_package.entry(offer.update.package.as_str()).or_default().push(at);
    }
    let named = |(package, version): &(String, semver::Version)| {
        let options = by_package.get(package.as_str()).map_or(&[][..], Vec::as_slice);
        options
            .iter()
            .copied()
            .filter(|at| offers[*at].update.target == *version)
            .collect::<Vec<_>>()
    };
    offers.iter().map(|offer| offer.requires.iter().flat_map(named).collect()).collect()
}

fn reach(edges: &[Vec<usize>], from: usize) -> Vec<usize> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        open.extend(edges[at].iter().copied().filter(|next| seen.insert(*next)));
    }
    seen.into_iter().collect()
}

/// The second of two options for one package, if a set holds two.
fn conflict(offers: &[Offer], members: &[usize]) -> Option<usize> {
    // Offers are sorted, so options for one package are neighbours.
    members
        .windows(2)
        .find(|pair| same_slot(&offers[pair[0]], &offers[pair[1]]))
        .map(|pair| pair[1])
}

/// The clusters of takable offers, each with all ways to take it but the empty one.
pub(crate) fn clusters(offers: &[Offer], ties: &Ties) -> Vec<Vec<Choice>> {
    let takable: Vec<usize> = (0..offers.len()).filter(|at| ties.obstacle[*at].is_none()).collect();
    let mut sets = UnionFind::new(offers.len());
    for pair in takable.windows(2) {
        if same_slot(&offers[pair[0]], &offers[pair[1]]) {
            sets.unite(pair[0], pair[1]);
        }
    }
    for at in &takable {
        for other in &ties.closure[*at] {
            sets.unite(*at, *other);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in takable {
        members.entry(sets.find(at)).or_default().push(at);
    }
    members.into_values().map(|members| choices(offers, ties, &members)).collect()
}

fn choices(offers: &[Offer], ties: &Ties, members: &[usize]) -> Vec<Choice> {
    let mut sets: BTreeSet<Vec<usize>> = BTreeSet::new();
    for at in members {
        let grown: Vec<Vec<usize>> =
            sets.iter().filter_map(|set| unite(offers, set, &ties.closure[*at])).collect();
        sets.insert(ties.closure[*at].clone());
        sets.extend(grown);
        if sets.len() > MOST_CHOICES {
            sets = chain(offers, ties, members);
            break;
        }
    }
    sets.into_iter().map(|set| choice(offers, ties, set)).collect()
}

/// Growing sets, each the one before and the offer that is worth most for its time.
fn chain(offers: &[Offer], ties: &Ties, members: &[usize]) -> BTreeSet<Vec<usize>> {
    let mut order = members.to_vec();
    order.sort_by(|a, b| {
        let (left, right) = (&offers[*a], &offers[*b]);
        let rank = |o: &Offer| (o.worth.security, o.worth.withdrawn);
        let per_minute = |x: &Offer, y: &Offer| {
            u64::from(x.worth.upkeep) * u64::from(y.update.minutes.p80.max(1))
        };
        rank(right)
            .cmp(&rank(left))
            .then(per_minute(right, left).cmp(&per_minute(left, right)))
            .then(a.cmp(b))
    });
    let mut sets = BTreeSet::new();
    let mut held: Vec<usize> = Vec::new();
    for at in order {
        if let Some(grown) = unite(offers, &held, &ties.closure[at]) {
            sets.insert(grown.clone());
            held = grown;
        }
    }
    sets
}

/// The union of two sets; `None` if it holds two options for one package.
fn unite(offers: &[Offer], a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let united: Vec<usize> =
        a.iter().chain(b).copied().collect::<BTreeSet<_>>().into_iter().collect();
    conflict(offers, &united).is_none().then_some(united)
}

fn choice(offers: &[Offer], ties: &Ties, members: Vec<usize>) -> Choice {
    let worth = members.iter().fold(Worth::default(), |sum, at| sum + offers[*at].worth);
    let batched = members.iter().any(|at| offers[*at].is_batchable());
    let alone: Vec<usize> =
        members.iter().copied().filter(|at| !offers[*at].is_batchable()).collect();
    let in_batch = members.iter().filter(|at| offers[**at].is_batchable());
    let cost = in_batch.map(|at| marginal80(&offers[*at])).fold(0, u32::saturating_add);
    let cost = bundles(ties, &alone)
        .iter()
        .map(|bundle| {
            let own = bundle.iter().map(|at| marginal80(&offers[*at]));
            own.fold(SET_UP.p80, u32::saturating_add)
        })
        .fold(cost, u32::saturating_add);
    Choice { members, cost, worth, batched }
}

/// What an offer costs beyond the set-up of its step.
pub(crate) fn marginal80(offer: &Offer) -> u32 {
    offer.update.minutes.p80.saturating_sub(SET_UP.p80)
}

/// Some taken offers that are not in the batch, split into what has to go in one step.
pub(crate) fn bundles(ties: &Ties, taken: &[usize]) -> Vec<Vec<usize>> {
    let place: BTreeMap<usize, usize> =
        taken.iter().copied().enumerate().map(|(place, at)| (at, place)).collect();
    let mut sets = UnionFind::new(taken.len());
    for (at, here) in &place {
        for there in ties.closure[*at].iter().filter_map(|other| place.get(other)) {
            sets.unite(*here, *there);
        }
    }
    let mut bundles: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, here) in place {
        bundles.entry(sets.find(here)).or_default().push(at);
    }
    bundles.into_values().collect()
}

/// Disjoint sets whose representative is their smallest member.
struct UnionFind(Vec<usize>);

impl UnionFind {
    fn new(n: usize) -> UnionFind {
        UnionFind((0..n).collect())
    }

    fn find(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.0[root] != root {
            self.0[root] = self.0[self.0[root]];
            root = self.0[root];
        }
        root
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }
}

//! Exact multi-choice knapsack with one shared fixed charge, by dynamic programming over whole
//! minutes.
//!
//! From each cluster one option is taken, or none. The first batched option that is taken opens
//! the batch and pays its set-up once. The value is lexicographic: worth first, then fewer minutes.

use std::cmp::Reverse;

use crate::Worth;

/// A way to take a cluster of offers that constrain each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The offers, by index, sorted.
    pub(crate) members: Vec<usize>,
    /// What it costs without the set-up of the batch.
    pub(crate) cost: u32,
    /// What it is worth.
    pub(crate) worth: Worth,
    /// Whether some member goes into the batch.
    pub(crate) batched: bool,
}

/// What is maximised: worth, then fewer minutes.
pub(crate) type Value = (Worth, Reverse<u32>);

/// The best choices for every budget up to a horizon.
pub(crate) struct Table<'a> {
    clusters: &'a [Vec<Choice>],
    set_up: u32,
    /// Per cluster, batch state and budget: the choice (0 for none, else index + 1), and the
    /// state before it.
    back: Vec<[Vec<(u32, usize)>; 2]>,
    /// Per batch state and budget, after all clusters.
    best: [Vec<Option<Value>>; 2],
}

/// Solves for every budget from 0 to `horizon` minutes.
///
/// Cost: horizon × choices.
pub(crate) fn solve(clusters: &[Vec<Choice>], set_up: u32, horizon: u32) -> Table<'_> {
    let width = horizon as usize + 1;
    let nothing: Value = (Worth::default(), Reverse(0));
    let mut best = [vec![Some(nothing); width], vec![None; width]];
    let mut back = Vec::with_capacity(clusters.len());
    for cluster in clusters {
        let mut next = best.clone();
        let mut from = [vec![(0, 0); width], vec![(0, 1); width]];
        for (index, choice) in (1..).zip(cluster) {
            for (state, before) in best.iter().enumerate() {
                let (to, charge) = match (choice.batched, state) {
                    (true, _) => (1, charge(choice, state, set_up)),
                    (false, same) => (same, charge(choice, state, set_up)),
                };
                for budget in charge as usize..width {
                    let Some((worth, Reverse(minutes))) = before[budget - charge as usize] else {
                        continue;
                    };
                    let value = Some((worth + choice.worth, Reverse(minutes + charge)));
                    // Strictly better: of equals the first in the order of the offers stays.
                    if value > next[to][budget] {
                        next[to][budget] = value;
                        from[to][budget] = (index, state);
                    }
                }
            }
        }
        best = next;
        back.push(from);
    }
    Table { clusters, set_up, back, best }
}

/// What a choice costs when it is taken in a batch state.
fn charge(choice: &Choice, state: usize, set_up: u32) -> u32 {
    let opens_batch = choice.batched && state == 0;
    choice.cost.saturating_add(if opens_batch { set_up } else { 0 })
}

impl Table<'_> {
    /// The state in which the best solution for a budget ends.
    fn end(&self, budget: usize) -> usize {
        usize::from(self.best[1][budget] > self.best[0][budget])
    }

    /// The best value for a budget up to the horizon.
    #[cfg(test)]
    pub(crate) fn value(&self, budget: u32) -> Value {
        let budget = budget as usize;
        self.best[self.end(budget)][budget].expect("taking nothing always fits")
    }

    /// The offers of the best solution for a budget up to the horizon, sorted.
    pub(crate) fn taken(&self, budget: u32) -> Vec<usize> {
        let mut left = budget as usize;
        let mut state = self.end(left);
        let mut taken = Vec::new();
        for (cluster, from) in self.clusters.iter().zip(&self.back).rev() {
            let (index, before) = from[state][left];
            if let Some(choice) = index.checked_sub(1).and_then(|at| cluster.get(at as usize)) {
                taken.extend_from_slice(&choice.members);
                left -= charge(choice, before, self.set_up) as usize;
            }
            state = before;
        }
        taken.sort_unstable();
        taken
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn choice() -> impl Strategy<Value = Choice> {
        (0..25u32, 0..2u32, 0..2u32, 0..6u32, any::<bool>()).prop_map(
            |(cost, security, withdrawn, upkeep, batched)| Choice {
                members: Vec::new(),
                cost,
                worth: Worth { security, withdrawn, upkeep },
                batched,
            },
        )
    }

    /// Instances of up to six clusters with up to three choices, members numbered.
    fn instance() -> impl Strategy<Value = Vec<Vec<Choice>>> {
        prop::collection::vec(prop::collection::vec(choice(), 0..4), 0..7).prop_map(
            |mut clusters| {
                for (n, choice) in clusters.iter_mut().flatten().enumerate() {
                    choice.members = vec![n];
                }
                clusters
            },
        )
    }

    /// The best value over all combinations, and what it takes.
    fn brute(clusters: &[Vec<Choice>], set_up: u32, budget: u32) -> Value {
        fn go(rest: &[Vec<Choice>], set_up: u32, budget: u32, so_far: (Worth, u32, bool)) -> Value {
            let (worth, cost, batched) = so_far;
            let Some((cluster, rest)) = rest.split_first() else {
                let total = cost + if batched { set_up } else { 0 };
                let fits = total <= budget;
                return if fits { (worth, Reverse(total)) } else { (Worth::default(), Reverse(0)) };
            };
            let without = go(rest, set_up, budget, so_far);
            cluster.iter().fold(without, |best, choice| {
                let with = (worth + choice.worth, cost + choice.cost, batched || choice.batched);
                best.max(go(rest, set_up, budget, with))
            })
        }
        go(clusters, set_up, budget, (Worth::default(), 0, false))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn the_table_finds_what_brute_force_finds(
            clusters in instance(), set_up in 0..10u32, budget in 0..80u32,
        ) {
            let table = solve(&clusters, set_up, 80);
            prop_assert_eq!(table.value(budget), brute(&clusters, set_up, budget));
        }

        #[test]
        fn what_is_taken_adds_up_to_the_value(
            clusters in instance(), set_up in 0..10u32, budget in 0..80u32,
        ) {
            let table = solve(&clusters, set_up, 80);
            let all: Vec<&Choice> = clusters.iter().flatten().collect();
            let taken: Vec<&Choice> = table.taken(budget).into_iter().map(|n| all[n]).collect();
            let worth = taken.iter().fold(Worth::default(), |sum, choice| sum + choice.worth);
            let batch = if taken.iter().any(|choice| choice.batched) { set_up } else { 0 };
            let minutes = taken.iter().map(|choice| choice.cost).sum::<u32>() + batch;
            prop_assert_eq!((worth, Reverse(minutes)), table.value(budget));
            prop_assert!(minutes <= budget);
        }
    }
}

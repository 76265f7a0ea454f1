//! From reached sites to an impact: the total table of `docs/policy.md`.

use ripe_model::{Certainty, Confidence, Gap, Impact};

use crate::Reached;

/// Which sites count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Those that the unit which was looked at compiles.
    Compiled,
    /// Also inactive ones: other features and targets, tests, examples, doctests.
    Everything,
}

/// The impact of one change on one site of a kind that it hurts.
pub fn site_impact(certainty: Certainty, confidence: Confidence) -> Impact {
    match (certainty, confidence) {
        (Certainty::Definite, Confidence::Exact | Confidence::Likely) => Impact::Breaks,
        (Certainty::Definite, Confidence::Guess) => Impact::Unknown,
        (Certainty::Possible, Confidence::Exact | Confidence::Likely) => Impact::Unknown,
        (Certainty::Possible, Confidence::Guess) => Impact::None,
        (Certainty::Policy, Confidence::Exact) => Impact::Breaks,
        (Certainty::Policy, Confidence::Likely) => Impact::Unknown,
        (Certainty::Policy, Confidence::Guess) => Impact::None,
    }
}

/// The impact of an update: the worst over its sites; with `gaps`, at least unknown.
pub fn impact(reached: &[Reached], gaps: &[Gap], extent: Extent) -> Impact {
    let floor = if gaps.is_empty() { Impact::None } else { Impact::Unknown };
    reached
        .iter()
        .flat_map(|r| r.sites.iter().map(move |site| (r.certainty, site)))
        .filter(|(_, site)| match extent {
            Extent::Compiled => !site.inactive,
            Extent::Everything => true,
        })
        .map(|(certainty, site)| site_impact(certainty, site.confidence))
        .fold(floor, Impact::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_the_one_of_the_policy() {
        let policy = include_str!("../../../docs/policy.md");
        let word = |c: Certainty| match c {
            Certainty::Definite => "`definite`",
            Certainty::Possible => "`possible`",
            Certainty::Policy => "`policy`",
        };
        for certainty in [Certainty::Definite, Certainty::Possible, Certainty::Policy] {
            let row = policy
                .lines()
                .find(|l| l.starts_with(&format!("| {}", word(certainty))))
                .expect("the table has a row for every certainty");
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let confidences = [Confidence::Exact, Confidence::Likely, Confidence::Guess];
            for (confidence, cell) in confidences.into_iter().zip(&cells[2..]) {
                assert_eq!(site_impact(certainty, confidence).to_string(), *cell, "{row}");
            }
        }
    }
}

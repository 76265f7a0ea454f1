//! The plan: what to take in the time there is, and why the rest waits.

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    BuildChange, Bump, CandidateKind, Change, Coverage, Gap, Grade, Impact, Inside, Reason, Role,
    TestReach, UseSite, Verdict,
};

/// Minutes of a person's time, whole: the middle and the careful guess.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Estimate {
    /// Half of such tasks are done by then.
    pub p50: u32,
    /// Four in five are. At least `p50`.
    pub p80: u32,
}

/// One package's move with its evidence: the unit that is weighed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// The package.
    pub package: String,
    /// The locked version.
    pub locked: Version,
    /// The target version.
    pub target: Version,
    /// Why this target is offered.
    pub kind: CandidateKind,
    /// Direct or transitive.
    pub role: Role,
    /// The bump that the numbers declare.
    pub declared_bump: Bump,
    /// Whether the API broke beyond what the numbers declare.
    pub undeclared: bool,
    /// What the evidence says of this code.
    pub impact: Impact,
    /// Impact and policy together.
    pub verdict: Verdict,
    /// How far the evidence goes.
    pub grade: Grade,
    /// Why the verdict is what it is; the first is the headline.
    pub reasons: Vec<Reason>,
    /// The changes that reach this code, each with its use sites.
    pub changes: Vec<(Change, Vec<UseSite>)>,
    /// How many changes there are in all.
    pub n_changes_total: u32,
    /// Packages that move in the same step because they cannot move apart: `name old -> new`.
    pub moves_along: Vec<String>,
    /// What the user has to run or write, one line each.
    pub commands: Vec<String>,
    /// The time it takes.
    pub minutes: Estimate,
    /// What would run when it is built, and does not run so today, sorted.
    pub runs: Vec<BuildChange>,
    /// What changed inside the functions that this code calls; `None` where it was not compared.
    pub inside: Option<Inside>,
    /// How its uses were found, and what could not be seen; `None` where they were not searched.
    pub coverage: Option<Coverage>,
    /// What the tests of the workspace reach of the places that it touches; `None` where its uses
    /// were not searched.
    pub tests: Option<TestReach>,
    /// The uses that the compiler named on the locked version; empty where it was not asked.
    pub confirmed: Vec<UseSite>,
    /// What was not seen about it.
    pub gaps: Vec<Gap>,
}

/// A task of the plan: updates that are taken together, one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number, from 1.
    pub n: u32,
    /// A title of a few words.
    pub title: String,
    /// The updates.
    pub updates: Vec<Update>,
    /// What the user has to run or write for the whole step, one line each.
    pub commands: Vec<String>,
    /// The time of the whole step.
    pub minutes: Estimate,
}

/// An update that is left alone, with what would change that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The update.
    pub update: Update,
    /// What would change the decision: a budget, a release, an edit.
    pub until: String,
}

/// The answer for one budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The budget in minutes.
    pub budget_minutes: u32,
    /// What to take, in this order. The sum of the steps' P80 is at most the budget.
    pub steps: Vec<Step>,
    /// What to take if time is left, in this order.
    pub stretch: Vec<Step>,
    /// What to leave alone.
    pub holds: Vec<Hold>,
    /// What was not seen.
    pub gaps: Vec<Gap>,
}

//! What to take in the time there is.

use std::collections::BTreeMap;

use ripe_model::{Bump, Estimate, Grade, Hold, Impact, Plan, Role, Step, Update, Verdict};
use semver::Version;
use serde::Serialize;

use crate::{
    CoverageEntry, GapEntry, InsideEntry, ReachingChange, ReasonEntry, RunEntry, SCHEMA_VERSION,
    TestsEntry,
};

/// The circumstances of a plan, for its head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanHeader {
    /// The hash of everything that the plan depends on.
    pub plan_id: String,
    /// What the project calls itself.
    pub project: String,
    /// The day for which it was made: `2026-11-22`.
    pub date: String,
    /// The compiler in use: `rustc 1.95.0`.
    pub toolchain: String,
    /// How many packages the lockfile holds.
    pub packages: u32,
    /// Lines that come before everything else: a first look, a project that does not build.
    pub notes: Vec<String>,
}

/// The answer of `cargo ripe plan`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanReport {
    /// The version of the contract.
    pub schema_version: u32,
    /// The hash of everything that the plan depends on.
    pub plan_id: String,
    /// What the project calls itself.
    pub project: String,
    /// The day for which it was made.
    pub date: String,
    /// The compiler in use.
    pub toolchain: String,
    /// How many packages the lockfile holds.
    pub packages: u32,
    /// How many updates were judged at each grade of evidence.
    pub evidence: BTreeMap<Grade, u32>,
    /// Lines that come before everything else.
    pub notes: Vec<String>,
    /// The budget in minutes.
    pub budget_minutes: u32,
    /// The time of all steps: the sum of theirs.
    pub minutes: Estimate,
    /// What to take, in this order.
    pub steps: Vec<StepEntry>,
    /// What to take if time is left.
    pub stretch: Vec<StepEntry>,
    /// What to leave alone.
    pub holds: Vec<HoldEntry>,
    /// What was not seen.
    pub gaps: Vec<GapEntry>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepEntry {
    /// Its number.
    pub n: u32,
    /// A few words.
    pub title: String,
    /// The updates.
    pub updates: Vec<UpdateEntry>,
    /// What to run or write.
    pub commands: Vec<String>,
    /// The time it takes.
    pub minutes: Estimate,
}

/// An update that is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldEntry {
    /// The update.
    pub update: UpdateEntry,
    /// What would change the decision.
    pub until: String,
}

/// An update with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateEntry {
    /// The package.
    pub package: String,
    /// The locked version.
    pub locked: Version,
    /// The target version.
    pub target: Version,
    /// Whether a manifest of the workspace names it.
    pub role: Role,
    /// The bump that the numbers declare.
    pub declared_bump: Bump,
    /// Whether the API broke beyond that.
    pub undeclared: bool,
    /// What the evidence says of this code.
    pub impact: Impact,
    /// Impact and policy together.
    pub verdict: Verdict,
    /// How far the evidence goes.
    pub grade: Grade,
    /// Why; the first is the headline.
    pub reasons: Vec<ReasonEntry>,
    /// The changes that reach this code.
    pub changes: Vec<ReachingChange>,
    /// How many changes there are in all.
    pub n_changes_total: u32,
    /// What moves along.
    pub moves_along: Vec<String>,
    /// What to run or write for it alone.
    pub commands: Vec<String>,
    /// The time it takes alone.
    pub minutes: Estimate,
    /// What would run when it is built, and does not run so today.
    pub runs: Vec<RunEntry>,
    /// What changed inside the functions that the code calls; `null` where it was not compared.
    pub inside: Option<InsideEntry>,
    /// How the uses were found, and what could not be seen; `null` where they were not searched.
    pub coverage: Option<CoverageEntry>,
    /// What tests reach of the places that it touches; `null` where the uses were not searched.
    pub tests: Option<TestsEntry>,
    /// What was not seen about it.
    pub gaps: Vec<GapEntry>,
}

impl PlanReport {
    /// The report of a plan.
    pub fn new(header: PlanHeader, plan: &Plan) -> PlanReport {
        let mut evidence = BTreeMap::new();
        let stepped = plan.steps.iter().chain(&plan.stretch).flat_map(|step| &step.updates);
        for update in stepped.chain(plan.holds.iter().map(|hold| &hold.update)) {
            *evidence.entry(update.grade).or_insert(0) += 1;
        }
        let minutes = plan.steps.iter().fold(Estimate::default(), |sum, step| Estimate {
            p50: sum.p50.saturating_add(step.minutes.p50),
            p80: sum.p80.saturating_add(step.minutes.p80),
        });
        PlanReport {
            schema_version: SCHEMA_VERSION,
            plan_id: header.plan_id,
            project: header.project,
            date: header.date,
            toolchain: header.toolchain,
            packages: header.packages,
            evidence,
            notes: header.notes,
            budget_minutes: plan.budget_minutes,
            minutes,
            steps: plan.steps.iter().map(StepEntry::new).collect(),
            stretch: plan.stretch.iter().map(StepEntry::new).collect(),
            holds: plan.holds.iter().map(HoldEntry::new).collect(),
            gaps: plan.gaps.clone(),
        }
    }
}

impl StepEntry {
    fn new(step: &Step) -> StepEntry {
        StepEntry {
            n: step.n,
            title: step.title.clone(),
            updates: step.updates.iter().map(UpdateEntry::new).collect(),
            commands: step.commands.clone(),
            minutes: step.minutes,
        }
    }
}

impl HoldEntry {
    fn new(hold: &Hold) -> HoldEntry {
        HoldEntry { update: UpdateEntry::new(&hold.update), until: hold.until.clone() }
    }
}

impl UpdateEntry {
    /// The entry of an update.
    pub fn new(update: &Update) -> UpdateEntry {
        let mut gaps = update.gaps.clone();
        gaps.sort();
        gaps.dedup();
        UpdateEntry {
            package: update.package.clone(),
            locked: update.locked.clone(),
            target: update.target.clone(),
            role: update.role,
            declared_bump: update.declared_bump,
            undeclared: update.undeclared,
            impact: update.impact,
            verdict: update.verdict,
            grade: update.grade,
            reasons: update.reasons.clone(),
            changes: ReachingChange::list(&update.changes, &update.confirmed),
            n_changes_total: update.n_changes_total,
            moves_along: update.moves_along.clone(),
            commands: update.commands.clone(),
            minutes: update.minutes,
            runs: update.runs.clone(),
            inside: update.inside.as_ref().map(InsideEntry::new),
            coverage: update.coverage.clone(),
            tests: update.tests.as_ref().map(TestsEntry::new),
            gaps,
        }
    }
}

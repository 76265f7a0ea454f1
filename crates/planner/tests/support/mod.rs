//! Small offers for tests.

use ripe_model::{
    Bump, CandidateKind, Estimate, Gap, Grade, Impact, Plan, Reason, ReasonKind, Role, Step,
    Update, Verdict,
};
use ripe_planner::{Offer, Worth};
use semver::Version;

/// An offer `package 1.0.0 -> target`; `reading` minutes beyond a step's set-up.
pub(crate) fn offer(package: &str, target: &str, verdict: Verdict, minutes: Estimate) -> Offer {
    let target = Version::parse(target).expect("a version");
    let declared_bump = ripe_model::declared_bump(&Version::new(1, 0, 0), &target);
    let kind = match declared_bump {
        Bump::Major => CandidateKind::Major,
        Bump::None | Bump::Patch | Bump::Minor => CandidateKind::Compatible,
    };
    let (impact, reason) = match verdict {
        Verdict::Free => (Impact::None, ReasonKind::Clean),
        Verdict::Edit => (Impact::Breaks, ReasonKind::Break),
        Verdict::Hold => (Impact::None, ReasonKind::Age),
        Verdict::Unknown => (Impact::Unknown, ReasonKind::Gap),
    };
    let update = Update {
        package: package.to_owned(),
        locked: Version::new(1, 0, 0),
        target: target.clone(),
        kind,
        role: Role::Direct,
        declared_bump,
        undeclared: false,
        impact,
        verdict,
        grade: Grade::Uses,
        reasons: vec![Reason { kind: reason, text: "because".to_owned() }],
        changes: Vec::new(),
        n_changes_total: 0,
        moves_along: Vec::new(),
        commands: vec![format!("cargo update {package} --precise {target}")],
        minutes,
        runs: Vec::new(),
        inside: None,
        coverage: None,
        tests: None,
        confirmed: Vec::new(),
        gaps: Vec::<Gap>::new(),
    };
    Offer {
        update,
        worth: Worth { upkeep: 1, ..Worth::default() },
        requires: Vec::new(),
        lockfile_only: declared_bump < Bump::Major,
        exact: false,
        spec: package.to_owned(),
        tentative: false,
        ripe_from: None,
    }
}

/// The minutes of an update that takes `p80` with care.
pub(crate) fn minutes(p80: u32) -> Estimate {
    Estimate { p50: p80.div_ceil(2), p80 }
}

/// The updates that a plan takes, as `package target`.
pub(crate) fn taken(plan: &Plan) -> Vec<String> {
    names(&plan.steps)
}

/// The updates of some steps, as `package target`, sorted.
pub(crate) fn names(steps: &[Step]) -> Vec<String> {
    let mut names: Vec<String> = steps
        .iter()
        .flat_map(|step| &step.updates)
        .map(|update| format!("{} {}", update.package, update.target))
        .collect();
    names.sort();
    names
}

/// The careful minutes of all steps of a plan.
pub(crate) fn spent(plan: &Plan) -> u32 {
    plan.steps.iter().map(|step| step.minutes.p80).sum()
}

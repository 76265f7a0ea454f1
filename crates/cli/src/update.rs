//! From what was found about a candidate to a judged and estimated update.

use std::collections::BTreeMap;

use ripe_model::{
    BuildChange, Bump, Candidate, CandidateKind, Change, Coverage, Gap, Grade, Impact, Inside,
    Move, PackageId, TestReach, Update, UseSite,
};
use ripe_planner::{EvidenceForUpdate, FirstLook, History, Policy, commands_for, estimate, judge};
use semver::Version;

use crate::evidence::Found;
use crate::ground::Ground;
use crate::session::Session;

/// All evidence about one candidate: its own, and that of what moves along.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    /// What the evidence says of this code.
    pub(crate) impact: Option<Impact>,
    /// The changes that reach this code.
    pub(crate) changes: Vec<(Change, Vec<UseSite>)>,
    /// How many changes there are in all.
    pub(crate) total: usize,
    /// Whether the API of the package itself broke undeclared.
    pub(crate) undeclared: bool,
    /// How far the evidence goes.
    pub(crate) grade: Option<Grade>,
    /// What would run when it is built, and does not run so today.
    pub(crate) runs: Vec<BuildChange>,
    /// Whether the workspace's own packages depend on it and use nothing of it.
    pub(crate) idle: bool,
    /// Where the public API of a library of the workspace shows it.
    pub(crate) exposed: Vec<UseSite>,
    /// What changed inside the functions that are called.
    pub(crate) inside: Option<Inside>,
    /// What was not seen.
    pub(crate) gaps: Vec<Gap>,
    /// The uses that the compiler named.
    pub(crate) confirmed: Vec<UseSite>,
    /// How the uses of the package itself were found.
    pub(crate) coverage: Option<Coverage>,
    /// What tests reach of the places that the package itself touches.
    pub(crate) tests: Option<TestReach>,
}

impl Gathered {
    /// Takes in what was found about one package that moves; `own` is the candidate's package.
    pub(crate) fn add(&mut self, found: Found, name: &str, own: bool) {
        let impact = found.impact.unwrap_or(Impact::Unknown);
        self.impact = Some(self.impact.map_or(impact, |before| before.max(impact)));
        self.changes.extend(found.reached);
        self.total += found.total;
        self.confirmed.extend(found.confirmed);
        if own {
            self.undeclared = found.undeclared;
            self.inside = found.inside;
            self.coverage = found.coverage;
            self.tests = found.tests;
            self.idle = found.idle;
            self.exposed = found.exposed;
            self.grade = Some(match (found.compared, found.probed) {
                (true, true) => Grade::Probed,
                (true, false) => Grade::Uses,
                (false, _) => Grade::Versions,
            });
        }
        // What moves along and only serves what moves is of no concern to the code that stays.
        if !own && found.unused {
            return;
        }
        if !found.compared && found.gaps.is_empty() {
            self.gaps.push(Gap::new(
                name,
                "its API could not be compared: one of the two models is missing",
            ));
        }
        self.gaps.extend(found.gaps);
    }
}

/// The lines of the workspace that name a locked package: `src/main.rs:12`.
pub(crate) type Mentions = BTreeMap<PackageId, Vec<String>>;

/// Searches the members' sources for the names of their dependencies.
pub(crate) fn mentions(session: &Session, ground: &Ground) -> Mentions {
    session.progress.stage("searching the sources for names", None);
    let root = ground.scratch.root();
    let members = ground.graph.packages().filter(|node| node.member);
    let mut all = Mentions::new();
    for member in members {
        let Some(folder) = member.manifest.parent() else { continue };
        let dependencies = ground.graph.dependencies(&member.id);
        let names: Vec<String> = dependencies.iter().map(|d| d.extern_name.clone()).collect();
        let mut found = ripe_usage::mentions(folder, &names);
        for dependency in dependencies {
            let lines = found.remove(&dependency.extern_name).unwrap_or_default();
            let places = all.entry(dependency.dependency.clone()).or_default();
            places.extend(lines.into_iter().map(|mention| {
                let path = folder.join(mention.file);
                let file = path.strip_prefix(&root).unwrap_or(&path);
                format!("{}:{}", file.display(), mention.line)
            }));
        }
    }
    all
}

/// Judges and estimates a candidate; with `mentions` where nothing was compiled.
pub(crate) fn update_of(
    ground: &Ground,
    candidate: &Candidate,
    mut gathered: Gathered,
    policy: &Policy,
    history: &History,
    mentions: Option<&Mentions>,
) -> Update {
    if candidate.refusal.is_some() {
        gathered.impact = Some(Impact::Breaks);
    }
    gathered.changes.sort_by(|(a, _), (b, _)| (&a.item, &a.lint).cmp(&(&b.item, &b.lint)));
    gathered.gaps.sort();
    gathered.gaps.dedup();
    gathered.confirmed.sort();
    gathered.confirmed.dedup();
    let several = ground.several_locked(&candidate.locked.name);
    let evidence = EvidenceForUpdate {
        candidate,
        impact: gathered.impact.unwrap_or(Impact::Unknown),
        undeclared: gathered.undeclared,
        grade: gathered.grade.unwrap_or(Grade::Versions),
        changes: &gathered.changes,
        n_changes_total: u32::try_from(gathered.total).unwrap_or(u32::MAX),
        moves_need_rust: needs_rust(ground, &candidate.moves),
        fixes: &[],
        gaps: &gathered.gaps,
        idle: gathered.idle,
        exposed: &gathered.exposed,
        first_look: mentions.map(|mentions| FirstLook {
            named_at: mentions.get(&candidate.locked).map_or(&[], Vec::as_slice),
            history: history.of(&candidate.locked.name),
        }),
    };
    let (verdict, reasons) = judge(&evidence, policy);
    let minutes = estimate(&evidence, history);
    Update {
        package: candidate.locked.name.clone(),
        locked: candidate.locked.version.clone(),
        target: candidate.target.clone(),
        kind: candidate.kind,
        role: candidate.role,
        declared_bump: candidate.declared,
        undeclared: evidence.undeclared,
        impact: evidence.impact,
        verdict,
        grade: evidence.grade,
        reasons,
        n_changes_total: evidence.n_changes_total,
        moves_along: candidate
            .moves
            .iter()
            .filter(|moved| moved.package != candidate.locked.name)
            .map(in_words)
            .collect(),
        commands: commands_for(candidate, several, &ground.project.workspace.root),
        minutes,
        changes: gathered.changes,
        runs: gathered.runs,
        inside: gathered.inside,
        coverage: gathered.coverage,
        tests: gathered.tests,
        confirmed: gathered.confirmed,
        gaps: gathered.gaps,
    }
}

/// Of the packages that move along, the one that asks for the newest compiler.
fn needs_rust(ground: &Ground, moves: &[Move]) -> Option<(String, Version)> {
    moves
        .iter()
        .filter_map(|moved| {
            let to = moved.to.as_ref()?;
            let rows = ground.releases.iter().find(|((name, _), _)| *name == moved.package)?.1;
            let rust = rows.iter().find(|row| row.version == *to)?.rust_version.clone()?;
            Some((moved.package.clone(), rust))
        })
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
}

/// `libc 0.2.150 -> 0.2.170`, `windows-sys 0.59.0 comes in`, `atty 0.2.14 goes away`.
pub(crate) fn in_words(moved: &Move) -> String {
    match (&moved.from, &moved.to) {
        (Some(from), Some(to)) => format!("{} {from} -> {to}", moved.package),
        (None, Some(to)) => format!("{} {to} comes in", moved.package),
        (Some(from), None) => format!("{} {from} goes away", moved.package),
        (None, None) => moved.package.clone(),
    }
}

/// How many compatibility ranges with a release lie after the locked version, up to the target.
pub(crate) fn majors_behind(ground: &Ground, candidate: &Candidate) -> u32 {
    if candidate.declared != Bump::Major || candidate.kind == CandidateKind::Compatible {
        return 0;
    }
    let key = (candidate.locked.name.clone(), candidate.locked.source.clone());
    let ranges: std::collections::BTreeSet<_> = ground
        .releases
        .get(&key)
        .into_iter()
        .flatten()
        .map(|row| &row.version)
        .filter(|v| **v > candidate.locked.version && **v <= candidate.target && v.pre.is_empty())
        .map(ripe_model::CompatRange::of)
        .collect();
    u32::try_from(ranges.len()).unwrap_or(u32::MAX)
}

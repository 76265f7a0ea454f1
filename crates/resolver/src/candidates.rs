//! What could be updated.
//!
//! Invariant: a candidate is a question. Which version cargo takes, and what moves along, is
//! cargo's answer, which [`Candidates::settle`] writes in.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{
    Candidate, CandidateKind, CompatRange, Edit, Gap, PackageId, Release, Role, Source, Workspace,
    Younger, declared_bump,
};
use semver::Version;

use crate::{Dependent, Graph, Node, rewrite};

/// The releases of packages, by name and source.
pub type Releases = BTreeMap<(String, Source), Vec<Release>>;

/// What else decides about candidates.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The compiler that cargo's resolver is told to suit (`resolver = "3"`, or
    /// `resolver.incompatible-rust-versions = "fallback"`); `None` where it does not look.
    pub msrv: Option<Version>,
    /// The last day on which a release came out that is old enough to be taken, RFC 3339. A younger
    /// one gives way to an older one of its range, where there is one. Releases without a date
    /// count as old; `None` takes all.
    pub aged_by: Option<String>,
}

/// The updates that could be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// One entry an option, sorted by package and target.
    pub updates: Vec<Candidate>,
    /// Newer majors of packages that no manifest of the workspace names, sorted by package.
    pub waiting: Vec<Waiting>,
    /// Registry packages without rows in the index, and requirements that cannot be rewritten.
    pub gaps: Vec<Gap>,
}

/// A newer major of a transitive package: it moves when what requires it moves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// The package that could be newer.
    pub package: PackageId,
    /// The newest release of a newer major.
    pub newest: Version,
    /// Who holds it: each dependent with its requirement that does not accept `newest`. Sorted.
    pub held_by: Vec<(PackageId, String)>,
}

/// Lists the updates of every registry package of the graph: the newest version that its
/// dependents accept, and, where a manifest of the workspace names it, the last release of each
/// newer major. Yanked releases are no candidates, pre-releases only where a requirement names
/// one.
pub fn candidates(
    graph: &Graph,
    workspace: &Workspace,
    releases: &Releases,
    context: &Context,
) -> Candidates {
    let mut found = Candidates::default();
    for node in graph.packages().filter(|node| node.id.source.is_registry()) {
        let key = (node.id.name.clone(), node.id.source.clone());
        let Some(rows) = releases.get(&key) else {
            found.gaps.push(Gap::new(
                node.id.to_string(),
                "its registry's index lists nothing of it here, so newer versions are not known",
            ));
            continue;
        };
        let pool = Pool::new(rows, context);
        let dependents = graph.dependents(&node.id);
        let direct: Vec<_> = dependents
            .iter()
            .copied()
            .filter(|edge| edge.dependent.source == Source::Path)
            .collect();
        let role = if direct.is_empty() { Role::Transitive } else { Role::Direct };
        let template = Template { graph, node, rows, role };

        let compatible = pool.newest(node, |release| accepted(release, node, &dependents, &direct));
        if let Some(choice) = &compatible {
            found.updates.push(template.candidate(CandidateKind::Compatible, choice, Vec::new()));
        }
        let majors = pool.majors_after(&node.id.version, compatible.as_ref());
        if direct.is_empty() {
            found.waiting.extend(waiting(node, &majors, &dependents));
            continue;
        }
        for choice in majors {
            match edits(workspace, &direct, &choice.release.version) {
                Ok(edits) if edits.is_empty() => {}
                Ok(edits) => {
                    found.updates.push(template.candidate(CandidateKind::Major, &choice, edits));
                }
                Err(gap) => found.gaps.push(gap),
            }
        }
    }
    found.updates.sort_by(|a, b| (&a.locked, &a.target).cmp(&(&b.locked, &b.target)));
    found.gaps.sort();
    found.gaps.dedup();
    found
}

/// Whether cargo may move a package there without an edit: newer, and either in the same range or
/// accepted by everybody who depends on it. What manifests of the workspace say counts always;
/// what other packages say may change when they move too.
fn accepted(
    release: &Release,
    node: &Node,
    dependents: &[&Dependent],
    direct: &[&Dependent],
) -> bool {
    let locked = &node.id.version;
    let accept = |edges: &[&Dependent]| edges.iter().all(|edge| edge.req.matches(&release.version));
    release.version > *locked
        && accept(direct)
        && (ripe_model::is_compatible(locked, &release.version) || accept(dependents))
}

fn waiting(node: &Node, majors: &[Choice<'_>], dependents: &[&Dependent]) -> Option<Waiting> {
    let newest = majors.last()?.newest().version.clone();
    let held_by: BTreeSet<_> = dependents
        .iter()
        .filter(|edge| !edge.req.matches(&newest))
        .map(|edge| (edge.dependent.clone(), edge.req.to_string()))
        .collect();
    (!held_by.is_empty()).then(|| Waiting {
        package: node.id.clone(),
        newest,
        held_by: held_by.into_iter().collect(),
    })
}

/// Whether what was published then is old enough: on the day `aged_by` or before. What has no date
/// is old; without a day everything is.
pub fn is_aged(published: Option<&str>, aged_by: Option<&str>) -> bool {
    let Some(day) = aged_by else { return true };
    published.and_then(|time| time.get(..day.len())).is_none_or(|date| date <= day)
}

/// The release that is offered.
pub(crate) struct Choice<'a> {
    pub(crate) release: &'a Release,
    /// The one that cargo would take, where that is too young.
    pub(crate) younger: Option<&'a Release>,
}

impl<'a> Choice<'a> {
    fn newest(&self) -> &'a Release {
        self.younger.unwrap_or(self.release)
    }
}

/// The releases that cargo would choose from, oldest first.
struct Pool<'a> {
    releases: Vec<&'a Release>,
    msrv: Option<&'a Version>,
    aged_by: Option<&'a str>,
}

impl<'a> Pool<'a> {
    fn new(rows: &'a [Release], context: &'a Context) -> Self {
        let mut releases: Vec<_> = rows.iter().filter(|row| !row.yanked).collect();
        releases.sort_by(|a, b| a.version.cmp(&b.version));
        let (msrv, aged_by) = (context.msrv.as_ref(), context.aged_by.as_deref());
        Pool { releases, msrv, aged_by }
    }

    fn is_aged(&self, release: &Release) -> bool {
        is_aged(release.published.as_deref(), self.aged_by)
    }

    /// What is offered where cargo takes `newest` of some releases, oldest first.
    fn choice(&self, newest: &'a Release, among: &[&'a Release]) -> Choice<'a> {
        let aged = |release: &&&Release| {
            release.version < newest.version && self.suits(release) && self.is_aged(release)
        };
        let older = among.iter().rev().find(aged).filter(|_| !self.is_aged(newest));
        match older {
            Some(release) => Choice { release, younger: Some(newest) },
            None => Choice { release: newest, younger: None },
        }
    }

    fn suits(&self, release: &Release) -> bool {
        match (self.msrv, &release.rust_version) {
            (Some(ours), Some(theirs)) => theirs <= ours,
            (None, _) | (_, None) => true,
        }
    }

    /// The newest accepted release that suits the compiler. Where there is none, the newest
    /// accepted one, unless the locked one suits: the resolver prefers, and falls back (Cargo
    /// book, "Resolver", `incompatible-rust-versions`).
    fn newest(&self, locked: &Node, accept: impl Fn(&Release) -> bool) -> Option<Choice<'a>> {
        let accepted: Vec<_> = self.releases.iter().copied().filter(|r| accept(r)).collect();
        let locked_suits = match (self.msrv, &locked.rust_version) {
            (Some(ours), Some(theirs)) => theirs <= ours,
            (Some(_), None) => true,
            (None, _) => false,
        };
        accepted
            .iter()
            .rev()
            .find(|release| self.suits(release))
            .or_else(|| accepted.last().filter(|_| !locked_suits))
            .map(|newest| self.choice(newest, &accepted))
    }

    /// The last release of each range after the one of `locked`, oldest first. Where none of a
    /// range suits the compiler, its last is listed all the same. Ranges up to what a compatible
    /// update reaches are left out.
    fn majors_after(&self, locked: &Version, compatible: Option<&Choice<'_>>) -> Vec<Choice<'a>> {
        let floor = compatible.map_or(locked, |choice| &choice.newest().version);
        let base = CompatRange::of(floor);
        let mut ranges: BTreeMap<(u64, u64, u64), Vec<&'a Release>> = BTreeMap::new();
        for release in self.releases.iter().copied() {
            let range = CompatRange::of(&release.version);
            if release.version <= *floor || range == base || !release.version.pre.is_empty() {
                continue;
            }
            let key = match range {
                CompatRange::Major(major) => (major, 0, 0),
                CompatRange::Minor(minor) => (0, minor, 0),
                CompatRange::Patch(patch) => (0, 0, patch),
            };
            ranges.entry(key).or_default().push(release);
        }
        let last = |releases: &Vec<&'a Release>| {
            let suiting = releases.iter().rev().find(|release| self.suits(release));
            suiting.or(releases.last()).map(|newest| self.choice(newest, releases))
        };
        ranges.values().filter_map(last).collect()
    }
}

/// What the candidates of one package have in common.
pub(crate) struct Template<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) node: &'a Node,
    pub(crate) rows: &'a [Release],
    pub(crate) role: Role,
}

impl Template<'_> {
    pub(crate) fn candidate(
        &self,
        kind: CandidateKind,
        &Choice { release, younger }: &Choice<'_>,
        edits: Vec<Edit>,
    ) -> Candidate {
        let locked = &self.node.id.version;
        let younger = younger.and_then(|young| {
            let published = young.published.clone()?;
            Some(Younger { version: young.version.clone(), published })
        });
        Candidate {
            locked: self.node.id.clone(),
            target: release.version.clone(),
            kind,
            role: self.role,
            declared: declared_bump(locked, &release.version),
            edits,
            moves: Vec::new(),
            target_yanked: release.yanked,
            locked_yanked: self.rows.iter().any(|row| row.version == *locked && row.yanked),
            target_rust_version: release.rust_version.clone(),
            published: release.published.clone(),
            younger,
            why: self.graph.why(&self.node.id),
            refusal: None,
        }
    }
}

/// The requirements that have to change so that the edges of manifests reach `target`.
pub(crate) fn edits(
    workspace: &Workspace,
    direct: &[&Dependent],
    target: &Version,
) -> Result<Vec<Edit>, Gap> {
    let mut edits = BTreeSet::new();
    for edge in direct.iter().filter(|edge| !edge.req.matches(target)) {
        let member = workspace.members.iter().find(|member| {
            member.name == edge.dependent.name && member.version == edge.dependent.version
        });
        let requirement = member.and_then(|member| {
            member.requirements.iter().find(|requirement| {
                requirement.package == edge.dependency.name
                    && requirement.kind == edge.kind
                    && requirement.rename == edge.rename
                    && requirement.target == edge.target
                    && requirement.req == edge.req
            })
        });
        let missing = || {
            Gap::new(
                format!("{} in {}", edge.dependency.name, edge.dependent.name),
                format!(
                    "its requirement {} was not found in a manifest of the workspace",
                    edge.req
                ),
            )
        };
        let (member, requirement) = member.zip(requirement).ok_or_else(missing)?;
        let to = rewrite(&requirement.written, target).ok_or_else(missing)?;
        let manifest = if requirement.inherited {
            workspace.root.join("Cargo.toml")
        } else {
            member.manifest.clone()
        };
        let key = requirement.rename.clone().unwrap_or_else(|| requirement.package.clone());
        edits.insert(Edit { manifest, key, from: requirement.written.clone(), to });
    }
    Ok(edits.into_iter().collect())
}

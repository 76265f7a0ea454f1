//! From a resolution to what it means: both sides compared, and the sites that a change reaches.
//!
//! Invariant: nothing is judged here. This module asks, keeps what it got, and says what is missing.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use ripe_apidiff::{Diff, Neighbours, diff_among};
use ripe_model::{
    Bump, Certainty, Change, Coverage, Gap, Impact, Inside, Move, Origin, PackageId, TestReach,
    UseSite, declared_bump,
};
use ripe_probe::Probed;
use ripe_resolver::Node;
use ripe_rustdoc::{ModelCache, ModelRef};
use ripe_usage::{
    Exposure, Named, Reach, Scan, UseIndex, confirm, expansions, impact, join, mentions, scan,
    site_impact,
};
use ripe_verify::LockGraph;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::build_code::{self, Runs};
use crate::coverage::Counting;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::inside::inside;
use crate::kept::{Inputs, Kept};
use crate::questions::Question;
use crate::reach;
use crate::session::Session;
use crate::side::{Asked, Side, target_side};
use crate::sources::{self, Extent};

/// The name and versions of one entry of a lockfile that moves.
pub(crate) type MoveKey = (String, Version, Version);

/// Both models of a package that moves, compared.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Comparison {
    /// What the lints said, united over the units of the package.
    pub(crate) changes: Vec<Change>,
    /// Whether the API broke beyond what the numbers declare.
    pub(crate) undeclared: bool,
    /// The bump that the definite changes require.
    pub(crate) required: Bump,
    /// The bump that the others would require.
    pub(crate) possible: Bump,
    /// Rows that no lint spoke about.
    pub(crate) unexplained: Vec<ripe_model::Unexplained>,
    /// What could not be compared.
    pub(crate) gaps: Vec<Gap>,
}

/// The evidence about one package that moves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// What the evidence says of the code that does not move along.
    pub(crate) impact: Option<Impact>,
    /// The changes that reach a site, each with its sites.
    pub(crate) reached: Vec<(Change, Vec<UseSite>)>,
    /// How many changes there are in all.
    pub(crate) total: usize,
    /// Whether the API broke beyond what the numbers declare.
    pub(crate) undeclared: bool,
    /// Whether the models were compared.
    pub(crate) compared: bool,
    /// Whether nothing that stays depends on it.
    pub(crate) unused: bool,
    /// Whether the workspace's own packages depend on it and use nothing of it.
    pub(crate) idle: bool,
    /// What changed inside the functions that the workspace's own code calls.
    pub(crate) inside: Option<Inside>,
    /// Where the public API of a library of the workspace shows it, if the update is a major.
    pub(crate) exposed: Vec<UseSite>,
    /// What was not seen.
    pub(crate) gaps: Vec<Gap>,
    /// Whether the compiler named the uses.
    pub(crate) probed: bool,
    /// The uses that it named.
    pub(crate) confirmed: Vec<UseSite>,
    /// How the uses were found.
    pub(crate) coverage: Option<Coverage>,
    /// What tests reach of the places that it touches.
    pub(crate) tests: Option<TestReach>,
}

fn is_major(moved: &Move) -> bool {
    key_of(moved).is_some_and(|(_, from, to)| declared_bump(&from, &to) == Bump::Major)
}

/// The key of a move from one version to another.
pub(crate) fn key_of(moved: &Move) -> Option<MoveKey> {
    Some((moved.package.clone(), moved.from.clone()?, moved.to.clone()?))
}

/// Compares all packages that a resolution moves, as far as both models are there.
pub(crate) fn compare(
    kept: &Kept,
    locked: &Side,
    target: &Side,
    moves: &[Move],
) -> BTreeMap<MoveKey, Comparison> {
    let (old, new) = (locked.digest(), target.digest());
    moves
        .par_iter()
        .filter_map(|moved| {
            let key = key_of(moved)?;
            let inputs = Inputs::of("comparison")
                .and(format!("{key:?}").as_bytes())
                .and(old.as_bytes())
                .and(new.as_bytes());
            let comparison = kept.get(inputs, || compare_one(locked, target, &key))?;
            Some((key, comparison))
        })
        .collect()
}

/// Compares one package; `None` where a model is missing.
fn compare_one(locked: &Side, target: &Side, key: &MoveKey) -> Option<Comparison> {
    let (name, from, to) = key;
    let olds: Vec<&ModelRef> = locked.models_of(name, from).collect();
    let news: Vec<&ModelRef> = target.models_of(name, to).collect();
    let mut pairs: Vec<(usize, usize)> =
        olds.iter().enumerate().filter_map(|(n, old)| Some((n, partner(old, &news)?))).collect();
    pairs.dedup();
    let (before, after) = (|o: &Origin| locked.neighbour(o), |o: &Origin| target.neighbour(o));
    let around = Neighbours { old: &before, new: &after };
    let diffs: Vec<Diff> = pairs
        .into_iter()
        .map(|(old, new)| {
            diff_among(&locked.surface(olds[old]), &target.surface(news[new]), around)
        })
        .collect();
    (!diffs.is_empty()).then(|| unite(diffs, from, to))
}

/// The unit of the new version that plays the part of `old`: same platform first, then the most
/// similar features.
fn partner(old: &ModelRef, news: &[&ModelRef]) -> Option<usize> {
    news.iter()
        .enumerate()
        .max_by_key(|(at, new)| {
            let shared = new.unit.features.iter().filter(|f| old.unit.features.contains(f)).count();
            let extra = new.unit.features.len() - shared;
            (
                new.unit.platform == old.unit.platform,
                shared,
                std::cmp::Reverse(extra),
                std::cmp::Reverse(*at),
            )
        })
        .map(|(at, _)| at)
}

/// One comparison from those of the units: a change counts once, however many units have it.
pub(crate) fn unite(diffs: Vec<Diff>, from: &Version, to: &Version) -> Comparison {
    let required = diffs.iter().map(Diff::required_bump).max().unwrap_or_default();
    let possible = diffs.iter().map(Diff::possible_bump).max().unwrap_or_default();
    let mut changes: BTreeMap<_, Change> = BTreeMap::new();
    let (mut unexplained, mut gaps) = (BTreeSet::new(), BTreeSet::new());
    for diff in diffs {
        for change in diff.changes {
            let key = (change.item.clone(), change.lint.clone(), change.detail.clone());
            let judged = (change.proven, change.witness.clone());
            let known = changes.entry(key).or_insert(change);
            if judged.0 > known.proven {
                (known.proven, known.witness) = judged;
            }
        }
        unexplained.extend(diff.unexplained);
        gaps.extend(diff.gaps);
    }
    Comparison {
        changes: changes.into_values().collect(),
        undeclared: required == Bump::Major && declared_bump(from, to) < Bump::Major,
        required,
        possible,
        unexplained: unexplained.into_iter().collect(),
        gaps: gaps.into_iter().collect(),
    }
}

/// The package that a move leaves.
pub(crate) fn leaving_node<'a>(ground: &'a Ground, moved: &Move) -> Option<&'a Node> {
    let is = |node: &&Node| {
        node.id.name == moved.package && Some(&node.id.version) == moved.from.as_ref()
    };
    ground.graph.packages().find(is)
}

/// Whether a version is one that something leaves.
fn moves_from(moves: &[Move], id: &PackageId) -> bool {
    moves.iter().any(|m| m.package == id.name && m.from.as_ref() == Some(&id.version))
}

/// Whether a dependent is the same afterwards, but for the version of `on` that it depends on.
fn takes_part(dependent: &PackageId, on: &PackageId, moves: &[Move], after: &LockGraph) -> bool {
    !moves_from(moves, dependent)
        && !after.depends((&dependent.name, &dependent.version), (&on.name, &on.version))
}

/// The names of the packages that stay and depend on one that moves.
pub(crate) fn users(
    ground: &Ground,
    node: &Node,
    moves: &[Move],
    after: &LockGraph,
) -> BTreeSet<String> {
    ground
        .graph
        .dependents(&node.id)
        .into_iter()
        .map(|d| &d.dependent)
        .filter(|id| takes_part(id, &node.id, moves, after))
        .map(|id| id.name.clone())
        .collect()
}

/// Searches the sources of every package that stays and depends on something that moves, in each
/// extent in which it can use it.
pub(crate) fn uses(
    kept: &Kept,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    moves: &[Move],
    after: &LockGraph,
) -> Vec<(Extent, Scan)> {
    let mut users: BTreeSet<(&PackageId, Extent)> = BTreeSet::new();
    for moved in moves.iter().filter(|moved| locked.was_asked_for(moved)) {
        let Some(node) = leaving_node(ground, moved) else { continue };
        let dependents = ground.graph.dependents(&node.id);
        let staying =
            dependents.iter().filter(|d| takes_part(&d.dependent, &node.id, moves, after));
        users.extend(staying.map(|d| (&d.dependent, Extent::of(node))));
    }
    users
        .into_par_iter()
        .filter_map(|(id, extent)| Some((ground.graph.get(id)?, extent)))
        .map(|(node, extent)| (extent, index(kept, ground, asked, locked, node, extent).scan()))
        .collect()
}

/// The uses in the sources of one package.
pub(crate) fn index(
    kept: &Kept,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    node: &Node,
    extent: Extent,
) -> UseIndex {
    let sources = sources::of(ground, node, extent, asked.cfg.as_ref());
    let inputs = Inputs::of("uses")
        .and(locked.digest().as_bytes())
        .and(format!("{sources:?}").as_bytes())
        .and(sources::digest(node, &sources).as_bytes());
    kept.index(inputs, || {
        UseIndex::of(&node.id, &scan(&sources, &sources::surfaces(ground, node, locked)))
    })
}

/// Adds what the macros of the packages that move no longer give to the code that was scanned.
fn expand(ground: &Ground, asked: &Asked, moves: &[Move], scans: &mut [(Extent, Scan)]) {
    let cfg = asked.cfg.as_ref();
    scans.par_iter_mut().for_each(|(extent, scan)| {
        let Some(user) = ground.graph.packages().find(|n| n.id.name == scan.package) else {
            return;
        };
        for (from, to) in moves.iter().filter_map(|m| Some((m, m.to.as_ref()?))) {
            let Some(node) = leaving_node(ground, from) else { continue };
            if scan.sites_of(&node.id).is_empty() {
                continue;
            }
            let Some((old, new)) = sources::libraries(ground, node, to, cfg) else { continue };
            let sources = sources::of(ground, user, *extent, cfg);
            let found = expansions(&sources, scan.sites_of(&node.id), &old, &new);
            scan.lost.extend(found.into_iter().map(|(c, sites)| (node.id.clone(), c, sites)));
        }
    });
}

/// What a move means for the code that stays and takes part in it. `probed` is what the compiler
/// named on the locked side, where it was asked.
pub(crate) fn found(
    ground: &Ground,
    locked: &Side,
    moved: &Move,
    compared: &Compared,
    probed: Option<&Probed>,
) -> Found {
    let Some(node) = leaving_node(ground, moved) else { return Found::default() };
    let name = &moved.package;
    let users = users(ground, node, &compared.moves, &compared.after);
    let Some(comparison) = compared.of(moved) else {
        // What no unit of the build is made of cannot break the build that was looked at.
        let units = &locked.outcome().units;
        let compiled = units.is_empty() || units.iter().any(|u| u.package.name == *name);
        let impact = (!compiled).then_some(Impact::None);
        let mut gaps = locked.gaps_about(name);
        gaps.extend(compared.target.gaps_about(name));
        let impact = if users.is_empty() { Some(Impact::None) } else { impact };
        return Found { impact, gaps, unused: users.is_empty(), ..Found::default() };
    };
    let mut found = Found {
        total: comparison.changes.len(),
        undeclared: comparison.undeclared,
        compared: true,
        unused: users.is_empty(),
        gaps: comparison.gaps.iter().cloned().chain(compared.target.gaps_about(name)).collect(),
        impact: Some(Impact::None),
        idle: is_idle(ground, node, compared),
        inside: compared.inside_of(moved).cloned(),
        exposed: compared.exposed(node, moved),
        ..Found::default()
    };
    let partial = |side: &Side, version: &Option<Version>| {
        version.as_ref().is_some_and(|version| side.is_partial(name, version))
    };
    let partial = partial(locked, &moved.from) || partial(&compared.target, &moved.to);
    if partial && !found.unused {
        found.impact = Some(Impact::Unknown);
        found.gaps.extend(locked.gaps_about(name));
    }
    let named = probed.and_then(|probed| probed.named.get(&node.id));
    found.probed = named.is_some_and(|named| users.iter().any(|user| named.seen.contains(user)))
        || (named.is_some() && users.is_empty());
    let mut reached: BTreeMap<(usize, Certainty), Vec<UseSite>> = BTreeMap::new();
    let mut counting = Counting::default();
    let within = Extent::of(node);
    let scans = compared.scans.iter().filter(|(extent, _)| *extent == within).map(|(_, scan)| scan);
    for scan in scans.filter(|scan| users.contains(&scan.package)) {
        let sites = scan.sites_of(&node.id);
        let Some(surface) = locked.surface_for(&node.id, &scan.package) else { continue };
        let own: Vec<UseSite>;
        let sites = match named {
            Some(named) => {
                let in_it = named.sites.iter().filter(|site| site.package == scan.package);
                let complete = named.seen.contains(&scan.package);
                own = in_it.cloned().collect();
                found.confirmed.extend(own.iter().cloned());
                let none = BTreeSet::new();
                let spared = named.spared.get(&scan.package).unwrap_or(&none);
                &confirm(sites, Named { sites: &own, asked: &named.asked, complete, spared })
            }
            None => sites,
        };
        let is_member = ground.graph.named(&scan.package).any(|user| user.member);
        counting.add(scan, &node.id, sites, &surface, is_member, &comparison.changes);
        let hit = join(&comparison.changes, sites, &surface);
        let now = impact(&hit, &scan.gaps, ripe_usage::Extent::Compiled);
        found.impact = found.impact.map(|before| before.max(now));
        found.gaps.extend(scan.gaps.iter().cloned());
        for (_, change, sites) in scan.lost.iter().filter(|(of, ..)| *of == node.id) {
            let compiled = sites.iter().filter(|site| !site.inactive);
            let now = compiled.map(|site| site_impact(change.certainty, site.confidence)).max();
            found.impact = found.impact.map(|before| before.max(now.unwrap_or(Impact::None)));
            found.total += 1;
            found.reached.push((change.clone(), sites.clone()));
        }
        for one in hit {
            reached.entry((one.change, one.certainty)).or_default().extend(one.sites);
        }
    }
    found.coverage = counting.finish();
    found.reached.extend(reached.into_iter().map(|((change, certainty), mut sites)| {
        sites.sort();
        sites.dedup();
        (Change { certainty, ..comparison.changes[change].clone() }, sites)
    }));
    // What the compiler was not asked about matters where the scan supposes a use.
    if let Some(probed) = probed.filter(|_| !found.reached.is_empty()) {
        let asked = named.is_some();
        let about = |gap: &&Gap| gap.what == *name || (asked && users.contains(&gap.what));
        found.gaps.extend(probed.gaps.iter().filter(about).cloned());
    }
    let scans = compared.scans.iter().filter(|(extent, _)| *extent == within);
    let calls = scans.flat_map(|(_, scan)| scan.sites_of(&node.id));
    found.tests = Some(reach::of(&compared.reach, &found, calls));
    found
}

/// Whether members of the workspace depend on a package and use nothing of it: the scan found no
/// site in any configuration, and no line names it.
fn is_idle(ground: &Ground, node: &Node, compared: &Compared) -> bool {
    let within = Extent::of(node);
    let mut members = ground
        .graph
        .dependents(&node.id)
        .into_iter()
        .filter_map(|edge| Some((edge, ground.graph.get(&edge.dependent)?)))
        .filter(|(_, member)| member.member)
        .peekable();
    members.peek().is_some()
        && members.all(|(edge, member)| {
            let named = || {
                let folder = member.manifest.parent().unwrap_or(&member.manifest);
                !mentions(folder, std::slice::from_ref(&edge.extern_name)).is_empty()
            };
            let scans = &compared.scans;
            let scan = scans.iter().find(|(e, s)| *e == within && s.package == member.id.name);
            scan.is_some_and(|(_, scan)| scan.is_unused(&node.id)) && !named()
        })
}

/// The models of one target side with the comparisons that they allow.
pub(crate) struct Compared {
    /// The comparisons.
    pub(crate) comparisons: BTreeMap<MoveKey, Comparison>,
    /// The uses of what moves.
    pub(crate) scans: Vec<(Extent, Scan)>,
    /// What moves.
    pub(crate) moves: Vec<Move>,
    /// What depends on what afterwards.
    pub(crate) after: LockGraph,
    /// The target side.
    pub(crate) target: Side,
    /// What would run in its build.
    pub(crate) runs: Runs,
    /// What changed inside the functions that are called.
    inside: BTreeMap<MoveKey, Inside>,
    /// The public APIs of the workspace's libraries that are published, by package.
    exposures: BTreeMap<String, Exposure>,
    /// What the tests of the workspace reach.
    reach: Reach,
}

impl Compared {
    /// The comparison of what moves, where both models were there.
    pub(crate) fn of(&self, moved: &Move) -> Option<&Comparison> {
        self.comparisons.get(&key_of(moved)?)
    }

    /// Where the public API of a member shows what moves out of its range of compatible versions.
    fn exposed(&self, node: &Node, moved: &Move) -> Vec<UseSite> {
        if !is_major(moved) {
            return Vec::new();
        }
        let shown = |(_, scan): &'_ (Extent, Scan)| {
            let exposure = self.exposures.get(&scan.package);
            let sites = scan.sites_of(&node.id).iter();
            sites.filter(|site| exposure.is_some_and(|e| e.has(site))).cloned().collect::<Vec<_>>()
        };
        let mut sites: Vec<UseSite> = self.scans.iter().flat_map(shown).collect();
        sites.sort();
        sites.dedup();
        sites
    }

    fn inside_of(&self, moved: &Move) -> Option<&Inside> {
        self.inside.get(&key_of(moved)?)
    }
}

/// Puts a resolution into the scratch copy, and compares everything that it moves.
pub(crate) fn compare_resolution(
    session: &Session,
    ground: &Ground,
    asked: &Asked,
    cache: &ModelCache,
    locked: &Side,
    question: &Question,
) -> Result<Compared, Failure> {
    let Question { request, resolution } = question;
    let runs = build_code::compare(session, ground, asked.builds, resolution);
    ground.scratch.set(request, resolution)?;
    let target =
        target_side(session, ground, asked, cache, locked, resolution).map_err(Failure::from)?;
    ground.scratch.reset()?;
    session.progress.stage("comparing the APIs", None);
    let kept = Kept::new(session.cache.join("evidence"));
    let comparisons = compare(&kept, locked, &target, &resolution.moves);
    session.progress.stage("searching the sources for uses", None);
    let moves = resolution.moves.clone();
    let after = LockGraph::new(&resolution.lockfile);
    let indexed = Kept::new(session.cache.join("uses"));
    let mut scans = uses(&indexed, ground, asked, locked, &moves, &after);
    expand(ground, asked, &moves, &mut scans);
    let inside = inside(&kept, ground, asked, locked, &moves, &scans);
    let exposures = match moves.iter().any(is_major) {
        true => sources::exposures(ground, asked.cfg.as_ref()),
        false => BTreeMap::new(),
    };
    let reach = reach::reach(&kept, ground, asked);
    Ok(Compared { comparisons, scans, moves, after, target, runs, inside, exposures, reach })
}

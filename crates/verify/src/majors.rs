//! Majors resolved together, and apart only where that fails.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{Candidate, CandidateKind, Edit, Move, PackageId, Refusal, RefusalKind, Younger};
use semver::Version;

use crate::lock::LockGraph;
use crate::{Answer, Compatible, Error, Request, Resolution, ResolutionCache, Scratch};

/// What cargo says of the majors that manifests of the workspace could take.
#[derive(Debug, Clone, Default)]
pub struct Majors {
    /// What was asked in the end: the edits of all those that resolve together.
    pub request: Request,
    /// What cargo resolved for it; `None` where nothing resolves.
    pub together: Option<Resolution>,
    /// How often cargo was asked.
    pub asked: u32,
}

impl Scratch {
    /// Resolves the newest major of each package of `candidates` together, and writes into each of
    /// these what moves with it, or why cargo refuses it. What cargo refuses in company is asked
    /// alone where that could change the reason, so that it is its own. Older majors are left as they are; ask for them one
    /// by one where they matter.
    ///
    /// What moves with one of several is told by the lockfile's own dependencies: what its target
    /// reaches, and what its locked version reached.
    ///
    /// # Errors
    /// Where cargo could not be asked.
    pub fn resolve_majors(
        &self,
        candidates: &mut [Candidate],
        cache: Option<&ResolutionCache<'_>>,
    ) -> Result<Majors, Error> {
        let mut majors = Majors::default();
        let mut batch = newest_majors(candidates);
        while !batch.is_empty() {
            majors.request = Request {
                compatible: Compatible::Keep,
                edits: edits(candidates, &batch),
                instead: batch.iter().filter_map(|at| instead(&candidates[*at])).collect(),
            };
            majors.asked += 1;
            match self.resolve(&majors.request, cache)? {
                Ok(resolution) => {
                    let shares = Shares::new(self.locked(), &resolution);
                    for at in &batch {
                        settle(&mut candidates[*at], &resolution);
                        candidates[*at].moves = shares.of(&candidates[*at]);
                    }
                    majors.together = Some(resolution);
                    return Ok(majors);
                }
                Err(refusal) => {
                    let at = culprit(candidates, &batch, &refusal);
                    batch.retain(|other| *other != at);
                    let by_itself =
                        batch.is_empty() && majors.request.edits == candidates[at].edits;
                    let alone = if by_itself || self.is_own(&refusal, candidates, at, &batch) {
                        Err(refusal.clone())
                    } else {
                        majors.asked += 1;
                        self.resolve_one(&candidates[at], cache)?
                    };
                    match alone {
                        Ok(resolution) => {
                            settle(&mut candidates[at], &resolution);
                            candidates[at].moves = others(&resolution.moves, &candidates[at])
                        }
                        Err(refusal) => candidates[at].refusal = Some(refusal),
                    }
                }
            }
        }
        majors.request = Request::default();
        Ok(majors)
    }

    /// Whether a refusal that came in company says the same without it: a feature that a member asks
    /// for and the target does not have.
    fn is_own(
        &self,
        refusal: &Refusal,
        candidates: &[Candidate],
        at: usize,
        company: &[usize],
    ) -> bool {
        let RefusalKind::Feature { dependent, package, .. } = &refusal.kind else { return false };
        let members = &self.project().workspace.members;
        *package == candidates[at].locked.name
            && members.iter().any(|member| member.name == *dependent)
            && company.iter().all(|other| candidates[*other].locked.name != *package)
    }

    /// Writes into each compatible candidate what `all`, cargo's answer to [`Compatible::All`],
    /// moves because of it: packages that come, go or change their range. What is a compatible
    /// candidate of its own moves for its own sake.
    pub fn share_compatible(&self, all: &Resolution, candidates: &mut [Candidate]) {
        let own: BTreeSet<_> = candidates
            .iter()
            .filter(|candidate| candidate.kind == CandidateKind::Compatible)
            .map(|candidate| (candidate.locked.name.clone(), candidate.locked.version.clone()))
            .collect();
        let shares = Shares::new(self.locked(), all);
        let compatible = candidates.iter_mut().filter(|candidate| {
            candidate.kind == CandidateKind::Compatible && candidate.refusal.is_none()
        });
        for candidate in compatible {
            candidate.moves = shares.of(candidate);
            candidate.moves.retain(|m| {
                m.from.as_ref().is_none_or(|from| !own.contains(&(m.package.clone(), from.clone())))
            });
        }
    }

    /// Resolves one candidate alone: a compatible one by `--precise`, any other by its edits.
    ///
    /// # Errors
    /// Where cargo could not be asked.
    pub fn resolve_one(
        &self,
        candidate: &Candidate,
        cache: Option<&ResolutionCache<'_>>,
    ) -> Result<Answer, Error> {
        self.resolve(&Request::alone(candidate), cache)
    }
}

impl Request {
    /// The question about one candidate alone: a compatible one by `--precise`, any other by its
    /// edits.
    pub fn alone(candidate: &Candidate) -> Request {
        if candidate.edits.is_empty() {
            let target = (candidate.locked.clone(), candidate.target.clone());
            return Request { compatible: Compatible::Precise(vec![target]), ..Request::default() };
        }
        Request {
            compatible: Compatible::Keep,
            edits: match candidate.kind {
                CandidateKind::Asked => {
                    candidate.edits.iter().map(|edit| edit.pinned(&candidate.target)).collect()
                }
                CandidateKind::Compatible | CandidateKind::Major => candidate.edits.clone(),
            },
            instead: instead(candidate).into_iter().collect(),
        }
    }
}

/// What a candidate that gives way to an older release asks for after cargo took the newest.
fn instead(candidate: &Candidate) -> Option<(PackageId, Version)> {
    let went = candidate.younger.as_ref()?.version.clone();
    Some((PackageId { version: went, ..candidate.locked.clone() }, candidate.target.clone()))
}

/// Where cargo could not have the older release, the candidate is the younger one.
fn settle(candidate: &mut Candidate, resolution: &Resolution) {
    let went =
        |m: &Move, to: &Version| m.package == candidate.locked.name && m.to.as_ref() == Some(to);
    let stayed = |younger: &Younger| resolution.moves.iter().any(|m| went(m, &younger.version));
    if candidate.younger.as_ref().is_some_and(stayed)
        && let Some(younger) = candidate.younger.take()
    {
        candidate.target = younger.version;
        candidate.published = Some(younger.published);
    }
}

/// The positions of the newest major of each locked package.
pub fn newest_majors(candidates: &[Candidate]) -> Vec<usize> {
    let mut newest: BTreeMap<_, usize> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let known = newest.get(&candidate.locked).map(|at| &candidates[*at].target);
        if candidate.kind == CandidateKind::Major
            && known.is_none_or(|known| *known < candidate.target)
        {
            newest.insert(candidate.locked.clone(), at);
        }
    }
    newest.into_values().collect()
}

/// The edits of the batch. Where two locked versions of one package stand under one key with one
/// requirement, the newer target counts.
fn edits(candidates: &[Candidate], batch: &[usize]) -> Vec<Edit> {
    let mut edits: BTreeMap<_, Edit> = BTreeMap::new();
    let mut ordered: Vec<_> = batch.iter().map(|at| &candidates[*at]).collect();
    ordered.sort_by(|a, b| a.target.cmp(&b.target));
    for edit in ordered.into_iter().flat_map(|candidate| &candidate.edits) {
        edits.insert((&edit.manifest, &edit.key, &edit.from), edit.clone());
    }
    edits.into_values().collect()
}

/// The member of the batch that a refusal is about: the package that it names, else one that it
/// mentions, else the last.
fn culprit(candidates: &[Candidate], batch: &[usize], refusal: &Refusal) -> usize {
    let quoted: Vec<&str> = refusal.cargo.split('`').skip(1).step_by(2).collect();
    let named = quoted.iter().find_map(|words| {
        let name = words.split([' ', '=']).next().unwrap_or(words);
        batch.iter().find(|at| candidates[**at].locked.name == name)
    });
    named.or(batch.last()).copied().unwrap_or_default()
}

/// A resolution of several candidates, to be told apart.
struct Shares<'a> {
    before: LockGraph,
    after: LockGraph,
    moves: &'a [Move],
}

impl<'a> Shares<'a> {
    fn new(locked: &str, resolution: &'a Resolution) -> Self {
        Shares {
            before: LockGraph::new(locked),
            after: LockGraph::new(&resolution.lockfile),
            moves: &resolution.moves,
        }
    }

    /// What moves with one candidate.
    fn of(&self, candidate: &Candidate) -> Vec<Move> {
        let name = &candidate.locked.name;
        let before = self.before.closure(name, &candidate.locked.version);
        let after = self.after.closure(name, &candidate.target);
        let reaches = |set: &BTreeSet<(String, Version)>, name: &str, version: &Option<Version>| {
            version
                .as_ref()
                .is_some_and(|version| set.contains(&(name.to_owned(), version.clone())))
        };
        let moves = self.moves.iter().filter(|m| {
            reaches(&before, &m.package, &m.from) || reaches(&after, &m.package, &m.to)
        });
        others(&moves.cloned().collect::<Vec<_>>(), candidate)
    }
}

/// The moves without the candidate's own.
fn others(moves: &[Move], candidate: &Candidate) -> Vec<Move> {
    let own = |m: &&Move| {
        m.package == candidate.locked.name
            && (m.from.as_ref() == Some(&candidate.locked.version)
                || m.to.as_ref() == Some(&candidate.target))
    };
    moves.iter().filter(|m| !own(m)).cloned().collect()
}

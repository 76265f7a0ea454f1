//! Cargo's answer written into the candidates.

use ripe_model::{
    Candidate, CandidateKind, Move, PackageId, Refusal, RefusalKind, declared_bump, is_compatible,
};
use semver::Version;

use crate::{Candidates, Graph, Releases, is_aged};

impl Candidates {
    /// Writes in what `cargo update` moved: a compatible candidate takes the version that cargo
    /// took; one that cargo left alone is refused, with who holds it. A package that cargo drops, or
    /// takes to another range because its dependents moved, is no update of its own and is left
    /// out: it appears among the moves of others.
    ///
    /// Where cargo chose among releases of the day `aged_by` and before, one that nobody holds and
    /// that did not move waits for its day, and is not refused.
    pub fn settle(
        &mut self,
        graph: &Graph,
        releases: &Releases,
        moves: &[Move],
        aged_by: Option<&str>,
    ) {
        self.updates.retain_mut(|candidate| {
            match candidate.kind {
                CandidateKind::Major | CandidateKind::Asked => return true,
                CandidateKind::Compatible => {}
            }
            let locked = &candidate.locked;
            let moved = moves
                .iter()
                .find(|m| m.package == locked.name && m.from.as_ref() == Some(&locked.version));
            match moved.map(|m| &m.to) {
                Some(None) => return false,
                Some(Some(to)) if !moves_by_itself(graph, locked, to) => return false,
                Some(Some(to)) if *to == candidate.target => {}
                Some(Some(to)) => {
                    let key = (locked.name.clone(), locked.source.clone());
                    let row = releases
                        .get(&key)
                        .and_then(|rows| rows.iter().find(|row| row.version == *to));
                    if candidate.younger.as_ref().is_some_and(|younger| younger.version == *to) {
                        candidate.younger = None;
                    }
                    candidate.target = to.clone();
                    candidate.declared = declared_bump(&locked.version, to);
                    candidate.target_yanked = row.is_some_and(|row| row.yanked);
                    candidate.target_rust_version = row.and_then(|row| row.rust_version.clone());
                    candidate.published = row.and_then(|row| row.published.clone());
                }
                None => candidate.refusal = held(graph, candidate, aged_by),
            }
            true
        });
    }
}

/// Whether the requirements of today let a package move there.
fn moves_by_itself(graph: &Graph, locked: &PackageId, to: &Version) -> bool {
    is_compatible(&locked.version, to)
        || graph.dependents(locked).iter().all(|edge| edge.req.matches(to))
}

/// Why cargo left a package where it is although its range goes on; `None` where only its age is in
/// the way. The candidate is then the young release.
fn held(graph: &Graph, candidate: &mut Candidate, aged_by: Option<&str>) -> Option<Refusal> {
    let dependents = graph.dependents(&candidate.locked);
    let holder = dependents.into_iter().find(|edge| !edge.req.matches(&candidate.target));
    let name = &candidate.locked.name;
    if let Some(edge) = holder {
        return Some(Refusal {
            kind: RefusalKind::Requirement {
                dependent: edge.dependent.to_string(),
                package: name.clone(),
                req: edge.req.to_string(),
            },
            text: format!(
                "{} asks for {name} {}, which keeps it at {}",
                edge.dependent, edge.req, candidate.locked.version
            ),
            cargo: String::new(),
        });
    }
    if let Some(younger) = candidate.younger.take() {
        candidate.target = younger.version;
        candidate.published = Some(younger.published);
    }
    is_aged(candidate.published.as_deref(), aged_by).then(|| Refusal {
        kind: RefusalKind::Other,
        text: format!(
            "cargo update leaves {name} at {}, although {} is out",
            candidate.locked.version, candidate.target
        ),
        cargo: String::new(),
    })
}

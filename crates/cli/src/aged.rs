//! All compatible updates, with releases that are old enough where cargo's newest are too young.

use ripe_model::CandidateKind;
use ripe_resolver::Candidates;
use ripe_verify::{Request, instead};

use crate::failure::Failure;
use crate::ground::Ground;
use crate::looks::Question;

/// The question for all compatible updates, answered by `newest`, asked again for every candidate
/// that gives way to an older release. What cargo cannot have there stays young.
pub(crate) fn aged(
    ground: &Ground,
    newest: Question,
    candidates: &Candidates,
) -> Result<Question, Failure> {
    let went = |name: &str, version: &semver::Version| {
        let mut moves = newest.resolution.moves.iter();
        moves.any(|m| m.package == name && m.to.as_ref() == Some(version))
    };
    let compatible = candidates.updates.iter().filter(|c| c.kind == CandidateKind::Compatible);
    let instead: Vec<_> =
        compatible.filter_map(instead).filter(|(id, _)| went(&id.name, &id.version)).collect();
    if instead.is_empty() {
        return Ok(newest);
    }
    let request = Request { instead, ..newest.request.clone() };
    match ground.resolve(&request)? {
        Ok(resolution) => Ok(Question { request, resolution }),
        Err(_) => Ok(newest),
    }
}

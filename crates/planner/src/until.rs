//! What would change the decision to leave an update alone.

use ripe_model::{ReasonKind, Verdict};

use crate::{Offer, budget_words};

/// Why a takable offer is not taken.
pub(crate) enum Fit {
    /// It is part of the best plan from this budget on.
    From(u32),
    /// It is part of no best plan up to this budget.
    NotWithin(u32),
    /// Something that is worth more excludes it at any budget.
    Never,
}

/// What would bring an offer in that can be taken.
pub(crate) fn until_it_fits(fit: &Fit) -> String {
    match fit {
        Fit::From(minutes) => format!("fits from `--budget {}`", budget_words(*minutes)),
        Fit::NotWithin(minutes) => {
            format!("does not fit into `--budget {}` either", budget_words(*minutes))
        }
        Fit::Never => "when what is worth more, and excludes it, is gone".to_owned(),
    }
}

/// What would free an offer that waits for `obstacle`, another one.
pub(crate) fn until_other(obstacle: &Offer) -> String {
    let Offer { update, .. } = obstacle;
    format!("when {} {} can be taken, which has to move with it", update.package, update.target)
}

/// What would change the verdict on an offer.
pub(crate) fn until_ripe(offer: &Offer) -> String {
    let update = &offer.update;
    let explain = format!("`cargo ripe explain {} --to {}`", offer.spec, update.target);
    if update.verdict == Verdict::Unknown {
        return format!("look closer: {explain}");
    }
    match update.reasons.first().map(|reason| reason.kind) {
        Some(ReasonKind::Yanked) => {
            format!("a release of {} after {}", update.package, update.target)
        }
        Some(ReasonKind::Age) => match &offer.ripe_from {
            Some(day) => format!("ripe from {day}"),
            None => "when it is older".to_owned(),
        },
        Some(ReasonKind::Msrv) => "when you build with a newer Rust".to_owned(),
        Some(ReasonKind::Feature) => "when nothing asks for the feature that is gone".to_owned(),
        Some(ReasonKind::Resolution) => {
            "when a release of what stands in the way allows it".to_owned()
        }
        Some(ReasonKind::Undeclared) => {
            format!("a repaired release after {}; or edit the lines: {explain}", update.target)
        }
        Some(ReasonKind::Break) => "when what breaks has a release that goes along".to_owned(),
        Some(ReasonKind::Policy) => "when your own rule changes".to_owned(),
        Some(ReasonKind::Advisory | ReasonKind::Clean | ReasonKind::Gap) | None => {
            format!("look closer: {explain}")
        }
    }
}

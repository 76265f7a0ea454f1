//! From evidence to verdict: the table of `docs/policy.md`, and its reasons in words.

use ripe_model::{Bump, Grade, Impact, Reason, ReasonKind, RefusalKind, Verdict};
use semver::Version;

use crate::words::{count, first_of, names, places};
use crate::{EvidenceForUpdate, FirstLook, Policy, day_number};

/// The verdict on an update, and why; the first reason is the headline.
///
/// Total: every evidence gets a verdict. Nothing that is not known reads as good: an impact of
/// `none` from numbers alone, or from an API comparison with changes whose uses nobody searched,
/// is judged `unknown`.
pub fn judge(evidence: &EvidenceForUpdate<'_>, policy: &Policy) -> (Verdict, Vec<Reason>) {
    let (verdict, headline) = decide(evidence, policy);
    let mut reasons = vec![headline];
    for reason in further(evidence, policy) {
        if !reasons.iter().any(|known| known.kind == reason.kind) {
            reasons.push(reason);
        }
    }
    (verdict, reasons)
}

/// The first row of the table that fits.
fn decide(evidence: &EvidenceForUpdate<'_>, policy: &Policy) -> (Verdict, Reason) {
    if evidence.candidate.target_yanked {
        return (Verdict::Hold, target_yanked(evidence));
    }
    if let Some(reason) = refused(evidence) {
        return (Verdict::Hold, reason);
    }
    let declared_major = evidence.candidate.declared == Bump::Major;
    // Without a known place the break counts as yours: an edit that you can at least look at.
    let mut sites = evidence.sites().peekable();
    let reaches_you = sites.peek().is_none() || sites.any(|site| policy.is_yours(site));
    match evidence.impact {
        Impact::Breaks if !declared_major => return (Verdict::Hold, undeclared_break(evidence)),
        Impact::Breaks if !reaches_you => return (Verdict::Hold, breaks_between(evidence)),
        Impact::Breaks | Impact::Unknown | Impact::None => {}
    }
    if let Some(reason) = too_new_for_rust(evidence, policy).or_else(|| too_young(evidence, policy))
    {
        return (Verdict::Hold, reason);
    }
    match evidence.impact {
        Impact::Breaks => (Verdict::Edit, breaks_you(evidence, policy)),
        Impact::Unknown => (Verdict::Unknown, not_known(evidence)),
        Impact::None if too_thin(evidence) => (Verdict::Unknown, not_known(evidence)),
        Impact::None => (Verdict::Free, clean(evidence)),
    }
}

/// Whether an impact of `none` claims more than its evidence can carry.
fn too_thin(evidence: &EvidenceForUpdate<'_>) -> bool {
    match evidence.grade {
        Grade::Versions => true,
        Grade::Api => evidence.n_changes_total > 0,
        Grade::Uses | Grade::Probed | Grade::Compiled | Grade::Tested => false,
    }
}

/// What else is to be said, whatever decided.
fn further(evidence: &EvidenceForUpdate<'_>, policy: &Policy) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if !evidence.fixes.is_empty() {
        let ids: Vec<&str> = evidence.fixes.iter().map(String::as_str).collect();
        reasons.push(reason(ReasonKind::Advisory, format!("it fixes {}", names(&ids))));
    }
    let candidate = evidence.candidate;
    if candidate.locked_yanked && !candidate.target_yanked {
        reasons.push(reason(
            ReasonKind::Yanked,
            format!("{}, which you have, was withdrawn by its authors", candidate.locked.version),
        ));
    }
    if evidence.impact == Impact::Breaks && candidate.declared == Bump::Major {
        reasons.push(breaks_you(evidence, policy));
    }
    if evidence.undeclared && evidence.impact != Impact::Breaks {
        reasons.push(reason(
            ReasonKind::Undeclared,
            format!(
                "{} broke its API although its number says it did not; {}",
                candidate.target,
                match evidence.impact {
                    Impact::None => "you do not use what broke",
                    Impact::Unknown | Impact::Breaks => "whether you use what broke is not known",
                }
            ),
        ));
    }
    if !evidence.exposed.is_empty() {
        let places: Vec<String> = places(evidence.exposed).into_iter().map(|(_, at)| at).collect();
        let text = format!(
            "your own public API shows it at {}: with it your next release is a breaking one",
            first_of(&places)
        );
        reasons.push(reason(ReasonKind::Policy, text));
    }
    if evidence.idle {
        let text = "your code uses nothing of it, in any configuration seen: is it still needed?";
        reasons.push(reason(ReasonKind::Policy, text.to_owned()));
    }
    reasons.extend(too_new_for_rust(evidence, policy));
    reasons.extend(too_young(evidence, policy));
    reasons.extend(passed_over(evidence, policy));
    if let [gap, rest @ ..] = evidence.gaps {
        let more = match rest.len() {
            0 => String::new(),
            n => format!(" (and {n} more)"),
        };
        reasons.push(reason(ReasonKind::Gap, format!("not seen: {}: {}{more}", gap.what, gap.why)));
    }
    reasons
}

fn reason(kind: ReasonKind, text: String) -> Reason {
    Reason { kind, text }
}

fn target_yanked(evidence: &EvidenceForUpdate<'_>) -> Reason {
    let text = format!("{} was withdrawn by its authors", evidence.candidate.target);
    reason(ReasonKind::Yanked, text)
}

fn refused(evidence: &EvidenceForUpdate<'_>) -> Option<Reason> {
    let refusal = evidence.candidate.refusal.as_ref()?;
    let kind = match refusal.kind {
        RefusalKind::Feature { .. } => ReasonKind::Feature,
        RefusalKind::RustVersion => ReasonKind::Msrv,
        RefusalKind::Requirement { .. } | RefusalKind::Links { .. } | RefusalKind::Other => {
            ReasonKind::Resolution
        }
    };
    Some(reason(kind, refusal.text.clone()))
}

fn undeclared_break(evidence: &EvidenceForUpdate<'_>) -> Reason {
    let found = places(evidence.sites());
    let target = &evidence.candidate.target;
    let text = if found.is_empty() {
        format!("{target} calls itself compatible, and your build breaks with it")
    } else {
        format!(
            "{target} calls itself compatible, and breaks {}: {}",
            count(found.len(), "line"),
            first_of(found.iter().map(|(_, place)| place))
        )
    };
    reason(ReasonKind::Undeclared, text)
}

fn breaks_between(evidence: &EvidenceForUpdate<'_>) -> Reason {
    let found = places(evidence.sites());
    let mut packages: Vec<&str> = found.iter().map(|(package, _)| *package).collect();
    packages.dedup();
    let text = format!(
        "it breaks {}, which you depend on and cannot edit: that needs a newer release first",
        names(&packages)
    );
    reason(ReasonKind::Break, text)
}

fn breaks_you(evidence: &EvidenceForUpdate<'_>, policy: &Policy) -> Reason {
    let found = places(evidence.sites().filter(|site| policy.is_yours(site)));
    let text = if found.is_empty() {
        "your code stops compiling with it".to_owned()
    } else {
        format!(
            "{} you use changed, at {}: {}",
            count(evidence.changes.len(), "item"),
            count(found.len(), "line"),
            first_of(found.iter().map(|(_, place)| place))
        )
    };
    reason(ReasonKind::Break, text)
}

/// The compiler that the target or a package that moves along asks for, where that is newer than
/// what the workspace declares or has.
fn too_new_for_rust(evidence: &EvidenceForUpdate<'_>, policy: &Policy) -> Option<Reason> {
    let own = evidence
        .candidate
        .target_rust_version
        .as_ref()
        .map(|rust| (evidence.candidate.locked.name.as_str(), rust));
    let moved = evidence.moves_need_rust.as_ref().map(|(name, rust)| (name.as_str(), rust));
    let limits = [
        (policy.rust_version.as_ref(), "this workspace declares"),
        (policy.rustc.as_ref(), "you build with"),
    ];
    for (limit, what) in limits {
        let Some(limit) = limit else { continue };
        for (name, rust) in own.into_iter().chain(moved) {
            // A nightly `1.97.0-nightly` compiles what asks for 1.97, though semver orders it
            // before the release: only the numbers are compared.
            if numbers(rust) > numbers(limit) {
                return Some(reason(
                    ReasonKind::Msrv,
                    format!("{name} needs Rust {}, and {what} {}", short(rust), short(limit)),
                ));
            }
        }
    }
    None
}

fn numbers(version: &Version) -> (u64, u64, u64) {
    (version.major, version.minor, version.patch)
}

/// `1.70` for `1.70.0`, as manifests say it.
fn short(version: &Version) -> String {
    if version.patch == 0 {
        format!("{}.{}", version.major, version.minor)
    } else {
        format!("{}.{}.{}", version.major, version.minor, version.patch)
    }
}

fn too_young(evidence: &EvidenceForUpdate<'_>, policy: &Policy) -> Option<Reason> {
    if !evidence.fixes.is_empty() {
        return None;
    }
    let days = age(evidence.candidate.published.as_deref()?, policy)?;
    (days < policy.min_age_days).then(|| waits(&evidence.candidate.target, days, policy))
}

/// The newer release that the target was chosen before.
fn passed_over(evidence: &EvidenceForUpdate<'_>, policy: &Policy) -> Option<Reason> {
    let younger = evidence.candidate.younger.as_ref()?;
    Some(waits(&younger.version, age(&younger.published, policy)?, policy))
}

/// How many days ago something was published. What is dated after the day of the plan is as young
/// as can be.
fn age(published: &str, policy: &Policy) -> Option<u32> {
    let days = day_number(&policy.today)? - day_number(published)?;
    Some(u32::try_from(days).unwrap_or(0))
}

fn waits(version: &Version, days: u32, policy: &Policy) -> Reason {
    let age = match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        n => format!("{n} days ago"),
    };
    let text = format!(
        "{version} came out {age}, and a release waits until it is {} days old",
        policy.min_age_days
    );
    reason(ReasonKind::Age, text)
}

/// What numbers, text and history say of an update of which nothing was compiled.
fn at_first_look(evidence: &EvidenceForUpdate<'_>, look: &FirstLook<'_>) -> String {
    let name = &evidence.candidate.locked.name;
    let lines = match look.named_at {
        [] => format!("no line of yours names {name}"),
        [one] => format!("1 line names it: {one}"),
        several => format!("{} lines name it: {}", several.len(), first_of(several)),
    };
    let past = match look.history {
        Some(history) if evidence.candidate.declared == Bump::Major => {
            format!("; of {} such moves elsewhere {} edited sources", history.moves, history.edited)
        }
        Some(_) | None => String::new(),
    };
    format!("{lines}{past}")
}

fn not_known(evidence: &EvidenceForUpdate<'_>) -> Reason {
    if let Some(look) = &evidence.first_look {
        return reason(ReasonKind::Gap, at_first_look(evidence, look));
    }
    let found = places(evidence.sites());
    let text = if !found.is_empty() {
        format!(
            "what changed may reach {}, and only compiling would tell: {}",
            count(found.len(), "line"),
            first_of(found.iter().map(|(_, place)| place))
        )
    } else if let [gap, ..] = evidence.gaps {
        format!("not seen: {}: {}", gap.what, gap.why)
    } else {
        match evidence.grade {
            Grade::Versions => "only its version numbers were looked at so far".to_owned(),
            Grade::Api => "its API changed, and your uses of it were not searched".to_owned(),
            Grade::Uses | Grade::Probed | Grade::Compiled | Grade::Tested => {
                "the evidence does not tell whether it reaches you".to_owned()
            }
        }
    };
    reason(ReasonKind::Gap, text)
}

fn clean(evidence: &EvidenceForUpdate<'_>) -> Reason {
    let text = match evidence.n_changes_total {
        0 => "nothing you use changed its API".to_owned(),
        n => format!(
            "nothing you use changed its API ({} elsewhere in it)",
            count(usize::try_from(n).unwrap_or(usize::MAX), "change")
        ),
    };
    reason(ReasonKind::Clean, text)
}

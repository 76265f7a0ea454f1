//! What an update is worth, apart from what it costs.

use std::ops::Add;

use ripe_model::{Bump, Candidate, Role};

use crate::day_number;

/// The worth of an update. Compared in the order of the fields: no amount of upkeep outweighs one
/// security fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Worth {
    /// How many advisories it fixes.
    pub security: u32,
    /// How many withdrawn, unsound or unmaintained releases it leaves behind.
    pub withdrawn: u32,
    /// Points for keeping up: see [`Worth::of`].
    pub upkeep: u32,
}

impl Worth {
    /// The worth of a candidate that fixes `fixes` advisories.
    ///
    /// Upkeep: a patch 1, a minor release 2, a major 8, and 4 for each further major between;
    /// 1 more where a manifest of the workspace names the package, and 1 for each full year
    /// between the release of the locked version and of the target, at most 5.
    /// `majors_behind` counts compatibility ranges with a release after the locked one, up to the
    /// target's; `locked_published` is RFC 3339.
    pub fn of(
        candidate: &Candidate,
        fixes: u32,
        majors_behind: u32,
        locked_published: Option<&str>,
    ) -> Worth {
        let step = match candidate.declared {
            Bump::None => 0,
            Bump::Patch => 1,
            Bump::Minor => 2,
            Bump::Major => 8 + 4 * majors_behind.saturating_sub(1).min(5),
        };
        let direct = match candidate.role {
            Role::Direct => 1,
            Role::Transitive => 0,
        };
        let days = match (
            locked_published.and_then(day_number),
            candidate.published.as_deref().and_then(day_number),
        ) {
            (Some(locked), Some(target)) => target - locked,
            (None, _) | (_, None) => 0,
        };
        let years = u32::try_from(days / 365).unwrap_or(0).min(5);
        Worth {
            security: fixes,
            withdrawn: u32::from(candidate.locked_yanked && !candidate.target_yanked),
            upkeep: step + direct + years,
        }
    }
}

impl Add for Worth {
    type Output = Worth;
    fn add(self, other: Worth) -> Worth {
        Worth {
            security: self.security.saturating_add(other.security),
            withdrawn: self.withdrawn.saturating_add(other.withdrawn),
            upkeep: self.upkeep.saturating_add(other.upkeep),
        }
    }
}

//! Requirements rewritten to admit a newer major.

use semver::{Op, Version, VersionReq};

/// The requirement that admits `target` and nothing older, in the style of `written`: the operator
/// stays, the version is spelled out, because a shorter one would let cargo step back to a release
/// below the target where the target does not resolve. A requirement of several parts becomes a
/// plain one. `None` where `written` accepts the target already or is no requirement.
pub fn rewrite(written: &str, target: &Version) -> Option<String> {
    let req = VersionReq::parse(written).ok()?;
    if req.matches(target) {
        return None;
    }
    // Build metadata has no place in a requirement: cargo warns and ignores it.
    let number = Version { build: semver::BuildMetadata::EMPTY, ..target.clone() }.to_string();
    let [single] = req.comparators.as_slice() else { return Some(number) };
    let caret = written.trim_start().starts_with('^');
    Some(match single.op {
        Op::Exact => format!("={number}"),
        Op::Tilde => format!("~{number}"),
        Op::Caret if caret => format!("^{number}"),
        Op::Wildcard if single.minor.is_some() => format!("{}.{}.*", target.major, target.minor),
        Op::Wildcard => format!("{}.*", target.major),
        // `<2`, `<=1.4` and the like: only a plain requirement says what was checked.
        _ => number,
    })
}

/// The oldest version that a requirement may accept, as it is written: `1.2` begins at 1.2.0.
/// `None` where it has no lower end.
pub fn oldest(req: &VersionReq) -> Option<Version> {
    let lower = |comparator: &semver::Comparator| match comparator.op {
        Op::Less | Op::LessEq => None,
        _ => Some(Version {
            pre: comparator.pre.clone(),
            ..Version::new(
                comparator.major,
                comparator.minor.unwrap_or(0),
                comparator.patch.unwrap_or(0),
            )
        }),
    };
    req.comparators.iter().filter_map(lower).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, target: &str, expected: Option<&str>) {
        let target = Version::parse(target).expect("a version");
        let rewritten = rewrite(written, &target);
        assert_eq!(rewritten.as_deref(), expected, "{written} for {target}");
        if let Some(rewritten) = rewritten {
            let req = VersionReq::parse(&rewritten).expect("a requirement");
            assert!(req.matches(&target), "{rewritten} does not accept {target}");
        }
    }

    #[test]
    fn the_operator_stays_and_the_target_is_accepted() {
        check("3.1", "4.5.2", Some("4.5.2"));
        check("^3.1", "4.5.2", Some("^4.5.2"));
        check("~3.1", "4.5.2", Some("~4.5.2"));
        check("=3.1.18", "4.5.2", Some("=4.5.2"));
        check("3.*", "4.5.2", Some("4.*"));
        check("0.3.*", "0.5.2", Some("0.5.*"));
        check(">=1, <3", "4.5.2", Some("4.5.2"));
        check("<2", "4.5.2", Some("4.5.2"));
        check("0.16", "0.17.0+1.8.1", Some("0.17.0"));
    }

    #[test]
    fn the_lower_end_of_a_requirement_is_read() {
        for (written, expected) in [
            ("1.2", Some("1.2.0")),
            ("=1.2.3", Some("1.2.3")),
            (">=1, <3", Some("1.0.0")),
            ("2.*", Some("2.0.0")),
            ("~0.3.1-rc.1", Some("0.3.1-rc.1")),
            ("<2", None),
            ("*", None),
        ] {
            let req = VersionReq::parse(written).expect("a requirement");
            assert_eq!(oldest(&req).map(|v| v.to_string()).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn what_accepts_the_target_is_left_alone() {
        check(">=1", "4.5.2", None);
        check("*", "4.5.2", None);
        check("4", "4.5.2", None);
        check("not a requirement", "4.5.2", None);
    }
}

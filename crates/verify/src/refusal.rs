//! Cargo's refusals in words.
//!
//! The texts are those of cargo 1.95 (`core/resolver/errors.rs`); what is not recognised is kept
//! in cargo's own words as [`RefusalKind::Other`].

use ripe_model::{Refusal, RefusalKind};

/// A refusal out of cargo's standard error.
pub(crate) fn refusal(stderr: &str) -> Refusal {
    let cargo = words(stderr);
    let (kind, text) = feature(&cargo)
        .or_else(|| links(&cargo))
        .or_else(|| requirement(&cargo))
        .or_else(|| conflict(&cargo))
        .or_else(|| rust_version(&cargo))
        .unwrap_or_else(|| (RefusalKind::Other, first_line(&cargo)));
    Refusal { kind, text, cargo }
}

/// Whether cargo failed for want of the network or of cached rows, which says nothing about the
/// update.
pub(crate) fn is_unreachable(stderr: &str) -> bool {
    let recognised = feature(stderr)
        .or_else(|| links(stderr))
        .or_else(|| requirement(stderr))
        .or_else(|| conflict(stderr));
    recognised.is_none()
        && [
            "you're using offline mode",
            "--offline was specified",
            "in offline mode",
            "download of config.json failed",
            "failed to download from",
            "failed to get successful HTTP response",
            "no token found for",
            "token rejected for",
            "credential-provider to be configured",
            "failed to query replaced source",
            "Could not connect to server",
            "Could not resolve host",
            "spurious network error",
            "Timeout was reached",
        ]
        .iter()
        .any(|words| stderr.contains(words))
}

/// Whether cargo failed for want of one archive, although it may reach the registry.
pub(crate) fn is_download(stderr: &str) -> bool {
    ["/download`", "failed to verify the checksum of `", "failed to unpack package `"]
        .iter()
        .any(|words| stderr.contains(words))
        && !stderr.contains("offline mode")
}

/// Cargo's error without its progress.
pub(crate) fn words(stderr: &str) -> String {
    let start = stderr.lines().position(|line| line.starts_with("error")).unwrap_or(0);
    let lines: Vec<_> = stderr.lines().skip(start).collect();
    lines.join("\n").trim().trim_start_matches("error: ").to_owned()
}

/// The first line, and the innermost cause where cargo gives several.
pub(crate) fn first_line(words: &str) -> String {
    let first = words.lines().next().unwrap_or_default().trim().to_owned();
    let cause = words.rsplit_once("Caused by:").map(|(_, cause)| cause.trim());
    match cause.and_then(|cause| cause.lines().next()) {
        Some(cause) if !cause.trim().is_empty() => format!("{first}: {}", cause.trim()),
        Some(_) | None if first.is_empty() => "cargo gave no reason".to_owned(),
        Some(_) | None => first,
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

/// `clap v4.5.0 (/a/path)` as `clap 4.5.0`.
fn short(package: &str) -> String {
    let package = package.split(" (").next().unwrap_or(package);
    package.replacen(" v", " ", 1)
}

fn feature(cargo: &str) -> Option<(RefusalKind, String)> {
    let line = cargo.lines().find(|line| line.contains("does not have that feature"))?;
    let dependent = between(line, "package `", "`")?.to_owned();
    let package = between(line, "depends on `", "`")?.to_owned();
    let feature = between(line, "with feature `", "`")?.to_owned();
    let version = between(cargo, "versions that meet the requirements `", "\n")
        .and_then(|line| line.split_once("are: "))
        .map(|(_, versions)| versions.split(',').next().unwrap_or(versions).trim());
    let which = version.map_or(package.clone(), |version| format!("{package} {version}"));
    let text =
        format!("{dependent} asks for feature {feature} of {package}, which {which} does not have");
    Some((RefusalKind::Feature { dependent, package, feature }, text))
}

fn links(cargo: &str) -> Option<(RefusalKind, String)> {
    let links = between(cargo, "links to the native library `", "`")?.to_owned();
    let one = between(cargo, "\npackage `", "` links to")?;
    let other = cargo.split_once("as well:")?.1;
    let other = short(between(other, "package `", "`")?);
    let text = format!("{one} and {other} both claim the native library {links}; only one can");
    Some((RefusalKind::Links { links }, text))
}

fn requirement(cargo: &str) -> Option<(RefusalKind, String)> {
    let stated = between(cargo, "failed to select a version for the requirement `", "`")?;
    let (package, req) = stated.split_once(" = ")?;
    let req = req.trim_matches('"').split('"').next().unwrap_or(req).to_owned();
    let dependent = short(between(cargo, "required by package `", "`")?);
    let found = between(cargo, "candidate versions found which didn't match: ", "\n");
    let text = match found {
        Some(found) => {
            format!("{dependent} asks for {package} {req}, which does not accept {found}")
        }
        None => format!("{dependent} asks for {package} {req}, which no release satisfies"),
    };
    Some((RefusalKind::Requirement { dependent, package: package.to_owned(), req }, text))
}

fn conflict(cargo: &str) -> Option<(RefusalKind, String)> {
    let after = cargo.split_once("conflict with previously selected packages")?.1;
    let package = between(cargo, "failed to select a version for `", "`")?.to_owned();
    let wanted = between(cargo, "versions that meet the requirements `", "`")?;
    let wanted_by = short(between(cargo, "required by package `", "`")?);
    let asked = between(after, "which satisfies dependency `", "`")?;
    let req = asked.split('"').nth(1).unwrap_or(asked).to_owned();
    let dependent = short(between(after, "of package `", "`")?);
    let text = format!(
        "{wanted_by} asks for {package} {wanted} and {dependent} for {req}; no release satisfies both"
    );
    Some((RefusalKind::Requirement { dependent, package, req }, text))
}

fn rust_version(cargo: &str) -> Option<(RefusalKind, String)> {
    let marks = ["requires rustc", "is required\n\n  The package requires the Cargo feature"];
    let known = marks.iter().any(|mark| cargo.contains(mark))
        || cargo.contains("this version of Cargo is older than");
    known.then(|| (RefusalKind::RustVersion, first_line(cargo)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stderr: &str, kind: RefusalKind, text: &str) {
        let refusal = refusal(stderr);
        assert_eq!(refusal.kind, kind);
        assert_eq!(refusal.text, text);
        assert!(!refusal.cargo.contains("Updating"), "{}", refusal.cargo);
        assert!(!is_unreachable(stderr) || kind == RefusalKind::Other);
    }

    // All texts were recorded from cargo 1.95.
    #[test]
    fn a_feature_that_is_gone_is_named() {
        check(
            "    Updating crates.io index\nerror: failed to select a version for `clap`.\n    ... required by package `fd-find v8.4.0 (/tmp/fd)`\nversions that meet the requirements `^4.6.9` are: 4.6.9\n\npackage `fd-find` depends on `clap` with feature `unstable-grouped` but `clap` does not have that feature.\n available features: cargo, color\n\n\nfailed to select a version for `clap` which could resolve this conflict\n",
            RefusalKind::Feature {
                dependent: "fd-find".into(),
                package: "clap".into(),
                feature: "unstable-grouped".into(),
            },
            "fd-find asks for feature unstable-grouped of clap, which clap 4.6.9 does not have",
        );
    }

    #[test]
    fn a_requirement_that_holds_names_its_owner() {
        check(
            "    Updating crates.io index\nerror: failed to select a version for the requirement `aho-corasick = \"^0.7.3\"`\ncandidate versions found which didn't match: 1.0.0\nlocation searched: crates.io index\nrequired by package `globset v0.4.8`\n    ... which satisfies dependency `globset = \"^0.4\"` (locked to 0.4.8) of package `fd-find v8.4.0 (/tmp/fd)`\n",
            RefusalKind::Requirement {
                dependent: "globset 0.4.8".into(),
                package: "aho-corasick".into(),
                req: "^0.7.3".into(),
            },
            "globset 0.4.8 asks for aho-corasick ^0.7.3, which does not accept 1.0.0",
        );
    }

    #[test]
    fn a_native_library_that_two_claim_is_named() {
        check(
            "    Updating crates.io index\nerror: failed to select a version for `libgit2-sys`.\n    ... required by package `linkss v0.1.0 (/tmp/links)`\nversions that meet the requirements `^0.16` are: 0.16.2+1.7.2, 0.16.1+1.7.1\n\npackage `libgit2-sys` links to the native library `git2`, but it conflicts with a previous package which links to `git2` as well:\npackage `libgit2-sys v0.17.0+1.8.1`\n    ... which satisfies dependency `libgit2-sys = \"^0.17.0\"` of package `git2 v0.19.0`\n",
            RefusalKind::Links { links: "git2".into() },
            "libgit2-sys and libgit2-sys 0.17.0+1.8.1 both claim the native library git2; only one can",
        );
    }

    #[test]
    fn two_that_want_different_releases_are_both_named() {
        check(
            "error: failed to select a version for `itoa`.\n    ... required by package `a v0.1.0 (/tmp/conf/a)`\n    ... which satisfies path dependency `a` of package `conf v0.1.0 (/tmp/conf)`\nversions that meet the requirements `=1.0.1` are: 1.0.1\n\nall possible versions conflict with previously selected packages.\n\n  previously selected package `itoa v1.0.2`\n    ... which satisfies dependency `itoa = \"=1.0.2\"` of package `conf v0.1.0 (/tmp/conf)`\n\nfailed to select a version for `itoa` which could resolve this conflict\n",
            RefusalKind::Requirement {
                dependent: "conf 0.1.0".into(),
                package: "itoa".into(),
                req: "=1.0.2".into(),
            },
            "a 0.1.0 asks for itoa =1.0.1 and conf 0.1.0 for =1.0.2; no release satisfies both",
        );
    }

    #[test]
    fn anything_else_stays_in_cargos_words() {
        check(
            "error: package ID specification `nosuch` did not match any packages\n",
            RefusalKind::Other,
            "package ID specification `nosuch` did not match any packages",
        );
        check("", RefusalKind::Other, "cargo gave no reason");
    }

    #[test]
    fn a_network_that_is_down_is_no_refusal() {
        assert!(is_unreachable(
            "error: no matching package named `serde` found\nlocation searched: crates.io index\nAs a reminder, you're using offline mode (--offline) which can sometimes cause surprising resolution failures\n"
        ));
        assert!(is_unreachable(
            "error: failed to get `serde` as a dependency of package `x v0.1.0 (/tmp/ex/a)`\n\nCaused by:\n  download of config.json failed\n"
        ));
        assert!(!is_unreachable("error: no matching package named `serde` found\n"));
    }
}

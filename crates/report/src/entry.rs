//! The parts that reports share.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use ripe_model::{
    BuildChange, Bump, Certainty, Change, Confidence, Coverage, Gap, How, ItemKind, Reason, Span,
    UseSite,
};
use semver::Version;
use serde::Serialize;

/// A gap, as the contract spells it: `{what, why}`.
pub type GapEntry = Gap;
/// What would run in a build, as the contract spells it: `{package, version, what, change, links,
/// added_lines, removed_lines}`.
pub type RunEntry = BuildChange;
/// How uses were found, as the contract spells it: `{packages, members, api_items, used_items,
/// uses: {exact, likely, guess, inactive, in_macros}, unseen: {files, macros, receivers, changed}}`.
pub type CoverageEntry = Coverage;
/// A reason, as the contract spells it: `{kind, text}`.
pub type ReasonEntry = Reason;

/// One version of one package; the version is `null` where a bare JSON file did not say it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PackageVersion {
    /// The package.
    pub package: String,
    /// The version.
    pub version: Option<Version>,
}

/// A line of a file, with forward slashes on every platform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SpanEntry {
    /// The file, relative to the package's root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// A change of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeEntry {
    /// The lint that spoke.
    pub lint: String,
    /// The bump that the change requires.
    pub bump: Bump,
    /// How sure it is.
    pub certainty: Certainty,
    /// The item: `crate::path::Item::member`.
    pub item: String,
    /// What the item is.
    pub kind: ItemKind,
    /// Where it stood.
    pub old_span: Option<SpanEntry>,
    /// Where it stands.
    pub new_span: Option<SpanEntry>,
    /// One line: what was, what is.
    pub detail: String,
    /// What to write instead.
    pub suggestion: Option<String>,
    /// Whether rustc agreed on a witness; `null` if it was not asked.
    pub proven: Option<bool>,
    /// The client that rustc judged; left out if it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
}

/// A change that reaches the user's code, with the places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReachingChange {
    /// The change.
    #[serde(flatten)]
    pub change: ChangeEntry,
    /// The places, sorted.
    pub use_sites: Vec<SiteEntry>,
}

/// A place that uses a changed item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SiteEntry {
    /// The package whose source it is.
    pub package: String,
    /// The file, relative to the package's root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// How the item is used.
    pub how: How,
    /// How sure that is.
    pub confidence: Confidence,
    /// Who agreed; `null` where only the scan of the sources says so.
    pub confirmed_by: Option<ConfirmedBy>,
}

/// Who agreed that a place uses an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfirmedBy {
    /// The compiler resolved the use on the locked version.
    Probe,
    /// The compiler reported an error there, on the target version.
    Compile,
}

/// A compiler error against the target version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ErrorEntry {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The compiler's code, as `E0433`; `null` where the error has none.
    pub code: Option<String>,
    /// Whether it lies at a place that was predicted.
    pub predicted: bool,
}

impl ChangeEntry {
    /// The entry of a change.
    pub fn new(change: &Change) -> ChangeEntry {
        ChangeEntry {
            lint: change.lint.clone(),
            bump: change.bump,
            certainty: change.certainty,
            item: change.item.path.clone(),
            kind: change.kind,
            old_span: change.old_span.as_ref().map(SpanEntry::new),
            new_span: change.new_span.as_ref().map(SpanEntry::new),
            detail: change.detail.clone(),
            suggestion: change.suggestion.clone(),
            proven: change.proven,
            witness: change.witness.clone(),
        }
    }

    /// Whether it is sure to stop some client from compiling.
    pub fn is_definite_break(&self) -> bool {
        self.certainty == Certainty::Definite && self.bump == Bump::Major
    }

    /// By item, then lint: the order in which changes are listed.
    pub(crate) fn key(&self) -> (&str, ItemKind, &str, &str) {
        (&self.item, self.kind, &self.lint, &self.detail)
    }
}

impl ReachingChange {
    /// The entries of changes with their places, sorted. Those of `confirmed` are what the compiler
    /// named on the locked version.
    pub fn list(changes: &[(Change, Vec<UseSite>)], confirmed: &[UseSite]) -> Vec<ReachingChange> {
        let named: BTreeSet<Use<'_>> = confirmed.iter().map(used).collect();
        let mut list: Vec<ReachingChange> = changes
            .iter()
            .map(|(change, sites)| {
                let mut use_sites: Vec<SiteEntry> = sites
                    .iter()
                    .map(|site| SiteEntry {
                        confirmed_by: is_named(&named, &change.item.path, site)
                            .then_some(ConfirmedBy::Probe),
                        ..SiteEntry::new(site)
                    })
                    .collect();
                use_sites.sort();
                use_sites.dedup();
                ReachingChange { change: ChangeEntry::new(change), use_sites }
            })
            .collect();
        list.sort_by(|a, b| a.change.key().cmp(&b.change.key()));
        list
    }
}

/// Where something is used, and what.
type Use<'a> = (&'a str, &'a Path, u32, &'a str);

fn used(site: &UseSite) -> Use<'_> {
    (&site.package, &site.file, site.line, &site.item)
}

/// Whether the use of an item, or of a member of it, was named on the line of a site.
fn is_named(named: &BTreeSet<Use<'_>>, item: &str, site: &UseSite) -> bool {
    let (package, file, line, _) = used(site);
    let members = format!("{item}::");
    let next = named.range((package, file, line, members.as_str())..).next();
    let member = next.is_some_and(|named| {
        (named.0, named.1, named.2) == (package, file, line) && named.3.starts_with(&members)
    });
    member || named.contains(&(package, file, line, item))
}

impl SiteEntry {
    /// The entry of a site that only the scan knows.
    pub fn new(site: &UseSite) -> SiteEntry {
        SiteEntry {
            package: site.package.clone(),
            file: slashed(&site.file),
            line: site.line,
            column: site.column,
            how: site.how,
            confidence: site.confidence,
            confirmed_by: None,
        }
    }
}

impl SpanEntry {
    /// The entry of a span.
    pub fn new(span: &Span) -> SpanEntry {
        SpanEntry { file: slashed(&span.file), line: span.line }
    }
}

/// A path with forward slashes, so that a report reads the same on every platform.
pub(crate) fn slashed(path: &Path) -> String {
    let mut text = String::new();
    for part in path.components() {
        match part {
            Component::RootDir => text.push('/'),
            Component::Prefix(_)
            | Component::CurDir
            | Component::ParentDir
            | Component::Normal(_) => {
                if !text.is_empty() && !text.ends_with('/') {
                    text.push('/');
                }
                text.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    text
}

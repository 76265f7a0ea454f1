//! Sites from several sources as one list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ripe_model::{Confidence, How, UseSite};

/// Merges two lists of sites: a site that both know is kept once, with the better confidence,
/// and active if either saw it compiled. Sorted.
pub fn union(a: Vec<UseSite>, b: Vec<UseSite>) -> Vec<UseSite> {
    type Key = (String, std::path::PathBuf, u32, u32, String, How);
    let mut merged: BTreeMap<Key, UseSite> = BTreeMap::new();
    for site in a.into_iter().chain(b) {
        let file: &Path = &site.file;
        let key = (
            site.package.clone(),
            file.to_path_buf(),
            site.line,
            site.column,
            site.item.clone(),
            site.how,
        );
        merged
            .entry(key)
            .and_modify(|known| {
                known.confidence = known.confidence.min(site.confidence);
                known.inactive &= site.inactive;
            })
            .or_insert(site);
    }
    merged.into_values().collect()
}

/// What a compiler says of the uses in one package of another one's items.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The uses that it resolved.
    pub sites: &'a [UseSite],
    /// The items that it was asked about.
    pub asked: &'a BTreeSet<String>,
    /// Whether it saw all code that counts as compiled.
    pub complete: bool,
    /// The impls without which this code compiled.
    pub spared: &'a BTreeSet<String>,
}

/// The sites of a scan as a compiler leaves them. A use that it named is exact, and is added where
/// the scan has none of the item on that line. An item that it named nowhere, though it was asked
/// and saw all code, is not used there: what the scan only supposed of it is withdrawn.
///
/// Kept is what a compiler does not name: code that is not compiled, items that are implemented,
/// derives with what they make, inference, and sites that say more than the use of an item.
pub fn confirm(scanned: &[UseSite], named: Named<'_>) -> Vec<UseSite> {
    let line = |site: &UseSite| (site.file.clone(), site.line, site.item.clone());
    let alike = |site: &UseSite| (line(site), site.how == How::Infer);
    let named_alike: BTreeSet<_> = named.sites.iter().map(alike).collect();
    let used: BTreeSet<&str> = named.sites.iter().map(|site| site.item.as_str()).collect();
    let known: BTreeSet<_> = scanned.iter().map(line).collect();
    let kept = scanned
        .iter()
        .filter(|site| {
            let unused = named.complete
                && named.asked.contains(&site.item)
                && !used.contains(site.item.as_str())
                && is_named(site.how);
            // A blanket impl is told with the type that it serves.
            let item = site.item.split(UseSite::BY).next().unwrap_or(&site.item);
            !(is_supposed(site) && (unused || named.spared.contains(item)))
        })
        .map(|site| {
            // Of inference it says which impl was needed.
            let named = is_named(site.how) || site.how == How::Infer;
            let exact = named && named_alike.contains(&alike(site));
            let confidence = if exact { Confidence::Exact } else { site.confidence };
            let inactive = site.inactive && !exact;
            UseSite { confidence, inactive, ..site.clone() }
        });
    let new = named.sites.iter().filter(|site| !known.contains(&line(site)));
    union(kept.collect(), new.cloned().collect())
}

/// Whether only the scan's reading of the types speaks for a site of code that is compiled.
fn is_supposed(site: &UseSite) -> bool {
    let sure = match site.confidence {
        Confidence::Exact => true,
        Confidence::Likely | Confidence::Guess => false,
    };
    !sure && !site.inactive
}

/// Whether a compiler names uses of this kind.
fn is_named(how: How) -> bool {
    match how {
        How::Import
        | How::Path
        | How::Call
        | How::Construct
        | How::Match
        | How::Cast
        | How::Field
        | How::Bound
        | How::Type
        | How::Macro => true,
        How::Implement | How::Derive | How::Infer | How::Feature | How::Depend => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(item: &str, line: u32, how: How, confidence: Confidence) -> UseSite {
        UseSite {
            package: "mine".into(),
            file: "src/lib.rs".into(),
            line,
            column: 1,
            item: item.into(),
            how,
            confidence,
            inactive: false,
        }
    }

    /// `(item, line, confidence)` of what is left of a scan.
    fn left(
        scanned: &[UseSite],
        sites: &[UseSite],
        complete: bool,
    ) -> Vec<(String, u32, Confidence)> {
        let asked: BTreeSet<String> = ["d::S::m", "d::T::m", "d::f"].map(str::to_owned).into();
        let spared = BTreeSet::from(["impl A for d::S".to_owned()]);
        confirm(scanned, Named { sites, asked: &asked, complete, spared: &spared })
            .into_iter()
            .map(|site| (site.item, site.line, site.confidence))
            .collect()
    }

    #[test]
    fn what_the_compiler_named_is_exact_and_what_it_named_nowhere_is_withdrawn() {
        use Confidence::{Exact, Guess, Likely};
        let scanned = [
            site("d::S::m", 1, How::Call, Likely),
            site("d::T::m", 1, How::Call, Guess),
            site("d::T::m", 3, How::Implement, Likely),
            UseSite { inactive: true, ..site("d::T::m", 4, How::Call, Guess) },
            site("d::other", 5, How::Call, Guess),
            site("impl A for d::S", 6, How::Infer, Likely),
            site("impl B for d::S", 6, How::Infer, Likely),
        ];
        let named = [site("d::S::m", 1, How::Call, Exact), site("d::f", 9, How::Call, Exact)];
        let kept = |item: &str, line, confidence| (item.to_owned(), line, confidence);
        assert_eq!(
            left(&scanned, &named, true),
            [
                kept("d::S::m", 1, Exact),
                kept("d::T::m", 3, Likely),
                kept("d::T::m", 4, Guess),
                kept("d::other", 5, Guess),
                kept("impl B for d::S", 6, Likely),
                kept("d::f", 9, Exact),
            ]
        );
        assert_eq!(left(&scanned, &named, false).len(), 7, "who saw a part withdraws nothing");
    }

    #[test]
    fn an_impl_that_was_needed_on_a_line_is_exact_there() {
        use Confidence::{Exact, Guess};
        let supposed =
            [site("d::f", 1, How::Infer, Guess), site("impl A for d", 2, How::Infer, Guess)];
        let named = [site("d::f", 1, How::Call, Exact), site("impl A for d", 2, How::Infer, Exact)];
        let kept = left(&supposed, &named, true);
        let infer = |item: &str, line, confidence| (item.to_owned(), line, confidence);
        assert!(kept.contains(&infer("d::f", 1, Guess)), "a call says nothing of its inference");
        assert!(!kept.contains(&infer("impl A for d", 2, Guess)), "{kept:?}");
    }

    #[test]
    fn an_item_that_is_used_somewhere_keeps_what_was_supposed_elsewhere() {
        use Confidence::{Exact, Likely};
        let scanned =
            [site("d::S::m", 1, How::Call, Likely), site("d::S::m", 2, How::Call, Likely)];
        let named = [site("d::S::m", 2, How::Call, Exact)];
        let confidences: Vec<_> = left(&scanned, &named, true).into_iter().map(|s| s.2).collect();
        assert_eq!(confidences, [Likely, Exact]);
    }
}

//! What a scan saw of the uses of one package, beside the sites.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What was seen of one locked package, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How many of the sites stand in the arguments or the definition of a macro.
    pub in_macros: u32,
    /// Method calls in compiled code on values of unknown type that led to no site, though the
    /// surface has a method of that name. Sorted and unique.
    pub untyped: Vec<Untyped>,
}

/// A method call on a value of unknown type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Untyped {
    /// The file, relative to the package's root.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// The name of the method.
    pub name: String,
    /// Whether the standard library or the package itself has a method of this name too.
    pub shared: bool,
}

/// Where the tokens of a macro stand; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MacroRange {
    pub(crate) file: PathBuf,
    pub(crate) from: (u32, u32),
    pub(crate) to: (u32, u32),
}

/// The places that lie in macros: of each file disjoint ranges in order.
pub(crate) struct MacroRanges(BTreeMap<PathBuf, Vec<MacroRange>>);

impl MacroRanges {
    pub(crate) fn new(mut ranges: Vec<MacroRange>) -> MacroRanges {
        ranges.sort();
        let mut by_file: BTreeMap<PathBuf, Vec<MacroRange>> = BTreeMap::new();
        for range in ranges {
            let known = by_file.entry(range.file.clone()).or_default();
            // Sorted by their beginnings, and calls nest: one that begins inside ends inside.
            if known.last().is_none_or(|last| last.to < range.from) {
                known.push(range);
            }
        }
        MacroRanges(by_file)
    }

    pub(crate) fn have(&self, file: &Path, line: u32, column: u32) -> bool {
        let at = (line, column);
        self.0.get(file).is_some_and(|ranges| {
            let after = ranges.partition_point(|range| range.from <= at);
            after.checked_sub(1).is_some_and(|n| at <= ranges[n].to)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_a_macro_between_its_delimiters() {
        let range = |from, to| MacroRange { file: "a.rs".into(), from, to };
        let ranges = MacroRanges::new(vec![
            range((5, 3), (5, 9)),
            range((1, 4), (3, 1)),
            range((2, 1), (2, 5)),
        ]);
        let at = |line, column| ranges.have(Path::new("a.rs"), line, column);
        assert!(at(1, 4) && at(2, 7) && at(3, 1) && at(5, 9));
        assert!(!at(1, 3) && !at(3, 2) && !at(4, 1) && !at(6, 1));
        assert!(!ranges.have(Path::new("b.rs"), 2, 2));
    }
}

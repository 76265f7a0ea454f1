//! Which of the places that an update touches no test of the workspace reaches.

use std::collections::BTreeSet;

use ripe_model::{How, Place, TestReach, UseSite};
use ripe_usage::{Reach, Sources};

use crate::evidence::Found;
use crate::ground::Ground;
use crate::kept::{Inputs, Kept};
use crate::side::Asked;
use crate::sources::{self, Extent};

/// What the tests of the members reach.
pub(crate) fn reach(kept: &Kept, ground: &Ground, asked: &Asked) -> Reach {
    let members: Vec<(String, Sources)> = ground
        .graph
        .packages()
        .filter(|node| node.member)
        .map(|node| {
            let sources = sources::of(ground, node, Extent::Build, asked.cfg.as_ref());
            (sources::digest(node, &sources), sources)
        })
        .collect();
    let inputs = Inputs::of("reach").and(format!("{members:?}").as_bytes());
    let members: Vec<Sources> = members.into_iter().map(|(_, sources)| sources).collect();
    kept.get(inputs, || Reach::of(&members))
}

/// What tests reach of the places that an update touches: where what changed is used, and where
/// the functions that changed inside are called. `calls` are the sites of members.
pub(crate) fn of<'a>(
    reach: &Reach,
    found: &'a Found,
    calls: impl Iterator<Item = &'a UseSite>,
) -> TestReach {
    let inside: BTreeSet<&str> =
        found.inside.iter().flat_map(|i| &i.changed).map(|f| f.item.as_str()).collect();
    let called = calls.filter(|site| {
        matches!(site.how, How::Call | How::Path) && inside.contains(site.item.as_str())
    });
    let changed = found.reached.iter().flat_map(|(_, sites)| sites);
    let (mut places, mut unreached) = (BTreeSet::new(), BTreeSet::new());
    for site in changed.chain(called).filter(|site| !site.inactive) {
        let Some(reached) = reach.reaches(site) else { continue };
        let place =
            Place { package: site.package.clone(), file: site.file.clone(), line: site.line };
        if !reached {
            unreached.insert(place.clone());
        }
        places.insert(place);
    }
    TestReach {
        tests: reach.tests,
        places: u32::try_from(places.len()).unwrap_or(u32::MAX),
        unreached: unreached.into_iter().collect(),
    }
}

//! What changed inside the functions that the workspace's own code calls.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use ripe_model::{How, Inside, Move};
use ripe_usage::{Scan, changed_inside};

use crate::evidence::{MoveKey, key_of, leaving_node};
use crate::ground::Ground;
use crate::kept::{Inputs, Kept};
use crate::side::{Asked, Side};
use crate::sources::{self, Extent};

/// Compares what moves and is called by members of the workspace, in code that is compiled.
pub(crate) fn inside(
    kept: &Kept,
    ground: &Ground,
    asked: &Asked,
    locked: &Side,
    moves: &[Move],
    scans: &[(Extent, Scan)],
) -> BTreeMap<MoveKey, Inside> {
    let members: BTreeSet<&str> = ground
        .graph
        .packages()
        .filter(|node| node.member)
        .map(|node| node.id.name.as_str())
        .collect();
    let scans: Vec<&(Extent, Scan)> =
        scans.iter().filter(|(_, scan)| members.contains(scan.package.as_str())).collect();
    moves
        .par_iter()
        .filter_map(|moved| {
            let key = key_of(moved)?;
            let node = leaving_node(ground, moved)?;
            let within = Extent::of(node);
            let scans = || scans.iter().filter(|(extent, _)| *extent == within).map(|(_, s)| s);
            let called: BTreeSet<&str> = scans()
                .flat_map(|scan| scan.sites_of(&node.id))
                .filter(|site| !site.inactive && matches!(site.how, How::Call | How::Path))
                .map(|site| site.item.as_str())
                .collect();
            if called.is_empty() {
                return None;
            }
            let surface = scans().find_map(|scan| locked.surface_for(&node.id, &scan.package))?;
            let (old, new) = sources::libraries(ground, node, &key.2, asked.cfg.as_ref())?;
            let inputs = Inputs::of("inside")
                .and(format!("{key:?} {called:?} {old:?} {new:?}").as_bytes())
                .and(locked.digest().as_bytes());
            let inside = kept.get(inputs, || changed_inside(&called, &surface, &old, &new))?;
            Some((key, inside))
        })
        .collect()
}

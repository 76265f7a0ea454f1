//! `cargo ripe explain --item`: who uses an item of a locked package.

use std::collections::BTreeSet;

use anyhow::anyhow;
use rayon::prelude::*;
use ripe_model::{AliasTarget, ApiModel, Gap, PackageId, UseSite};
use ripe_report::{UsesReport, uses_text};

use crate::args::ExplainArgs;
use crate::evidence;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::kept::Kept;
use crate::session::Session;
use crate::setup;
use crate::side::{FeatureSet, locked_side};
use crate::sources::Extent;
use crate::trust;

/// Answers from the index of each package that depends on `locked`; what has none is searched.
pub(crate) fn run(
    session: &Session,
    ground: &Ground,
    args: &ExplainArgs,
    locked: &PackageId,
    item: &str,
) -> Result<u8, Failure> {
    let asked = setup::asked(session, ground, &args.cargo, &args.trust, None)?;
    let cache = trust::model_cache(session, ground, &args.cargo, &args.trust)?;
    let node = ground
        .graph
        .get(locked)
        .ok_or_else(|| Failure::usage(anyhow!("{locked} is not locked")))?;
    let features = if node.active { FeatureSet::Asked } else { FeatureSet::All };
    let wanted = [(locked.name.clone(), locked.version.clone())].into();
    let side = locked_side(session, ground, &asked, &cache, features, wanted)?;
    let mut gaps = side.gaps_about(&locked.name);
    gaps.extend(asked.note.clone().map(|note| Gap::new("the toolchain", note)));
    let surface = side.models_of(&locked.name, &locked.version).next().map(|m| side.surface(m));
    let Some(surface) = surface else {
        let why = gaps.first().map_or_else(String::new, |gap| format!(": {}", gap.why));
        return Err(Failure::no_report(anyhow!("the API of {locked} cannot be seen{why}")));
    };
    let items = named(&surface, item);
    if items.is_empty() {
        return Err(Failure::usage(anyhow!("the API of {locked} has no item {item}"))
            .next("give its path as code writes it, or the end of it: Type::method"));
    }

    session.progress.stage("searching the sources for uses", None);
    let kept = Kept::new(session.cache.join("uses"));
    let users: BTreeSet<&PackageId> =
        ground.graph.dependents(locked).into_iter().map(|edge| &edge.dependent).collect();
    let searched: Vec<(PackageId, bool, Vec<UseSite>, Vec<Gap>)> = users
        .into_par_iter()
        .filter_map(|id| ground.graph.get(id))
        .map(|user| {
            let index = evidence::index(&kept, ground, &asked, &side, user, Extent::of(node));
            let sites = index.uses(locked, |path| items.iter().any(|item| is_of(path, item)));
            (user.id.clone(), user.member, sites, index.gaps().to_vec())
        })
        .collect();
    gaps.extend(searched.iter().flat_map(|(.., gaps)| gaps.iter().cloned()));
    let searched = searched.into_iter().map(|(id, member, sites, _)| (id, member, sites)).collect();
    session.progress.finish();
    let incomplete = !gaps.is_empty();
    let report = UsesReport::new(locked, items, searched, gaps);
    setup::print(&args.output, &report, uses_text)?;
    Ok(setup::code(&args.output, incomplete))
}

/// The canonical paths that a path names: its own, that of an alias, else all that end so.
fn named(surface: &ApiModel, path: &str) -> Vec<String> {
    let path = path.trim_start_matches("::");
    let aliased = surface.aliases.iter().filter(|alias| alias.path == path);
    let mut items: BTreeSet<String> = aliased
        .map(|alias| match &alias.target {
            AliasTarget::Local(row) => row.clone(),
            AliasTarget::Foreign { .. } | AliasTarget::ForeignGlob { .. } => alias.path.clone(),
        })
        .collect();
    let rows = || {
        let rows = &surface.rows;
        (0..rows.len())
            .map(|at| rows.key(at))
            .filter(|(_, ns)| ns.is_of_items())
            .map(|(path, _)| path)
    };
    items.extend(rows().filter(|row| *row == path).map(str::to_owned));
    if items.is_empty() {
        let end = format!("::{path}");
        items.extend(rows().filter(|row| row.ends_with(&end)).map(str::to_owned));
    }
    items.into_iter().collect()
}

/// Whether a use of `path` is a use of `item`: itself, a member, or what is said of it as a whole.
fn is_of(path: &str, item: &str) -> bool {
    path.strip_prefix(item).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with("::") || rest.starts_with('<') || rest.starts_with('.')
    })
}

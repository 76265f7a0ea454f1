//! Who uses an item of a locked package.

use ripe_model::{PackageId, UseSite};
use semver::Version;
use serde::Serialize;

use crate::{GapEntry, SCHEMA_VERSION, SiteEntry};

/// The answer of `cargo ripe explain --item`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsesReport {
    /// The version of the contract.
    pub schema_version: u32,
    /// The package.
    pub package: String,
    /// The locked version.
    pub locked: Version,
    /// The items that were asked about, by their paths in the locked version; their members count
    /// as them.
    pub items: Vec<String>,
    /// How many packages depend on it, and were searched.
    pub packages: u32,
    /// Those that use an item, the workspace's own first.
    pub users: Vec<UserEntry>,
    /// What was not seen.
    pub gaps: Vec<GapEntry>,
}

/// A package with its uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserEntry {
    /// The package.
    pub package: String,
    /// Its version.
    pub version: Version,
    /// Whether it is a member of the workspace.
    pub member: bool,
    /// The places, sorted.
    pub use_sites: Vec<ItemSite>,
}

/// A place that uses an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ItemSite {
    /// The place.
    #[serde(flatten)]
    pub site: SiteEntry,
    /// What it uses.
    pub item: String,
    /// Whether the code is not compiled: a `cfg` that is off, tests, examples.
    pub inactive: bool,
}

impl UsesReport {
    /// The report of the packages that were searched, each with its sites and whether it is a
    /// member.
    pub fn new(
        of: &PackageId,
        items: Vec<String>,
        searched: Vec<(PackageId, bool, Vec<UseSite>)>,
        mut gaps: Vec<GapEntry>,
    ) -> UsesReport {
        let packages = u32::try_from(searched.len()).unwrap_or(u32::MAX);
        let mut users: Vec<UserEntry> = searched
            .into_iter()
            .filter(|(.., sites)| !sites.is_empty())
            .map(|(id, member, sites)| UserEntry {
                package: id.name,
                version: id.version,
                member,
                use_sites: sites.iter().map(ItemSite::new).collect(),
            })
            .collect();
        users.iter_mut().for_each(|user| user.use_sites.sort());
        users.sort_by(|a, b| {
            (!a.member, &a.package, &a.version).cmp(&(!b.member, &b.package, &b.version))
        });
        gaps.sort();
        gaps.dedup();
        UsesReport {
            schema_version: SCHEMA_VERSION,
            package: of.name.clone(),
            locked: of.version.clone(),
            items,
            packages,
            users,
            gaps,
        }
    }
}

impl ItemSite {
    fn new(site: &UseSite) -> ItemSite {
        ItemSite { site: SiteEntry::new(site), item: site.item.clone(), inactive: site.inactive }
    }
}

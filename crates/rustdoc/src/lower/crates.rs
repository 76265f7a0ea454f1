//! The crates that types refer to, in an order that does not depend on rustdoc's numbers: sorted
//! types of two versions then stay sorted alike.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ripe_model::{CompatRange, CrateId, Gap, Origin, Source};

use crate::lower::LowerInput;
use crate::lower::document::{Document, ExternalCrate};

/// The origins of the model, and which number of the document leads to which.
pub(crate) struct Crates {
    /// The crates; entry 0 is the document's own.
    pub(crate) origins: Vec<Origin>,
    numbers: BTreeMap<u32, CrateId>,
    /// Crates whose name alone does not tell them apart.
    ambiguous: BTreeSet<CrateId>,
}

impl Crates {
    /// Asks for the origin of every crate of the document.
    pub(crate) fn of(
        document: &Document<'_>,
        input: &LowerInput<'_>,
        crate_name: &str,
        gaps: &mut Vec<Gap>,
    ) -> Crates {
        let mut found: Vec<(Origin, u32)> = Vec::new();
        for (number, text) in document.external_crates.iter() {
            match serde_json::from_str::<ExternalCrate<'_>>(text) {
                Ok(krate) => found.push((origin(&krate, input), number)),
                Err(error) => gaps
                    .push(Gap::new(format!("crate {number}"), format!("cannot be read: {error}"))),
            }
        }
        found.sort();
        let mut crates = Crates {
            origins: vec![Origin {
                crate_name: crate_name.to_owned(),
                package: input.package.name.clone(),
                source: input.package.source.clone(),
                range: Some(CompatRange::of(&input.package.version)),
                version: Some(input.package.version.clone()),
            }],
            numbers: BTreeMap::from([(0, CrateId::LOCAL)]),
            ambiguous: BTreeSet::new(),
        };
        for (origin, number) in found {
            if number == 0 {
                continue;
            }
            if crates.origins.len() == 1 || crates.origins.last() != Some(&origin) {
                crates.origins.push(origin);
            }
            let last = CrateId(u32::try_from(crates.origins.len() - 1).unwrap_or(u32::MAX));
            crates.numbers.insert(number, last);
        }
        crates.find_ambiguous();
        crates
    }

    /// The crate of a number of the document.
    pub(crate) fn id(&self, number: u32) -> Option<CrateId> {
        self.numbers.get(&number).copied()
    }

    /// The crate of a name as it stands in an import; the sysroot's own copies of a crate last.
    pub(crate) fn by_name(&self, name: &str) -> Option<CrateId> {
        let mut ids = (1u32..).zip(self.origins.iter().skip(1));
        let of_name: Vec<_> = ids.by_ref().filter(|(_, o)| o.crate_name == name).collect();
        let outside = of_name.iter().find(|(_, o)| o.source != Source::Sysroot);
        outside.or(of_name.first()).map(|(id, _)| CrateId(*id))
    }

    /// What tells a crate apart from others of its name, for rendered paths: `@0.8`.
    pub(crate) fn suffix(&self, id: CrateId) -> Option<String> {
        if !self.ambiguous.contains(&id) {
            return None;
        }
        self.origins[id.0 as usize].range.map(|range| format!("@{range}"))
    }

    /// The standard library contains crates that are on crates.io too; those never meet a client.
    fn find_ambiguous(&mut self) {
        let mut by_name: BTreeMap<&str, Vec<CrateId>> = BTreeMap::new();
        for (id, origin) in (0u32..).zip(&self.origins) {
            if origin.source != Source::Sysroot {
                by_name.entry(&origin.crate_name).or_default().push(CrateId(id));
            }
        }
        self.ambiguous = by_name.into_values().filter(|ids| ids.len() > 1).flatten().collect();
    }
}

fn origin(krate: &ExternalCrate<'_>, input: &LowerInput<'_>) -> Origin {
    let known = (input.origin_of)(&krate.name, Path::new(&*krate.path));
    known.unwrap_or_else(|| Origin {
        crate_name: krate.name.to_string(),
        package: krate.name.to_string(),
        source: if is_sysroot(krate) { Source::Sysroot } else { Source::CratesIo },
        range: None,
        version: None,
    })
}

/// Crates of the toolchain lie in its `rustlib`. A document that names no artifact (docs.rs strips
/// them) is judged by the name.
fn is_sysroot(krate: &ExternalCrate<'_>) -> bool {
    let path = krate.path.replace('\\', "/");
    path.contains("/lib/rustlib/")
        || (path.is_empty()
            && matches!(&*krate.name, "std" | "core" | "alloc" | "proc_macro" | "test"))
}

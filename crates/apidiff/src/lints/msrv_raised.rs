//! The package asks for a newer compiler.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "msrv_raised",
    about: "an older compiler refuses to build it",
    kinds: &[ItemKind::Package],
    bump: Bump::Minor,
    certainty: Certainty::Policy,
    hurts: &[],
    witness: &[],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Package(o), Facts::Package(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    match (&o.rust_version, &n.rust_version) {
        (Some(was), Some(is)) if was < is => {
            vec![Found::new(format!("rust-version {was} became {is}"))]
        }
        (None, Some(is)) => vec![Found::new(format!("rust-version {is} is declared now"))],
        (Some(was), None) => {
            vec![Found::new(format!("rust-version {was} is no longer declared")).bump(Bump::Patch)]
        }
        (Some(was), Some(is)) if was > is => {
            vec![Found::new(format!("rust-version {was} became {is}")).bump(Bump::Patch)]
        }
        (_, _) => Vec::new(),
    }
}

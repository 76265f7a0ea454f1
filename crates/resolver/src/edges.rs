//! Which line of a manifest an edge of the resolution stands for.

use cargo_metadata::{Dependency, Package};
use ripe_model::DependencyKind;

/// The table, in our words; `None` for a kind that this version does not know.
pub(crate) fn kind_of(kind: cargo_metadata::DependencyKind) -> Option<DependencyKind> {
    match kind {
        cargo_metadata::DependencyKind::Normal => Some(DependencyKind::Normal),
        cargo_metadata::DependencyKind::Build => Some(DependencyKind::Build),
        cargo_metadata::DependencyKind::Development => Some(DependencyKind::Dev),
        cargo_metadata::DependencyKind::Unknown => None,
    }
}

/// The requirements of `package` that cargo satisfied with `dependency` under `extern_name`.
/// One, except where a manifest names one package twice in a table under equal conditions.
pub(crate) fn declared<'a>(
    package: &'a Package,
    dependency: &'a Package,
    extern_name: &'a str,
    kind: DependencyKind,
    target: Option<&'a str>,
) -> impl Iterator<Item = &'a Dependency> {
    package.dependencies.iter().filter(move |stated| {
        stated.name == dependency.name.as_str()
            && kind_of(stated.kind) == Some(kind)
            && stated.target.as_ref().map(ToString::to_string).as_deref() == target
            && (stated.req.matches(&dependency.version) || is_foreign(stated))
            && stated.rename.as_ref().is_none_or(|rename| rename.replace('-', "_") == extern_name)
    })
}

/// Whether the requirement is met by a folder or a repository, whose version may be a pre-release
/// that `matches` would not accept.
fn is_foreign(stated: &Dependency) -> bool {
    stated.path.is_some()
        || stated.source.as_ref().is_some_and(|source| source.repr.starts_with("git+"))
}

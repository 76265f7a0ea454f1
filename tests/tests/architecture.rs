//! The edges between the crates are those that `docs/architecture.md` lists, and libraries that
//! are kept in one room stay there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(root()).no_deps().exec().expect("cargo metadata runs")
}

/// `ripe-model` and `cargo-ripe` by the names of their folders.
fn room(package: &str) -> Option<&str> {
    if package == "cargo-ripe" { Some("cli") } else { package.strip_prefix("ripe-") }
}

/// The two-column table under `## Edges`.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("docs/architecture.md")).expect("the document");
    let (_, edges) = text.split_once("## Edges").expect("the heading");
    edges
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            let names = |cell: &str| -> BTreeSet<String> {
                cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
            };
            (names(cells[0]).into_iter().next().expect("a crate"), names(cells[1]))
        })
        .collect()
}

#[test]
fn edges_are_the_documented_ones() {
    let documented = documented();
    let mut seen = BTreeMap::new();
    for package in &metadata().packages {
        if !package.manifest_path.starts_with(root().join("crates")) {
            continue;
        }
        let name = room(&package.name).expect("a crate of ours");
        let edges: BTreeSet<String> = package
            .dependencies
            .iter()
            .filter(|d| d.kind != DependencyKind::Development)
            .filter_map(|d| room(&d.name).filter(|_| d.path.is_some()).map(str::to_owned))
            .collect();
        seen.insert(name.to_owned(), edges);
    }
    for (name, edges) in &seen {
        let allowed =
            documented.get(name).unwrap_or_else(|| panic!("{name} is not in docs/architecture.md"));
        let extra: Vec<_> = edges.difference(allowed).collect();
        assert!(
            extra.is_empty(),
            "{name} depends on {extra:?}, which docs/architecture.md does not allow"
        );
    }
    let gone: Vec<_> = documented.keys().filter(|name| !seen.contains_key(*name)).collect();
    assert!(gone.is_empty(), "docs/architecture.md lists crates that do not exist: {gone:?}");
}

#[test]
fn some_libraries_stay_in_their_room() {
    let rooms: &[(&str, &[&str])] = &[
        ("petgraph", &["resolver"]),
        ("rustdoc-types", &["rustdoc"]),
        ("ruzstd", &["rustdoc"]),
        ("toml_edit", &["registry", "verify", "testkit", "benches"]),
        ("syn", &["usage"]),
        ("clap", &["cli"]),
        ("indicatif", &["cli"]),
        ("landlock", &["runner"]),
        ("seccompiler", &["runner"]),
    ];
    for package in &metadata().packages {
        let Some(name) = room(&package.name) else { continue };
        for dependency in
            package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development)
        {
            for (library, allowed) in rooms {
                assert!(
                    dependency.name != *library || allowed.contains(&name),
                    "{name} uses {library}, which belongs to {allowed:?}"
                );
            }
        }
    }
}

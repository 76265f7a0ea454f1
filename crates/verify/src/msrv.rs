//! Whether cargo's resolver looks at `rust-version`.
//!
//! Cargo book, "Dependency Resolution", "Rust version": it does with `resolver = "3"`, the default
//! of edition 2024, and where `resolver.incompatible-rust-versions` says `fallback`.

use std::path::Path;

use toml_edit::{DocumentMut, Item};

const VARIABLE: &str = "CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS";

/// Whether it does for the workspace at `root`.
pub(crate) fn looked_at(root: &Path, document: &DocumentMut) -> bool {
    let stated = std::env::var(VARIABLE).ok().or_else(|| configured(root));
    match stated.as_deref() {
        Some("fallback") => true,
        Some("allow") => false,
        Some(_) | None => by_manifest(document),
    }
}

fn by_manifest(document: &DocumentMut) -> bool {
    let text = |table: &str, key: &str| document.get(table)?.get(key)?.as_str();
    let resolver = text("workspace", "resolver").or_else(|| text("package", "resolver"));
    match resolver {
        Some(resolver) => resolver == "3",
        None => {
            let inherited = || document.get("workspace")?.get("package")?.get("edition")?.as_str();
            let edition = text("package", "edition").or_else(|| {
                document.get("package")?.get("edition")?.get("workspace").and_then(|_| inherited())
            });
            edition == Some("2024")
        }
    }
}

fn configured(root: &Path) -> Option<String> {
    let above = root.ancestors().map(|folder| folder.join(".cargo"));
    let files = above
        .chain(ripe_runner::cargo_home())
        .flat_map(|folder| ["config", "config.toml"].map(|name| folder.join(name)));
    files.filter(|path| path.is_file()).find_map(|path| {
        let document = std::fs::read_to_string(path).ok()?.parse::<DocumentMut>().ok()?;
        let item = document.get("resolver")?.get("incompatible-rust-versions")?;
        Item::as_str(item).map(ToOwned::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest: &str, expected: bool) {
        assert_eq!(by_manifest(&manifest.parse().expect("a manifest")), expected, "{manifest}");
    }

    #[test]
    fn resolver_three_looks_at_rust_versions() {
        check("[package]\nedition = '2024'\n", true);
        check("[package]\nedition = '2021'\n", false);
        check("[package]\nedition = '2021'\nresolver = '3'\n", true);
        check("[package]\nedition = '2024'\nresolver = '2'\n", false);
        check("[workspace]\nmembers = []\n", false);
        check("[workspace]\nresolver = '3'\n", true);
        check("[workspace.package]\nedition = '2024'\n[package]\nedition.workspace = true\n", true);
    }
}

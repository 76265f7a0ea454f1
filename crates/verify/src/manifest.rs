//! Requirements read out of manifests and written back, the rest of the text as it was.

use ripe_model::{DependencyKind, Edit};
use toml_edit::{DocumentMut, Item, TableLike, Value};

/// A requirement as a manifest writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The text; empty where there is none.
    pub(crate) text: String,
    /// Whether the manifest says `workspace = true`.
    pub(crate) inherited: bool,
}

const TABLES: [(DependencyKind, &[&str]); 3] = [
    (DependencyKind::Normal, &["dependencies"]),
    (DependencyKind::Build, &["build-dependencies", "build_dependencies"]),
    (DependencyKind::Dev, &["dev-dependencies", "dev_dependencies"]),
];

/// Every dependency of a manifest: its table, its platform, its key and what stands there.
pub(crate) fn dependencies(
    document: &DocumentMut,
) -> impl Iterator<Item = (DependencyKind, Option<&str>, &str, &Item)> {
    let targets = document.get("target").and_then(Item::as_table_like);
    let targets = targets.into_iter().flat_map(|table| table.iter());
    let places = std::iter::once((None, document.as_item()))
        .chain(targets.map(|(platform, item)| (Some(platform), item)));
    places.flat_map(|(platform, item)| {
        TABLES.iter().flat_map(move |(kind, names)| {
            let tables = names.iter().filter_map(|name| item.get(name)?.as_table_like());
            tables
                .flat_map(|table| table.iter())
                .map(move |(key, item)| (*kind, platform, key, item))
        })
    })
}

/// How `key` is required in a table of `member`; an inherited one is looked up in `root`.
pub(crate) fn written(
    member: &DocumentMut,
    root: &DocumentMut,
    kind: DependencyKind,
    target: Option<&str>,
    key: &str,
) -> Option<Written> {
    let item = table_of(member, kind, target, key)?.get(key)?;
    let inherited = item.get("workspace").and_then(Item::as_bool) == Some(true);
    let item = if inherited { root.get("workspace")?.get("dependencies")?.get(key)? } else { item };
    let text = item.as_str().or_else(|| item.get("version").and_then(Item::as_str));
    Some(Written { text: text.unwrap_or_default().to_owned(), inherited })
}

fn table_of<'a>(
    member: &'a DocumentMut,
    kind: DependencyKind,
    target: Option<&str>,
    key: &str,
) -> Option<&'a dyn TableLike> {
    let names = TABLES.iter().find(|(of, _)| *of == kind)?.1;
    let pick = |item: &'a Item| -> Option<&'a dyn TableLike> {
        names
            .iter()
            .filter_map(|name| item.get(name)?.as_table_like())
            .find(|table| table.contains_key(key))
    };
    let Some(target) = target else { return pick(member.as_item()) };
    // Cargo prints a platform in its own spacing.
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    member
        .get("target")?
        .as_table_like()?
        .iter()
        .filter(|(platform, _)| plain(platform) == plain(target))
        .find_map(|(_, item)| pick(item))
}

/// The manifest with the requirement of `edit` rewritten, in every table where `edit.key` stands
/// with `edit.from`, `[workspace.dependencies]` included; all else as it was, to the byte. `None`
/// where there is no such requirement.
///
/// # Errors
/// Where the text is no TOML.
pub fn edit_manifest(text: &str, edit: &Edit) -> Result<Option<String>, toml_edit::TomlError> {
    let mut document = text.parse::<DocumentMut>()?;
    let mut count = 0;
    let root: &mut dyn TableLike = document.as_table_mut();
    count += edit_tables(root, edit);
    if let Some(targets) = root.get_mut("target").and_then(Item::as_table_like_mut) {
        for (_, target) in targets.iter_mut() {
            count += target.as_table_like_mut().map_or(0, |target| edit_tables(target, edit));
        }
    }
    if let Some(workspace) = root.get_mut("workspace").and_then(Item::as_table_like_mut) {
        count += edit_table(workspace, "dependencies", edit);
    }
    Ok((count > 0).then(|| document.to_string()))
}

fn edit_tables(parent: &mut dyn TableLike, edit: &Edit) -> usize {
    let names = TABLES.iter().flat_map(|(_, names)| names.iter());
    names.map(|name| edit_table(parent, name, edit)).sum()
}

fn edit_table(parent: &mut dyn TableLike, name: &str, edit: &Edit) -> usize {
    let Some(item) = parent
        .get_mut(name)
        .and_then(Item::as_table_like_mut)
        .and_then(|table| table.get_mut(&edit.key))
    else {
        return 0;
    };
    let value = if item.is_str() {
        item.as_value_mut()
    } else {
        item.as_table_like_mut().and_then(|table| table.get_mut("version")?.as_value_mut())
    };
    match value {
        Some(value) if value.as_str() == Some(edit.from.as_str()) => {
            let decor = value.decor().clone();
            *value = Value::from(edit.to.as_str());
            *value.decor_mut() = decor;
            1
        }
        Some(_) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(key: &str, from: &str, to: &str) -> Edit {
        Edit { manifest: "Cargo.toml".into(), key: key.into(), from: from.into(), to: to.into() }
    }

    const MANIFEST: &str = "# kept\n[package]\nname = 'a' # kept\n\n\
        [dependencies]\n  clap = { version = '3.1', features = [ \"derive\" ] } # one\n\
        renamed = { package = \"serde\", version = \"1\" }\n\n\
        [dependencies.log]\nversion = \"0.4\"   # two\n\n\
        [target.'cfg( unix )'.dependencies]\nclap = \"3.1\"\n\n\
        [workspace.dependencies]\nclap = \"3.1\"\nother = '3.1'\n";

    #[test]
    fn only_the_requirement_changes() {
        let new = edit_manifest(MANIFEST, &edit("clap", "3.1", "4.5.2")).expect("a manifest");
        let expected = MANIFEST
            .replace("version = '3.1'", "version = \"4.5.2\"")
            .replace("clap = \"3.1\"", "clap = \"4.5.2\"");
        assert_eq!(new, Some(expected));
    }

    #[test]
    fn another_requirement_is_left_alone() {
        assert_eq!(edit_manifest(MANIFEST, &edit("clap", "3.0", "4")).expect("a manifest"), None);
        assert_eq!(edit_manifest(MANIFEST, &edit("serde", "1", "2")).expect("a manifest"), None);
        assert!(edit_manifest("junk[", &edit("a", "1", "2")).is_err());
    }

    #[test]
    fn requirements_are_found_where_they_stand() {
        let root = MANIFEST.parse::<DocumentMut>().expect("a manifest");
        let member =
            "[dev-dependencies]\nclap.workspace = true\n[dependencies]\nlib = { path = '../lib' }\n"
                .parse::<DocumentMut>()
                .expect("a manifest");
        let written = |kind, target, key| super::written(&member, &root, kind, target, key);
        assert_eq!(
            written(DependencyKind::Dev, None, "clap"),
            Some(Written { text: "3.1".to_owned(), inherited: true })
        );
        assert_eq!(
            written(DependencyKind::Normal, None, "lib"),
            Some(Written { text: String::new(), inherited: false })
        );
        assert_eq!(written(DependencyKind::Normal, None, "clap"), None);
        assert_eq!(
            super::written(&root, &root, DependencyKind::Normal, Some("cfg(unix)"), "clap"),
            Some(Written { text: "3.1".to_owned(), inherited: false })
        );
    }
}

//! Which folders are copied, and where each lies in the copy.

use std::path::{Path, PathBuf};

use crate::Project;

/// The mapping between the user's tree and the copy: everything below `base` keeps its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The nearest folder above everything that is copied.
    pub(crate) base: PathBuf,
    /// The folder of the copy that stands for `base`.
    pub(crate) tree: PathBuf,
    /// The folders that are copied whole; none lies in another.
    pub(crate) folders: Vec<PathBuf>,
    /// Folders of which only the manifest is copied.
    pub(crate) manifests_only: Vec<PathBuf>,
    /// Folders that are never copied.
    pub(crate) skipped: Vec<PathBuf>,
}

impl Layout {
    /// The layout of a project whose scratch folder is `scratch`.
    pub(crate) fn new(project: &Project, scratch: &Path) -> Layout {
        let root = &project.workspace.root;
        let all: Vec<&Path> = std::iter::once(root.as_path())
            .chain(project.workspace.members.iter().filter_map(|member| member.manifest.parent()))
            .chain(project.path_packages.iter().map(PathBuf::as_path))
            .collect();
        let mut folders: Vec<PathBuf> = Vec::new();
        for folder in &all {
            if !all.iter().any(|other| other != folder && folder.starts_with(other)) {
                folders.push(folder.to_path_buf());
            }
        }
        folders.sort();
        folders.dedup();
        let manifests_only: Vec<PathBuf> = project
            .foreign_roots
            .iter()
            .filter(|folder| !folders.iter().any(|whole| folder.starts_with(whole)))
            .cloned()
            .collect();
        let base = folders
            .iter()
            .chain(&manifests_only)
            .fold(root.clone(), |base, folder| common(&base, folder));
        Layout {
            base,
            tree: scratch.join("tree"),
            folders,
            manifests_only,
            skipped: vec![project.workspace.target_directory.clone(), scratch.to_owned()],
        }
    }

    /// Where a path of the user's tree lies in the copy.
    pub(crate) fn to_scratch(&self, user: &Path) -> Option<PathBuf> {
        Some(join(&self.tree, user.strip_prefix(&self.base).ok()?))
    }

    /// Where a path of the copy lies in the user's tree.
    pub(crate) fn to_user(&self, scratch: &Path) -> Option<PathBuf> {
        Some(join(&self.base, scratch.strip_prefix(&self.tree).ok()?))
    }
}

/// Without the slash at the end that joining nothing would add.
fn join(base: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { base.to_owned() } else { base.join(rest) }
}

fn common(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_the_nearest_folder_above_both() {
        assert_eq!(common(Path::new("/a/b/c"), Path::new("/a/bc")), Path::new("/a"));
        assert_eq!(common(Path::new("/a/b"), Path::new("/a/b/c")), Path::new("/a/b"));
    }

    #[test]
    fn paths_go_there_and_back() {
        let layout = Layout {
            base: "/home/u".into(),
            tree: "/t/tree".into(),
            folders: vec![],
            manifests_only: vec![],
            skipped: vec![],
        };
        let scratch = layout.to_scratch(Path::new("/home/u/my app/Cargo.toml"));
        assert_eq!(scratch.as_deref(), Some(Path::new("/t/tree/my app/Cargo.toml")));
        assert_eq!(
            layout.to_user(Path::new("/t/tree/my app/Cargo.toml")).as_deref(),
            Some(Path::new("/home/u/my app/Cargo.toml"))
        );
        assert_eq!(layout.to_scratch(Path::new("/elsewhere")), None);
        assert_eq!(layout.to_scratch(Path::new("/home/u")), Some("/t/tree".into()));
    }
}

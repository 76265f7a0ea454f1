//! The source files that the module tree of a target reaches.
//!
//! Invariant: macros of the package that stand where items stand are expanded here, so that what
//! follows sees items only.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use ripe_model::Gap;
use syn::{Attribute, Item};

use crate::expand::Rules;
use crate::{CfgSet, cfg};

/// A file, read and parsed.
pub(crate) struct File {
    /// Where it is, absolute.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
    /// Its items, macros in the place of items expanded; empty if it does not parse.
    pub(crate) items: Vec<Item>,
    /// Whether it was parsed.
    pub(crate) parsed: bool,
    /// Whether a `cfg` leaves it out.
    pub(crate) off: bool,
}

/// The files of one crate; 0 is the root.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    /// The file of a `mod name;`, by the address of the declaration, which never moves once its
    /// file is stored.
    pub(crate) children: HashMap<usize, usize>,
    /// The files by the name that spans give them.
    pub(crate) names: HashMap<String, PathBuf>,
    pub(crate) rules: Rules,
}

/// The key of a `mod` declaration in [`Tree::children`].
pub(crate) fn key(declaration: &syn::ItemMod) -> usize {
    std::ptr::from_ref(declaration) as usize
}

struct Pending {
    path: PathBuf,
    /// The folder in which children without `#[path]` are looked for.
    folder: PathBuf,
    declared_at: Option<usize>,
    /// Whether a `cfg` leaves it out: then it need not even be Rust.
    off: bool,
}

/// Loads a crate from its root file.
pub(crate) fn load(root: &Path, set: &CfgSet, gaps: &mut Vec<Gap>) -> Tree {
    let mut tree = Tree::default();
    let folder = root.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut work =
        vec![Pending { path: root.to_path_buf(), folder, declared_at: None, off: false }];
    let mut seen: HashSet<(PathBuf, Option<usize>)> = HashSet::new();
    let mut depth_guard = 0usize;
    while let Some(pending) = work.pop() {
        depth_guard += 1;
        if depth_guard > 20_000 || !seen.insert((pending.path.clone(), pending.declared_at)) {
            continue;
        }
        let text = match std::fs::read_to_string(&pending.path) {
            Ok(text) => text,
            Err(error) => {
                if pending.declared_at.is_none() {
                    gaps.push(Gap::new(pending.path.display().to_string(), error.to_string()));
                }
                continue;
            }
        };
        let (mut items, parsed) = match parse(&text) {
            Ok((items, name)) => {
                tree.names.insert(name, pending.path.clone());
                (items, true)
            }
            Err(error) => {
                let start = error.span().start();
                let why = format!("does not parse at line {}: {error}", start.line);
                if !pending.off {
                    gaps.push(Gap::new(pending.path.display().to_string(), why));
                }
                (Vec::new(), false)
            }
        };
        tree.rules.collect(&items, set);
        includes(&mut items, &pending.path, &mut tree.names, 0);
        tree.rules.expand_items(&mut items, set);
        let at = tree.files.len();
        if let Some(declaration) = pending.declared_at {
            tree.children.insert(declaration, at);
        }
        let Pending { path, folder, off, .. } = pending;
        tree.files.push(File { path, text, items, parsed, off });
        let file = &tree.files[at];
        // Reversed, so that files are read in the order of their declarations, as macros need.
        let mut children = Vec::new();
        let place = Place { file: &file.path, folder: &folder, off };
        declared(&file.items, place, set, &mut children);
        work.extend(children.into_iter().rev());
    }
    tree
}

/// The items of a file, and the name that their spans give it.
pub(crate) fn parse(text: &str) -> Result<(Vec<Item>, String), syn::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A shebang is no token; the comment keeps the columns of nothing else.
    let commented;
    let text = if text.starts_with("#!") && !text.starts_with("#![") {
        commented = format!("//{}", &text[2..]);
        &commented
    } else {
        text
    };
    let tokens: proc_macro2::TokenStream = text.parse()?;
    let name = tokens.clone().into_iter().next().map(|t| t.span().file()).unwrap_or_default();
    Ok((syn::parse2::<syn::File>(tokens)?.items, name))
}

/// `#[path]`, also under a `cfg_attr` that is not off.
fn path_attribute(attrs: &[Attribute], set: &CfgSet) -> Option<String> {
    cfg::unfold(attrs, set).into_iter().find_map(|meta| match meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(value), .. }) => Some(value.value()),
            _ => None,
        },
        _ => None,
    })
}

/// Where `mod` declarations stand.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a Path,
    /// The folder in which children without `#[path]` are looked for.
    folder: &'a Path,
    off: bool,
}

fn declared(items: &[Item], place: Place<'_>, set: &CfgSet, into: &mut Vec<Pending>) {
    let Place { file, folder, .. } = place;
    for item in items {
        let Item::Mod(module) = item else { continue };
        let off = place.off || cfg::is_off(&module.attrs, set);
        let name = module.ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        let attribute = path_attribute(&module.attrs, set);
        match &module.content {
            Some((_, items)) => {
                let inner = folder.join(attribute.as_deref().unwrap_or(name));
                // Inside an inline module, `#[path]` is relative to the module's folder (Rust
                // Reference, "The path attribute"): the file only gives that folder.
                let place = Place { file: &inner.join("mod.rs"), folder: &inner, off };
                declared(items, place, set, into);
            }
            None => {
                let (path, below) = match attribute {
                    Some(path) => {
                        let path = file.parent().unwrap_or(Path::new("")).join(path);
                        let below = path.parent().map(Path::to_path_buf).unwrap_or_default();
                        (path, below)
                    }
                    None => {
                        let flat = folder.join(format!("{name}.rs"));
                        let nested = folder.join(name).join("mod.rs");
                        let path = if flat.is_file() { flat } else { nested };
                        (path, folder.join(name))
                    }
                };
                into.push(Pending { path, folder: below, declared_at: Some(key(module)), off });
            }
        }
    }
}

/// Puts the items of `include!("literal.rs")` in its place.
fn includes(
    items: &mut Vec<Item>,
    file: &Path,
    names: &mut HashMap<String, PathBuf>,
    depth: usize,
) {
    let mut at = 0;
    while at < items.len() {
        if let Item::Mod(syn::ItemMod { content: Some((_, inner)), .. }) = &mut items[at] {
            includes(inner, file, names, depth);
        }
        let included = match &items[at] {
            Item::Macro(call) if call.mac.path.is_ident("include") && depth < 8 => call
                .mac
                .parse_body::<syn::LitStr>()
                .ok()
                .map(|path| file.parent().unwrap_or(Path::new("")).join(path.value()))
                .and_then(|path| std::fs::read_to_string(&path).ok().map(|text| (path, text)))
                .and_then(|(path, text)| parse(&text).ok().map(|items| (path, items))),
            _ => None,
        };
        match included {
            Some((path, (mut inner, name))) => {
                includes(&mut inner, &path, names, depth + 1);
                names.insert(name, path);
                let n = inner.len();
                items.splice(at..=at, inner);
                at += n;
            }
            None => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_a_cfg_leaves_out_need_not_be_rust() {
        let root = tempfile::tempdir().expect("a folder");
        let lib = "#[cfg(feature = \"a\")] mod on;\n#[cfg(not(feature = \"a\"))] mod off;";
        let texts = [("lib.rs", lib), ("on.rs", "]"), ("off.rs", "\"text\"")];
        for (name, text) in texts {
            std::fs::write(root.path().join(name), text).expect("writable");
        }
        let set = CfgSet { features: Some(["a".to_owned()].into()), ..CfgSet::default() };
        let mut gaps = Vec::new();
        let tree = load(&root.path().join("lib.rs"), &set, &mut gaps);
        let names: Vec<&str> = gaps.iter().filter_map(|gap| gap.what.rsplit('/').next()).collect();
        assert_eq!(names, ["on.rs"]);
        assert_eq!(tree.files.iter().filter(|file| file.off).count(), 1);
    }
}

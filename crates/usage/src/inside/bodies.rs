//! The functions of a library with their bodies, by name.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use quote::ToTokens;
use ripe_model::Span;
use syn::spanned::Spanned;
use syn::{Attribute, Block, ImplItem, Item, Signature, TraitItem, Type, Visibility};

use crate::cfg;
use crate::scan::normal;
use crate::tree::{self, Tree};
use crate::{CfgSet, LibrarySource};

use super::calls::{Call, calls};

/// What tells functions of one library apart. Impls of several traits for one type, and of one
/// type under several `cfg`s, share a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// The path of its module, without the crate.
    pub(super) module: String,
    /// The type or trait that it belongs to.
    pub(super) of: Option<String>,
    /// Its own name.
    pub(super) function: String,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [Some(&self.module), self.of.as_ref()].into_iter().flatten() {
            if !part.is_empty() {
                write!(f, "{part}::")?;
            }
        }
        f.write_str(&self.function)
    }
}

/// A function with a body.
#[derive(Debug)]
pub(super) struct Body {
    /// Where it stands, in the package.
    pub(super) span: Span,
    /// Whether it is an item of a trait or of the impl of one.
    pub(super) of_trait: bool,
    /// The tokens between its braces.
    pub(super) tokens: String,
    /// Their lines without blanks around them, comments and empty ones left out.
    pub(super) lines: Vec<String>,
    /// What it calls.
    pub(super) calls: Vec<Call>,
}

/// All functions of a library.
pub(super) struct Bodies {
    by_name: BTreeMap<Name, Vec<Body>>,
    /// The names by their last part.
    by_function: BTreeMap<String, Vec<Name>>,
}

impl Bodies {
    /// Reads a library; `None` where its root cannot be read.
    pub(super) fn of(library: &LibrarySource) -> Option<Bodies> {
        let tree = tree::load(&library.root, &library.cfg, &mut Vec::new());
        let root = tree.files.first().filter(|file| file.parsed)?;
        let mut reader = Reader { tree: &tree, library, by_name: BTreeMap::new() };
        reader.items(&root.items, "");
        let by_name = reader.by_name;
        let mut by_function: BTreeMap<String, Vec<Name>> = BTreeMap::new();
        for name in by_name.keys() {
            by_function.entry(name.function.clone()).or_default().push(name.clone());
        }
        Some(Bodies { by_name, by_function })
    }

    /// The function that stands at a place of the package.
    pub(super) fn at(&self, span: &Span) -> Option<(&Name, &Body)> {
        let stands = |body: &&Body| body.span.file == span.file && body.span.line == span.line;
        self.by_name.iter().find_map(|(name, bodies)| Some((name, bodies.iter().find(stands)?)))
    }

    /// The functions of a name.
    pub(super) fn named(&self, name: &Name) -> &[Body] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The functions of a name that another version has, wherever they moved in this one.
    pub(super) fn like(&self, name: &Name) -> Option<&[Body]> {
        if let Some(same) = self.by_name.get(name) {
            return Some(same);
        }
        let mut moved = self.called(&name.function).filter(|other| other.of == name.of);
        match (moved.next(), moved.next()) {
            (Some(one), None) => Some(self.named(one)),
            (None | Some(_), _) => None,
        }
    }

    /// The names that end so.
    pub(super) fn called(&self, function: &str) -> impl Iterator<Item = &Name> {
        self.by_function.get(function).into_iter().flatten()
    }
}

struct Reader<'a> {
    tree: &'a Tree,
    library: &'a LibrarySource,
    by_name: BTreeMap<Name, Vec<Body>>,
}

/// What a function stands in.
#[derive(Clone, Copy)]
struct Owner<'a> {
    module: &'a str,
    of: Option<&'a str>,
    of_trait: bool,
}

impl Reader<'_> {
    fn set(&self) -> &CfgSet {
        &self.library.cfg
    }

    fn items(&mut self, items: &[Item], module: &str) {
        for item in items {
            match item {
                Item::Fn(f) => {
                    let owner = Owner { module, of: None, of_trait: false };
                    self.function(owner, &f.attrs, Some(&f.vis), &f.sig, &f.block);
                }
                Item::Impl(block) if !cfg::is_off(&block.attrs, self.set()) => {
                    let of = type_name(&block.self_ty);
                    let owner =
                        Owner { module, of: of.as_deref(), of_trait: block.trait_.is_some() };
                    for item in &block.items {
                        if let ImplItem::Fn(f) = item {
                            self.function(owner, &f.attrs, Some(&f.vis), &f.sig, &f.block);
                        }
                    }
                }
                Item::Trait(t) if !cfg::is_off(&t.attrs, self.set()) => {
                    let of = t.ident.to_string();
                    let owner = Owner { module, of: Some(&of), of_trait: true };
                    for item in &t.items {
                        if let TraitItem::Fn(f) = item
                            && let Some(block) = &f.default
                        {
                            self.function(owner, &f.attrs, None, &f.sig, block);
                        }
                    }
                }
                Item::Mod(inner) if !cfg::is_off(&inner.attrs, self.set()) => {
                    let path = match module {
                        "" => inner.ident.to_string(),
                        module => format!("{module}::{}", inner.ident),
                    };
                    let tree = self.tree;
                    match &inner.content {
                        Some((_, items)) => self.items(items, &path),
                        None => {
                            if let Some(file) = tree.children.get(&tree::key(inner)) {
                                self.items(&tree.files[*file].items, &path);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn function(
        &mut self,
        owner: Owner<'_>,
        attrs: &[Attribute],
        vis: Option<&Visibility>,
        sig: &Signature,
        block: &Block,
    ) {
        let start = match vis {
            Some(Visibility::Public(_) | Visibility::Restricted(_)) => vis.span().start(),
            Some(Visibility::Inherited) | None => sig.span().start(),
        };
        let ident = sig.ident.span();
        let file = ident.file();
        // What the tree does not know was made by a macro out of other tokens.
        let Some(path) = self.tree.names.get(&file).filter(|_| !cfg::is_off(attrs, self.set()))
        else {
            return;
        };
        let stream = block.to_token_stream();
        let body = Body {
            span: Span {
                file: inside(path, &self.library.folder),
                line: line(start.line),
                column: line(start.column).saturating_add(1),
                end_line: line(block.span().end().line),
            },
            of_trait: owner.of_trait,
            tokens: stream.to_string(),
            lines: self.lines(path, block),
            calls: calls(stream),
        };
        let name = Name {
            module: owner.module.to_owned(),
            of: owner.of.map(str::to_owned),
            function: sig.ident.to_string(),
        };
        self.by_name.entry(name).or_default().push(body);
    }

    /// The lines between the braces.
    fn lines(&self, path: &Path, block: &Block) -> Vec<String> {
        let (open, close) = (block.span().start().line, block.span().end().line);
        let text = self.tree.files.iter().find(|file| file.path == path).map(|file| &file.text);
        text.into_iter()
            .flat_map(|text| text.lines())
            .skip(open.saturating_sub(1))
            .take(close.saturating_sub(open) + 1)
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .map(str::to_owned)
            .collect()
    }
}

fn line(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn inside(path: &Path, folder: &Path) -> std::path::PathBuf {
    let path = normal(path);
    path.strip_prefix(folder).map(Path::to_path_buf).unwrap_or(path)
}

/// The last name of the type that an impl is for.
pub(crate) fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Paren(inner) => type_name(&inner.elem),
        Type::Group(inner) => type_name(&inner.elem),
        _ => None,
    }
}

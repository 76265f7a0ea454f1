//! The items of a workspace with the names that they mention.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, ImplItem, Item, TraitItem, UseTree};

use crate::inside::{Call, calls, type_name};
use crate::scan::{cfg_of, normal};
use crate::tree::{self, Tree};
use crate::{CfgSet, Sources, TargetKind, cfg, doctest};

/// What mentions names, and is reached by its own.
#[derive(Debug)]
pub(super) struct Node {
    /// The names under which it is mentioned.
    pub(super) names: Vec<String>,
    /// The type or trait whose function it is.
    pub(super) of: Option<String>,
    pub(super) kind: Kind,
    /// Whether it is a test, or stands in code that only tests compile.
    pub(super) is_test: bool,
    /// The index of its package.
    pub(super) package: usize,
    /// Where it stands, if it is a function or a value that is computed.
    pub(super) place: Option<(PathBuf, u32, u32)>,
    pub(super) calls: Vec<Call>,
    /// All words in it.
    pub(super) words: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A function that its name leads to.
    Function,
    /// The `main` of a binary.
    Main,
    /// What the compiler calls: a function of the impl of a trait that no member defines, or a
    /// procedural macro.
    Implied,
    /// A type, constant, macro or whatever else has words.
    Other,
}

/// All that was read.
#[derive(Default)]
pub(super) struct Nodes {
    pub(super) nodes: Vec<Node>,
    /// The names of packages, by index.
    pub(super) packages: Vec<String>,
    /// The packages that have integration tests.
    pub(super) tested: BTreeSet<usize>,
    pub(super) types: BTreeSet<String>,
    pub(super) traits: BTreeSet<String>,
    pub(super) modules: BTreeSet<String>,
    /// What a name given by `use … as` stands for.
    pub(super) renamed: BTreeMap<String, BTreeSet<String>>,
    /// How many functions are tests.
    pub(super) tests: u32,
}

pub(super) fn read(members: &[Sources]) -> Nodes {
    let mut nodes = Nodes::default();
    for (package, sources) in members.iter().enumerate() {
        nodes.packages.push(sources.package.clone());
        for target in &sources.targets {
            let in_test = match target.kind {
                TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin => false,
                TargetKind::Test | TargetKind::Doc => true,
                TargetKind::Example | TargetKind::Bench | TargetKind::Build => continue,
            };
            nodes.modules.insert(target.name.clone());
            if target.kind == TargetKind::Test {
                nodes.tested.insert(package);
            }
            let set = cfg_of(sources, target);
            let mut tree = tree::load(&target.path, &set, &mut Vec::new());
            if target.kind == TargetKind::Doc {
                tree = doctest::tree(&tree, &set);
                let blocks: usize = tree.files.iter().map(|file| file.items.len()).sum();
                nodes.tests += u32::try_from(blocks).unwrap_or(u32::MAX);
            }
            let root = tree.files.first().map_or(&[][..], |file| &file.items);
            let is_bin = target.kind == TargetKind::Bin;
            let mut reader = Reader { nodes: &mut nodes, tree: &tree, sources, package, is_bin };
            reader.items(root, in_test);
        }
    }
    // Only now it is known which traits are the members' own.
    let Nodes { nodes: all, traits, .. } = &mut nodes;
    for node in all.iter_mut().filter(|node| node.kind == Kind::Implied) {
        let own = node.names.iter().any(|name| traits.contains(name));
        if own && node.of.is_some() {
            node.kind = Kind::Function;
        }
        node.names.truncate(1);
    }
    nodes
}

struct Reader<'a> {
    nodes: &'a mut Nodes,
    tree: &'a Tree,
    sources: &'a Sources,
    package: usize,
    is_bin: bool,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Item], in_test: bool) {
        for item in items {
            self.item(item, in_test);
        }
    }

    fn item(&mut self, item: &Item, in_test: bool) {
        let in_test = in_test || is_test(crate::walk::attributes_of(item), &self.sources.cfg);
        let other = |reader: &mut Self, name: &syn::Ident, place: Option<Span>| {
            let place = place.and_then(|_| reader.place(name.span(), item.span()));
            reader.add(Kind::Other, vec![name.to_string()], None, place, in_test, item);
        };
        match item {
            Item::Fn(f) => {
                self.nodes.tests += u32::from(in_test && is_called_a_test(&f.attrs));
                let is_macro = f.attrs.iter().any(|a| last_name(a).starts_with("proc_macro"));
                let kind = match (self.is_bin && f.sig.ident == "main", is_macro) {
                    (true, _) => Kind::Main,
                    (false, true) => Kind::Implied,
                    (false, false) => Kind::Function,
                };
                let place = self.place(f.sig.ident.span(), f.span());
                self.add(kind, vec![f.sig.ident.to_string()], None, place, in_test, f);
            }
            Item::Impl(block) => {
                let of = type_name(&block.self_ty).unwrap_or_default();
                let trait_ = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
                for item in &block.items {
                    let ImplItem::Fn(f) = item else {
                        self.add(Kind::Other, vec![of.clone()], None, None, in_test, item);
                        continue;
                    };
                    let mut names = vec![f.sig.ident.to_string()];
                    names.extend(trait_.map(|trait_| trait_.ident.to_string()));
                    let kind = if trait_.is_some() { Kind::Implied } else { Kind::Function };
                    let place = self.place(f.sig.ident.span(), f.span());
                    let in_test = in_test || is_test(&f.attrs, &self.sources.cfg);
                    self.add(kind, names, Some(of.clone()), place, in_test, f);
                }
            }
            Item::Trait(t) => {
                self.nodes.traits.insert(t.ident.to_string());
                for item in &t.items {
                    if let TraitItem::Fn(f) = item {
                        let place = self.place(f.sig.ident.span(), f.span());
                        let of = Some(t.ident.to_string());
                        let names = vec![f.sig.ident.to_string()];
                        self.add(Kind::Function, names, of, place, in_test, f);
                    }
                }
            }
            Item::Mod(m) => {
                self.nodes.modules.insert(m.ident.to_string());
                let tree = self.tree;
                match &m.content {
                    Some((_, items)) => self.items(items, in_test),
                    None => {
                        if let Some(file) = tree.children.get(&tree::key(m)) {
                            self.items(&tree.files[*file].items, in_test);
                        }
                    }
                }
            }
            Item::Use(u) => renames(&u.tree, &mut self.nodes.renamed),
            Item::Struct(s) => {
                self.nodes.types.insert(s.ident.to_string());
                other(self, &s.ident, None);
            }
            Item::Enum(e) => {
                self.nodes.types.insert(e.ident.to_string());
                other(self, &e.ident, None);
            }
            Item::Union(u) => {
                self.nodes.types.insert(u.ident.to_string());
                other(self, &u.ident, None);
            }
            Item::Type(t) => other(self, &t.ident, None),
            Item::Const(c) => other(self, &c.ident, Some(c.span())),
            Item::Static(s) => other(self, &s.ident, Some(s.span())),
            Item::Macro(m) => match &m.ident {
                Some(name) => other(self, name, None),
                None => {
                    let names = introduced(m.mac.tokens.clone());
                    self.add(Kind::Other, names, None, None, in_test, m);
                }
            },
            _ => {}
        }
    }

    fn add(
        &mut self,
        kind: Kind,
        names: Vec<String>,
        of: Option<String>,
        place: Option<(PathBuf, u32, u32)>,
        is_test: bool,
        tokens: &impl ToTokens,
    ) {
        let tokens = tokens.to_token_stream();
        let mut words = BTreeSet::new();
        collect(tokens.clone(), &mut words);
        words.extend(of.clone());
        let calls = calls(tokens);
        let package = self.package;
        self.nodes.nodes.push(Node { names, of, kind, is_test, package, place, calls, words });
    }

    /// The file and lines of an item; `None` where a macro made it.
    fn place(&self, name: Span, whole: Span) -> Option<(PathBuf, u32, u32)> {
        let path = normal(self.tree.names.get(&name.file())?);
        let file = path.strip_prefix(&self.sources.root).map(PathBuf::from).unwrap_or(path);
        let line = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (from, to) = (line(whole.start().line), line(whole.end().line));
        let at = line(name.start().line);
        (from <= at && at <= to && whole.file() == name.file()).then_some((file, from, to))
    }
}

/// Whether only tests compile what has these attributes.
fn is_test(attrs: &[Attribute], set: &CfgSet) -> bool {
    let with = |test| CfgSet { test, ..set.clone() };
    is_called_a_test(attrs)
        || (cfg::is_off(attrs, &with(false)) && !cfg::is_off(attrs, &with(true)))
}

/// Whether an attribute like `#[test]`, `#[tokio::test]` or `#[test_case(…)]` stands there.
fn is_called_a_test(attrs: &[Attribute]) -> bool {
    attrs.iter().map(last_name).any(|name| name.contains("test") || name == "bench")
}

fn last_name(attr: &Attribute) -> String {
    attr.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
}

/// All words of tokens. In strings outside of bodies they can name functions too, as in
/// `#[serde(with = "…")]`, so that they count as well.
fn collect(tokens: TokenStream, into: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), into),
            TokenTree::Ident(ident) => {
                into.insert(ident.to_string());
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.starts_with('"') && text.len() < 80 && !text.contains(' ') {
                    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
                    into.extend(words.filter(|w| !w.is_empty()).map(str::to_owned));
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The names that the tokens of a macro call introduce: those after a keyword of an item.
fn introduced(tokens: TokenStream) -> Vec<String> {
    let mut names = Vec::new();
    let mut after = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let word = ident.to_string();
                let keyword = matches!(
                    word.as_str(),
                    "fn" | "struct"
                        | "enum"
                        | "union"
                        | "trait"
                        | "type"
                        | "const"
                        | "static"
                        | "ref"
                );
                if after && !keyword {
                    names.push(word);
                }
                after = keyword;
            }
            TokenTree::Group(group) => {
                names.extend(introduced(group.stream()));
                after = false;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => after = false,
        }
    }
    names
}

fn renames(tree: &UseTree, into: &mut BTreeMap<String, BTreeSet<String>>) {
    match tree {
        UseTree::Path(path) => renames(&path.tree, into),
        UseTree::Rename(rename) => {
            let known = into.entry(rename.rename.to_string()).or_default();
            known.insert(rename.ident.to_string());
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| renames(tree, into)),
        UseTree::Name(_) | UseTree::Glob(_) => {}
    }
}

//! Fills the modules and items of a source crate.

use std::collections::HashMap;

use syn::visit::Visit;
use syn::{Item as Syntax, UseTree};

use super::{Entry, Impl, Item, Kind, ModId, Module, Ns, Owner, Res, Seg, Use, World, block_key};
use crate::tree::{self, Tree};
use crate::{CfgSet, cfg};

impl<'a> World<'a> {
    /// Adds a crate; its root module is filled at once.
    pub(crate) fn add_crate(
        &mut self,
        tree: &'a Tree,
        edition_2015: bool,
        externs: HashMap<String, Res>,
        compiled: bool,
        set: &CfgSet,
    ) -> usize {
        let krate = self.crates.len();
        let items = tree.files.first().map_or(&[][..], |f| &f.items);
        let root = self.new_module(krate, None, false, !compiled, items);
        self.crates.push(super::Krate {
            root,
            edition_2015,
            externs,
            macro_use: Vec::new(),
            compiled,
        });
        Collector { world: self, tree, set, krate }.items(items, root, !compiled);
        krate
    }

    fn new_module(
        &mut self,
        krate: usize,
        parent: Option<ModId>,
        block: bool,
        inactive: bool,
        items: &'a [Syntax],
    ) -> ModId {
        self.modules.push(Module {
            krate,
            parent,
            block,
            names: HashMap::new(),
            uses: Vec::new(),
            inactive,
            items,
        });
        self.modules.len() - 1
    }
}

struct Collector<'w, 'a> {
    world: &'w mut World<'a>,
    tree: &'a Tree,
    set: &'w CfgSet,
    krate: usize,
}

impl<'a> Collector<'_, 'a> {
    fn bind(&mut self, module: ModId, ns: Ns, name: &str, entry: Entry) {
        let name = name.strip_prefix("r#").unwrap_or(name).to_owned();
        self.world.modules[module].names.entry((ns, name)).or_default().push(entry);
    }

    fn item(&mut self, module: ModId, ident: &syn::Ident, kind: Kind<'a>) -> u32 {
        let name = Seg::new(ident).name;
        self.world.items.push(Item { name, module, kind });
        (self.world.items.len() - 1) as u32
    }

    fn named(&mut self, module: ModId, ident: &syn::Ident, kind: Kind<'a>, spaces: &[Ns]) -> u32 {
        let id = self.item(module, ident, kind);
        for ns in spaces {
            self.bind(module, *ns, &ident.to_string(), Entry::Item(id));
        }
        id
    }

    fn items(&mut self, items: &'a [Syntax], module: ModId, inactive: bool) {
        for item in items {
            self.one(item, module, inactive);
        }
    }

    fn one(&mut self, item: &'a Syntax, module: ModId, inactive: bool) {
        match item {
            Syntax::Mod(m) => {
                let inactive = inactive || cfg::is_off(&m.attrs, self.set);
                let items = match &m.content {
                    Some((_, items)) => &items[..],
                    None => match self.tree.children.get(&tree::key(m)) {
                        Some(file) => &self.tree.files[*file].items,
                        None => return,
                    },
                };
                let id = self.world.new_module(self.krate, Some(module), false, inactive, items);
                self.bind(module, Ns::Type, &m.ident.to_string(), Entry::Mod(id));
                self.items(items, id, inactive);
            }
            Syntax::Use(u) => {
                let inactive = inactive || cfg::is_off(&u.attrs, self.set);
                let rooted = u.leading_colon.is_some();
                self.use_tree(&u.tree, &mut Vec::new(), rooted, module, inactive);
            }
            Syntax::ExternCrate(e) => {
                let name = e.rename.as_ref().map_or(&e.ident, |(_, name)| name);
                if e.attrs.iter().any(|a| a.path().is_ident("macro_use")) {
                    let krate = Seg::new(&e.ident).name;
                    self.world.crates[self.krate].macro_use.push(krate);
                }
                let path = vec![Seg::new(&e.ident)];
                let name = name.to_string();
                let at = self.push_use(module, path, true, Some(name.clone()), inactive);
                if name != "_" {
                    self.bind(module, Ns::Type, &name, Entry::Use(at));
                    // In the root it also enters the extern prelude (Rust Reference, "Extern
                    // crate declarations").
                    if e.rename.is_some() && self.world.modules[module].parent.is_none() {
                        let krate = &mut self.world.crates[self.krate];
                        if let Some(res) = krate.externs.get(&e.ident.to_string()).cloned() {
                            krate.externs.insert(name, res);
                        }
                    }
                }
            }
            Syntax::Struct(s) => {
                let spaces: &[Ns] = match s.fields {
                    syn::Fields::Named(_) => &[Ns::Type],
                    syn::Fields::Unnamed(_) | syn::Fields::Unit => &[Ns::Type, Ns::Value],
                };
                self.named(module, &s.ident, Kind::Struct(s), spaces);
            }
            Syntax::Union(u) => {
                self.named(module, &u.ident, Kind::Union(u), &[Ns::Type]);
            }
            Syntax::Enum(e) => {
                let id = self.named(module, &e.ident, Kind::Enum(e), &[Ns::Type]);
                for variant in &e.variants {
                    self.item(module, &variant.ident, Kind::Variant(id, variant));
                }
            }
            Syntax::Fn(f) => {
                self.named(module, &f.sig.ident, Kind::Fn(&f.sig, Owner::Module), &[Ns::Value]);
                self.bodies(module, inactive, |v| v.visit_block(&f.block));
            }
            Syntax::Const(c) => {
                self.named(module, &c.ident, Kind::Const(&c.ty, Owner::Module), &[Ns::Value]);
                self.bodies(module, inactive, |v| v.visit_expr(&c.expr));
            }
            Syntax::Static(s) => {
                self.named(module, &s.ident, Kind::Const(&s.ty, Owner::Module), &[Ns::Value]);
                self.bodies(module, inactive, |v| v.visit_expr(&s.expr));
            }
            Syntax::Type(t) => {
                let kind = Kind::Alias(&t.generics, &t.ty, Owner::Module);
                self.named(module, &t.ident, kind, &[Ns::Type]);
            }
            Syntax::Trait(t) => {
                let id = self.named(module, &t.ident, Kind::Trait(t), &[Ns::Type]);
                for item in &t.items {
                    match item {
                        syn::TraitItem::Fn(f) => {
                            self.item(module, &f.sig.ident, Kind::Fn(&f.sig, Owner::Trait(id)));
                            if let Some(block) = &f.default {
                                self.bodies(module, inactive, |v| v.visit_block(block));
                            }
                        }
                        syn::TraitItem::Type(ty) => {
                            self.item(module, &ty.ident, Kind::TraitType(id, ty));
                        }
                        syn::TraitItem::Const(c) => {
                            self.item(module, &c.ident, Kind::Const(&c.ty, Owner::Trait(id)));
                        }
                        _ => {}
                    }
                }
            }
            Syntax::Impl(block) => self.block(block, module, inactive),
            Syntax::Macro(m) => {
                if let (true, Some(ident)) = (m.mac.path.is_ident("macro_rules"), &m.ident) {
                    self.named(module, ident, Kind::Macro, &[Ns::Macro]);
                }
            }
            Syntax::ForeignMod(f) => {
                for item in &f.items {
                    match item {
                        syn::ForeignItem::Fn(f) => {
                            let kind = Kind::Fn(&f.sig, Owner::Module);
                            self.named(module, &f.sig.ident, kind, &[Ns::Value]);
                        }
                        syn::ForeignItem::Static(s) => {
                            let kind = Kind::Const(&s.ty, Owner::Module);
                            self.named(module, &s.ident, kind, &[Ns::Value]);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn block(&mut self, block: &'a syn::ItemImpl, module: ModId, inactive: bool) {
        let id = self.world.impls.len() as u32;
        let owner = Owner::Impl(id);
        self.world.impl_ids.insert(std::ptr::from_ref(block) as usize, id);
        self.world.impls.push(Impl { module, ast: block, items: HashMap::new() });
        for item in &block.items {
            let (ident, kind) = match item {
                syn::ImplItem::Fn(f) => {
                    self.bodies(module, inactive, |v| v.visit_block(&f.block));
                    (&f.sig.ident, Kind::Fn(&f.sig, owner))
                }
                syn::ImplItem::Const(c) => (&c.ident, Kind::Const(&c.ty, owner)),
                syn::ImplItem::Type(t) => (&t.ident, Kind::Alias(&t.generics, &t.ty, owner)),
                _ => continue,
            };
            let item = self.item(module, ident, kind);
            self.world.impls[id as usize].items.insert(Seg::new(ident).name, item);
        }
    }

    fn use_tree(
        &mut self,
        tree: &UseTree,
        path: &mut Vec<Seg>,
        rooted: bool,
        module: ModId,
        inactive: bool,
    ) {
        match tree {
            UseTree::Path(p) => {
                path.push(Seg::new(&p.ident));
                self.use_tree(&p.tree, path, rooted, module, inactive);
                path.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, path, rooted, module, inactive);
                }
            }
            UseTree::Glob(_) => {
                self.push_use(module, path.clone(), rooted, None, inactive);
            }
            UseTree::Name(n) => self.leaf(&n.ident, &n.ident, path, rooted, module, inactive),
            UseTree::Rename(r) => self.leaf(&r.ident, &r.rename, path, rooted, module, inactive),
        }
    }

    fn leaf(
        &mut self,
        ident: &syn::Ident,
        name: &syn::Ident,
        path: &[Seg],
        rooted: bool,
        module: ModId,
        inactive: bool,
    ) {
        let (full, name) = if ident == "self" && !path.is_empty() {
            let last = path[path.len() - 1].name.clone();
            let name = if ident == name { last } else { Seg::new(name).name };
            (path.to_vec(), name)
        } else {
            let mut full = path.to_vec();
            full.push(Seg::new(ident));
            (full, Seg::new(name).name)
        };
        let at = self.push_use(module, full, rooted, Some(name.clone()), inactive);
        if name != "_" {
            for ns in [Ns::Type, Ns::Value, Ns::Macro] {
                self.bind(module, ns, &name, Entry::Use(at));
            }
        }
    }

    fn push_use(
        &mut self,
        module: ModId,
        path: Vec<Seg>,
        rooted: bool,
        name: Option<String>,
        inactive: bool,
    ) -> usize {
        let uses = &mut self.world.modules[module].uses;
        uses.push(Use { path, rooted, name, inactive });
        uses.len() - 1
    }

    /// Gives every block with items of its own a scope.
    fn bodies(&mut self, module: ModId, inactive: bool, visit: impl FnOnce(&mut Blocks<'a>)) {
        let mut blocks = Blocks { found: Vec::new(), stack: Vec::new() };
        visit(&mut blocks);
        let mut scopes: Vec<ModId> = Vec::new();
        for (block, parent) in blocks.found {
            let parent = parent.map_or(module, |at| scopes[at]);
            let id = self.world.new_module(self.krate, Some(parent), true, inactive, &[]);
            scopes.push(id);
            self.world.blocks.insert(block_key(block), id);
            for stmt in &block.stmts {
                if let syn::Stmt::Item(item) = stmt {
                    self.one(item, id, inactive);
                }
            }
        }
    }
}

/// Finds blocks with items, without entering the bodies of those items: they are found when the
/// items are collected.
struct Blocks<'a> {
    found: Vec<(&'a syn::Block, Option<usize>)>,
    stack: Vec<usize>,
}

impl<'a> Visit<'a> for Blocks<'a> {
    fn visit_block(&mut self, block: &'a syn::Block) {
        let has_items = block.stmts.iter().any(|s| matches!(s, syn::Stmt::Item(_)));
        if has_items {
            self.found.push((block, self.stack.last().copied()));
            self.stack.push(self.found.len() - 1);
        }
        for stmt in &block.stmts {
            if !matches!(stmt, syn::Stmt::Item(_)) {
                self.visit_stmt(stmt);
            }
        }
        if has_items {
            self.stack.pop();
        }
    }

    fn visit_type(&mut self, _: &'a syn::Type) {}
    fn visit_pat(&mut self, _: &'a syn::Pat) {}
}

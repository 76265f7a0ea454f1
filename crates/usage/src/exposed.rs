//! Which uses of a dependency stand in the public API of the code that uses it.
//!
//! Invariant: told from the sources alone. What is `pub` in a private module counts only where a
//! `pub use` of the crate names it or takes everything; what macros generate is not seen.

use std::collections::BTreeSet;
use std::path::PathBuf;

use proc_macro2::Span;
use ripe_model::UseSite;
use syn::spanned::Spanned;
use syn::{Fields, ImplItem, Item, TraitItem, Type, UseTree, Visibility};

use crate::scan::{normal, on_a_stack};
use crate::tree::{self, Tree};
use crate::{CfgSet, Sources, TargetKind, cfg};

/// Where the public signatures, fields, bounds, re-exports and impl headers of a library stand.
pub struct Exposure(Vec<Range>);

impl Exposure {
    /// Reads the library of a package; nothing where it has none.
    pub fn of(sources: &Sources) -> Exposure {
        let lib = sources.targets.iter().find(|target| target.kind == TargetKind::Lib);
        let ranges = lib.and_then(|lib| {
            on_a_stack(|| {
                let tree = tree::load(&lib.path, &sources.cfg, &mut Vec::new());
                let mut public = Public {
                    sources,
                    tree: &tree,
                    used: BTreeSet::new(),
                    types: BTreeSet::new(),
                    ranges: Vec::new(),
                };
                for file in &tree.files {
                    public.names(&file.items);
                }
                if let Some(root) = tree.files.first() {
                    public.items(&root.items, true);
                }
                public.ranges
            })
        });
        Exposure(ranges.unwrap_or_default())
    }

    /// Whether a site of that package stands in its public API.
    pub fn has(&self, site: &UseSite) -> bool {
        let at = (site.line, site.column);
        !site.inactive
            && self
                .0
                .iter()
                .any(|range| range.file == site.file && range.from <= at && at <= range.to)
    }
}

/// A part of a file; lines and columns count from 1.
struct Range {
    file: PathBuf,
    from: (u32, u32),
    to: (u32, u32),
}

struct Public<'a> {
    sources: &'a Sources,
    tree: &'a Tree,
    /// The names that a `pub use` takes out of a module; `module::*` for all of one.
    used: BTreeSet<String>,
    /// The names of types that are `pub`, wherever.
    types: BTreeSet<String>,
    ranges: Vec<Range>,
}

impl Public<'_> {
    fn set(&self) -> &CfgSet {
        &self.sources.cfg
    }

    /// Collects what is taken and what types there are.
    fn names(&mut self, items: &[Item]) {
        for item in items {
            let (vis, name) = match item {
                Item::Use(u) if is_public(&u.vis) => {
                    taken(&u.tree, None, &mut self.used);
                    continue;
                }
                Item::Mod(inner) => {
                    if let Some((_, items)) = &inner.content {
                        self.names(items);
                    }
                    continue;
                }
                Item::Struct(s) => (&s.vis, &s.ident),
                Item::Enum(e) => (&e.vis, &e.ident),
                Item::Union(u) => (&u.vis, &u.ident),
                Item::Trait(t) => (&t.vis, &t.ident),
                _ => continue,
            };
            if is_public(vis) {
                self.types.insert(name.to_string());
            }
        }
    }

    fn shows(&self, vis: &Visibility, name: &syn::Ident, open: bool) -> bool {
        is_public(vis) && (open || self.used.contains(&name.to_string()))
    }

    fn add(&mut self, spanned: &impl Spanned) {
        self.add_between(spanned.span(), spanned.span());
    }

    fn add_between(&mut self, first: Span, last: Span) {
        let Some(path) = self.tree.names.get(&first.file()) else { return };
        let path = normal(path);
        let file = path.strip_prefix(&self.sources.root).map(Into::into).unwrap_or(path);
        let place = |at: proc_macro2::LineColumn| {
            let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            (small(at.line), small(at.column).saturating_add(1))
        };
        self.ranges.push(Range { file, from: place(first.start()), to: place(last.end()) });
    }

    fn fields(&mut self, fields: &Fields) {
        for field in fields.iter().filter(|field| is_public(&field.vis)) {
            self.add(&field.ty);
        }
    }

    /// The items of a module; `open` where others can name the module.
    fn items(&mut self, items: &[Item], open: bool) {
        for item in items {
            match item {
                Item::Fn(f) if self.shows(&f.vis, &f.sig.ident, open) => self.add(&f.sig),
                Item::Struct(s) if self.shows(&s.vis, &s.ident, open) => {
                    self.add(&s.generics);
                    self.fields(&s.fields);
                }
                Item::Union(u) if self.shows(&u.vis, &u.ident, open) => {
                    self.add(&u.generics);
                    u.fields.named.iter().filter(|f| is_public(&f.vis)).for_each(|f| {
                        self.add(&f.ty);
                    });
                }
                Item::Enum(e) if self.shows(&e.vis, &e.ident, open) => self.add(e),
                Item::Type(t) if self.shows(&t.vis, &t.ident, open) => self.add(t),
                Item::Const(c) if self.shows(&c.vis, &c.ident, open) => self.add(&c.ty),
                Item::Static(s) if self.shows(&s.vis, &s.ident, open) => self.add(&s.ty),
                Item::Use(u) if is_public(&u.vis) && open => self.add(&u.tree),
                Item::Trait(t) if self.shows(&t.vis, &t.ident, open) => {
                    self.add(&t.generics);
                    t.supertraits.iter().for_each(|bound| self.add(bound));
                    for item in &t.items {
                        match item {
                            TraitItem::Fn(f) => self.add(&f.sig),
                            TraitItem::Const(c) => self.add(&c.ty),
                            item => self.add(item),
                        }
                    }
                }
                Item::Impl(block) if !cfg::is_off(&block.attrs, self.set()) => self.block(block),
                Item::Mod(inner) if !cfg::is_off(&inner.attrs, self.set()) => {
                    let all = self.used.contains(&format!("{}::*", inner.ident));
                    let open = all || (open && is_public(&inner.vis));
                    let tree = self.tree;
                    match &inner.content {
                        Some((_, items)) => self.items(items, open),
                        None => {
                            if let Some(file) = tree.children.get(&tree::key(inner)) {
                                self.items(&tree.files[*file].items, open);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The header of a trait's impl, and the public functions of a type's own.
    fn block(&mut self, block: &syn::ItemImpl) {
        match &block.trait_ {
            Some((_, path, _)) => {
                let own = match &*block.self_ty {
                    Type::Path(ty) => ty.path.segments.last().map(|last| last.ident.to_string()),
                    _ => None,
                };
                if own.is_none_or(|own| self.types.contains(&own)) {
                    self.add(path);
                    self.add(&block.self_ty);
                }
            }
            None => {
                for item in &block.items {
                    if let ImplItem::Fn(f) = item
                        && is_public(&f.vis)
                    {
                        self.add(&f.sig);
                    }
                }
            }
        }
    }
}

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// The names at the ends of a `use`; of a glob the module's.
fn taken(tree: &UseTree, module: Option<&syn::Ident>, into: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => taken(&path.tree, Some(&path.ident), into),
        UseTree::Name(name) => {
            into.insert(name.ident.to_string());
        }
        UseTree::Rename(rename) => {
            into.insert(rename.ident.to_string());
        }
        UseTree::Glob(_) => {
            into.extend(module.map(|module| format!("{module}::*")));
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| taken(tree, module, into)),
    }
}

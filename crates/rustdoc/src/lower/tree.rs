//! The modules that can be reached from the root, the names in each, and where each name leads.
//!
//! Names that a module declares or imports by name shadow what a glob brings (Rust Reference, "Use
//! declarations"). Of what two globs bring under one name, a client gets the first, with a warning
//! (rust-lang/rust#114095).
//!
//! Invariant: work lists instead of recursion, so that modules that contain or re-export each
//! other end.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use ripe_model::{CrateId, Gap, ItemKind, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use rustdoc_types::{ItemEnum, StructKind, VariantKind};

use crate::lower::crates::Crates;
use crate::lower::document::Document;
use crate::lower::facts::{item_kind, namespace};
use crate::lower::item::Item;

/// A namespace in which a name can be shadowed.
pub(crate) type Slot = ripe_model::Namespace;

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// An item of this crate.
    Local(u32),
    /// An item of another crate, by the path of its definition.
    Foreign(CrateId, String, Option<ItemKind>),
}

/// The way by which a name got into a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    /// Whether it is there by its declaration and not by an import.
    pub(crate) declared: bool,
    /// Whether every import that brings it is hidden.
    pub(crate) hidden: bool,
    /// Whether every import that brings it stands under a `cfg` that mentions documentation.
    pub(crate) cfg_doc: bool,
    /// Where the import stands.
    pub(crate) span: Option<Rc<Span>>,
}

/// A name in a namespace: the number of its text among the [`Symbols`].
type Name = (u32, Slot);

/// The texts of names, each once: globs pass thousands of them on.
#[derive(Default)]
struct Symbols {
    numbers: FxHashMap<Rc<str>, u32>,
    texts: Vec<Rc<str>>,
}

impl Symbols {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let text: Rc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }
}

/// Where a name leads, and by which way.
struct Lead {
    target: Target,
    edge: Edge,
    /// Of what a glob brings: which glob of the module it is.
    order: usize,
}

impl Edge {
    /// The edge by which a glob passes this one on.
    fn through(&self, glob: &Edge) -> Edge {
        Edge {
            declared: false,
            hidden: self.hidden || glob.hidden,
            cfg_doc: self.cfg_doc || glob.cfg_doc,
            span: glob.span.clone(),
        }
    }

    /// Adds a second way. Returns whether that changed anything.
    fn join(&mut self, other: &Edge) -> bool {
        let (hidden, cfg_doc) = (self.hidden && other.hidden, self.cfg_doc && other.cfg_doc);
        let changed = hidden != self.hidden || cfg_doc != self.cfg_doc;
        (self.hidden, self.cfg_doc) = (hidden, cfg_doc);
        changed
    }
}

/// The names of a module.
#[derive(Default)]
pub(crate) struct Names {
    /// What is declared or imported by name.
    explicit: FxHashMap<Name, Vec<Lead>>,
    /// Names that shadow without leading anywhere by themselves: constructors of structs.
    constructors: FxHashSet<u32>,
    /// What globs bring.
    globbed: FxHashMap<Name, Vec<Lead>>,
    /// Globs over modules and enums of this crate.
    globs: Vec<(u32, Edge)>,
    /// Globs over modules and enums of other crates, by the path there.
    pub(crate) foreign_globs: BTreeMap<(CrateId, String), Edge>,
}

impl Names {
    fn add(&mut self, name: u32, slot: Slot, target: Target, edge: Edge) {
        let leads = self.explicit.entry((name, slot)).or_default();
        match leads.iter_mut().find(|lead| lead.target == target) {
            // The declaration is the better way to an item that is also imported under its name.
            Some(known) if known.edge.declared => {}
            Some(known) if edge.declared => known.edge = edge,
            Some(known) => _ = known.edge.join(&edge),
            None => leads.push(Lead { target, edge, order: 0 }),
        }
    }

    /// Adds what a glob brings. Returns whether that is news.
    fn add_globbed(&mut self, name: Name, target: &Target, edge: &Edge, order: usize) -> bool {
        let shadowed = self.explicit.contains_key(&name)
            || (name.1 == Slot::Value && self.constructors.contains(&name.0));
        if shadowed {
            return false;
        }
        let leads = self.globbed.entry(name).or_default();
        match leads.iter_mut().find(|lead| lead.target == *target) {
            Some(known) => {
                let earlier = order < known.order;
                known.order = known.order.min(order);
                known.edge.join(edge) || earlier
            }
            None => {
                leads.push(Lead { target: target.clone(), edge: edge.clone(), order });
                true
            }
        }
    }

    fn add_foreign_glob(&mut self, path: (CrateId, String), edge: &Edge) -> bool {
        match self.foreign_globs.entry(path) {
            Entry::Occupied(mut known) => known.get_mut().join(edge),
            Entry::Vacant(vacant) => {
                vacant.insert(edge.clone());
                true
            }
        }
    }
}

/// All that pass one found.
pub(crate) struct Tree<'a> {
    /// The id of the root module.
    pub(crate) root: u32,
    /// The parsed items of all modules seen, by id.
    pub(crate) items: FxHashMap<u32, Box<Item<'a>>>,
    /// The names of the modules and of the enums that are imported from.
    pub(crate) modules: BTreeMap<u32, Names>,
    /// The enum of each variant of the enums seen.
    pub(crate) owners: FxHashMap<u32, u32>,
    symbols: Symbols,
}

/// Grows a [`Tree`].
struct Grower<'d, 'a> {
    document: &'d Document<'a>,
    crates: &'d Crates,
    root_path: Option<&'d std::path::Path>,
    tree: Tree<'a>,
    queue: VecDeque<u32>,
    gaps: &'d mut Vec<Gap>,
    bad: BTreeSet<u32>,
}

impl<'a> Tree<'a> {
    /// Walks from the root. `None` where the root is no module.
    pub(crate) fn grow(
        document: &Document<'a>,
        crates: &Crates,
        root_path: Option<&std::path::Path>,
        gaps: &mut Vec<Gap>,
    ) -> Option<Tree<'a>> {
        let tree = Tree {
            root: document.root,
            items: FxHashMap::default(),
            modules: BTreeMap::new(),
            owners: FxHashMap::default(),
            symbols: Symbols::default(),
        };
        let mut grower = Grower {
            document,
            crates,
            root_path,
            tree,
            queue: VecDeque::new(),
            gaps,
            bad: BTreeSet::new(),
        };
        let root = grower.item(document.root)?;
        if !matches!(root.inner, ItemEnum::Module(_)) {
            return None;
        }
        grower.enqueue(document.root);
        while let Some(id) = grower.queue.pop_front() {
            grower.visit(id);
        }
        let mut tree = grower.tree;
        tree.spread_globs();
        Some(tree)
    }

    /// All names that can be imported from a module, in no order.
    pub(crate) fn names(&self, module: u32) -> impl Iterator<Item = (&str, Slot, &Target, &Edge)> {
        let names = self.modules.get(&module);
        let explicit = names.into_iter().flat_map(|names| &names.explicit);
        let explicit = explicit.flat_map(|(name, leads)| leads.iter().map(move |l| (name, l)));
        let globbed = names.into_iter().flat_map(|names| &names.globbed);
        let globbed = globbed.filter_map(|(name, leads)| {
            Some((name, leads.iter().min_by_key(|lead| (lead.order, &lead.target))?))
        });
        explicit
            .chain(globbed)
            .map(|((name, slot), lead)| (self.symbols.text(*name), *slot, &lead.target, &lead.edge))
    }

    /// Lets globs pass names on, each as often as it is news. What is known of a name only grows,
    /// so this ends.
    fn spread_globs(&mut self) {
        let mut readers: BTreeMap<u32, Vec<(u32, usize, Edge)>> = BTreeMap::new();
        for (id, names) in &self.modules {
            for (order, (source, glob)) in names.globs.iter().enumerate() {
                readers.entry(*source).or_default().push((*id, order, glob.clone()));
            }
        }
        let mut news: VecDeque<(u32, usize, Passed, Edge)> = VecDeque::new();
        for (source, readers) in &readers {
            let Some(names) = self.modules.get(source) else { continue };
            for (reader, order, glob) in readers {
                for (name, leads) in &names.explicit {
                    news.extend(leads.iter().map(|lead| {
                        let passed = Passed::Name(*name, lead.target.clone());
                        (*reader, *order, passed, lead.edge.through(glob))
                    }));
                }
                news.extend(names.foreign_globs.iter().map(|(path, edge)| {
                    (*reader, *order, Passed::Glob(path.clone()), edge.through(glob))
                }));
            }
        }
        while let Some((id, order, passed, edge)) = news.pop_front() {
            let Some(names) = self.modules.get_mut(&id) else { continue };
            let is_news = match &passed {
                Passed::Name(name, target) => names.add_globbed(*name, target, &edge, order),
                Passed::Glob(path) => names.add_foreign_glob(path.clone(), &edge),
            };
            if !is_news {
                continue;
            }
            for (reader, order, glob) in readers.get(&id).into_iter().flatten() {
                news.push_back((*reader, *order, passed.clone(), edge.through(glob)));
            }
        }
    }
}

/// What a glob passes on.
#[derive(Clone)]
enum Passed {
    Name(Name, Target),
    Glob((CrateId, String)),
}

impl<'d, 'a> Grower<'d, 'a> {
    /// The item of an id, parsed and kept.
    fn item(&mut self, id: u32) -> Option<&Item<'a>> {
        if self.bad.contains(&id) {
            return None;
        }
        if !self.tree.items.contains_key(&id) {
            match Item::parse(self.document.index.get(id)?) {
                Ok(item) => {
                    if let ItemEnum::Enum(e) = &item.inner {
                        self.tree.owners.extend(e.variants.iter().map(|variant| (variant.0, id)));
                    }
                    self.tree.items.insert(id, Box::new(item));
                }
                Err(error) => {
                    self.bad.insert(id);
                    self.gaps.push(Gap::new(self.name_of(id), format!("not readable: {error}")));
                    return None;
                }
            }
        }
        self.tree.items.get(&id).map(|item| &**item)
    }

    fn name_of(&self, id: u32) -> String {
        match self.document.summary(id) {
            Some(summary) => summary.path.join("::"),
            None => format!("item {id}"),
        }
    }

    fn enqueue(&mut self, id: u32) {
        if let Entry::Vacant(vacant) = self.tree.modules.entry(id) {
            vacant.insert(Names::default());
            self.queue.push_back(id);
        }
    }

    /// Fills the names of a module or enum.
    fn visit(&mut self, id: u32) {
        let children: Vec<u32> = match self.item(id).map(|item| &item.inner) {
            Some(ItemEnum::Module(module)) => module.items.iter().map(|id| id.0).collect(),
            Some(ItemEnum::Enum(e)) => e.variants.iter().map(|id| id.0).collect(),
            _ => return,
        };
        let mut names = Names::default();
        for child in children {
            if self.document.index.get(child).is_none() {
                let inside = self.name_of(id);
                self.gaps.push(Gap::new(
                    format!("item {child} of {inside}"),
                    "is not in the document".to_owned(),
                ));
                continue;
            }
            self.child(child, &mut names);
        }
        self.tree.modules.insert(id, names);
    }

    fn child(&mut self, child: u32, names: &mut Names) {
        let root_path = self.root_path;
        let Some(item) = self.item(child) else { return };
        let is_variant = matches!(item.inner, ItemEnum::Variant(_));
        if !(item.is_public() || is_variant) {
            return;
        }
        let marks = item.marks();
        let declared = !matches!(item.inner, ItemEnum::Use(_) | ItemEnum::ExternCrate { .. });
        let edge = Edge {
            declared,
            hidden: !declared && marks.hidden,
            cfg_doc: !declared && marks.cfg_doc,
            span: item.span.as_ref().filter(|_| !declared).map(|s| Rc::new(s.lower(root_path))),
        };
        match &item.inner {
            ItemEnum::Use(import) => {
                let import = import.clone();
                self.import(&import, edge, names);
            }
            ItemEnum::ExternCrate { name, rename } => {
                // `name` is the name here and `rename` the crate's own, where they differ.
                let (here, there) = (name.clone(), rename.clone().unwrap_or_else(|| name.clone()));
                if let Some(krate) = self.crates.by_name(&there) {
                    let target = Target::Foreign(krate, there, Some(ItemKind::Module));
                    names.add(self.tree.symbols.number(&here), Slot::Type, target, edge);
                } else {
                    self.gaps.push(Gap::new(
                        format!("extern crate {there}"),
                        "the crate is not in the document".to_owned(),
                    ));
                }
            }
            inner => {
                let Some(slot) = namespace(inner) else { return };
                let Some(name) = item.name.clone() else { return };
                let constructs = has_constructor(inner);
                let is_module = matches!(inner, ItemEnum::Module(_));
                let name = self.tree.symbols.number(&name);
                if constructs {
                    names.constructors.insert(name);
                }
                names.add(name, slot, Target::Local(child), edge);
                if is_module {
                    self.enqueue(child);
                }
            }
        }
    }

    fn import(&mut self, import: &rustdoc_types::Use, edge: Edge, names: &mut Names) {
        let name = self.tree.symbols.number(&import.name);
        let Some(id) = import.id.map(|id| id.0) else {
            self.import_primitive(import, edge, names);
            return;
        };
        match self.resolve(id) {
            Some(Resolved::Local { id, slot, constructs, opens }) => {
                if opens {
                    self.enqueue(id);
                }
                if import.is_glob {
                    names.globs.push((id, edge));
                } else if let Some(slot) = slot {
                    if constructs {
                        names.constructors.insert(name);
                    }
                    names.add(name, slot, Target::Local(id), edge);
                }
            }
            Some(Resolved::Foreign { krate, path, .. }) if import.is_glob => {
                names.add_foreign_glob((krate, path), &edge);
            }
            Some(Resolved::Foreign { krate, path, kind }) => {
                let slot = kind.map_or(Slot::Type, slot_of_kind);
                names.add(name, slot, Target::Foreign(krate, path, kind), edge);
            }
            None => match self.resolve_by_text(import) {
                Some((krate, path)) if import.is_glob => {
                    names.add_foreign_glob((krate, path), &edge);
                }
                Some((krate, path)) => {
                    names.add(name, Slot::Type, Target::Foreign(krate, path, None), edge);
                }
                None => self.gaps.push(Gap::new(
                    format!("pub use {}", import.source),
                    "not in the document; rustdoc leaves out hidden items of private modules",
                )),
            },
        }
    }

    /// A primitive has no id; it is found by its name in core.
    fn import_primitive(&mut self, import: &rustdoc_types::Use, edge: Edge, names: &mut Names) {
        let primitive = import.source.rsplit("::").next().unwrap_or(&import.source);
        let Some(core) = self.crates.by_name("core") else { return };
        let path = format!("core::primitive::{primitive}");
        let name = self.tree.symbols.number(&import.name);
        names.add(name, Slot::Type, Target::Foreign(core, path, None), edge);
    }

    /// The import's own words, where rustdoc does not say what its id is. The first segment must
    /// be a crate.
    fn resolve_by_text(&self, import: &rustdoc_types::Use) -> Option<(CrateId, String)> {
        let source = import.source.trim_start_matches("::");
        let first = source.split("::").next()?;
        Some((self.crates.by_name(first)?, source.to_owned()))
    }

    fn resolve(&mut self, id: u32) -> Option<Resolved> {
        let mut id = id;
        // rustdoc resolves imports to the end; a chain of imports is followed all the same.
        for _ in 0..32 {
            let summary = self.document.summary(id);
            if let Some(summary) = summary.filter(|summary| summary.crate_id != 0) {
                return Some(Resolved::Foreign {
                    krate: self.crates.id(summary.crate_id)?,
                    path: summary.path.join("::"),
                    kind: Some(item_kind(summary.kind)?),
                });
            }
            let item = self.item(id)?;
            if item.crate_id != 0 {
                return None;
            }
            match &item.inner {
                ItemEnum::Use(next) => id = next.id?.0,
                inner => {
                    return Some(Resolved::Local {
                        id,
                        slot: namespace(inner),
                        constructs: has_constructor(inner),
                        opens: matches!(inner, ItemEnum::Module(_) | ItemEnum::Enum(_)),
                    });
                }
            }
        }
        None
    }
}

enum Resolved {
    Local { id: u32, slot: Option<Slot>, constructs: bool, opens: bool },
    Foreign { krate: CrateId, path: String, kind: Option<ItemKind> },
}

/// Tuple and unit structs and variants take their name among the values too.
fn has_constructor(inner: &ItemEnum) -> bool {
    match inner {
        ItemEnum::Struct(s) => matches!(s.kind, StructKind::Unit | StructKind::Tuple(_)),
        ItemEnum::Variant(v) => matches!(v.kind, VariantKind::Plain | VariantKind::Tuple(_)),
        _ => false,
    }
}

/// The namespace of a kind.
fn slot_of_kind(kind: ItemKind) -> Slot {
    match kind {
        ItemKind::Module
        | ItemKind::Struct
        | ItemKind::Union
        | ItemKind::Enum
        | ItemKind::Variant
        | ItemKind::Trait
        | ItemKind::TraitAlias
        | ItemKind::TypeAlias
        | ItemKind::AssocType
        | ItemKind::ExternType
        | ItemKind::Reexport => Slot::Type,
        ItemKind::Function
        | ItemKind::Method
        | ItemKind::AssocFunction
        | ItemKind::AssocConst
        | ItemKind::Const
        | ItemKind::Static => Slot::Value,
        ItemKind::Macro
        | ItemKind::ProcMacro
        | ItemKind::AttributeMacro
        | ItemKind::DeriveMacro => Slot::Macro,
        ItemKind::Field => Slot::Field,
        ItemKind::Impl => Slot::Impl,
        ItemKind::Feature => Slot::Feature,
        ItemKind::Package => Slot::Package,
    }
}

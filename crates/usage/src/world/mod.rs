//! The names of a scan: modules and items of the source crates, and the surfaces.

mod api;
mod collect;
mod lookup;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use proc_macro2::Span;

pub(crate) use api::Api;
pub(crate) use lookup::{Hit, Res, Seg};

use crate::types::{Def, Sig, T, TraitRef};

pub(crate) type ModId = usize;

/// Traits, sorted.
pub(crate) type Traits = Rc<Vec<Def>>;

/// The namespaces of the source (Rust Reference, "Namespaces").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Ns {
    Type,
    Value,
    Macro,
}

/// Everything that names can lead to.
pub(crate) struct World<'a> {
    pub(crate) crates: Vec<Krate>,
    pub(crate) modules: Vec<Module<'a>>,
    pub(crate) items: Vec<Item<'a>>,
    pub(crate) impls: Vec<Impl<'a>>,
    /// The scopes of blocks that hold items, by the address of the block.
    pub(crate) blocks: HashMap<usize, ModId>,
    /// The impls by the address of their syntax.
    pub(crate) impl_ids: HashMap<usize, u32>,
    pub(crate) apis: Vec<Api<'a>>,
    pub(crate) impl_index: ImplIndex,
    /// The names of methods of the source crates.
    pub(crate) methods: HashSet<String>,
    pub(crate) cache: Cache,
}

/// What was already looked up.
#[derive(Default)]
pub(crate) struct Cache {
    pub(crate) lookups: RefCell<HashMap<(ModId, String, Ns), Option<Hit>>>,
    pub(crate) active: RefCell<HashSet<(ModId, String, Ns)>>,
    pub(crate) sigs: RefCell<HashMap<Def, Option<Rc<Sig>>>>,
    pub(crate) traits_in_scope: RefCell<HashMap<ModId, Traits>>,
    pub(crate) methods_in_scope: RefCell<HashMap<(ModId, String), Traits>>,
    pub(crate) heads: RefCell<HashMap<u32, Option<Rc<Header>>>>,
    pub(crate) lowering: RefCell<HashSet<Def>>,
    /// The surroundings of impls and traits.
    pub(crate) envs: RefCell<HashMap<(ModId, Owner), Rc<crate::types::Env>>>,
    /// The supertraits of row traits, and theirs, in order.
    pub(crate) supertraits: RefCell<HashMap<Def, Rc<Vec<TraitRef>>>>,
    /// Which surfaces a module imports from.
    pub(crate) imports: RefCell<HashMap<ModId, Rc<HashSet<u16>>>>,
}

/// The impls and derives of the source crates.
#[derive(Default)]
pub(crate) struct ImplIndex {
    pub(crate) by_trait: HashMap<Def, TraitImpls>,
    pub(crate) inherent: HashMap<Head, Vec<u32>>,
    pub(crate) derives: HashMap<Def, Vec<Def>>,
    /// The traits that a type has by impls of source crates.
    pub(crate) of_type: HashMap<Def, Vec<Def>>,
}

/// The impls of one trait, in order: bindings of foreign interfaces have tens of thousands.
#[derive(Default)]
pub(crate) struct TraitImpls {
    all: Vec<u32>,
    /// Those for a type by name.
    of_type: HashMap<Def, Vec<u32>>,
    rest: Vec<u32>,
}

impl TraitImpls {
    pub(crate) fn push(&mut self, id: u32, self_ty: &T) {
        self.all.push(id);
        match self_ty {
            T::Adt(def, _) => self.of_type.entry(*def).or_default().push(id),
            _ => self.rest.push(id),
        }
    }

    /// Those that may be for a type, in order.
    pub(crate) fn candidates(&self, t: &T) -> Vec<u32> {
        let own = match t {
            T::Unknown | T::Var(_) => return self.all.clone(),
            T::Adt(def, _) => self.of_type.get(def).map_or(&[] as &[u32], Vec::as_slice),
            _ => &[],
        };
        let mut found = [own, &self.rest].concat();
        found.sort_unstable();
        found
    }
}

/// By what inherent impls are found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Head {
    Def(Def),
    Prim(Rc<str>),
    Slice,
    Pointer,
    Other,
}

impl Head {
    pub(crate) fn of(t: &T) -> Head {
        match t {
            T::Adt(def, _) => Head::Def(*def),
            T::Prim(name) => Head::Prim(name.clone()),
            T::Slice(_) | T::Array(_) => Head::Slice,
            T::Pointer(_) => Head::Pointer,
            T::Dyn(bounds) => bounds.first().map_or(Head::Other, |b| Head::Def(b.def)),
            _ => Head::Other,
        }
    }
}

/// The header of an impl of a source crate.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) self_ty: T,
    pub(crate) trait_: Option<TraitRef>,
}

/// A source crate.
pub(crate) struct Krate {
    pub(crate) root: ModId,
    pub(crate) edition_2015: bool,
    /// The crates that it can name.
    pub(crate) externs: HashMap<String, Res>,
    /// The crates whose macros are in scope everywhere: `#[macro_use] extern crate`.
    pub(crate) macro_use: Vec<String>,
    /// Impls by the head of their type.
    pub(crate) compiled: bool,
}

pub(crate) struct Module<'a> {
    pub(crate) krate: usize,
    pub(crate) parent: Option<ModId>,
    /// Whether it is the scope of a block: names not found here are looked up in the parent.
    pub(crate) block: bool,
    pub(crate) names: HashMap<(Ns, String), Vec<Entry>>,
    pub(crate) uses: Vec<Use>,
    pub(crate) inactive: bool,
    /// What to walk.
    pub(crate) items: &'a [syn::Item],
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Entry {
    Item(u32),
    Mod(ModId),
    Use(usize),
}

/// One leaf of a `use` tree.
pub(crate) struct Use {
    pub(crate) path: Vec<Seg>,
    /// Whether the path began with `::`.
    pub(crate) rooted: bool,
    /// The name it binds; `None` for a glob.
    pub(crate) name: Option<String>,
    pub(crate) inactive: bool,
}

pub(crate) struct Item<'a> {
    pub(crate) name: String,
    pub(crate) module: ModId,
    pub(crate) kind: Kind<'a>,
}

/// What an item of a source crate is.
#[derive(Clone, Copy)]
pub(crate) enum Kind<'a> {
    Struct(&'a syn::ItemStruct),
    Union(&'a syn::ItemUnion),
    Enum(&'a syn::ItemEnum),
    Variant(u32, &'a syn::Variant),
    Fn(&'a syn::Signature, Owner),
    Trait(&'a syn::ItemTrait),
    TraitType(u32, &'a syn::TraitItemType),
    Alias(&'a syn::Generics, &'a syn::Type, Owner),
    Const(&'a syn::Type, Owner),
    Macro,
}

/// Where an associated item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    Module,
    Impl(u32),
    Trait(u32),
}

pub(crate) struct Impl<'a> {
    pub(crate) module: ModId,
    pub(crate) ast: &'a syn::ItemImpl,
    pub(crate) items: HashMap<String, u32>,
}

/// The key under which blocks are stored.
pub(crate) fn block_key(block: &syn::Block) -> usize {
    std::ptr::from_ref(block) as usize
}

impl<'a> World<'a> {
    pub(crate) fn item(&self, id: u32) -> &Item<'a> {
        &self.items[id as usize]
    }

    /// The source crate's own items have no site; a row's have.
    pub(crate) fn row(&self, def: Def) -> Option<(&Api<'a>, &'a ripe_model::Row)> {
        match def {
            Def::Own(_) => None,
            Def::Api(k, row) => {
                let api = &self.apis[k as usize];
                Some((api, &api.rows[row as usize]))
            }
        }
    }

    /// The name of a definition, for rules that go by the name of a standard trait or type.
    pub(crate) fn name_of(&self, def: Def) -> &str {
        match def {
            Def::Own(id) => &self.item(id).name,
            Def::Api(..) => self.row(def).map_or("", |(_, row)| row.key.name()),
        }
    }

    /// Whether a definition is the standard library's.
    pub(crate) fn is_std(&self, def: Def) -> bool {
        match def {
            Def::Own(id) => self.modules[self.item(id).module].krate == 0,
            Def::Api(..) => false,
        }
    }

    /// The standard library's item of this name.
    pub(crate) fn std(&self, path: &[&str]) -> Option<Def> {
        let mut at = self.crates.first()?.root;
        let (last, modules) = path.split_last()?;
        for name in modules {
            let entries = self.modules[at].names.get(&(Ns::Type, (*name).to_owned()))?;
            at = entries.iter().find_map(|e| match e {
                Entry::Mod(id) => Some(*id),
                Entry::Item(_) | Entry::Use(_) => None,
            })?;
        }
        for ns in [Ns::Type, Ns::Value] {
            let found = self.modules[at].names.get(&(ns, (*last).to_owned()));
            if let Some(id) = found.and_then(|entries| {
                entries.iter().find_map(|e| match e {
                    Entry::Item(id) => Some(*id),
                    Entry::Mod(_) | Entry::Use(_) => None,
                })
            }) {
                return Some(Def::Own(id));
            }
        }
        None
    }

    /// What a member belongs to: the enum of a variant, the trait or type of an associated item.
    pub(crate) fn owner_of(&self, def: Def) -> Option<Def> {
        match def {
            Def::Own(id) => match self.item(id).kind {
                Kind::Variant(owner, _) | Kind::TraitType(owner, _) => Some(Def::Own(owner)),
                Kind::Fn(_, Owner::Trait(owner)) | Kind::Const(_, Owner::Trait(owner)) => {
                    Some(Def::Own(owner))
                }
                _ => None,
            },
            Def::Api(k, _) => {
                let (api, row) = self.row(def)?;
                let (owner, _) = row.key.split()?;
                let owner = owner.split('<').next().unwrap_or(owner);
                let at = api.find(owner, ripe_model::Namespace::Type)?;
                Some(Def::Api(k, at))
            }
        }
    }

    /// Whether a row is an alias of a type.
    pub(crate) fn is_alias(&self, def: Def) -> bool {
        self.row(def).is_some_and(|(_, r)| matches!(r.facts, ripe_model::Facts::TypeAlias(_)))
    }

    pub(crate) fn is_variant(&self, def: Def) -> bool {
        match def {
            Def::Own(id) => matches!(self.item(id).kind, Kind::Variant(..)),
            Def::Api(..) => {
                self.row(def).is_some_and(|(_, r)| matches!(r.facts, ripe_model::Facts::Variant(_)))
            }
        }
    }

    /// An item of a trait by name.
    pub(crate) fn trait_item(&self, trait_: Def, name: &str) -> Option<Def> {
        match trait_ {
            Def::Own(id) => {
                let Kind::Trait(t) = self.item(id).kind else { return None };
                // The items of a trait follow it, in order.
                let mut at = id;
                for item in &t.items {
                    let ident = match item {
                        syn::TraitItem::Fn(f) => &f.sig.ident,
                        syn::TraitItem::Type(t) => &t.ident,
                        syn::TraitItem::Const(c) => &c.ident,
                        _ => continue,
                    };
                    at += 1;
                    if ident == name {
                        return Some(Def::Own(at));
                    }
                }
                None
            }
            Def::Api(k, _) => {
                let (api, row) = self.row(trait_)?;
                let path = format!("{}::{name}", row.key.path);
                [ripe_model::Namespace::Value, ripe_model::Namespace::Type]
                    .into_iter()
                    .find_map(|ns| api.find(&path, ns))
                    .map(|at| Def::Api(k, at))
            }
        }
    }

    /// The traits in scope that have an item of this name.
    pub(crate) fn traits_with(&self, module: ModId, name: &str) -> Rc<Vec<Def>> {
        let key = (module, name.to_owned());
        if let Some(known) = self.cache.methods_in_scope.borrow().get(&key) {
            return known.clone();
        }
        let all = self.traits_in_scope(module);
        let found: Vec<Def> =
            all.iter().copied().filter(|t| self.trait_item(*t, name).is_some()).collect();
        let found = Rc::new(found);
        self.cache.methods_in_scope.borrow_mut().insert(key, found.clone());
        found
    }

    /// Whether the standard library or the package itself has a method of this name.
    pub(crate) fn names_a_method(&self, name: &str) -> bool {
        self.methods.contains(name)
    }

    /// Notes the methods of the source crates.
    pub(crate) fn index_methods(&mut self) {
        self.methods = self
            .items
            .iter()
            .filter(|item| match item.kind {
                Kind::Fn(sig, Owner::Impl(_) | Owner::Trait(_)) => sig.receiver().is_some(),
                _ => false,
            })
            .map(|item| item.name.clone())
            .collect();
    }

    pub(crate) fn is_trait(&self, def: Def) -> bool {
        match def {
            Def::Own(id) => matches!(self.item(id).kind, Kind::Trait(_)),
            Def::Api(..) => self.row(def).is_some_and(|(_, row)| {
                matches!(row.facts, ripe_model::Facts::Trait(_) | ripe_model::Facts::TraitAlias(..))
            }),
        }
    }
}

impl Seg {
    pub(crate) fn new(ident: &syn::Ident) -> Seg {
        let name = ident.to_string();
        let name = name.strip_prefix("r#").map(str::to_owned).unwrap_or(name);
        Seg { name, span: ident.span() }
    }

    pub(crate) fn of(name: &str) -> Seg {
        Seg { name: name.to_owned(), span: Span::call_site() }
    }
}

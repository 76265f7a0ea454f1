//! What the expansions of a dependency's macros give to the client's own types, with the locked
//! version and with the target: a trait that only the locked expansion implements is lost.
//!
//! The diff sees matchers, not bodies. So both bodies are expanded with the client's tokens, and
//! what the two give is compared.
//!
//! Invariant: a loss is said to break only where a place is known that needs it; every other loss
//! stays possible. Macros in the place of expressions are left out: what they give is not named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use ripe_model::{Bump, Certainty, Change, Confidence, How, ItemKey, ItemKind, Namespace, UseSite};
use syn::visit::{self, Visit};
use syn::{Expr, Item, Stmt, Type};

use crate::expand::Rules;
use crate::scan::{normal, on_a_stack};
use crate::tree::{self, Tree};
use crate::walk::derives;
use crate::{CfgSet, LibrarySource, Sources, cfg};

/// The id of the changes that this module finds.
pub const EXPANSION_LOST: &str = "macro_expansion_lost";

/// Compares what the calls of a dependency's macros give with the locked and the target version.
///
/// `sites`: the uses of the dependency that the scan found. Only macros in the place of items are
/// looked at. A trait or a member that a generated type loses is a definite change where the
/// client has a place that needs it, and a possible one at the call otherwise.
pub fn expansions(
    sources: &Sources,
    sites: &[UseSite],
    locked: &LibrarySource,
    target: &LibrarySource,
) -> Vec<(Change, Vec<UseSite>)> {
    if !sites.iter().any(|site| site.how == How::Macro) {
        return Vec::new();
    }
    on_a_stack(|| compare(sources, sites, locked, target)).unwrap_or_default()
}

fn compare(
    sources: &Sources,
    sites: &[UseSite],
    locked: &LibrarySource,
    target: &LibrarySource,
) -> Vec<(Change, Vec<UseSite>)> {
    let rules =
        |source: &LibrarySource| tree::load(&source.root, &source.cfg, &mut Vec::new()).rules;
    let mut both: Option<(Rules, Rules)> = None;
    let mut found: BTreeMap<(String, Certainty, String), BTreeSet<UseSite>> = BTreeMap::new();
    for aim in sources.targets.iter().filter(|t| t.compiled) {
        let tree = tree::load(&aim.path, &sources.cfg, &mut Vec::new());
        let place = Place { sources, tree: &tree };
        let mut calls = Vec::new();
        for file in &tree.files {
            item_calls(&file.items, &sources.cfg, &mut calls);
        }
        for call in calls {
            let Some(site) = place.site_of(call, sites) else { continue };
            let name = site.item.rsplit("::").next().unwrap_or(&site.item).to_owned();
            let (old, new) = both.get_or_insert_with(|| (rules(locked), rules(target)));
            let before = Given::by(old, &name, call, &locked.cfg);
            let after = Given::by(new, &name, call, &target.cfg);
            let (Some(before), Some(after)) = (before, after) else {
                if old.text(&name) != new.text(&name) {
                    let detail = format!("what `{name}!` expands to changed");
                    let key = (site.item.clone(), Certainty::Possible, detail);
                    found.entry(key).or_default().insert(site.clone());
                }
                continue;
            };
            for (ty, lost) in before.without(&after) {
                let mut needs = Needs {
                    ty: &ty,
                    lost: &lost,
                    inside: false,
                    off: false,
                    set: &sources.cfg,
                    found: Vec::new(),
                    ambiguous: false,
                };
                for file in &tree.files {
                    for item in &file.items {
                        needs.visit_item(item);
                    }
                }
                let sure = after.complete && !needs.ambiguous;
                let certainty = match (sure, needs.found.is_empty()) {
                    (true, false) => Certainty::Definite,
                    (false, _) | (true, true) => Certainty::Possible,
                };
                let names: Vec<&str> = lost.traits.iter().map(String::as_str).collect();
                let members: Vec<&str> = lost.members.iter().map(String::as_str).collect();
                let detail = format!(
                    "`{ty}`, which `{name}!` makes, loses {}",
                    match (names.is_empty(), members.is_empty()) {
                        (false, true) => format!("the traits {}", names.join(", ")),
                        (true, _) => format!("the items {}", members.join(", ")),
                        (false, false) => format!(
                            "the traits {} and the items {}",
                            names.join(", "),
                            members.join(", ")
                        ),
                    }
                );
                let into = found.entry((site.item.clone(), certainty, detail)).or_default();
                if needs.found.is_empty() {
                    into.insert(site.clone());
                }
                for (span, off) in needs.found {
                    if let Some((file, line, column)) = place.of(span) {
                        let (how, confidence) = (How::Infer, Confidence::Likely);
                        into.insert(UseSite {
                            file,
                            line,
                            column,
                            how,
                            confidence,
                            inactive: off,
                            ..site.clone()
                        });
                    }
                }
            }
        }
    }
    found
        .into_iter()
        .map(|((path, certainty, detail), sites)| {
            let change = Change {
                lint: EXPANSION_LOST.to_owned(),
                bump: Bump::Major,
                certainty,
                item: ItemKey::new(path, Namespace::Macro),
                kind: ItemKind::Macro,
                old_span: None,
                new_span: None,
                detail,
                suggestion: None,
                hurts: vec![How::Macro, How::Infer],
                also_at: Vec::new(),
                proven: None,
                witness: None,
            };
            (change, sites.into_iter().collect())
        })
        .collect()
}

/// Says where spans of a tree lie.
struct Place<'t> {
    sources: &'t Sources,
    tree: &'t Tree,
}

impl Place<'_> {
    fn of(&self, span: Span) -> Option<(PathBuf, u32, u32)> {
        let path = normal(self.tree.names.get(&span.file())?);
        let file = path.strip_prefix(&self.sources.root).map(Path::to_path_buf).unwrap_or(path);
        let start = span.start();
        Some((file, u32::try_from(start.line).ok()?, u32::try_from(start.column).ok()? + 1))
    }

    /// The site of the dependency's macro that a call is.
    fn site_of<'s>(&self, call: &syn::ItemMacro, sites: &'s [UseSite]) -> Option<&'s UseSite> {
        let segment = call.mac.path.segments.last()?;
        let (file, line, _) = self.of(segment.ident.span())?;
        // The line tells: an import can give the macro another name.
        sites.iter().find(|site| site.how == How::Macro && site.line == line && site.file == file)
    }
}

fn item_calls<'t>(items: &'t [Item], set: &CfgSet, into: &mut Vec<&'t syn::ItemMacro>) {
    for item in items {
        match item {
            Item::Macro(call) if call.ident.is_none() && !cfg::is_off(&call.attrs, set) => {
                into.push(call);
            }
            Item::Mod(module) if !cfg::is_off(&module.attrs, set) => {
                if let Some((_, items)) = &module.content {
                    item_calls(items, set, into);
                }
            }
            _ => {}
        }
    }
}

/// What an expansion gives its types.
#[derive(Default)]
struct Given {
    /// By the name of a type that the expansion declares or implements something for.
    types: BTreeMap<String, Provided>,
    /// The types that it declares.
    declared: BTreeSet<String>,
    /// Whether all macros in the place of items were expanded.
    complete: bool,
    /// Whether all macros inside impls were expanded.
    members: bool,
}

/// The traits and the inherent items of a type.
#[derive(Default, Clone)]
struct Provided {
    traits: BTreeSet<String>,
    members: BTreeSet<String>,
    /// Constants of the type itself.
    values: BTreeSet<String>,
}

impl Given {
    /// `None` where no arm matches or the outcome does not parse: then nothing can be compared.
    fn by(rules: &mut Rules, name: &str, call: &syn::ItemMacro, set: &CfgSet) -> Option<Given> {
        let tokens = rules.expand(name, &call.mac.tokens)?;
        let mut items = syn::parse2::<syn::File>(tokens).ok()?.items;
        rules.expand_items(&mut items, set);
        let mut given = Given { complete: true, members: true, ..Given::default() };
        given.take(&items, rules, set, 0);
        Some(given)
    }

    fn take(&mut self, items: &[Item], rules: &mut Rules, set: &CfgSet, depth: usize) {
        for item in items {
            match item {
                Item::Struct(i) => self.declare(&i.ident, &i.attrs),
                Item::Enum(i) => self.declare(&i.ident, &i.attrs),
                Item::Union(i) => self.declare(&i.ident, &i.attrs),
                Item::Impl(block) if !cfg::is_off(&block.attrs, set) => self.block(block),
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.take(items, rules, set, depth);
                    }
                }
                Item::Const(constant) => {
                    let Expr::Block(block) = &*constant.expr else { continue };
                    for stmt in &block.block.stmts {
                        let mut inner = match stmt {
                            Stmt::Item(item) => vec![item.clone()],
                            Stmt::Macro(call) => vec![Item::Macro(syn::ItemMacro {
                                attrs: call.attrs.clone(),
                                ident: None,
                                mac: call.mac.clone(),
                                semi_token: call.semi_token,
                            })],
                            Stmt::Local(_) | Stmt::Expr(..) => continue,
                        };
                        rules.expand_items(&mut inner, set);
                        if depth < 8 {
                            self.take(&inner, rules, set, depth + 1);
                        }
                    }
                }
                Item::Macro(call) if call.ident.is_none() => self.complete = false,
                _ => {}
            }
        }
    }

    fn declare(&mut self, name: &syn::Ident, attrs: &[syn::Attribute]) {
        self.declared.insert(name.to_string());
        let provided = self.types.entry(name.to_string()).or_default();
        provided.traits.extend(derives(attrs).iter().filter_map(last));
    }

    fn block(&mut self, block: &syn::ItemImpl) {
        let Some(name) = type_name(&block.self_ty) else { return };
        let provided = self.types.entry(name.clone()).or_default();
        if let Some((_, path, _)) = &block.trait_ {
            provided.traits.extend(last(path));
            return;
        }
        for item in &block.items {
            match item {
                syn::ImplItem::Fn(f) => {
                    provided.members.insert(f.sig.ident.to_string());
                }
                syn::ImplItem::Const(c) => {
                    provided.members.insert(c.ident.to_string());
                    if type_name(&c.ty).is_some_and(|ty| ty == "Self" || ty == name) {
                        provided.values.insert(c.ident.to_string());
                    }
                }
                // Its items are not known, so none can be called lost.
                syn::ImplItem::Macro(_) => self.members = false,
                _ => {}
            }
        }
    }

    /// What the types that this expansion declares have here and not in `after`.
    fn without(&self, after: &Given) -> Vec<(String, Provided)> {
        let none = Provided::default();
        self.declared
            .iter()
            .filter_map(|name| {
                let old = self.types.get(name)?;
                let new = after.types.get(name).unwrap_or(&none);
                let lost = Provided {
                    traits: old.traits.difference(&new.traits).cloned().collect(),
                    members: old
                        .members
                        .difference(&new.members)
                        .filter(|name| after.members && !name.starts_with('_'))
                        .cloned()
                        .collect(),
                    values: old.values.clone(),
                };
                (!lost.traits.is_empty() || !lost.members.is_empty()).then(|| (name.clone(), lost))
            })
            .collect()
    }
}

fn last(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|s| s.ident.to_string())
}

fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => last(&path.path),
        Type::Group(group) => type_name(&group.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        _ => None,
    }
}

/// Finds the places that need what a type lost.
struct Needs<'n> {
    ty: &'n str,
    lost: &'n Provided,
    /// Whether `self` is the type here.
    inside: bool,
    /// Whether the code here is not compiled.
    off: bool,
    set: &'n CfgSet,
    found: Vec<(Span, bool)>,
    /// Whether the client declares a type of the same name itself.
    ambiguous: bool,
}

impl Needs<'_> {
    fn push(&mut self, span: Span) {
        self.found.push((span, self.off));
    }

    fn derived(&mut self, name: &syn::Ident, attrs: &[syn::Attribute], fields: &syn::Fields) {
        let lost: Vec<String> = derives(attrs)
            .iter()
            .filter_map(last)
            .filter(|name| self.lost.traits.contains(name))
            .collect();
        for field in fields {
            let copied = lost.iter().any(|name| name == "Copy" || name == "Clone");
            let read = lost.iter().any(|name| name != "Copy" && name != "Clone");
            if (copied && mentions(&field.ty, self.ty, true))
                || (read && mentions(&field.ty, self.ty, false))
            {
                self.push(syn::spanned::Spanned::span(&field.ty));
                // rustc puts the missing copy at the name of the type.
                if lost.iter().any(|name| name == "Copy") && mentions(&field.ty, self.ty, true) {
                    self.push(name.span());
                }
            }
        }
    }

    /// Whether an expression is a constant of the type: `Flags::A`.
    fn is_value(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => self.is_value_path(&path.path),
            Expr::Paren(paren) => self.is_value(&paren.expr),
            Expr::Group(group) => self.is_value(&group.expr),
            // Operators of the generated type give the type.
            Expr::Binary(e) if matches!(e.op, syn::BinOp::BitOr(_) | syn::BinOp::BitAnd(_)) => {
                self.is_value(&e.left) && self.is_value(&e.right)
            }
            _ => false,
        }
    }

    fn is_value_path(&self, path: &syn::Path) -> bool {
        self.member(path).is_some_and(|name| self.lost.values.contains(&name))
    }

    /// The member of the type that a path names.
    fn member(&self, path: &syn::Path) -> Option<String> {
        let n = path.segments.len();
        let owner = &path.segments.get(n.checked_sub(2)?)?.ident;
        (owner == self.ty || (self.inside && owner == "Self")).then(|| last(path)).flatten()
    }
}

/// Whether a trait of `ty` is needed for `field`; `copied`: for a copy, which a reference has by
/// itself.
fn mentions(field: &Type, ty: &str, copied: bool) -> bool {
    match field {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| {
            if segment.ident == "PhantomData" {
                return false;
            }
            segment.ident == ty
                || match &segment.arguments {
                    syn::PathArguments::AngleBracketed(args) => args.args.iter().any(|arg| {
                        matches!(arg, syn::GenericArgument::Type(inner) if mentions(inner, ty, copied))
                    }),
                    syn::PathArguments::None | syn::PathArguments::Parenthesized(_) => false,
                }
        }),
        Type::Reference(r) => !copied && mentions(&r.elem, ty, copied),
        Type::Array(array) => mentions(&array.elem, ty, copied),
        Type::Slice(slice) => mentions(&slice.elem, ty, copied),
        Type::Tuple(tuple) => tuple.elems.iter().any(|inner| mentions(inner, ty, copied)),
        Type::Group(group) => mentions(&group.elem, ty, copied),
        Type::Paren(paren) => mentions(&paren.elem, ty, copied),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Needs<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let before = self.off;
        let attrs: &[syn::Attribute] = match item {
            Item::Mod(i) => &i.attrs,
            Item::Fn(i) => &i.attrs,
            Item::Impl(i) => &i.attrs,
            Item::Struct(i) => &i.attrs,
            Item::Enum(i) => &i.attrs,
            Item::Trait(i) => &i.attrs,
            _ => &[],
        };
        self.off |= cfg::is_off(attrs, self.set);
        let name = match item {
            Item::Struct(i) => Some(&i.ident),
            Item::Enum(i) => Some(&i.ident),
            Item::Union(i) => Some(&i.ident),
            Item::Type(i) => Some(&i.ident),
            _ => None,
        };
        self.ambiguous |= name.is_some_and(|name| name == self.ty);
        match item {
            Item::Struct(s) => self.derived(&s.ident, &s.attrs, &s.fields),
            Item::Enum(e) => {
                for variant in &e.variants {
                    self.derived(&e.ident, &e.attrs, &variant.fields);
                }
            }
            _ => {}
        }
        visit::visit_item(self, item);
        self.off = before;
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        let before = self.inside;
        self.inside = type_name(&block.self_ty).is_some_and(|name| name == self.ty);
        visit::visit_item_impl(self, block);
        self.inside = before;
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        // `Debug::fmt(self, f)` in an impl of the type.
        if let Expr::Path(path) = &*call.func
            && path.path.segments.len() >= 2
            && let Some(first) = call.args.first()
        {
            let owner = &path.path.segments[path.path.segments.len() - 2].ident;
            let bare = match first {
                Expr::Reference(r) => &*r.expr,
                other => other,
            };
            let is_self = self.inside && matches!(bare, Expr::Path(p) if p.path.is_ident("self"));
            if self.lost.traits.contains(&owner.to_string()) && (is_self || self.is_value(bare)) {
                self.push(syn::spanned::Spanned::span(first));
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_binary(&mut self, e: &'ast syn::ExprBinary) {
        let needed = match e.op {
            syn::BinOp::Eq(_) | syn::BinOp::Ne(_) => Some("PartialEq"),
            syn::BinOp::Lt(_) | syn::BinOp::Le(_) | syn::BinOp::Gt(_) | syn::BinOp::Ge(_) => {
                Some("PartialOrd")
            }
            _ => None,
        };
        if needed.is_some_and(|name| self.lost.traits.contains(name))
            && (self.is_value(&e.left) || self.is_value(&e.right))
        {
            self.push(syn::spanned::Spanned::span(&e.left));
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_pat(&mut self, pat: &'ast syn::Pat) {
        // A constant in a pattern has to derive its equality (Rust Reference, "Patterns").
        if let syn::Pat::Path(path) = pat
            && self.lost.traits.contains("PartialEq")
            && self.is_value_path(&path.path)
        {
            self.push(syn::spanned::Spanned::span(pat));
        }
        visit::visit_pat(self, pat);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(name) = self.member(&path.path)
            && self.lost.members.contains(&name)
        {
            self.push(syn::spanned::Spanned::span(path));
        }
        visit::visit_expr_path(self, path);
    }
}

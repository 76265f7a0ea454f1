//! The state of lowering one document, and the order of its steps.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ripe_model::{ApiModel, CrateId, Definition, Gap, GenericArg, ItemKey, Rows, Ty, TypePath};
use rustc_hash::{FxHashMap, FxHashSet};
use rustdoc_types as rd;

use crate::lower::crates::Crates;
use crate::lower::document::Document;
use crate::lower::env::Env;
use crate::lower::facts::namespace;
use crate::lower::item::{Item, peek_kind};
use crate::lower::places::Places;
use crate::lower::tree::Tree;
use crate::lower::types::const_text;
use crate::lower::{LowerError, LowerInput, features, sealed};

/// What a path needs to know of a declaration of this crate.
pub(crate) struct Decl {
    /// Its generics.
    pub(crate) generics: rd::Generics,
    /// What an alias stands for.
    pub(crate) alias: Option<rd::Type>,
}

/// What an id names.
pub(crate) struct Named {
    /// The crate.
    pub(crate) krate: CrateId,
    /// The path, see [`TypePath::path`].
    pub(crate) path: Rc<str>,
    /// Whether a client can name it.
    pub(crate) nameable: bool,
}

/// The state of lowering one document.
pub(crate) struct Session<'d, 'a> {
    pub(crate) document: &'d Document<'a>,
    pub(crate) input: &'d LowerInput<'d>,
    pub(crate) crates: Crates,
    pub(crate) places: Places,
    /// Types that a public alias stands for: a client can name them by it.
    pub(crate) aliased: FxHashSet<u32>,
    /// Names without a place that the current item's types contain.
    pub(crate) unnameable: Vec<(u32, String)>,
    /// How many types the current item has, and how deep the current one is nested.
    pub(crate) nodes: u32,
    pub(crate) depth: u32,
    pub(crate) is_too_large: bool,
    /// Impls that have their row already.
    pub(crate) impls: FxHashSet<u32>,
    /// The auto traits that impls without parameters are of, see `peek_plain_auto`.
    pub(crate) plain_autos: FxHashMap<(&'a str, bool), &'static str>,
    pub(crate) gaps: BTreeSet<Gap>,
    decls: FxHashMap<u32, Option<Rc<Decl>>>,
    names: FxHashMap<u32, Option<(CrateId, Rc<str>, bool)>>,
}

/// Lowers a document of a known format.
pub(crate) fn lower(
    document: &Document<'_>,
    input: &LowerInput<'_>,
    format: u32,
) -> Result<ApiModel, LowerError> {
    let no_root = || LowerError::NoRoot { root: document.root };
    let mut gaps = Vec::new();
    let crate_name = document.crate_name().ok_or_else(no_root)?;
    let crates = Crates::of(document, input, &crate_name, &mut gaps);
    let mut tree = Tree::grow(document, &crates, input.source_root.as_deref(), &mut gaps)
        .ok_or_else(no_root)?;
    let places = Places::find(&tree, &crate_name);
    let aliases = places.aliases(&tree);
    let mut session = Session {
        document,
        input,
        crates,
        places,
        aliased: FxHashSet::default(),
        unnameable: Vec::new(),
        nodes: 0,
        depth: 0,
        is_too_large: false,
        impls: FxHashSet::default(),
        plain_autos: FxHashMap::default(),
        gaps: gaps.into_iter().collect(),
        decls: FxHashMap::default(),
        names: FxHashMap::default(),
    };
    session.learn(&tree);
    let placed = session.places.sorted();
    let mut definitions = session.definitions(&placed, &tree);
    let mut rows = session.rows(&placed, &mut tree);
    sealed::inherit(&mut rows.0);
    features::rows(input).into_iter().for_each(|row| rows.push(row));
    let (rows, twice) = Rows::of_shared(rows.0);
    session.report_twice(&twice);
    definitions.sort();
    definitions.dedup();
    let mut unit = input.unit.clone();
    unit.format = format;
    if unit.target.is_empty() {
        unit.target.clone_from(&document.target.triple);
    }
    Ok(ApiModel {
        package: input.package.clone(),
        unit,
        crates: session.crates.origins,
        rows,
        aliases,
        definitions: definitions.into(),
        gaps: folded(session.gaps),
    })
}

impl<'a> Session<'_, 'a> {
    /// Keeps what paths to the items of modules need to know, before those are used up.
    fn learn(&mut self, tree: &Tree<'a>) {
        for (id, item) in &tree.items {
            let decl = decl(&item.inner).map(Rc::new);
            if let rd::ItemEnum::TypeAlias(alias) = &item.inner
                && let rd::Type::ResolvedPath(path) = &alias.type_
                && self.places.path(*id).is_some()
            {
                self.aliased.insert(path.id.0);
            }
            self.decls.insert(*id, decl);
        }
    }

    /// The bridge from definitions to rows.
    fn definitions(&self, placed: &[(u32, Rc<str>)], tree: &Tree<'a>) -> Vec<Definition> {
        let mut definitions = Vec::new();
        for (id, canonical) in placed {
            let Some(summary) = self.document.summary(*id) else { continue };
            let defined_at = summary.path.join("::");
            if defined_at == **canonical {
                continue;
            }
            if let Some(ns) = tree.items.get(id).and_then(|item| namespace(&item.inner)) {
                let canonical = canonical.to_string();
                definitions.push(Definition { defined_at, ns, canonical });
            }
        }
        definitions
    }

    /// The declaration of a type, trait or alias of this crate; `None` for other crates and for
    /// declarations without parameters.
    pub(crate) fn decl(&mut self, id: u32) -> Option<Rc<Decl>> {
        if let Some(known) = self.decls.get(&id) {
            return known.clone();
        }
        let found = self.document.index.get(id).and_then(|text| match peek_kind(text) {
            Some("struct" | "enum" | "union" | "trait" | "type_alias" | "trait_alias") => {
                let item = Item::parse(text).ok().filter(|item| item.crate_id == 0)?;
                decl(&item.inner).map(Rc::new)
            }
            _ => None,
        });
        self.decls.insert(id, found.clone());
        found
    }

    /// What an id names: by its canonical path in this crate, by its definition elsewhere.
    pub(crate) fn named(&mut self, id: u32) -> Option<Named> {
        if !self.names.contains_key(&id) {
            let found = self.find_name(id);
            self.names.insert(id, found);
        }
        let (krate, path, nameable) = self.names.get(&id)?.clone()?;
        Some(Named { krate, path, nameable })
    }

    fn find_name(&self, id: u32) -> Option<(CrateId, Rc<str>, bool)> {
        if let Some(path) = self.places.path(id) {
            return Some((CrateId::LOCAL, path.clone(), true));
        }
        let summary = self.document.summary(id)?;
        let krate = self.crates.id(summary.crate_id)?;
        let nameable = krate != CrateId::LOCAL || self.aliased.contains(&id);
        Some((krate, summary.path.join("::").into(), nameable))
    }

    /// What rustdoc names in a type and lists nowhere, private types of generated code for one:
    /// known by the name that is written. `None` where none is.
    pub(crate) fn unlisted(&mut self, path: &rd::Path) -> Option<Named> {
        let written = path.path.trim_start_matches("$crate::").trim_start_matches("crate::");
        if written.is_empty() {
            self.gaps.insert(Gap::new("a path in types", "is not named in the document"));
            return None;
        }
        let path = format!("{}::{written}", self.crates.origins[0].crate_name).into();
        Some(Named { krate: CrateId::LOCAL, path, nameable: false })
    }

    /// Fills arguments that were left out: lifetimes by the rules of the place, types and
    /// constants by their defaults, in which `Self` is `subject`.
    pub(crate) fn with_defaults(
        &mut self,
        generics: &rd::Generics,
        args: Vec<GenericArg>,
        subject: Option<&Ty>,
        env: &mut Env,
    ) -> Vec<GenericArg> {
        let is_lifetime = |arg: &GenericArg| matches!(arg, GenericArg::Lifetime(_));
        let declared = |param: &&rd::GenericParamDef| {
            matches!(param.kind, rd::GenericParamDefKind::Lifetime { .. })
        };
        let (mut lifetimes, mut others): (Vec<_>, Vec<_>) = args.into_iter().partition(is_lifetime);
        if lifetimes.is_empty() {
            let count = generics.params.iter().filter(declared).count();
            lifetimes.extend((0..count).map(|_| GenericArg::Lifetime(env.elided())));
        }
        let params: Vec<_> = generics.params.iter().filter(|p| !declared(p)).collect();
        for param in params.iter().skip(others.len()) {
            let mut inner = Env::new(subject.cloned());
            let known: Vec<_> = lifetimes.iter().chain(&others).cloned().collect();
            inner.bind(generics, &known);
            inner.share_binders(env);
            match &param.kind {
                rd::GenericParamDefKind::Type { default: Some(ty), .. } => {
                    let ty = self.ty(ty, &mut inner);
                    others.push(GenericArg::Type(ty));
                }
                rd::GenericParamDefKind::Const { default: Some(text), .. } => {
                    others.push(GenericArg::Const(const_text(text, &mut inner)));
                }
                rd::GenericParamDefKind::Type { default: None, .. }
                | rd::GenericParamDefKind::Const { default: None, .. }
                | rd::GenericParamDefKind::Lifetime { .. } => break,
            }
            env.share_binders(&inner);
        }
        lifetimes.extend(others);
        lifetimes
    }

    /// Leaves out arguments of the standard library that are written as their default is, because
    /// its declarations are not in the document: `PartialEq<Self>`, `Vec<T, Global>`.
    pub(crate) fn drop_std_defaults(
        &self,
        path: &str,
        subject: Option<&Ty>,
        args: &mut Vec<GenericArg>,
    ) {
        let rhs_is_self = ["core::ops::arith::", "core::ops::bit::", "core::cmp::Partial"];
        if rhs_is_self.iter().any(|prefix| path.starts_with(prefix))
            && let ([GenericArg::Type(rhs)], Some(subject)) = (args.as_slice(), subject)
            && rhs == subject
        {
            args.clear();
        }
        let default = ["alloc::alloc::Global", "std::hash::random::RandomState"];
        while let Some(GenericArg::Type(Ty::Path(last))) = args.last() {
            let TypePath { path, .. } = &**last;
            if !default.contains(&path.as_str()) {
                return;
            }
            args.pop();
        }
    }

    fn report_twice(&mut self, keys: &[ItemKey]) {
        for key in keys {
            self.gaps.insert(Gap::new(key.path.clone(), "stands twice in the document"));
        }
    }
}

/// Gaps of one cause as one, where there are many.
fn folded(gaps: BTreeSet<Gap>) -> Vec<Gap> {
    const MANY: usize = 4;
    let mut by_cause: BTreeMap<String, Vec<Gap>> = BTreeMap::new();
    for gap in gaps {
        // serde_json says where in the text; that is no cause.
        let cause = gap.why.split(" at line ").next().unwrap_or_default().to_owned();
        by_cause.entry(cause).or_default().push(gap);
    }
    let mut folded = Vec::new();
    for (cause, gaps) in by_cause {
        if gaps.len() < MANY {
            folded.extend(gaps);
        } else {
            let what = format!("{} and {} others", gaps[0].what, gaps.len() - 1);
            folded.push(Gap::new(what, cause));
        }
    }
    folded.sort();
    folded
}

/// The declaration of an item, if a path to it needs one.
fn decl(inner: &rd::ItemEnum) -> Option<Decl> {
    let (generics, alias) = match inner {
        rd::ItemEnum::Struct(s) => (&s.generics, None),
        rd::ItemEnum::Enum(e) => (&e.generics, None),
        rd::ItemEnum::Union(u) => (&u.generics, None),
        rd::ItemEnum::Trait(t) => (&t.generics, None),
        rd::ItemEnum::TypeAlias(alias) => (&alias.generics, Some(&alias.type_)),
        _ => return None,
    };
    if generics.params.is_empty() && alias.is_none() {
        return None;
    }
    Some(Decl { generics: generics.clone(), alias: alias.cloned() })
}

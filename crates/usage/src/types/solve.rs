//! Traits: which impl a type has, and what its associated types are.

use std::rc::Rc;

use ripe_model::{Binding, Facts};

use super::table::Subst;
use super::{Def, Level, Lower, Pred, T, Table, TraitRef};
use crate::world::{Head, Kind, ModId, World};

/// Whether a type has a trait.
#[derive(Debug, Clone)]
pub(crate) enum Holds {
    Yes(Means),
    /// Too little is known of the type or the trait.
    Maybe,
    No,
}

/// By what a type has a trait.
#[derive(Debug, Clone)]
pub(crate) enum Means {
    /// An impl of a source crate.
    Source(u32, Subst),
    /// An impl row.
    Row(u16, u32, Subst),
    /// A bound, with what it says.
    Bound(TraitRef),
    /// The language, or a derive.
    Builtin,
}

/// What is needed to solve: the world, the variables, and the conditions of the body.
pub(crate) struct Solver<'w, 'a> {
    pub(crate) world: &'w World<'a>,
    pub(crate) table: Table,
    pub(crate) preds: Vec<Pred>,
    pub(crate) module: ModId,
    /// The impl rows that the conditions of the last answer rest on.
    pub(crate) rows_used: Vec<(u16, u32)>,
    depth: usize,
}

const AUTO: &[&str] = &["Send", "Sync", "Unpin", "Sized", "UnwindSafe", "RefUnwindSafe", "Any"];

impl<'w, 'a> Solver<'w, 'a> {
    pub(crate) fn new(world: &'w World<'a>, module: ModId) -> Self {
        Solver {
            world,
            table: Table::default(),
            preds: Vec::new(),
            module,
            rows_used: Vec::new(),
            depth: 0,
        }
    }

    pub(crate) fn lower(&self) -> Lower<'w, 'a> {
        Lower { world: self.world, sink: None }
    }

    /// The supertraits of a trait, as bounds on a type.
    pub(crate) fn supertraits(&mut self, trait_: &TraitRef) -> Vec<TraitRef> {
        let lower = self.lower();
        match trait_.def {
            Def::Own(id) => {
                let Kind::Trait(_) = self.world.item(id).kind else { return Vec::new() };
                let env = lower.env_of(self.world.item(id).module, crate::world::Owner::Trait(id));
                let mut subst = Subst::default();
                for (i, t) in trait_.args.iter().enumerate() {
                    subst.set(Level::Item, i as u32, t.clone());
                }
                env.preds
                    .iter()
                    .filter(|p| p.ty == T::SelfTy && p.trait_.def != trait_.def)
                    .map(|p| subst.apply_trait(&p.trait_, &mut self.table))
                    .collect()
            }
            Def::Api(k, _) => {
                let Some((_, row)) = self.world.row(trait_.def) else { return Vec::new() };
                let Facts::Trait(facts) = &row.facts else { return Vec::new() };
                facts
                    .supertraits
                    .iter()
                    .filter_map(|b| match b {
                        ripe_model::Bound::Trait { trait_, .. } => lower.model_trait(k, trait_),
                        _ => None,
                    })
                    .collect()
            }
        }
    }

    /// The traits that a generic or opaque type has by its bounds, supertraits included.
    pub(crate) fn bounds_of(&mut self, t: &T) -> Vec<TraitRef> {
        let mut found: Vec<TraitRef> = match t {
            T::Opaque(bounds) | T::Dyn(bounds) => bounds.to_vec(),
            T::Param(..) | T::SelfTy | T::Proj(..) => {
                let mut found: Vec<TraitRef> =
                    self.preds.iter().filter(|p| p.ty == *t).map(|p| p.trait_.clone()).collect();
                if let T::Proj(this, trait_, name) = t {
                    found.extend(self.assoc_bounds(this, trait_.as_deref(), name));
                }
                found
            }
            _ => Vec::new(),
        };
        let mut at = 0;
        while at < found.len() && found.len() < 1024 {
            let ups = match found[at].def {
                Def::Own(_) => self.supertraits(&found[at].clone()),
                // Those of a row were listed with their own supertraits already.
                Def::Api(..) => self.all_supertraits(&found[at].clone()).to_vec(),
            };
            for up in ups {
                if !found.iter().any(|f| f.def == up.def && f.args == up.args) {
                    found.push(up);
                }
            }
            at += 1;
        }
        found
    }

    /// The supertraits of a row trait and theirs.
    fn all_supertraits(&mut self, trait_: &TraitRef) -> Rc<Vec<TraitRef>> {
        if let Some(known) = self.world.cache.supertraits.borrow().get(&trait_.def) {
            return known.clone();
        }
        let mut all = Vec::new();
        for up in self.supertraits(trait_) {
            // What depends on the arguments of the trait is left open.
            all.push(up.map(&mut |t| match t {
                T::Param(..) => Some(T::Unknown),
                _ => None,
            }));
        }
        let all = Rc::new(all);
        self.world.cache.supertraits.borrow_mut().insert(trait_.def, all.clone());
        all
    }

    /// The bounds that a trait puts on its associated type.
    fn assoc_bounds(&mut self, this: &T, trait_: Option<&TraitRef>, name: &str) -> Vec<TraitRef> {
        let traits: Vec<Def> = match trait_ {
            Some(t) => vec![t.def],
            None => self.bounds_of(this).iter().map(|b| b.def).collect(),
        };
        let lower = self.lower();
        for def in traits {
            let Some(item) = self.world.trait_item(def, name) else { continue };
            match item {
                Def::Own(id) => {
                    let Kind::TraitType(owner, ty) = self.world.item(id).kind else { continue };
                    let env =
                        lower.env_of(self.world.item(id).module, crate::world::Owner::Trait(owner));
                    let mut subst = Subst::with_self(this.clone());
                    return ty
                        .bounds
                        .iter()
                        .filter_map(|b| match b {
                            syn::TypeParamBound::Trait(b) => {
                                lower.trait_ref(&b.path, &env, ripe_model::How::Bound)
                            }
                            _ => None,
                        })
                        .map(|t| subst.apply_trait(&t, &mut self.table))
                        .collect();
                }
                Def::Api(k, _) => {
                    let Some((_, row)) = self.world.row(item) else { continue };
                    let Facts::AssocType(facts) = &row.facts else { continue };
                    return facts
                        .bounds
                        .iter()
                        .filter_map(|b| match b {
                            ripe_model::Bound::Trait { trait_, .. } => lower.model_trait(k, trait_),
                            _ => None,
                        })
                        .collect();
                }
            }
        }
        Vec::new()
    }

    /// Whether a type has a trait. Variables of a successful match stay bound.
    pub(crate) fn holds(&mut self, t: &T, trait_: &TraitRef) -> Holds {
        if self.depth > 6 {
            return Holds::Maybe;
        }
        if self.depth == 0 {
            self.rows_used.clear();
        }
        self.depth += 1;
        let result = self.holds_at(t, trait_);
        self.depth -= 1;
        result
    }

    fn holds_at(&mut self, t: &T, trait_: &TraitRef) -> Holds {
        let t = self.shallow(t);
        match &t {
            T::Unknown | T::Var(_) => return Holds::Maybe,
            T::Param(..) | T::SelfTy | T::Opaque(_) | T::Dyn(_) | T::Proj(..) => {
                let bounds = self.bounds_of(&t);
                let mark = self.table.mark();
                for bound in bounds {
                    if bound.def == trait_.def {
                        if bound
                            .args
                            .iter()
                            .zip(trait_.args.iter())
                            .fold(true, |ok, (a, b)| self.table.unify(a, b) && ok)
                        {
                            return Holds::Yes(Means::Bound(bound));
                        }
                        self.table.undo(mark);
                    }
                }
            }
            _ => {}
        }
        let name = self.world.name_of(trait_.def);
        let std = self.world.is_std(trait_.def);
        if std && AUTO.contains(&name) {
            return Holds::Maybe;
        }
        if let (T::Fn(params, out), true, "Fn" | "FnMut" | "FnOnce") = (&t, std, name) {
            if let Some(arg) = trait_.args.first() {
                self.table.unify(arg, &T::Tuple(params.clone()));
            }
            let bound = TraitRef {
                def: trait_.def,
                args: [T::Tuple(params.clone())].into(),
                bindings: [(Rc::from("Output"), (**out).clone())].into(),
            };
            return Holds::Yes(Means::Bound(bound));
        }
        if let T::Adt(def, _) = &t
            && let Some(derived) = self.world.impl_index.derives.get(def)
            && derived.contains(&trait_.def)
        {
            return Holds::Yes(Means::Builtin);
        }
        if let Some(means) = self.source_impl(&t, trait_) {
            return means;
        }
        if let Some(means) = self.row_impl(&t, trait_) {
            return means;
        }
        match &t {
            T::Tuple(_) | T::Fn(..) | T::Pointer(_) | T::Array(_) if std => Holds::Maybe,
            _ => Holds::No,
        }
    }

    fn source_impl(&mut self, t: &T, trait_: &TraitRef) -> Option<Holds> {
        let candidates = self.world.impl_index.by_trait.get(&trait_.def)?.candidates(t);
        for id in candidates {
            let Some(header) = self.lower().header(id) else { continue };
            let Some(header_trait) = &header.trait_ else { continue };
            if !may_match(&header.self_ty, t) {
                continue;
            }
            let mark = self.table.mark();
            let mut subst = Subst::default();
            let this = subst.apply(&header.self_ty, &mut self.table);
            let theirs = subst.apply_trait(header_trait, &mut self.table);
            let fits = self.table.unify(&this, t)
                && theirs
                    .args
                    .iter()
                    .zip(trait_.args.iter())
                    .fold(true, |ok, (a, b)| self.table.unify(a, b) && ok);
            if fits {
                match self.impl_conditions(id, &mut subst) {
                    Holds::No => {}
                    Holds::Yes(_) | Holds::Maybe => {
                        return Some(Holds::Yes(Means::Source(id, subst)));
                    }
                }
            }
            self.table.undo(mark);
        }
        None
    }

    fn impl_conditions(&mut self, id: u32, subst: &mut Subst) -> Holds {
        let lower = self.lower();
        let block = &self.world.impls[id as usize];
        let env = lower.shared_env(block.module, crate::world::Owner::Impl(id));
        for pred in &env.preds {
            let ty = subst.apply(&pred.ty, &mut self.table);
            let trait_ = subst.apply_trait(&pred.trait_, &mut self.table);
            match self.holds(&ty, &trait_) {
                Holds::No => return Holds::No,
                Holds::Yes(Means::Row(k, row, _)) => self.rows_used.push((k, row)),
                Holds::Yes(_) | Holds::Maybe => {}
            }
        }
        Holds::Maybe
    }

    fn row_impl(&mut self, t: &T, trait_: &TraitRef) -> Option<Holds> {
        let mut apis: Vec<u16> = Vec::new();
        let mut note = |def: Def| {
            if let Def::Api(k, _) = def
                && !apis.contains(&k)
            {
                apis.push(k);
            }
        };
        note(trait_.def);
        let mut inner = t.clone();
        while let T::Ref(next) = inner {
            inner = self.shallow(&next);
        }
        let head: String = match &inner {
            T::Adt(def, args) => {
                note(*def);
                for arg in args.iter() {
                    if let T::Adt(def, _) = self.table.shallow(arg) {
                        note(def);
                    }
                }
                self.world.name_of(*def).to_owned()
            }
            T::Prim(name) => name.to_string(),
            _ => "*".to_owned(),
        };
        let name = self.world.name_of(trait_.def).to_owned();
        let lower = self.lower();
        let heads = if head == "*" { vec!["*"] } else { vec![head.as_str(), "*"] };
        for k in apis {
            for head in &heads {
                let world = self.world;
                let api = &world.apis[k as usize];
                let Some(rows) = api.impls.get(&(name.as_str(), *head)) else { continue };
                for row in rows {
                    let Facts::Impl(facts) = &api.rows[*row as usize].facts else { continue };
                    let Some(theirs) = lower.model_trait(k, &facts.trait_) else { continue };
                    if theirs.def != trait_.def {
                        continue;
                    }
                    let self_ty = lower.model_ty(k, &facts.self_ty);
                    if !may_match(&self_ty, t) {
                        continue;
                    }
                    let mark = self.table.mark();
                    let mut subst = Subst::default();
                    let this = subst.apply(&self_ty, &mut self.table);
                    let theirs = subst.apply_trait(&theirs, &mut self.table);
                    let mut fits = self.table.unify(&this, t)
                        && theirs
                            .args
                            .iter()
                            .zip(trait_.args.iter())
                            .fold(true, |ok, (a, b)| self.table.unify(a, b) && ok);
                    if fits && *head == "*" {
                        for pred in lower.model_preds(k, &facts.generics) {
                            let ty = subst.apply(&pred.ty, &mut self.table);
                            let bound = subst.apply_trait(&pred.trait_, &mut self.table);
                            if let Holds::No = self.holds(&ty, &bound) {
                                fits = false;
                                break;
                            }
                        }
                    }
                    if fits {
                        return Some(Holds::Yes(Means::Row(k, *row, subst)));
                    }
                    self.table.undo(mark);
                }
            }
        }
        None
    }

    pub(crate) fn shallow(&mut self, t: &T) -> T {
        let t = self.table.shallow(t);
        match &t {
            T::Proj(this, trait_, name) => {
                let (this, trait_, name) = (this.clone(), trait_.clone(), name.clone());
                if self.depth > 10 {
                    return T::Unknown;
                }
                self.depth += 1;
                let result = match self.project(&this, trait_.as_deref(), &name) {
                    Some(found) if found != t => self.shallow(&found),
                    _ => t,
                };
                self.depth -= 1;
                result
            }
            _ => t,
        }
    }

    /// The associated type of a type; `None` if it stays a projection.
    pub(crate) fn project(&mut self, this: &T, trait_: Option<&TraitRef>, name: &str) -> Option<T> {
        if self.depth > 10 {
            return None;
        }
        self.depth += 1;
        let found = self.project_at(this, trait_, name);
        self.depth -= 1;
        found
    }

    fn project_at(&mut self, this: &T, trait_: Option<&TraitRef>, name: &str) -> Option<T> {
        let this = self.shallow(this);
        match &this {
            T::Unknown => return Some(T::Unknown),
            T::Var(_) => return None,
            T::Param(..) | T::SelfTy | T::Opaque(_) | T::Dyn(_) | T::Proj(..) => {
                for bound in self.bounds_of(&this) {
                    if trait_.is_none_or(|t| t.def == bound.def)
                        && let Some((_, t)) = bound.bindings.iter().find(|(n, _)| &**n == name)
                    {
                        return Some(t.clone());
                    }
                }
            }
            _ => {}
        }
        let traits: Vec<TraitRef> = match trait_ {
            Some(t) => vec![t.clone()],
            None => {
                let module = self.module;
                let mut all: Vec<TraitRef> = self
                    .world
                    .traits_with(module, name)
                    .iter()
                    .map(|d| TraitRef::plain(*d))
                    .collect();
                if let T::Adt(def, _) = &this {
                    // `Self::Item` inside an impl: the traits that the type has anyway.
                    if let Some(traits) = self.world.impl_index.of_type.get(def) {
                        let with = traits.iter().copied();
                        let with = with.filter(|t| self.world.trait_item(*t, name).is_some());
                        all.extend(with.map(TraitRef::plain));
                    }
                    all.sort_by_key(|t| t.def);
                }
                all
            }
        };
        for trait_ in traits {
            match self.holds(&this, &trait_) {
                Holds::Yes(means) => {
                    if let Some(t) = self.assoc_of(&means, name) {
                        return Some(t);
                    }
                    // An associated type of a supertrait.
                }
                Holds::Maybe | Holds::No => {}
            }
        }
        match &this {
            T::Param(..) | T::SelfTy | T::Opaque(_) | T::Dyn(_) | T::Proj(..) => None,
            _ => Some(T::Unknown),
        }
    }

    /// An associated type as an impl or a bound gives it.
    pub(crate) fn assoc_of(&mut self, means: &Means, name: &str) -> Option<T> {
        match means {
            Means::Source(id, subst) => {
                let item = *self.world.impls[*id as usize].items.get(name)?;
                let Kind::Alias(_, ty, owner) = self.world.item(item).kind else { return None };
                let lower = self.lower();
                let env = lower.shared_env(self.world.item(item).module, owner);
                let t = lower.ty(ty, &env);
                let mut subst = subst.clone();
                Some(subst.apply(&t, &mut self.table))
            }
            Means::Row(k, row, subst) => {
                let Facts::Impl(facts) = &self.world.apis[*k as usize].rows[*row as usize].facts
                else {
                    return None;
                };
                let Some(Binding::Type(ty)) = facts.assoc.get(name) else { return None };
                let t = self.lower().model_ty(*k, ty);
                let mut subst = subst.clone();
                Some(subst.apply(&t, &mut self.table))
            }
            Means::Bound(bound) => {
                bound.bindings.iter().find(|(n, _)| &**n == name).map(|(_, t)| t.clone())
            }
            Means::Builtin => None,
        }
    }

    /// The type with what is known of its variables and projections filled in.
    pub(crate) fn deep(&mut self, t: &T) -> T {
        let t = self.table.deep(t);
        let mut projections = false;
        t.each(&mut |t| projections |= matches!(t, T::Proj(..)));
        if !projections {
            return t;
        }
        t.map(&mut |t| match t {
            T::Proj(..) => {
                let found = self.shallow(t);
                (found != *t).then(|| self.table.deep(&found))
            }
            _ => None,
        })
    }

    /// The type behind a pointer-like one.
    pub(crate) fn deref(&mut self, t: &T) -> Option<(T, Option<Means>)> {
        match self.shallow(t) {
            T::Ref(t) => Some((self.shallow(&t), None)),
            T::Array(t) => Some((T::Slice(t), None)),
            t @ (T::Adt(..) | T::Param(..) | T::Opaque(_) | T::Dyn(_) | T::SelfTy) => {
                let deref = TraitRef::plain(self.world.std(&["ops", "Deref"])?);
                match self.holds(&t, &deref) {
                    Holds::Yes(means) => {
                        let target = match &means {
                            Means::Bound(_) => self.project(&t, Some(&deref), "Target"),
                            _ => self.assoc_of(&means, "Target"),
                        }?;
                        let target = self.shallow(&target);
                        Some((target, Some(means)))
                    }
                    Holds::Maybe | Holds::No => None,
                }
            }
            _ => None,
        }
    }
}

/// A quick look at whether an impl's type can be this one.
fn may_match(theirs: &T, ours: &T) -> bool {
    match (theirs, ours) {
        (T::Param(..) | T::Unknown | T::Proj(..), _) | (_, T::Unknown | T::Var(_)) => true,
        (T::Adt(a, _), T::Adt(b, _)) => a == b,
        _ => {
            std::mem::discriminant(theirs) == std::mem::discriminant(ours)
                && match (theirs, ours) {
                    (T::Prim(a), T::Prim(b)) => a == b,
                    _ => true,
                }
        }
    }
}

impl World<'_> {
    /// Finds all impls and derives once names can be resolved.
    pub(crate) fn index_impls(&mut self) {
        let mut index = crate::world::ImplIndex::default();
        let lower = Lower { world: self, sink: None };
        for id in 0..self.impls.len() as u32 {
            let Some(header) = lower.header(id) else { continue };
            match &header.trait_ {
                Some(trait_) => {
                    index.by_trait.entry(trait_.def).or_default().push(id, &header.self_ty);
                    if let T::Adt(def, _) = &header.self_ty {
                        index.of_type.entry(*def).or_default().push(trait_.def);
                    }
                }
                None => index.inherent.entry(Head::of(&header.self_ty)).or_default().push(id),
            }
        }
        for (id, item) in self.items.iter().enumerate() {
            let attrs = match item.kind {
                Kind::Struct(s) => &s.attrs,
                Kind::Enum(e) => &e.attrs,
                Kind::Union(u) => &u.attrs,
                _ => continue,
            };
            let derived = crate::walk::derives(attrs)
                .iter()
                .filter_map(|path| {
                    let env = super::Env::new(item.module);
                    lower.derived_trait(path, &env)
                })
                .collect();
            index.derives.insert(Def::Own(id as u32), derived);
        }
        self.impl_index = index;
    }
}

//! From syntax and from models to [`T`].

use std::rc::Rc;

use ripe_model::{
    Bound, Confidence, Facts, FunctionRole, GenericArg, Generics, How, ParamKind, Predicate,
    Receiver, Ty, TypePath,
};
use syn::{GenericParam, PathArguments, Type, TypeParamBound, WherePredicate};

use super::{Def, Level, Pred, Sig, T, TraitRef};
use crate::sink::{DEFAULTED, LIFETIMES, Sink};
use crate::world::{Header, Hit, Kind, ModId, Ns, Owner, Res, Seg, World};

/// What surrounds a type: its module, the generics and `Self`.
#[derive(Debug, Clone)]
pub(crate) struct Env {
    pub(crate) module: ModId,
    pub(crate) generics: Vec<(String, T)>,
    pub(crate) preds: Vec<Pred>,
    pub(crate) self_ty: Option<T>,
    /// The impl that `Self` stands in, and its trait.
    pub(crate) of_impl: Option<u32>,
    pub(crate) of_trait: Option<Def>,
    n_item: u32,
    n_own: u32,
}

impl Env {
    pub(crate) fn new(module: ModId) -> Env {
        Env {
            module,
            generics: Vec::new(),
            preds: Vec::new(),
            self_ty: None,
            of_impl: None,
            of_trait: None,
            n_item: 0,
            n_own: 0,
        }
    }

    fn generic(&self, name: &str) -> Option<&T> {
        self.generics.iter().rev().find(|(n, _)| n == name).map(|(_, t)| t)
    }
}

/// Lowers, and reports what it meets if there is a sink.
#[derive(Clone, Copy)]
pub(crate) struct Lower<'w, 'a> {
    pub(crate) world: &'w World<'a>,
    pub(crate) sink: Option<&'w Sink>,
}

const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32", "f64", "never",
];

impl<'a> Lower<'_, 'a> {
    /// Reports the segments of a walked path; the last one as `how`.
    pub(crate) fn report(&self, segs: &[Seg], hits: &[Hit], how: How) {
        let Some(sink) = self.sink else { return };
        for (i, (hit, seg)) in hits.iter().zip(segs).enumerate() {
            let last = i + 1 == segs.len();
            if let Some((k, path)) = &hit.via {
                let how = if last || how == How::Import { how } else { How::Path };
                sink.path(*k, path, how, seg.span, Confidence::Exact);
            }
            match &hit.res {
                Res::Def(def) => {
                    let how = if last || how == How::Import { how } else { How::Type };
                    sink.def(self.world, *def, how, seg.span, Confidence::Exact);
                }
                Res::ApiMod(k, path) if path.contains("::") => {
                    let how = if how == How::Import { how } else { How::Path };
                    sink.path(*k, path, how, seg.span, Confidence::Exact);
                }
                Res::ApiMod(..) | Res::Mod(_) | Res::Opaque => {}
            }
        }
    }

    /// Adds generics to an environment, and their bounds to its conditions.
    pub(crate) fn generics(&self, generics: &syn::Generics, level: Level, env: &mut Env) {
        for param in &generics.params {
            let name = match param {
                GenericParam::Type(p) => p.ident.to_string(),
                GenericParam::Const(_) | GenericParam::Lifetime(_) => continue,
            };
            let n = match level {
                Level::Item => &mut env.n_item,
                Level::Own => &mut env.n_own,
            };
            let t = T::Param(level, *n);
            *n += 1;
            env.generics.push((name, t));
        }
        for param in &generics.params {
            match param {
                GenericParam::Type(p) => {
                    let Some(t) = env.generic(&p.ident.to_string()).cloned() else { continue };
                    self.bounds(&t, &p.bounds, env);
                    if let Some(default) = &p.default {
                        self.ty(default, env);
                    }
                }
                GenericParam::Const(p) => {
                    self.ty(&p.ty, env);
                }
                GenericParam::Lifetime(_) => {}
            }
        }
        if let Some(clause) = &generics.where_clause {
            for predicate in &clause.predicates {
                if let WherePredicate::Type(p) = predicate {
                    let t = self.ty(&p.bounded_ty, env);
                    self.bounds(&t, &p.bounds, env);
                }
            }
        }
    }

    fn bounds<'b>(
        &self,
        t: &T,
        bounds: impl IntoIterator<Item = &'b TypeParamBound>,
        env: &mut Env,
    ) {
        for bound in bounds {
            if let TypeParamBound::Trait(b) = bound
                && let Some(trait_) = self.trait_ref(&b.path, env, How::Bound)
            {
                env.preds.push(Pred { ty: t.clone(), trait_ });
            }
        }
    }

    fn bound_list<'b>(
        &self,
        bounds: impl IntoIterator<Item = &'b TypeParamBound>,
        env: &Env,
    ) -> Rc<[TraitRef]> {
        bounds
            .into_iter()
            .filter_map(|bound| match bound {
                TypeParamBound::Trait(b) => self.trait_ref(&b.path, env, How::Bound),
                _ => None,
            })
            .collect()
    }

    /// A trait with its arguments.
    pub(crate) fn trait_ref(&self, path: &syn::Path, env: &Env, how: How) -> Option<TraitRef> {
        let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
        let walk = self.world.walk(env.module, &segs, path.leading_colon.is_some(), Ns::Type);
        self.report(&segs, &walk.hits, how);
        let mut args = Vec::new();
        let mut bindings = Vec::new();
        match path.segments.last().map(|s| &s.arguments) {
            Some(PathArguments::AngleBracketed(list)) => {
                for arg in &list.args {
                    match arg {
                        syn::GenericArgument::Type(t) => args.push(self.ty(t, env)),
                        syn::GenericArgument::AssocType(b) => {
                            bindings.push((Rc::from(b.ident.to_string()), self.ty(&b.ty, env)));
                        }
                        syn::GenericArgument::Constraint(c) => {
                            let bounds = self.bound_list(&c.bounds, env);
                            bindings.push((Rc::from(c.ident.to_string()), T::Opaque(bounds)));
                        }
                        _ => {}
                    }
                }
            }
            Some(PathArguments::Parenthesized(list)) => {
                args.push(T::Tuple(list.inputs.iter().map(|t| self.ty(t, env)).collect()));
                let out = match &list.output {
                    syn::ReturnType::Default => T::unit(),
                    syn::ReturnType::Type(_, t) => self.ty(t, env),
                };
                bindings.push((Rc::from("Output"), out));
            }
            Some(PathArguments::None) | None => {}
        }
        let hit = (walk.hits.len() == segs.len()).then(|| walk.hits.last()).flatten()?;
        match hit.res {
            Res::Def(def) if self.world.is_trait(def) => {
                self.lifetimes(def, path.segments.last()?, how);
                Some(TraitRef { def, args: args.into(), bindings: bindings.into() })
            }
            _ => None,
        }
    }

    /// A type.
    pub(crate) fn ty(&self, ty: &Type, env: &Env) -> T {
        match ty {
            Type::Path(path) => self.type_path(path.qself.as_ref(), &path.path, env, How::Type),
            Type::Reference(r) => self.ty(&r.elem, env).reference(),
            Type::Ptr(p) => T::Pointer(Rc::new(self.ty(&p.elem, env))),
            Type::Tuple(t) => T::Tuple(t.elems.iter().map(|t| self.ty(t, env)).collect()),
            Type::Slice(s) => T::Slice(Rc::new(self.ty(&s.elem, env))),
            Type::Array(a) => T::Array(Rc::new(self.ty(&a.elem, env))),
            Type::Paren(p) => self.ty(&p.elem, env),
            Type::Group(g) => self.ty(&g.elem, env),
            Type::Never(_) => T::prim("never"),
            Type::BareFn(f) => {
                let params = f.inputs.iter().map(|a| self.ty(&a.ty, env)).collect();
                let out = match &f.output {
                    syn::ReturnType::Default => T::unit(),
                    syn::ReturnType::Type(_, t) => self.ty(t, env),
                };
                T::Fn(params, Rc::new(out))
            }
            Type::ImplTrait(i) => T::Opaque(self.bound_list(&i.bounds, env)),
            Type::TraitObject(o) => T::Dyn(self.bound_list(&o.bounds, env)),
            Type::Macro(_) | Type::Infer(_) => T::Unknown,
            _ => T::Unknown,
        }
    }

    /// The types written between the angle brackets of a segment.
    pub(crate) fn args(&self, arguments: &PathArguments, env: &Env) -> Vec<T> {
        match arguments {
            PathArguments::AngleBracketed(list) => list
                .args
                .iter()
                .filter_map(|arg| match arg {
                    syn::GenericArgument::Type(t) => Some(self.ty(t, env)),
                    syn::GenericArgument::AssocType(b) => {
                        self.ty(&b.ty, env);
                        None
                    }
                    _ => None,
                })
                .collect(),
            PathArguments::Parenthesized(_) | PathArguments::None => Vec::new(),
        }
    }

    /// A type by its path.
    pub(crate) fn type_path(
        &self,
        qself: Option<&syn::QSelf>,
        path: &syn::Path,
        env: &Env,
        how: How,
    ) -> T {
        if let Some(qself) = qself {
            let this = self.ty(&qself.ty, env);
            let n = qself.position.min(path.segments.len());
            let trait_ = (n > 0).then(|| {
                let mut trait_path = path.clone();
                trait_path.segments = path.segments.iter().take(n).cloned().collect();
                self.trait_ref(&trait_path, env, How::Bound)
            });
            let Some(name) = path.segments.iter().nth(n) else { return this };
            let trait_ = trait_.flatten();
            if let (Some(sink), Some(trait_)) = (self.sink, &trait_) {
                self.assoc_site(sink, trait_.def, &name.ident);
            }
            return T::Proj(Rc::new(this), trait_.map(Rc::new), Rc::from(name.ident.to_string()));
        }
        let first = match path.segments.first() {
            Some(segment) => segment.ident.to_string(),
            None => return T::Unknown,
        };
        let rest = |from: T| {
            path.segments.iter().skip(1).fold(from, |t, segment| {
                if let Some(sink) = self.sink {
                    for pred in env.preds.iter().filter(|p| p.ty == t) {
                        self.assoc_site(sink, pred.trait_.def, &segment.ident);
                    }
                }
                T::Proj(Rc::new(t), None, Rc::from(segment.ident.to_string()))
            })
        };
        if path.leading_colon.is_none() {
            if first == "Self" {
                if let Some(t) = self.own_assoc(path, env) {
                    return t;
                }
                return rest(env.self_ty.clone().unwrap_or(T::Unknown));
            }
            if let Some(t) = env.generic(&first) {
                return rest(t.clone());
            }
        }
        let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
        let walk = self.world.walk(env.module, &segs, path.leading_colon.is_some(), Ns::Type);
        self.report(&segs, &walk.hits, how);
        let mut t = T::Unknown;
        for (at, segment) in path.segments.iter().enumerate() {
            let args = self.args(&segment.arguments, env);
            match walk.hits.get(at).map(|hit| &hit.res) {
                Some(Res::Def(def)) => {
                    self.defaulted(*def, &args, segment.ident.span());
                    self.lifetimes(*def, segment, how);
                    t = self.named(*def, args);
                }
                Some(Res::Mod(_) | Res::ApiMod(..) | Res::Opaque) => t = T::Unknown,
                None if at == 0 && PRIMITIVES.contains(&first.as_str()) => t = T::prim(&first),
                None if t != T::Unknown => {
                    t = T::Proj(Rc::new(t), None, Rc::from(segment.ident.to_string()));
                }
                None => {}
            }
        }
        t
    }

    /// Reports a type that is named without all of its arguments: defaults stand for the others.
    fn defaulted(&self, def: Def, args: &[T], span: proc_macro2::Span) {
        if let (Some(sink), Def::Api(k, _), Some((_, row))) = (self.sink, def, self.world.row(def))
            && args.len() < self.params_of(def).len()
        {
            let item = format!("{}{DEFAULTED}", row.key.path);
            sink.path(k, &item, How::Type, span, Confidence::Exact);
        }
    }

    /// Reports a type or trait that is named with lifetimes.
    fn lifetimes(&self, def: Def, segment: &syn::PathSegment, how: How) {
        let PathArguments::AngleBracketed(list) = &segment.arguments else { return };
        let named = list.args.iter().any(|arg| matches!(arg, syn::GenericArgument::Lifetime(_)));
        if let (Some(sink), Def::Api(k, _), Some((_, row))) = (self.sink, def, self.world.row(def))
            && named
        {
            let item = format!("{}{LIFETIMES}", row.key.path);
            sink.path(k, &item, how, segment.ident.span(), Confidence::Exact);
        }
    }

    /// `Self::Name` in an impl that says what it is.
    fn own_assoc(&self, path: &syn::Path, env: &Env) -> Option<T> {
        let name = &path.segments.iter().nth(1).filter(|_| path.segments.len() == 2)?.ident;
        if let (Some(sink), Some(trait_)) = (self.sink, env.of_trait) {
            self.assoc_site(sink, trait_, name);
        }
        let id = env.of_impl?;
        let item = *self.world.impls[id as usize].items.get(&name.to_string())?;
        let Kind::Alias(_, ty, _) = self.world.item(item).kind else { return None };
        let key = Def::Own(item);
        if !self.world.cache.lowering.borrow_mut().insert(key) {
            return None;
        }
        let t = Lower { world: self.world, sink: None }.ty(ty, env);
        self.world.cache.lowering.borrow_mut().remove(&key);
        Some(t)
    }

    /// Reports the use of an associated item of a trait by name.
    pub(crate) fn assoc_site(&self, sink: &Sink, trait_: Def, name: &syn::Ident) {
        if let Some(def) = self.world.trait_item(trait_, &name.to_string()) {
            sink.def(self.world, def, How::Type, name.span(), Confidence::Exact);
        }
    }

    /// A named type with its arguments, aliases followed.
    pub(crate) fn named(&self, def: Def, args: Vec<T>) -> T {
        let world = self.world;
        match def {
            Def::Own(id) => match world.item(id).kind {
                Kind::Alias(generics, ty, _) => {
                    if !world.cache.lowering.borrow_mut().insert(def) {
                        return T::Unknown;
                    }
                    let mut env = Env::new(world.item(id).module);
                    let quiet = Lower { world, sink: None };
                    quiet.generics(generics, Level::Item, &mut env);
                    let t = quiet.ty(ty, &env);
                    world.cache.lowering.borrow_mut().remove(&def);
                    fill(&t, &args)
                }
                Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) => {
                    T::Adt(def, pad(args, self.arity(def)))
                }
                Kind::Variant(owner, _) => {
                    let owner = Def::Own(owner);
                    T::Adt(owner, pad(args, self.arity(owner)))
                }
                Kind::Trait(_) => {
                    T::Dyn([TraitRef { def, args: args.into(), bindings: [].into() }].into())
                }
                _ => T::Unknown,
            },
            Def::Api(k, row) => {
                let row = &world.apis[k as usize].rows[row as usize];
                match &row.facts {
                    Facts::TypeAlias(alias) => fill(&self.model_ty(k, &alias.ty), &args),
                    Facts::Struct(_) | Facts::Enum(_) | Facts::Union(_) | Facts::ExternType => {
                        T::Adt(def, pad(args, self.arity(def)))
                    }
                    Facts::Variant(_) => match world.owner_of(def) {
                        Some(owner) => T::Adt(owner, pad(args, self.arity(owner))),
                        None => T::Unknown,
                    },
                    Facts::Trait(_) => {
                        T::Dyn([TraitRef { def, args: args.into(), bindings: [].into() }].into())
                    }
                    _ => T::Unknown,
                }
            }
        }
    }

    /// How many type parameters a type has.
    pub(crate) fn arity(&self, def: Def) -> usize {
        match def {
            Def::Own(id) => match self.world.item(id).kind {
                Kind::Struct(s) => s.generics.type_params().count(),
                Kind::Enum(e) => e.generics.type_params().count(),
                Kind::Union(u) => u.generics.type_params().count(),
                _ => 0,
            },
            Def::Api(..) => self.world.row(def).map_or(0, |(_, row)| match &row.facts {
                Facts::Struct(s) => type_params(&s.generics).len(),
                Facts::Enum(e) => type_params(&e.generics).len(),
                Facts::Union(u) => type_params(&u.generics).len(),
                _ => 0,
            }),
        }
    }

    /// A type of a model.
    pub(crate) fn model_ty(&self, k: u16, ty: &Ty) -> T {
        match ty {
            Ty::Path(path) => self.model_path(k, path),
            Ty::Param(ripe_model::Level::Item, i, _) => T::Param(Level::Item, *i),
            Ty::Param(ripe_model::Level::Own, i, _) => T::Param(Level::Own, *i),
            Ty::Param(ripe_model::Level::Binder, ..) => T::Unknown,
            Ty::SelfType => T::SelfTy,
            Ty::Primitive(name) => T::prim(name),
            Ty::Tuple(ts) => T::Tuple(ts.iter().map(|t| self.model_ty(k, t)).collect()),
            Ty::Slice(t) => T::Slice(Rc::new(self.model_ty(k, t))),
            Ty::Array(t, _) => T::Array(Rc::new(self.model_ty(k, t))),
            Ty::Ref { ty, .. } => self.model_ty(k, ty).reference(),
            Ty::Pointer { ty, .. } => T::Pointer(Rc::new(self.model_ty(k, ty))),
            Ty::FnPointer(f) => T::Fn(
                f.signature.params.iter().map(|(_, t)| self.model_ty(k, t)).collect(),
                Rc::new(self.model_ty(k, &f.signature.output)),
            ),
            Ty::Dyn { bounds, .. } => T::Dyn(self.model_bounds(k, bounds)),
            Ty::Impl(bounds) => T::Opaque(self.model_bounds(k, bounds)),
            Ty::Assoc { self_ty, trait_, name, .. } => T::Proj(
                Rc::new(self.model_ty(k, self_ty)),
                trait_.as_ref().and_then(|t| self.model_trait(k, t)).map(Rc::new),
                Rc::from(name.as_str()),
            ),
            Ty::Infer | Ty::Other(_) => T::Unknown,
        }
    }

    fn model_path(&self, k: u16, path: &TypePath) -> T {
        let Some(Res::Def(def)) =
            self.world.foreign(k as usize, path.krate, &path.path, Ns::Type, 0)
        else {
            return T::Unknown;
        };
        let args = path
            .args
            .iter()
            .filter_map(|arg| match arg {
                GenericArg::Type(t) => Some(self.model_ty(k, t)),
                GenericArg::Infer => Some(T::Unknown),
                GenericArg::Lifetime(_) | GenericArg::Const(_) => None,
            })
            .collect();
        self.named(def, args)
    }

    pub(crate) fn model_trait(&self, k: u16, path: &TypePath) -> Option<TraitRef> {
        let Some(Res::Def(def)) =
            self.world.foreign(k as usize, path.krate, &path.path, Ns::Type, 0)
        else {
            return None;
        };
        let args = path.args.iter().filter_map(|arg| match arg {
            GenericArg::Type(t) => Some(self.model_ty(k, t)),
            _ => None,
        });
        let bindings = path.bindings.iter().filter_map(|b| {
            let t = match &b.binding {
                ripe_model::Binding::Type(t) => self.model_ty(k, t),
                ripe_model::Binding::Bounds(bounds) => T::Opaque(self.model_bounds(k, bounds)),
                ripe_model::Binding::Const(_) => return None,
            };
            Some((Rc::from(b.name.as_str()), t))
        });
        Some(TraitRef { def, args: args.collect(), bindings: bindings.collect() })
    }

    fn model_bounds(&self, k: u16, bounds: &[Bound]) -> Rc<[TraitRef]> {
        bounds
            .iter()
            .filter_map(|bound| match bound {
                Bound::Trait { trait_, .. } => self.model_trait(k, trait_),
                Bound::Lifetime(_) | Bound::Use(_) => None,
            })
            .collect()
    }

    pub(crate) fn model_preds(&self, k: u16, generics: &Generics) -> Vec<Pred> {
        generics
            .predicates
            .iter()
            .filter_map(|predicate| match predicate {
                Predicate::Bound { ty, bound: Bound::Trait { trait_, .. } } => {
                    let trait_ = self.model_trait(k, trait_)?;
                    Some(Pred { ty: self.model_ty(k, ty), trait_ })
                }
                _ => None,
            })
            .collect()
    }

    /// The trait that a derive implements: derives of the language are in scope everywhere.
    pub(crate) fn derived_trait(&self, path: &syn::Path, env: &Env) -> Option<Def> {
        self.trait_ref(path, env, How::Derive).map(|t| t.def).or_else(|| {
            match path.get_ident()?.to_string().as_str() {
                "Debug" => self.world.std(&["fmt", "Debug"]),
                "Hash" => self.world.std(&["hash", "Hash"]),
                _ => None,
            }
        })
    }

    /// The environment of an item: its owner's generics and `Self`.
    pub(crate) fn env_of(&self, module: ModId, owner: Owner) -> Env {
        (*self.shared_env(module, owner)).clone()
    }

    /// As [`Lower::env_of`], for who only reads it.
    pub(crate) fn shared_env(&self, module: ModId, owner: Owner) -> Rc<Env> {
        if let Some(known) = self.world.cache.envs.borrow().get(&(module, owner)) {
            return known.clone();
        }
        let env = Rc::new(Lower { world: self.world, sink: None }.fresh_env(module, owner));
        self.world.cache.envs.borrow_mut().insert((module, owner), env.clone());
        env
    }

    fn fresh_env(&self, module: ModId, owner: Owner) -> Env {
        let mut env = Env::new(module);
        match owner {
            Owner::Module => {}
            Owner::Impl(id) => {
                let block = self.world.impls[id as usize].ast;
                self.generics(&block.generics, Level::Item, &mut env);
                env.self_ty = Some(self.ty(&block.self_ty, &env));
                env.of_impl = Some(id);
            }
            Owner::Trait(id) => {
                if let Kind::Trait(t) = self.world.item(id).kind {
                    env.self_ty = Some(T::SelfTy);
                    self.generics(&t.generics, Level::Item, &mut env);
                    let args = t
                        .generics
                        .type_params()
                        .enumerate()
                        .map(|(i, _)| T::Param(Level::Item, i as u32))
                        .collect();
                    let trait_ = TraitRef { def: Def::Own(id), args, bindings: [].into() };
                    env.preds.push(Pred { ty: T::SelfTy, trait_ });
                    self.bounds(&T::SelfTy, &t.supertraits, &mut env);
                }
            }
        }
        env
    }

    /// The header of an impl of a source crate.
    pub(crate) fn header(&self, id: u32) -> Option<Rc<Header>> {
        if let Some(known) = self.world.cache.heads.borrow().get(&id) {
            return known.clone();
        }
        self.world.cache.heads.borrow_mut().insert(id, None);
        let quiet = Lower { world: self.world, sink: None };
        let block = &self.world.impls[id as usize];
        let env = quiet.env_of(block.module, Owner::Impl(id));
        let trait_ = match &block.ast.trait_ {
            Some((None, path, _)) => quiet.trait_ref(path, &env, How::Implement),
            Some((Some(_), ..)) | None => None,
        };
        let unresolved = block.ast.trait_.is_some() && trait_.is_none();
        let header = (!unresolved).then(|| {
            Rc::new(Header { self_ty: env.self_ty.clone().unwrap_or(T::Unknown), trait_ })
        });
        self.world.cache.heads.borrow_mut().insert(id, header.clone());
        header
    }

    /// The signature of a syntax function in its environment, to which its generics are added.
    pub(crate) fn sig(&self, sig: &syn::Signature, env: &mut Env) -> Sig {
        self.generics(&sig.generics, Level::Own, env);
        let n_own = env.n_own;
        let mut params = Vec::new();
        let mut has_self = false;
        for input in &sig.inputs {
            match input {
                syn::FnArg::Receiver(r) => {
                    has_self = true;
                    let this = env.self_ty.clone().unwrap_or(T::Unknown);
                    params.push(if r.colon_token.is_some() {
                        self.ty(&r.ty, env)
                    } else if r.reference.is_some() {
                        this.reference()
                    } else {
                        this
                    });
                }
                syn::FnArg::Typed(p) => {
                    let t = self.ty(&p.ty, env);
                    params.push(self.synthetic(t, env));
                }
            }
        }
        let output = match &sig.output {
            syn::ReturnType::Default => T::unit(),
            syn::ReturnType::Type(_, t) => self.ty(t, env),
        };
        let output = if sig.asyncness.is_some() { self.future(output) } else { output };
        Sig { params, output, has_self, self_ty: None, preds: env.preds.clone(), n_own }
    }

    /// `impl Trait` in the place of a parameter is a parameter of its own.
    fn synthetic(&self, t: T, env: &mut Env) -> T {
        t.map(&mut |t| match t {
            T::Opaque(bounds) => {
                let param = T::Param(Level::Own, env.n_own);
                env.n_own += 1;
                for trait_ in bounds.iter() {
                    env.preds.push(Pred { ty: param.clone(), trait_: trait_.clone() });
                }
                Some(param)
            }
            _ => None,
        })
    }

    pub(crate) fn future(&self, output: T) -> T {
        match self.world.std(&["future", "Future"]) {
            Some(def) => {
                let bindings = [(Rc::from("Output"), output)].into();
                T::Opaque([TraitRef { def, args: [].into(), bindings }].into())
            }
            None => T::Unknown,
        }
    }

    /// The signature of a function or constructor.
    pub(crate) fn sig_of(&self, def: Def) -> Option<Rc<Sig>> {
        if let Some(known) = self.world.cache.sigs.borrow().get(&def) {
            return known.clone();
        }
        let quiet = Lower { world: self.world, sink: None };
        let sig = quiet.fresh_sig(def).map(Rc::new);
        self.world.cache.sigs.borrow_mut().insert(def, sig.clone());
        sig
    }

    fn fresh_sig(&self, def: Def) -> Option<Sig> {
        match def {
            Def::Own(id) => match self.world.item(id).kind {
                Kind::Fn(sig, owner) => {
                    let mut env = self.env_of(self.world.item(id).module, owner);
                    let mut lowered = self.sig(sig, &mut env);
                    if let Owner::Impl(_) = owner {
                        lowered.self_ty = env.self_ty.clone();
                    }
                    Some(lowered)
                }
                Kind::Struct(_) | Kind::Variant(..) => {
                    let fields = self.fields(def)?;
                    self.constructor(def, fields)
                }
                _ => None,
            },
            Def::Api(k, row) => {
                let api = &self.world.apis[k as usize];
                match &api.rows[row as usize].facts {
                    Facts::Function(f) => {
                        let s = &f.signature;
                        let mut preds = self.model_preds(k, &f.generics);
                        let mut self_ty = None;
                        match &f.role {
                            FunctionRole::Inherent { self_ty: t, generics } => {
                                preds.extend(self.model_preds(k, generics));
                                self_ty = Some(self.model_ty(k, t));
                            }
                            FunctionRole::Trait { .. } => {
                                if let Some(owner) = self.world.owner_of(def)
                                    && let Some((_, row)) = self.world.row(owner)
                                    && let Facts::Trait(t) = &row.facts
                                {
                                    preds.extend(self.model_preds(k, &t.generics));
                                    let n = type_params(&t.generics);
                                    let args = n.iter().map(|i| T::Param(Level::Item, *i));
                                    let trait_ = TraitRef {
                                        def: owner,
                                        args: args.collect(),
                                        bindings: [].into(),
                                    };
                                    preds.push(Pred { ty: T::SelfTy, trait_ });
                                }
                            }
                            FunctionRole::Free => {}
                        }
                        let output = self.model_ty(k, &s.output);
                        let named =
                            f.generics.params.iter().filter(|p| {
                                matches!(p.kind, ParamKind::Type { synthetic: false, .. })
                            });
                        Some(Sig {
                            params: s.params.iter().map(|(_, t)| self.model_ty(k, t)).collect(),
                            output: if s.is_async { self.future(output) } else { output },
                            has_self: f.receiver != Receiver::None,
                            self_ty,
                            preds,
                            n_own: named.count() as u32,
                        })
                    }
                    Facts::Struct(_) | Facts::Variant(_) => {
                        let fields = self.fields(def)?;
                        self.constructor(def, fields)
                    }
                    _ => None,
                }
            }
        }
    }

    fn constructor(&self, def: Def, fields: Vec<(String, T, Option<Def>)>) -> Option<Sig> {
        let owner = self.world.owner_of(def).filter(|_| self.world.is_variant(def)).unwrap_or(def);
        let args = self.params_of(owner);
        Some(Sig {
            params: fields.into_iter().map(|(_, t, _)| t).collect(),
            output: T::Adt(owner, args.into()),
            has_self: false,
            self_ty: None,
            preds: Vec::new(),
            n_own: 0,
        })
    }

    /// The parameters of a type as types.
    pub(crate) fn params_of(&self, def: Def) -> Vec<T> {
        match def {
            Def::Own(_) => (0..self.arity(def) as u32).map(|i| T::Param(Level::Item, i)).collect(),
            Def::Api(..) => self.world.row(def).map_or(Vec::new(), |(_, row)| {
                let generics = match &row.facts {
                    Facts::Struct(s) => &s.generics,
                    Facts::Enum(e) => &e.generics,
                    Facts::Union(u) => &u.generics,
                    Facts::Trait(t) => &t.generics,
                    _ => return Vec::new(),
                };
                type_params(generics).into_iter().map(|i| T::Param(Level::Item, i)).collect()
            }),
        }
    }

    /// The parameters of a trait as types.
    pub(crate) fn params_of_trait(&self, def: Def) -> Vec<T> {
        match def {
            Def::Own(id) => match self.world.item(id).kind {
                Kind::Trait(t) => (0..t.generics.type_params().count() as u32)
                    .map(|i| T::Param(Level::Item, i))
                    .collect(),
                _ => Vec::new(),
            },
            Def::Api(..) => self.params_of(def),
        }
    }

    /// The fields of a struct or variant: name, type in the terms of its parameters, row.
    pub(crate) fn fields(&self, def: Def) -> Option<Vec<(String, T, Option<Def>)>> {
        match def {
            Def::Own(id) => {
                let item = self.world.item(id);
                let (fields, generics) = match item.kind {
                    Kind::Struct(s) => (&s.fields, &s.generics),
                    Kind::Variant(owner, v) => match self.world.item(owner).kind {
                        Kind::Enum(e) => (&v.fields, &e.generics),
                        _ => return None,
                    },
                    Kind::Union(u) => {
                        let mut env = Env::new(item.module);
                        self.generics(&u.generics, Level::Item, &mut env);
                        let named = u.fields.named.iter();
                        return Some(
                            named
                                .filter_map(|f| {
                                    Some((
                                        f.ident.as_ref()?.to_string(),
                                        self.ty(&f.ty, &env),
                                        None,
                                    ))
                                })
                                .collect(),
                        );
                    }
                    _ => return None,
                };
                let mut env = Env::new(item.module);
                let quiet = Lower { world: self.world, sink: None };
                quiet.generics(generics, Level::Item, &mut env);
                Some(
                    fields
                        .iter()
                        .enumerate()
                        .map(|(i, f)| {
                            let name = f.ident.as_ref().map_or(i.to_string(), |n| Seg::new(n).name);
                            (name, quiet.ty(&f.ty, &env), None)
                        })
                        .collect(),
                )
            }
            Def::Api(k, row) => {
                let api = &self.world.apis[k as usize];
                let row = &api.rows[row as usize];
                let names = match &row.facts {
                    Facts::Struct(s) => &s.fields,
                    Facts::Variant(v) => &v.fields,
                    Facts::Union(u) => &u.fields,
                    _ => return None,
                };
                Some(
                    names
                        .iter()
                        .map(|name| {
                            let path = format!("{}::{name}", row.key.path);
                            let at = api.find(&path, ripe_model::Namespace::Field);
                            let ty = at.and_then(|at| match &api.rows[at as usize].facts {
                                Facts::Field(f) => Some(self.model_ty(k, &f.ty)),
                                _ => None,
                            });
                            let def = at.map(|at| Def::Api(k, at));
                            (name.clone(), ty.unwrap_or(T::Unknown), def)
                        })
                        .collect(),
                )
            }
        }
    }
}

/// The positions of the type parameters; constants are counted with them, lifetimes apart.
pub(crate) fn type_params(generics: &Generics) -> Vec<u32> {
    generics
        .params
        .iter()
        .filter(|p| !matches!(p.kind, ParamKind::Lifetime))
        .enumerate()
        .filter(|(_, p)| matches!(p.kind, ParamKind::Type { .. }))
        .map(|(i, _)| i as u32)
        .collect()
}

fn pad(mut args: Vec<T>, n: usize) -> Rc<[T]> {
    args.truncate(n.max(args.len().min(n)));
    args.resize(n, T::Unknown);
    args.into()
}

/// Puts arguments in the place of an alias's parameters, by order.
fn fill(t: &T, args: &[T]) -> T {
    t.map(&mut |t| match t {
        T::Param(Level::Item, i) => Some(args.get(*i as usize).cloned().unwrap_or(T::Unknown)),
        _ => None,
    })
}

//! Paths in expressions: functions, constants, constructors, associated items.

use ripe_model::{Confidence, Facts, How};
use syn::ExprPath;

use super::body::Body;
use super::call::{Answer, as_bound};
use crate::types::{Def, Found, T};
use crate::world::{Kind, Ns, Res, Seg};

impl Body<'_, '_> {
    /// A path as a value.
    pub(crate) fn path_value(&mut self, path: &ExprPath) -> T {
        if let Some(t) = self.local_path(path) {
            return t;
        }
        match self.callee(path, false) {
            Some(found) => {
                let unit = self.is_unit(found.def);
                if unit || self.is_constant(found.def) {
                    self.solver.deep(&found.sig.output)
                } else {
                    T::Fn(found.sig.params.into(), found.sig.output.into())
                }
            }
            None => T::Unknown,
        }
    }

    fn local_path(&self, path: &ExprPath) -> Option<T> {
        let name = path.path.get_ident().filter(|_| path.qself.is_none())?;
        self.local(&name.to_string())
    }

    fn is_constant(&self, def: Def) -> bool {
        match def {
            Def::Own(id) => matches!(self.walk.world.item(id).kind, Kind::Const(..)),
            Def::Api(..) => self.walk.world.row(def).is_some_and(|(_, row)| {
                matches!(row.facts, Facts::Const(_) | Facts::Static(_) | Facts::AssocConst(_))
            }),
        }
    }

    fn how(&self, def: Def, called: bool) -> How {
        let constructor =
            match def {
                Def::Own(_) => false,
                Def::Api(..) => self.walk.world.row(def).is_some_and(|(_, row)| {
                    matches!(row.facts, Facts::Struct(_) | Facts::Variant(_))
                }),
            };
        match (constructor, called) {
            (true, _) => How::Construct,
            (false, true) => How::Call,
            (false, false) => How::Path,
        }
    }

    /// What a path calls, or stands for; reports it. `None` for locals and what is not known.
    pub(crate) fn callee(&mut self, path: &ExprPath, called: bool) -> Option<Found> {
        if self.local_path(path).is_some() {
            return None;
        }
        let world = self.walk.world;
        let lower = self.walk.lower();
        let segments = &path.path.segments;
        let last = segments.last()?;
        let written = lower.args(&last.arguments, &self.env);
        let written: Vec<T> = written.iter().map(|t| self.open(t)).collect();
        if let Some(qself) = &path.qself {
            let n = qself.position.min(segments.len());
            if n > 0 && n + 1 == segments.len() {
                let this = self.ty(&qself.ty);
                let mut trait_path = path.path.clone();
                trait_path.segments = segments.iter().take(n).cloned().collect();
                let trait_ = lower.trait_ref(&trait_path, &self.env, How::Bound)?;
                return self.trait_function(trait_.def, trait_.args.to_vec(), this, last, called);
            }
            let mut type_path = path.path.clone();
            type_path.segments = segments.iter().take(segments.len() - 1).cloned().collect();
            type_path.segments.pop_punct();
            let this = lower.type_path(Some(qself), &type_path, &self.env, How::Type);
            return self.on_type(&this, last, called, written);
        }
        let segs: Vec<Seg> = segments.iter().map(|s| Seg::new(&s.ident)).collect();
        let first = segs.first()?.name.clone();
        let rooted = path.path.leading_colon.is_some();
        let generic = !rooted
            && (first == "Self" || self.env.generics.iter().any(|(name, _)| *name == first));
        if generic {
            if segs.len() == 1 {
                let this = self.env.self_ty.clone()?;
                let T::Adt(def, _) = &this else { return None };
                let found = self.solver.free(*def)?;
                self.solver.table.unify(&found.sig.output, &this);
                self.def_site(*def, How::Construct, last.ident.span(), Confidence::Exact);
                return Some(found);
            }
            let this = self.prefix_type(&path.path);
            return self.on_type(&this, last, called, written);
        }
        let walk = world.walk(self.env.module, &segs, rooted, Ns::Value);
        if walk.hits.len() == segs.len() {
            let Res::Def(def) = walk.hits.last()?.res else { return None };
            lower.report(&segs, &walk.hits, self.how(def, called));
            if called && self.how(def, called) == How::Construct {
                self.all_fields(def, last.ident.span());
            }
            let mut found = self.item_found(def)?;
            let mut written = written;
            if written.is_empty() && world.is_variant(def) && segments.len() > 1 {
                let owner = &segments[segments.len() - 2];
                let args = lower.args(&owner.arguments, &self.env);
                written = args.iter().map(|t| self.open(t)).collect();
            }
            for (var, t) in found.own.iter().zip(&written) {
                self.solver.table.unify(var, t);
            }
            if found.own.is_empty()
                && let T::Adt(_, args) = &found.sig.output
                && !written.is_empty()
                && matches!(self.how(def, called), How::Construct)
            {
                for (arg, t) in args.iter().zip(&written) {
                    self.solver.table.unify(arg, t);
                }
            }
            found.this = T::Unknown;
            return Some(found);
        }
        if walk.hits.is_empty() {
            // A primitive, or a name that is not known.
            if segs.len() == 2 {
                return self.on_type(&T::prim(&first), last, called, written);
            }
            return None;
        }
        let at = walk.hits.len() - 1;
        match &walk.hits[at].res {
            Res::Def(def) if world.is_trait(*def) && at + 2 == segs.len() => {
                lower.report(&segs[..=at], &walk.hits, How::Type);
                let args = lower.args(&segments[at].arguments, &self.env);
                let args = args.iter().map(|t| self.open(t)).collect();
                let this = self.solver.table.fresh();
                self.trait_function(*def, args, this, last, called)
            }
            Res::Def(def) => {
                // What is passed here can depend on the arguments that an alias chooses.
                let chosen = world.is_alias(*def) && called && last.ident != "default";
                if let (true, Some(seg)) = (chosen, segs.get(at)) {
                    self.def_site(*def, How::Path, seg.span, Confidence::Exact);
                }
                let this = self.prefix_type(&path.path);
                self.on_type(&this, last, called, written)
            }
            Res::Mod(_) | Res::ApiMod(..) | Res::Opaque => {
                lower.report(&segs[..=at], &walk.hits, How::Path);
                None
            }
        }
    }

    /// The type that all but the last segment name.
    fn prefix_type(&mut self, path: &syn::Path) -> T {
        let mut prefix = path.clone();
        prefix.segments = path.segments.iter().take(path.segments.len() - 1).cloned().collect();
        prefix.segments.pop_punct();
        let t = self.walk.lower().type_path(None, &prefix, &self.env, How::Type);
        let t = self.open(&t);
        self.solver.shallow(&t)
    }

    /// A constructor that is called names all fields.
    fn all_fields(&self, def: Def, span: proc_macro2::Span) {
        let sink = self.walk.sink;
        sink.members(self.walk.world, def, How::Construct, span, Confidence::Exact);
    }

    fn item_found(&mut self, def: Def) -> Option<Found> {
        if self.is_constant(def) {
            let t = self.value_of(def);
            return Some(self.constant(def, t));
        }
        self.solver.free(def)
    }

    fn constant(&self, def: Def, output: T) -> Found {
        let sig = crate::types::Sig {
            params: Vec::new(),
            output,
            has_self: false,
            self_ty: None,
            preds: Vec::new(),
            n_own: 0,
        };
        Found { def, sig, by: None, this: T::Unknown, derefs: Vec::new(), own: Vec::new() }
    }

    /// An associated item of a type by name.
    fn on_type(
        &mut self,
        this: &T,
        segment: &syn::PathSegment,
        called: bool,
        written: Vec<T>,
    ) -> Option<Found> {
        let name = Seg::new(&segment.ident).name;
        let span = segment.ident.span();
        let this = self.solver.shallow(this);
        if let T::Adt(def, _) = &this
            && let Some(variant) = self.walk.world.variant(*def, &name)
        {
            self.def_site(variant, How::Construct, span, Confidence::Exact);
            if called {
                self.all_fields(variant, span);
            }
            let found = self.solver.free(variant)?;
            self.solver.table.unify(&found.sig.output, &this);
            return Some(found);
        }
        if let Some(found) = self.solver.associated(&this, &name) {
            let how = if called { How::Call } else { How::Path };
            self.def_site(found.def, how, span, Confidence::Exact);
            if let Some((_, means)) = &found.by {
                self.means_site_of(&this, means, span);
            }
            if found.by.is_some() {
                self.open_name(&this, &name, Answer::Path, span);
            }
            for (var, t) in found.own.iter().zip(&written) {
                self.solver.table.unify(var, t);
            }
            return Some(found);
        }
        let Some(found) = self.associated_constant(&this, &name) else {
            self.open_name(&this, &name, Answer::Nothing, span);
            return None;
        };
        let owner = self.walk.world.owner_of(found.def);
        if owner.is_some_and(|owner| self.walk.world.is_trait(owner)) {
            self.open_name(&this, &name, Answer::Path, span);
        }
        self.def_site(found.def, How::Path, span, Confidence::Exact);
        Some(found)
    }

    fn associated_constant(&mut self, this: &T, name: &str) -> Option<Found> {
        let world = self.walk.world;
        let mut candidates: Vec<Def> = Vec::new();
        if let T::Adt(Def::Api(k, row), _) = this {
            let api = &world.apis[*k as usize];
            let owner = &api.rows[*row as usize].key.path;
            let members = api.members(owner, name, ripe_model::Namespace::Value);
            candidates.extend(members.into_iter().map(|at| Def::Api(*k, at)));
        }
        if let Some(impls) = world.impl_index.inherent.get(&crate::world::Head::of(this)) {
            for id in impls {
                if let Some(item) = world.impls[*id as usize].items.get(name) {
                    candidates.push(Def::Own(*item));
                }
            }
        }
        for bound in self.solver.bounds_of(this) {
            candidates.extend(world.trait_item(bound.def, name));
        }
        for trait_ in world.traits_with(self.env.module, name).iter() {
            candidates.extend(world.trait_item(*trait_, name));
        }
        let def = candidates.into_iter().find(|def| self.is_constant(*def))?;
        let t = self.value_of(def);
        let this = this.clone();
        let t = t.map(&mut |t| match t {
            T::SelfTy => Some(this.clone()),
            T::Param(..) => Some(T::Unknown),
            _ => None,
        });
        Some(self.constant(def, t))
    }

    fn trait_function(
        &mut self,
        trait_: Def,
        args: Vec<T>,
        this: T,
        segment: &syn::PathSegment,
        called: bool,
    ) -> Option<Found> {
        let name = Seg::new(&segment.ident).name;
        let def = self.walk.world.trait_item(trait_, &name)?;
        let how = if called { How::Call } else { How::Path };
        self.def_site(def, how, segment.ident.span(), Confidence::Exact);
        if self.is_constant(def) {
            let t = self.value_of(def);
            return Some(self.constant(def, t));
        }
        let n = self.solver.lower().params_of_trait(trait_).len();
        let mut args = args;
        while args.len() < n {
            args.push(self.solver.table.fresh());
        }
        let mut found = self.solver.instantiate(def, &this, Some(as_bound(trait_, args)), None)?;
        found.by = None;
        Some(found)
    }
}

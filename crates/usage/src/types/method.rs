//! Methods and associated functions: which item a name on a type stands for.

use std::rc::Rc;

use ripe_model::{Facts, Namespace};

use super::table::Subst;
use super::{Def, Head, Holds, Means, Sig, Solver, T, TraitRef};

/// What a method name stands for.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The function: a row, or an item of a source crate.
    pub(crate) def: Def,
    /// Its signature, with the variables of this use.
    pub(crate) sig: Sig,
    /// The trait that it is an item of, and by what the type has it.
    pub(crate) by: Option<(TraitRef, Means)>,
    /// The type on which it was found.
    pub(crate) this: T,
    /// The `Deref` impls on the way.
    pub(crate) derefs: Vec<Means>,
    /// The variables of its own generics.
    pub(crate) own: Vec<T>,
}

impl Solver<'_, '_> {
    /// The method that a call on a receiver finds (Rust Reference, "Method call expressions").
    pub(crate) fn method(&mut self, receiver: &T, name: &str) -> Option<Found> {
        let mut step = self.shallow(receiver);
        let mut derefs = Vec::new();
        for _ in 0..12 {
            if matches!(step, T::Unknown | T::Var(_)) {
                return None;
            }
            if let Some(mut found) = self.method_at(&step, name) {
                found.derefs = derefs;
                return Some(found);
            }
            let (next, means) = self.deref(&step)?;
            derefs.extend(means);
            step = next;
        }
        None
    }

    fn method_at(&mut self, step: &T, name: &str) -> Option<Found> {
        // By value with `Self` as it is, then what a reference points to, then by reference.
        if let Some(found) = self.on_self(step, name, Some(false)) {
            return Some(found);
        }
        if let T::Ref(inner) = step {
            let inner = self.shallow(inner);
            if !matches!(inner, T::Unknown | T::Var(_))
                && let Some(found) = self.on_self(&inner, name, Some(true))
            {
                return Some(found);
            }
        }
        self.on_self(step, name, Some(true))
    }

    /// An associated function or method of a type, by path.
    pub(crate) fn associated(&mut self, this: &T, name: &str) -> Option<Found> {
        let this = self.shallow(this);
        self.on_self(&this, name, None)
    }

    /// `by_ref`: whether `self` must come by reference; `None` if it does not matter.
    fn on_self(&mut self, this: &T, name: &str, by_ref: Option<bool>) -> Option<Found> {
        if let Some(found) = self.inherent(this, name, by_ref) {
            return Some(found);
        }
        for bound in self.bounds_of(this) {
            if let Some(def) = self.world.trait_item(bound.def, name)
                && let Some(found) =
                    self.instantiate(def, this, Some((bound.clone(), Means::Bound(bound))), by_ref)
            {
                return Some(found);
            }
        }
        let module = self.module;
        for trait_ in self.world.traits_with(module, name).iter() {
            let Some(def) = self.world.trait_item(*trait_, name) else { continue };
            if !self.receives(def, by_ref) {
                continue;
            }
            let args: Vec<T> =
                self.lower().params_of_trait(*trait_).iter().map(|_| self.table.fresh()).collect();
            let wanted = TraitRef { def: *trait_, args: args.into(), bindings: [].into() };
            if let Holds::Yes(means) = self.holds(this, &wanted)
                && let Some(found) = self.instantiate(def, this, Some((wanted, means)), by_ref)
            {
                return Some(found);
            }
        }
        None
    }

    /// Whether the function takes `self` in this way.
    fn receives(&mut self, def: Def, by_ref: Option<bool>) -> bool {
        let Some(by_ref) = by_ref else { return true };
        let Some(sig) = self.lower().sig_of(def) else { return false };
        sig.has_self
            && match sig.params.first() {
                Some(T::Ref(_)) => by_ref,
                Some(T::SelfTy | T::Param(..)) => !by_ref,
                // `self: Box<Self>`, `Pin<&mut Self>`: reached either way.
                Some(t) => sig.self_ty.as_ref() != Some(t) || !by_ref,
                None => false,
            }
    }

    fn inherent(&mut self, this: &T, name: &str, by_ref: Option<bool>) -> Option<Found> {
        let impls = self.world.impl_index.inherent.get(&Head::of(this)).cloned();
        for id in impls.unwrap_or_default() {
            let Some(item) = self.world.impls[id as usize].items.get(name) else { continue };
            let def = Def::Own(*item);
            if self.receives(def, by_ref)
                && let Some(found) = self.instantiate(def, this, None, by_ref)
            {
                return Some(found);
            }
        }
        let T::Adt(Def::Api(k, row), _) = this else { return None };
        let api = &self.world.apis[*k as usize];
        let owner = &api.rows[*row as usize].key.path;
        for at in api.members(owner, name, Namespace::Value) {
            let def = Def::Api(*k, at);
            let row = &api.rows[at as usize];
            if matches!(row.facts, Facts::Function(_))
                && self.receives(def, by_ref)
                && let Some(found) = self.instantiate(def, this, None, by_ref)
            {
                return Some(found);
            }
        }
        None
    }

    /// The signature for one use; `None` if the type does not fit the impl.
    pub(crate) fn instantiate(
        &mut self,
        def: Def,
        this: &T,
        by: Option<(TraitRef, Means)>,
        _by_ref: Option<bool>,
    ) -> Option<Found> {
        let sig = self.lower().sig_of(def)?;
        let (mut subst, mark) = (Subst::with_self(this.clone()), self.table.mark());
        if let Some((trait_, _)) = &by {
            let params = self.lower().params_of_trait(trait_.def);
            for (param, arg) in params.iter().zip(trait_.args.iter()) {
                if let T::Param(level, at) = param {
                    subst.set(*level, *at, arg.clone());
                }
            }
        }
        let sig = self.apply(&sig, &mut subst);
        if let Some(self_ty) = &sig.self_ty
            && !self.table.unify(self_ty, this)
        {
            self.table.undo(mark);
            return None;
        }
        let own = self.own_vars(&mut subst, sig.n_own);
        Some(Found { def, sig, by, this: this.clone(), derefs: Vec::new(), own })
    }

    fn apply(&mut self, sig: &Rc<Sig>, subst: &mut Subst) -> Sig {
        subst.apply_sig(sig, &mut self.table)
    }

    fn own_vars(&mut self, subst: &mut Subst, n: u32) -> Vec<T> {
        (0..n).map(|i| subst.apply(&T::Param(super::Level::Own, i), &mut self.table)).collect()
    }

    /// A free function or constructor for one use.
    pub(crate) fn free(&mut self, def: Def) -> Option<Found> {
        let sig = self.lower().sig_of(def)?;
        let mut subst = Subst::default();
        let sig = self.apply(&sig, &mut subst);
        let own = self.own_vars(&mut subst, sig.n_own);
        Some(Found { def, sig, by: None, this: T::Unknown, derefs: Vec::new(), own })
    }
}

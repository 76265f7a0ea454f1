//! Type variables.

use super::{Level, Sig, T, TraitRef};

/// The variables of one body, with what they stand for. Bindings can be taken back.
#[derive(Debug, Default)]
pub(crate) struct Table {
    vars: Vec<Option<T>>,
    trail: Vec<u32>,
}

/// What the parameters of a signature became.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subst {
    known: Vec<((Level, u32), T)>,
    self_ty: Option<T>,
}

impl Subst {
    pub(crate) fn with_self(self_ty: T) -> Subst {
        Subst { known: Vec::new(), self_ty: Some(self_ty) }
    }

    pub(crate) fn set(&mut self, level: Level, at: u32, t: T) {
        self.known.push(((level, at), t));
    }

    pub(crate) fn apply(&mut self, t: &T, table: &mut Table) -> T {
        t.map(&mut |t| match t {
            T::Param(level, i) => {
                let key = (*level, *i);
                if let Some((_, t)) = self.known.iter().find(|(k, _)| *k == key) {
                    return Some(t.clone());
                }
                let var = table.fresh();
                self.known.push((key, var.clone()));
                Some(var)
            }
            T::SelfTy => self.self_ty.clone(),
            _ => None,
        })
    }

    pub(crate) fn apply_trait(&mut self, t: &TraitRef, table: &mut Table) -> TraitRef {
        TraitRef {
            def: t.def,
            args: t.args.iter().map(|t| self.apply(t, table)).collect(),
            bindings: t.bindings.iter().map(|(n, t)| (n.clone(), self.apply(t, table))).collect(),
        }
    }

    pub(crate) fn apply_sig(&mut self, sig: &Sig, table: &mut Table) -> Sig {
        Sig {
            params: sig.params.iter().map(|t| self.apply(t, table)).collect(),
            output: self.apply(&sig.output, table),
            has_self: sig.has_self,
            self_ty: sig.self_ty.as_ref().map(|t| self.apply(t, table)),
            preds: sig
                .preds
                .iter()
                .map(|p| super::Pred {
                    ty: self.apply(&p.ty, table),
                    trait_: self.apply_trait(&p.trait_, table),
                })
                .collect(),
            n_own: sig.n_own,
        }
    }
}

impl Table {
    pub(crate) fn fresh(&mut self) -> T {
        self.vars.push(None);
        T::Var((self.vars.len() - 1) as u32)
    }

    /// What a type stands for, on the outside.
    pub(crate) fn shallow(&self, t: &T) -> T {
        let mut t = t.clone();
        let mut fuel = 64;
        while let T::Var(i) = t {
            match self.vars.get(i as usize) {
                Some(Some(next)) if fuel > 0 => t = next.clone(),
                _ => break,
            }
            fuel -= 1;
        }
        t
    }

    /// What a type stands for, throughout.
    pub(crate) fn deep(&self, t: &T) -> T {
        self.deep_at(t, 0)
    }

    fn deep_at(&self, t: &T, depth: usize) -> T {
        if depth > 24 {
            return T::Unknown;
        }
        t.map(&mut |t| match t {
            T::Var(_) => match self.shallow(t) {
                T::Var(i) => Some(T::Var(i)),
                known => Some(self.deep_at(&known, depth + 1)),
            },
            _ => None,
        })
    }

    pub(crate) fn mark(&self) -> usize {
        self.trail.len()
    }

    pub(crate) fn undo(&mut self, mark: usize) {
        for var in self.trail.drain(mark..) {
            self.vars[var as usize] = None;
        }
    }

    /// Makes two types equal where they can be; says whether nothing speaks against it.
    pub(crate) fn unify(&mut self, a: &T, b: &T) -> bool {
        self.unify_at(a, b, 0)
    }

    fn unify_at(&mut self, a: &T, b: &T, depth: usize) -> bool {
        if depth > 24 {
            return true;
        }
        let (a, b) = (self.shallow(a), self.shallow(b));
        let all = |table: &mut Table, xs: &[T], ys: &[T]| {
            xs.len() == ys.len()
                && xs.iter().zip(ys).fold(true, |ok, (x, y)| table.unify_at(x, y, depth + 1) && ok)
        };
        match (&a, &b) {
            (T::Var(i), T::Var(j)) if i == j => true,
            (T::Unknown, _) | (_, T::Unknown) => true,
            (T::Var(i), other) | (other, T::Var(i)) => {
                if !self.occurs(*i, other, 0) {
                    self.vars[*i as usize] = Some(other.clone());
                    self.trail.push(*i);
                }
                true
            }
            (T::Adt(d, xs), T::Adt(e, ys)) => d == e && all(self, xs, ys),
            (T::Ref(x), T::Ref(y)) | (T::Pointer(x), T::Pointer(y)) => {
                self.unify_at(x, y, depth + 1)
            }
            (T::Slice(x), T::Slice(y)) | (T::Array(x), T::Array(y)) => {
                self.unify_at(x, y, depth + 1)
            }
            (T::Tuple(xs), T::Tuple(ys)) => all(self, xs, ys),
            (T::Fn(ps, x), T::Fn(qs, y)) => {
                let params = all(self, ps, qs);
                self.unify_at(x, y, depth + 1) && params
            }
            (T::Prim(x), T::Prim(y)) => x == y || &**x == "never" || &**y == "never",
            (T::Prim(x), _) | (_, T::Prim(x)) if &**x == "never" => true,
            (T::Proj(..), _) | (_, T::Proj(..)) => {
                a == b || !matches!((&a, &b), (T::Proj(..), T::Proj(..)))
            }
            (T::Dyn(xs), T::Dyn(ys)) | (T::Opaque(xs), T::Opaque(ys)) => {
                xs.first().map(|t| t.def) == ys.first().map(|t| t.def)
                    && match (xs.first(), ys.first()) {
                        (Some(x), Some(y)) => {
                            let (x, y) = (x.clone(), y.clone());
                            for (name, t) in x.bindings.iter() {
                                if let Some((_, u)) = y.bindings.iter().find(|(n, _)| n == name) {
                                    self.unify_at(t, u, depth + 1);
                                }
                            }
                            all(self, &x.args, &y.args)
                        }
                        _ => true,
                    }
            }
            _ => a == b,
        }
    }

    fn occurs(&self, var: u32, t: &T, depth: usize) -> bool {
        if depth > 24 {
            return true;
        }
        let mut found = false;
        t.each(&mut |t| {
            if let T::Var(i) = t {
                found |= *i == var
                    || match &self.vars[*i as usize] {
                        Some(t) => self.occurs(var, t, depth + 1),
                        None => false,
                    };
            }
        });
        found
    }
}

//! Generic parameters and where clauses in normal form.

use ripe_model::{GenericArg, Generics, Label, Level, Lifetime, Param, ParamKind, Predicate, Ty};
use rustdoc_types as rd;

use crate::lower::env::{Env, LifetimeMeaning, LifetimeName, Phase, TypeMeaning, TypeName};
use crate::lower::session::Session;
use crate::lower::types::{const_text, is_plain_sized, lifetimes};

/// When parameters get their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbering {
    /// In the order of their declaration: clients pass arguments in that order.
    Declared,
    /// When they first appear: no client can pass them.
    FirstAppearance,
}

impl Env {
    /// Declares parameters. Types of functions are numbered as declared, their lifetimes as they
    /// appear. Parameters that stand for `impl Trait` are declared where they appear.
    pub(crate) fn declare(&mut self, generics: &rd::Generics, level: Level, numbering: Numbering) {
        for param in &generics.params {
            let name = param.name.clone();
            match &param.kind {
                rd::GenericParamDefKind::Lifetime { .. } => {
                    let lazy = numbering == Numbering::FirstAppearance || level == Level::Own;
                    let at = (!lazy).then(|| self.next_lifetime(level));
                    let meaning = LifetimeMeaning::Param(level, at);
                    self.lifetimes.push(LifetimeName { name, meaning, seen: [false; 3] });
                }
                rd::GenericParamDefKind::Type { is_synthetic: true, .. } => {}
                rd::GenericParamDefKind::Type { .. } => {
                    let lazy = numbering == Numbering::FirstAppearance;
                    let at = (!lazy).then(|| self.next_type(level));
                    self.types.push(TypeName { name, meaning: TypeMeaning::Type(level, at) });
                }
                rd::GenericParamDefKind::Const { .. } => {
                    let lazy = numbering == Numbering::FirstAppearance;
                    let at = (!lazy).then(|| self.next_type(level));
                    self.types.push(TypeName { name, meaning: TypeMeaning::Const(level, at) });
                }
            }
        }
    }

    /// Declares the parameters of an alias as what its arguments are.
    pub(crate) fn bind(&mut self, generics: &rd::Generics, args: &[GenericArg]) {
        let (mut given_lifetimes, mut given) = (Vec::new(), Vec::new());
        for arg in args {
            match arg {
                GenericArg::Lifetime(lifetime) => given_lifetimes.push(lifetime.clone()),
                GenericArg::Type(_) | GenericArg::Const(_) | GenericArg::Infer => {
                    given.push(arg.clone());
                }
            }
        }
        let mut given_lifetimes = given_lifetimes.into_iter();
        let mut given = given.into_iter();
        for param in &generics.params {
            let name = param.name.clone();
            match &param.kind {
                rd::GenericParamDefKind::Lifetime { .. } => {
                    let lifetime = given_lifetimes.next().unwrap_or(Lifetime::Erased);
                    let meaning = LifetimeMeaning::Known(lifetime);
                    self.lifetimes.push(LifetimeName { name, meaning, seen: [false; 3] });
                }
                rd::GenericParamDefKind::Type { .. } | rd::GenericParamDefKind::Const { .. } => {
                    let arg = given.next().unwrap_or(GenericArg::Infer);
                    self.types.push(TypeName { name, meaning: TypeMeaning::Known(arg) });
                }
            }
        }
    }
}

impl Session<'_, '_> {
    /// The parameters and predicates of a declaration whose names are in scope. Numbers what did
    /// not appear yet.
    pub(crate) fn generics(
        &mut self,
        generics: &rd::Generics,
        level: Level,
        env: &mut Env,
    ) -> Generics {
        let phase = std::mem::replace(&mut env.phase, Phase::Bounds);
        let mut params: Vec<((u8, u32), Param)> = Vec::new();
        let mut predicates = Vec::new();
        for param in &generics.params {
            let name = Label(param.name.clone());
            match &param.kind {
                rd::GenericParamDefKind::Lifetime { outlives } => {
                    let quiet = env.seen(&param.name);
                    let lifetime = env.lifetime(&param.name);
                    env.set_seen(&param.name, quiet);
                    if !outlives.is_empty() {
                        self.outlives(&param.name, outlives, env, &mut predicates);
                    }
                    if let Lifetime::Param(_, n, _) = lifetime {
                        params.push(((0, n), Param { name, kind: ParamKind::Lifetime }));
                    }
                }
                rd::GenericParamDefKind::Type { is_synthetic: true, .. } => {}
                rd::GenericParamDefKind::Type { bounds, default, is_synthetic: false } => {
                    let Some(GenericArg::Type(ty)) = env.generic(&param.name) else { continue };
                    self.predicates_of(&ty, bounds, env, &mut predicates);
                    let default = default.as_ref().map(|ty| self.ty(ty, env));
                    if let Ty::Param(_, n, _) = ty {
                        let kind = ParamKind::Type { default, synthetic: false };
                        params.push(((1, n), Param { name, kind }));
                    }
                }
                rd::GenericParamDefKind::Const { type_, default } => {
                    let Some(GenericArg::Const(value)) = env.generic(&param.name) else { continue };
                    let ty = self.ty(type_, env);
                    let default = default.as_ref().map(|text| const_text(text, env));
                    if let ripe_model::ConstExpr::Param(_, n, _) = value {
                        params
                            .push(((1, n), Param { name, kind: ParamKind::Const { ty, default } }));
                    }
                }
            }
        }
        for predicate in &generics.where_predicates {
            self.where_predicate(predicate, env, &mut predicates);
        }
        if level == Level::Item {
            let named = params.iter().filter(|((kind, _), _)| *kind == 0).count();
            let taken: Vec<u32> =
                params.iter().filter(|((kind, _), _)| *kind == 0).map(|((_, n), _)| *n).collect();
            let total = u32::try_from(named).unwrap_or(u32::MAX).saturating_add(env.anonymous);
            params.extend((0..total).filter(|n| !taken.contains(n)).map(|n| {
                ((0, n), Param { name: Label("'_".to_owned()), kind: ParamKind::Lifetime })
            }));
        }
        env.phase = phase;
        params.sort_by_key(|(position, _)| *position);
        predicates.sort();
        predicates.dedup();
        Generics { params: params.into_iter().map(|(_, param)| param).collect(), predicates }
    }

    fn where_predicate(
        &mut self,
        predicate: &rd::WherePredicate,
        env: &mut Env,
        out: &mut Vec<Predicate>,
    ) {
        match predicate {
            rd::WherePredicate::BoundPredicate { type_, bounds, generic_params } => {
                let binder = env.open_binder(lifetimes(generic_params));
                let ty = self.ty(type_, env);
                self.predicates_of(&ty, bounds, env, out);
                env.close_binder(binder);
            }
            rd::WherePredicate::LifetimePredicate { lifetime, outlives } => {
                self.outlives(lifetime, outlives, env, out);
            }
            rd::WherePredicate::EqPredicate { lhs, rhs } => {
                let (lhs, rhs) = (self.ty(lhs, env), self.term(rhs, env));
                out.push(Predicate::Equal { lhs, rhs });
            }
        }
    }

    /// The predicates that bounds on a type mean. `Sized` on a parameter goes without saying.
    pub(crate) fn predicates_of(
        &mut self,
        ty: &Ty,
        bounds: &[rd::GenericBound],
        env: &mut Env,
        out: &mut Vec<Predicate>,
    ) {
        for bound in bounds {
            let Some(bound) = self.bound(bound, ty, env) else { continue };
            if matches!(ty, Ty::Param(..)) && is_plain_sized(&bound) {
                continue;
            }
            out.push(Predicate::Bound { ty: ty.clone(), bound });
        }
    }

    fn outlives(
        &mut self,
        lifetime: &str,
        outlives: &[String],
        env: &mut Env,
        out: &mut Vec<Predicate>,
    ) {
        let lifetime = env.lifetime(lifetime);
        for shorter in outlives {
            let shorter = env.lifetime(shorter);
            out.push(Predicate::Outlives { lifetime: lifetime.clone(), shorter });
        }
    }
}

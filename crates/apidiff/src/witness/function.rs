//! A function of the old version as a client calls it.

use ripe_model::{ConstExpr, FunctionFacts, FunctionRole, Generics, Level, ParamKind, Ty};

use crate::walk::{self, Visit};

use super::scope::{self, Scope};
use super::spell::{SELF, Spell, absolute, parameter};
use super::{Ask, applied};

/// A function with what a client needs to call it.
pub(super) struct Callee<'m> {
    pub(super) facts: &'m FunctionFacts,
    /// The path up to the function's name, and its name: `<S<I0>>::f`.
    pub(super) path: String,
    /// The generics of a client.
    pub(super) scope: Scope<'m>,
}

impl<'m> Callee<'m> {
    /// The function that a change is about.
    pub(super) fn of(ask: &Ask<'m>, facts: &'m FunctionFacts, spell: &Spell<'m>) -> Option<Self> {
        let own = Some(&facts.generics);
        let (path, scope) = match &facts.role {
            FunctionRole::Free => (absolute(ask.path()), Scope::of(None, own)),
            FunctionRole::Inherent { self_ty, generics } => {
                let scope = Scope::of(Some(generics), own).with(self_ty);
                (format!("<{}>::{}", spell.ty(self_ty), ask.name()), scope)
            }
            FunctionRole::Trait { .. } => {
                let (row, path) = ask.owner()?;
                let (bound, generics) = applied(row, path);
                let scope = Scope::of(generics, own).with_self(&bound);
                (format!("<{SELF} as {bound}>::{}", ask.name()), scope)
            }
        };
        let signature = &facts.signature;
        let scope = signature.params.iter().fold(scope, |scope, (_, ty)| scope.with(ty));
        Some(Callee { facts, path, scope: scope.with(&signature.output) })
    }

    /// `::<O0, O1>`: what a call may name.
    pub(super) fn turbofish(&self) -> String {
        let named: Vec<String> = named(&self.facts.generics);
        if named.is_empty() { String::new() } else { format!("::<{}>", named.join(", ")) }
    }

    /// Whether a parameter has the type of an `impl Trait`: a call has to show a type for it.
    pub(super) fn is_open(&self, at: usize) -> bool {
        let mut found = Synthetic { own: &self.facts.generics, found: false };
        walk::ty(&mut found, &mut self.facts.signature.params[at].1.clone());
        found.found
    }

    /// The parameters of a client that passes arguments of the old types for those that are
    /// `typed`, and the arguments of the call.
    pub(super) fn arguments(
        &self,
        spell: &Spell<'_>,
        typed: impl Fn(usize) -> bool,
    ) -> (String, Vec<String>) {
        let mut params = Vec::new();
        let mut args = Vec::new();
        for (at, (_, ty)) in self.facts.signature.params.iter().enumerate() {
            if typed(at) || self.is_open(at) {
                params.push(format!("a{at}: {}", spell.ty(ty)));
                args.push(format!("a{at}"));
            } else {
                args.push("any()".to_owned());
            }
        }
        if self.facts.signature.c_variadic {
            args.push("1".to_owned());
        }
        (params.join(", "), args)
    }

    /// A call, in an `unsafe` block where the old version asks for one.
    pub(super) fn wrapped(&self, call: String) -> String {
        if self.facts.signature.is_unsafe { format!("unsafe {{ {call} }}") } else { call }
    }
}

fn named(own: &Generics) -> Vec<String> {
    let mut names = Vec::new();
    let values = own.params.iter().filter(|p| p.kind != ParamKind::Lifetime);
    for (at, param) in (0..).zip(values) {
        match param.kind {
            ParamKind::Type { synthetic: true, .. } | ParamKind::Lifetime => {}
            ParamKind::Type { synthetic: false, .. } | ParamKind::Const { .. } => {
                names.push(parameter(Level::Own, at));
            }
        }
    }
    names
}

struct Synthetic<'g> {
    own: &'g Generics,
    found: bool,
}

impl Visit for Synthetic<'_> {
    fn ty(&mut self, ty: &mut Ty) {
        if let Ty::Param(Level::Own, at, _) = ty {
            self.found |= scope::is_synthetic(self.own, *at);
        }
    }
    fn constant(&mut self, _: &mut ConstExpr) {}
}

//! Aliases of other crates, replaced by what they stand for once the row of the alias is known.
//!
//! Lowering expands the aliases of a crate itself. What it cannot see is another crate's alias,
//! until that crate is grafted: digest 0.10 returns `crypto_common::Output<Self>` where digest 0.9
//! spelled out the `GenericArray`, and to a client both are one type (Rust Reference, "Type
//! aliases").

use std::collections::HashMap;

use ripe_model::{
    AliasFacts, ConstExpr, CrateId, Facts, GenericArg, Level, Lifetime, ParamKind, Ty, TypePath,
};

use crate::walk::{self, Visit};

/// How many aliases of aliases are followed.
const DEPTH: u8 = 8;

/// Aliases of one model by their path in it.
#[derive(Debug, Default)]
pub(crate) struct Aliases(HashMap<String, AliasFacts>);

impl Aliases {
    /// The aliases among rows.
    pub(crate) fn of<'r>(rows: impl Iterator<Item = (&'r str, &'r Facts)>) -> Aliases {
        let alias = |(path, facts): (&str, &Facts)| match facts {
            Facts::TypeAlias(alias) => Some((path.to_owned(), alias.clone())),
            _ => None,
        };
        Aliases(rows.filter_map(alias).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Replaces the aliases that a row names.
    pub(crate) fn unfold(&self, facts: &mut Facts) {
        if !self.is_empty() {
            walk::facts(&mut Unfolder { aliases: self, depth: DEPTH }, facts);
        }
    }

    /// Replaces a type whose parts were unfolded already, if it is an alias.
    pub(crate) fn unfold_type(&self, ty: &mut Ty) {
        Unfolder { aliases: self, depth: DEPTH }.ty(ty);
    }
}

struct Unfolder<'a> {
    aliases: &'a Aliases,
    depth: u8,
}

impl Visit for Unfolder<'_> {
    fn ty(&mut self, ty: &mut Ty) {
        let Ty::Path(path) = ty else { return };
        if path.krate != CrateId::LOCAL || self.depth == 0 {
            return;
        }
        let Some(mut target) = self.aliases.0.get(&path.path).and_then(|a| stands_for(a, path))
        else {
            return;
        };
        walk::ty(&mut Unfolder { aliases: self.aliases, depth: self.depth - 1 }, &mut target);
        *ty = target;
    }
}

/// What an alias stands for with the arguments of one use; `None` where an argument is missing that
/// has no default.
fn stands_for(alias: &AliasFacts, used: &TypePath) -> Option<Ty> {
    let is_lifetime = |arg: &&GenericArg| matches!(arg, GenericArg::Lifetime(_));
    let mut args = Args {
        lifetimes: (used.args.iter().filter(is_lifetime))
            .filter_map(|arg| match arg {
                GenericArg::Lifetime(lifetime) => Some(lifetime.clone()),
                GenericArg::Type(_) | GenericArg::Const(_) | GenericArg::Infer => None,
            })
            .collect(),
        rest: used.args.iter().filter(|arg| !is_lifetime(arg)).cloned().collect(),
    };
    let params = alias.generics.params.iter().filter(|p| p.kind != ParamKind::Lifetime);
    for param in params.skip(args.rest.len()) {
        let mut default = match &param.kind {
            ParamKind::Lifetime => continue,
            ParamKind::Type { default, .. } => GenericArg::Type(default.clone()?),
            ParamKind::Const { default, .. } => GenericArg::Const(default.clone()?),
        };
        if let GenericArg::Type(ty) = &mut default {
            walk::ty(&mut args, ty);
        }
        args.rest.push(default);
    }
    let mut target = alias.ty.clone();
    walk::ty(&mut args, &mut target);
    Some(target)
}

/// The arguments of an alias, put in place of its parameters.
struct Args {
    lifetimes: Vec<Lifetime>,
    rest: Vec<GenericArg>,
}

impl Visit for Args {
    fn ty(&mut self, ty: &mut Ty) {
        if let Ty::Param(Level::Item, at, _) = ty
            && let Some(GenericArg::Type(arg)) = self.rest.get(*at as usize)
        {
            *ty = arg.clone();
        }
    }

    fn lifetime(&mut self, lifetime: &mut Lifetime) {
        if let Lifetime::Param(Level::Item, at, _) = lifetime {
            *lifetime = self.lifetimes.get(*at as usize).cloned().unwrap_or(Lifetime::Erased);
        }
    }

    fn constant(&mut self, constant: &mut ConstExpr) {
        if let ConstExpr::Param(Level::Item, at, _) = constant
            && let Some(GenericArg::Const(arg)) = self.rest.get(*at as usize)
        {
            *constant = arg.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use ripe_model::{Generics, Label, Param};

    use super::*;

    fn path(name: &str, args: Vec<GenericArg>) -> Ty {
        let path =
            TypePath { krate: CrateId::LOCAL, path: name.to_owned(), args, bindings: Vec::new() };
        Ty::Path(Box::new(path))
    }

    fn param(at: u32) -> Ty {
        Ty::Param(Level::Item, at, Label::default())
    }

    fn alias(params: &[Option<Ty>], ty: Ty) -> Facts {
        let param = |default: &Option<Ty>| Param {
            name: Label::default(),
            kind: ParamKind::Type { default: default.clone(), synthetic: false },
        };
        let params = params.iter().map(param).collect();
        Facts::TypeAlias(AliasFacts { generics: Generics { params, ..Generics::default() }, ty })
    }

    fn aliases() -> Aliases {
        let byte = Ty::Primitive("u8".to_owned());
        let pair = [GenericArg::Type(param(1)), GenericArg::Type(param(0))];
        let swapped = alias(&[None, Some(byte)], path("d::Pair", pair.to_vec()));
        let outer = alias(&[None], path("d::Swapped", vec![GenericArg::Type(param(0))]));
        let knot = alias(&[], path("d::Knot", Vec::new()));
        let rows = [("d::Swapped", &swapped), ("d::Outer", &outer), ("d::Knot", &knot)];
        Aliases::of(rows.into_iter())
    }

    #[test]
    fn an_alias_of_an_alias_stands_for_the_type_with_its_default() {
        let text = Ty::Primitive("str".to_owned());
        let mut ty = path("d::Outer", vec![GenericArg::Type(text.clone())]);
        aliases().unfold_type(&mut ty);
        let args = [Ty::Primitive("u8".to_owned()), text].map(GenericArg::Type);
        assert_eq!(ty, path("d::Pair", args.to_vec()));
    }

    #[test]
    fn an_alias_without_its_argument_and_one_of_itself_end() {
        let mut short = path("d::Swapped", Vec::new());
        aliases().unfold_type(&mut short);
        assert_eq!(short, path("d::Swapped", Vec::new()));
        let mut knot = path("d::Knot", Vec::new());
        aliases().unfold_type(&mut knot);
        assert_eq!(knot, path("d::Knot", Vec::new()));
    }
}

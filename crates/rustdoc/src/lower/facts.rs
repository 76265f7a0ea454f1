//! The facts of single items: what their declarations say, in normal form.

use ripe_model::{
    AliasFacts, AssocConstFacts, AssocTypeFacts, ConstFacts, Facts, FunctionFacts, FunctionRole,
    ItemKind, Label, Level, Lifetime, Namespace, ProcMacroFacts, ProcMacroKind, Receiver,
    StaticFacts, Ty,
};
use rustdoc_types as rd;

use crate::lower::env::{Elision, Env, LifetimeMeaning, Phase, Synthetic};
use crate::lower::generics::Numbering;
use crate::lower::item::Item;
use crate::lower::session::Session;
use crate::lower::types::{constant_expr, signature, single};

/// The namespace of an item of a module or enum; `None` for what takes no name there.
pub(crate) fn namespace(inner: &rd::ItemEnum) -> Option<Namespace> {
    match inner {
        rd::ItemEnum::Module(_)
        | rd::ItemEnum::Union(_)
        | rd::ItemEnum::Struct(_)
        | rd::ItemEnum::Enum(_)
        | rd::ItemEnum::Variant(_)
        | rd::ItemEnum::Trait(_)
        | rd::ItemEnum::TraitAlias(_)
        | rd::ItemEnum::TypeAlias(_)
        | rd::ItemEnum::ExternType
        | rd::ItemEnum::AssocType { .. } => Some(Namespace::Type),
        rd::ItemEnum::Function(_)
        | rd::ItemEnum::Constant { .. }
        | rd::ItemEnum::Static(_)
        | rd::ItemEnum::AssocConst { .. } => Some(Namespace::Value),
        rd::ItemEnum::Macro(_) | rd::ItemEnum::ProcMacro(_) => Some(Namespace::Macro),
        rd::ItemEnum::StructField(_) => Some(Namespace::Field),
        rd::ItemEnum::ExternCrate { .. }
        | rd::ItemEnum::Use(_)
        | rd::ItemEnum::Impl(_)
        | rd::ItemEnum::Primitive(_) => None,
    }
}

/// The model's word for a kind of rustdoc's; `None` for what is no item of another crate's API.
pub(crate) fn item_kind(kind: rd::ItemKind) -> Option<ItemKind> {
    Some(match kind {
        rd::ItemKind::Module | rd::ItemKind::ExternCrate => ItemKind::Module,
        rd::ItemKind::Struct => ItemKind::Struct,
        rd::ItemKind::StructField => ItemKind::Field,
        rd::ItemKind::Union => ItemKind::Union,
        rd::ItemKind::Enum => ItemKind::Enum,
        rd::ItemKind::Variant => ItemKind::Variant,
        rd::ItemKind::Function => ItemKind::Function,
        rd::ItemKind::TypeAlias => ItemKind::TypeAlias,
        rd::ItemKind::Constant => ItemKind::Const,
        rd::ItemKind::Trait => ItemKind::Trait,
        rd::ItemKind::TraitAlias => ItemKind::TraitAlias,
        rd::ItemKind::Impl => ItemKind::Impl,
        rd::ItemKind::Static => ItemKind::Static,
        rd::ItemKind::ExternType => ItemKind::ExternType,
        rd::ItemKind::Macro => ItemKind::Macro,
        rd::ItemKind::ProcAttribute => ItemKind::AttributeMacro,
        rd::ItemKind::ProcDerive => ItemKind::DeriveMacro,
        rd::ItemKind::AssocConst => ItemKind::AssocConst,
        rd::ItemKind::AssocType => ItemKind::AssocType,
        rd::ItemKind::Use
        | rd::ItemKind::Primitive
        | rd::ItemKind::Keyword
        | rd::ItemKind::Attribute => return None,
    })
}

/// The facts of a procedural macro.
pub(crate) fn proc_macro(mac: &rd::ProcMacro) -> Facts {
    let mut helpers = mac.helpers.clone();
    helpers.sort();
    let kind = match mac.kind {
        rd::MacroKind::Bang => ProcMacroKind::Bang,
        rd::MacroKind::Attr => ProcMacroKind::Attribute,
        rd::MacroKind::Derive => ProcMacroKind::Derive,
    };
    Facts::ProcMacro(ProcMacroFacts { kind, helpers })
}

impl Session<'_, '_> {
    /// A scope in which the generics of a type, trait or alias are declared.
    pub(crate) fn item_env(&self, generics: &rd::Generics, self_ty: Option<Ty>) -> Env {
        let mut env = Env::new(self_ty);
        env.declare(generics, Level::Item, Numbering::Declared);
        env
    }

    /// A function whose owner's generics are in scope; they stay, its own go.
    pub(crate) fn function(
        &mut self,
        item: &Item<'_>,
        function: &rd::Function,
        role: FunctionRole,
        env: &mut Env,
    ) -> FunctionFacts {
        let (lifetimes, types) = (env.lifetimes.len(), env.types.len());
        env.declare(&function.generics, Level::Own, Numbering::Declared);
        env.elision = Elision::Fresh(Level::Own);
        env.phase = Phase::Inputs;
        env.listed.clear();
        env.synthetic = Some(Synthetic::default());
        let mut params = Vec::new();
        let mut of_self = None;
        for (name, ty) in &function.sig.inputs {
            let lowered = self.ty(ty, env);
            if name == "self" && params.is_empty() && borrows(ty) {
                of_self = borrowed(&lowered);
            }
            params.push((Label(name.clone()), lowered));
        }
        let receiver = self.receiver(function, &params, env);
        let synthetic = env.synthetic.take().unwrap_or_default();
        let elided = of_self.or_else(|| single(&env.listed)).unwrap_or(Lifetime::Erased);
        env.elision = Elision::To(elided);
        env.phase = Phase::Output;
        let output = function.sig.output.as_ref().map_or_else(Ty::unit, |ty| self.ty(ty, env));
        env.elision = Elision::To(Lifetime::Erased);
        let mut generics = self.generics(&function.generics, Level::Own, env);
        let late: Vec<String> = env.lifetimes[lifetimes..]
            .iter()
            .filter(|l| {
                let [inputs, output, bounds] = l.seen;
                matches!(l.meaning, LifetimeMeaning::Param(..)) && !bounds && (inputs || !output)
            })
            .map(|l| l.name.clone())
            .collect();
        generics.params.retain(|param| !late.contains(&param.name.0));
        generics.params.extend(synthetic.params);
        generics.predicates.extend(synthetic.predicates);
        generics.predicates.sort();
        generics.predicates.dedup();
        env.lifetimes.truncate(lifetimes);
        env.types.truncate(types);
        env.reset(Level::Own);
        let sig = &function.sig;
        FunctionFacts {
            role,
            generics,
            signature: signature(&function.header, params, output, sig.is_c_variadic),
            receiver,
            target_features: item.target_features(),
            export_name: item.export_name(),
        }
    }

    fn receiver(&self, function: &rd::Function, params: &[(Label, Ty)], env: &Env) -> Receiver {
        let Some(((name, _), (_, ty))) = function.sig.inputs.first().zip(params.first()) else {
            return Receiver::None;
        };
        if name != "self" {
            return Receiver::None;
        }
        let self_ty = env.self_ty.as_ref().unwrap_or(&Ty::SelfType);
        match ty {
            ty if ty == self_ty => Receiver::Value,
            Ty::Ref { mutable: false, ty, .. } if **ty == *self_ty => Receiver::Ref,
            Ty::Ref { mutable: true, ty, .. } if **ty == *self_ty => Receiver::RefMut,
            _ => Receiver::Typed,
        }
    }

    /// An alias of a type.
    pub(crate) fn type_alias(&mut self, alias: &rd::TypeAlias) -> Facts {
        let mut env = self.item_env(&alias.generics, None);
        let ty = self.ty(&alias.type_, &mut env);
        let generics = self.generics(&alias.generics, Level::Item, &mut env);
        Facts::TypeAlias(AliasFacts { generics, ty })
    }

    /// A constant.
    pub(crate) fn constant(&mut self, ty: &rd::Type, constant: &rd::Constant) -> Facts {
        let mut env = static_env();
        let ty = self.ty(ty, &mut env);
        Facts::Const(ConstFacts { ty, value: constant_expr(constant, &mut env) })
    }

    /// A static.
    pub(crate) fn static_(&mut self, item: &rd::Static) -> Facts {
        let ty = self.ty(&item.type_, &mut static_env());
        let (is_mutable, is_unsafe) = (item.is_mutable, item.is_unsafe);
        Facts::Static(StaticFacts { ty, is_mutable, is_unsafe })
    }

    /// An associated constant, its owner's generics in scope.
    pub(crate) fn assoc_const(
        &mut self,
        ty: &rd::Type,
        value: Option<&String>,
        in_trait: bool,
        env: &mut Env,
    ) -> Facts {
        env.elision = Elision::To(Lifetime::Static);
        let ty = self.ty(ty, env);
        env.elision = Elision::To(Lifetime::Erased);
        Facts::AssocConst(AssocConstFacts { ty, value: value.cloned(), in_trait })
    }

    /// An associated type, its owner's generics in scope.
    pub(crate) fn assoc_type(
        &mut self,
        generics: &rd::Generics,
        bounds: &[rd::GenericBound],
        default: Option<&rd::Type>,
        subject: &Ty,
        env: &mut Env,
    ) -> AssocTypeFacts {
        let (lifetimes, types) = (env.lifetimes.len(), env.types.len());
        env.declare(generics, Level::Own, Numbering::Declared);
        for at in lifetimes..env.lifetimes.len() {
            let name = env.lifetimes[at].name.clone();
            env.lifetime(&name);
        }
        let bounds = self.bounds(bounds, subject, env);
        let default = default.map(|ty| self.ty(ty, env));
        let generics = self.generics(generics, Level::Own, env);
        env.lifetimes.truncate(lifetimes);
        env.types.truncate(types);
        env.reset(Level::Own);
        AssocTypeFacts { generics, bounds, default }
    }
}

/// A scope in which left-out lifetimes are `'static` (Rust Reference, "Const and static elision").
fn static_env() -> Env {
    let mut env = Env::new(None);
    env.elision = Elision::To(Lifetime::Static);
    env
}

/// Whether the written type of `self` has a reference in it.
fn borrows(ty: &rd::Type) -> bool {
    match ty {
        rd::Type::BorrowedRef { .. } => true,
        rd::Type::ResolvedPath(path) => match path.args.as_deref() {
            Some(rd::GenericArgs::AngleBracketed { args, .. }) => {
                args.iter().any(|arg| matches!(arg, rd::GenericArg::Type(ty) if borrows(ty)))
            }
            Some(rd::GenericArgs::Parenthesized { .. } | rd::GenericArgs::ReturnTypeNotation)
            | None => false,
        },
        _ => false,
    }
}

/// The lifetime of the outermost reference in the type of `self`.
fn borrowed(ty: &Ty) -> Option<Lifetime> {
    match ty {
        Ty::Ref { lifetime, .. } => Some(lifetime.clone()),
        Ty::Path(path) => path.args.iter().find_map(|arg| match arg {
            ripe_model::GenericArg::Type(ty) => borrowed(ty),
            _ => None,
        }),
        _ => None,
    }
}

//! Types, paths, bounds and constants in normal form.

use ripe_model::{
    AssocBinding, Binding, Bound, ConstExpr, FnPtr, GenericArg, Label, Level, Lifetime, Param,
    ParamKind, Predicate, Signature, TraitModifier, Ty, TypePath,
};
use rustdoc_types as rd;

use crate::lower::env::{Elision, Env, Phase};
use crate::lower::render::{self, lifetime_name};
use crate::lower::session::{Named, Session};
use crate::lower::sysroot;

/// How many nodes one item's types may have, aliases expanded, and how deep they may nest. Real
/// types stay far below; the limits keep hostile documents finite.
const MAX_NODES: u32 = 100_000;
const MAX_DEPTH: u32 = 160;

impl Session<'_, '_> {
    /// A type.
    pub(crate) fn ty(&mut self, ty: &rd::Type, env: &mut Env) -> Ty {
        self.ty_in(ty, env, None)
    }

    /// A type that stands directly behind a reference, if `around` is its lifetime: a trait object
    /// there has that lifetime by default (Rust Reference, "Default trait object lifetimes").
    fn ty_in(&mut self, ty: &rd::Type, env: &mut Env, around: Option<&Lifetime>) -> Ty {
        self.nodes += 1;
        if self.nodes > MAX_NODES || self.depth > MAX_DEPTH {
            self.is_too_large = true;
            return Ty::Other("too large a type".to_owned());
        }
        self.depth += 1;
        let lowered = self.ty_at_depth(ty, env, around);
        self.depth -= 1;
        lowered
    }

    fn ty_at_depth(&mut self, ty: &rd::Type, env: &mut Env, around: Option<&Lifetime>) -> Ty {
        match ty {
            rd::Type::ResolvedPath(path) => self.resolved(path, env),
            rd::Type::DynTrait(dyn_trait) => self.dyn_trait(dyn_trait, env, around),
            rd::Type::Generic(name) => self.generic(name, env),
            rd::Type::Primitive(name) => Ty::Primitive(name.clone()),
            rd::Type::FunctionPointer(pointer) => {
                let binder = env.open_binder(lifetimes(&pointer.generic_params));
                let signature = self.pointer_signature(pointer, env);
                env.close_binder(binder);
                Ty::FnPointer(Box::new(FnPtr { signature }))
            }
            rd::Type::Tuple(types) => Ty::Tuple(types.iter().map(|ty| self.ty(ty, env)).collect()),
            rd::Type::Slice(ty) => Ty::Slice(Box::new(self.ty(ty, env))),
            rd::Type::Array { type_, len } => {
                let ty = self.ty(type_, env);
                Ty::Array(Box::new(ty), const_text(len, env))
            }
            rd::Type::Pat { type_, .. } => {
                let base = self.ty(type_, env);
                Ty::Other(format!("{} with a pattern", render::ty(&base, &self.crates)))
            }
            rd::Type::ImplTrait(bounds) => self.impl_trait(bounds, env),
            rd::Type::Infer => Ty::Infer,
            rd::Type::RawPointer { is_mutable, type_ } => {
                Ty::Pointer { mutable: *is_mutable, ty: Box::new(self.ty(type_, env)) }
            }
            rd::Type::BorrowedRef { lifetime, is_mutable, type_ } => {
                let lifetime = env.lifetime(lifetime.as_deref().unwrap_or("'_"));
                let ty = self.ty_in(type_, env, Some(&lifetime));
                Ty::Ref { lifetime, mutable: *is_mutable, ty: Box::new(ty) }
            }
            rd::Type::QualifiedPath { name, args, self_type, trait_ } => {
                let self_ty = self.ty(self_type, env);
                let trait_ = trait_
                    .as_ref()
                    .and_then(|path| Some(Box::new(self.path(path, Some(&self_ty), env)?)));
                let (args, _) = self.args(args.as_deref(), env);
                Ty::Assoc { self_ty: Box::new(self_ty), trait_, name: name.clone(), args }
            }
        }
    }

    fn generic(&mut self, name: &str, env: &mut Env) -> Ty {
        if name == "Self" {
            return env.self_ty.clone().unwrap_or(Ty::SelfType);
        }
        match env.generic(name) {
            Some(GenericArg::Type(ty)) => ty,
            Some(GenericArg::Const(_) | GenericArg::Lifetime(_) | GenericArg::Infer) | None => {
                Ty::Other(name.to_owned())
            }
        }
    }

    /// A named type; an alias of this crate or of the sysroot is expanded.
    fn resolved(&mut self, path: &rd::Path, env: &mut Env) -> Ty {
        if let Some(expanded) = self.expand(path, env) {
            return expanded;
        }
        match self.path(path, None, env) {
            Some(path) => sysroot::expand(&path, &self.crates, &self.document.target.triple)
                .unwrap_or_else(|| Ty::Path(Box::new(path))),
            None => Ty::Other(path.path.clone()),
        }
    }

    /// Expands an alias of this crate: its arguments are lowered here, its type in a scope that
    /// knows only them.
    fn expand(&mut self, path: &rd::Path, env: &mut Env) -> Option<Ty> {
        let decl = self.decl(path.id.0)?;
        let alias = decl.alias.as_ref()?;
        let (args, _) = self.args(path.args.as_deref(), env);
        let args = self.with_defaults(&decl.generics, args, None, env);
        let mut inner = Env::new(None);
        inner.bind(&decl.generics, &args);
        inner.share_binders(env);
        let ty = self.ty(alias, &mut inner);
        env.share_binders(&inner);
        Some(ty)
    }

    /// A path to a type or trait. `subject` is what a default of `Self` stands for. `None` where
    /// the document does not say what the path names.
    pub(crate) fn path(
        &mut self,
        path: &rd::Path,
        subject: Option<&Ty>,
        env: &mut Env,
    ) -> Option<TypePath> {
        let (args, mut bindings) = self.args(path.args.as_deref(), env);
        let named = self.named(path.id.0).or_else(|| self.unlisted(path));
        let Named { krate, path: name, nameable } = named?;
        if !nameable {
            self.unnameable.push((path.id.0, name.to_string()));
        }
        let mut args = match self.decl(path.id.0) {
            Some(decl) => self.with_defaults(&decl.generics, args, subject, env),
            None => args,
        };
        self.drop_std_defaults(&name, subject, &mut args);
        bindings.sort();
        Some(TypePath { krate, path: name.to_string(), args, bindings })
    }

    /// Arguments and bindings in angle brackets, or the sugar of the `Fn` traits spelled out.
    fn args(
        &mut self,
        args: Option<&rd::GenericArgs>,
        env: &mut Env,
    ) -> (Vec<GenericArg>, Vec<AssocBinding>) {
        match args {
            None | Some(rd::GenericArgs::ReturnTypeNotation) => (Vec::new(), Vec::new()),
            Some(rd::GenericArgs::AngleBracketed { args, constraints }) => {
                let args = args.iter().map(|arg| self.arg(arg, env)).collect();
                let bindings = constraints.iter().map(|c| self.constraint(c, env)).collect();
                (args, bindings)
            }
            Some(rd::GenericArgs::Parenthesized { inputs, output }) => {
                let binder = env.open_binder(std::iter::empty());
                let (params, output) =
                    self.scoped_signature(env, |session, env, part| match part {
                        Part::Inputs => inputs.iter().map(|ty| session.ty(ty, env)).collect(),
                        Part::Output => output.iter().map(|ty| session.ty(ty, env)).collect(),
                    });
                env.close_binder(binder);
                let output = output.into_iter().next().unwrap_or_else(Ty::unit);
                let binding = AssocBinding {
                    name: "Output".to_owned(),
                    args: Vec::new(),
                    binding: Binding::Type(output),
                };
                (vec![GenericArg::Type(Ty::Tuple(params))], vec![binding])
            }
        }
    }

    fn arg(&mut self, arg: &rd::GenericArg, env: &mut Env) -> GenericArg {
        match arg {
            rd::GenericArg::Lifetime(name) => GenericArg::Lifetime(env.lifetime(name)),
            rd::GenericArg::Type(rd::Type::Generic(name)) if name != "Self" => {
                env.generic(name).unwrap_or_else(|| GenericArg::Type(Ty::Other(name.clone())))
            }
            rd::GenericArg::Type(ty) => GenericArg::Type(self.ty(ty, env)),
            rd::GenericArg::Const(constant) => GenericArg::Const(constant_expr(constant, env)),
            rd::GenericArg::Infer => GenericArg::Infer,
        }
    }

    fn constraint(&mut self, constraint: &rd::AssocItemConstraint, env: &mut Env) -> AssocBinding {
        let (args, _) = self.args(constraint.args.as_deref(), env);
        let binding = match &constraint.binding {
            rd::AssocItemConstraintKind::Equality(term) => self.term(term, env),
            rd::AssocItemConstraintKind::Constraint(bounds) => {
                Binding::Bounds(self.bounds(bounds, &Ty::Infer, env))
            }
        };
        AssocBinding { name: constraint.name.clone(), args, binding }
    }

    /// The right side of an equation.
    pub(crate) fn term(&mut self, term: &rd::Term, env: &mut Env) -> Binding {
        match term {
            rd::Term::Type(ty) => Binding::Type(self.ty(ty, env)),
            rd::Term::Constant(constant) => Binding::Const(constant_expr(constant, env)),
        }
    }

    /// Bounds, sorted and unique.
    pub(crate) fn bounds(
        &mut self,
        bounds: &[rd::GenericBound],
        subject: &Ty,
        env: &mut Env,
    ) -> Vec<Bound> {
        let mut bounds: Vec<Bound> =
            bounds.iter().filter_map(|bound| self.bound(bound, subject, env)).collect();
        bounds.sort();
        bounds.dedup();
        bounds
    }

    /// A bound on `subject`.
    pub(crate) fn bound(
        &mut self,
        bound: &rd::GenericBound,
        subject: &Ty,
        env: &mut Env,
    ) -> Option<Bound> {
        match bound {
            rd::GenericBound::TraitBound { trait_, generic_params, modifier } => {
                let binder = env.open_binder(lifetimes(generic_params));
                let trait_ = self.path(trait_, Some(subject), env);
                env.close_binder(binder);
                let modifier = match modifier {
                    rd::TraitBoundModifier::None => TraitModifier::Required,
                    rd::TraitBoundModifier::Maybe => TraitModifier::Maybe,
                    rd::TraitBoundModifier::MaybeConst => TraitModifier::MaybeConst,
                };
                Some(Bound::Trait { trait_: trait_?, modifier })
            }
            rd::GenericBound::Outlives(name) => Some(Bound::Lifetime(env.lifetime(name))),
            rd::GenericBound::Use(captured) => {
                let mut names: Vec<String> = captured
                    .iter()
                    .map(|arg| match arg {
                        rd::PreciseCapturingArg::Lifetime(name) => {
                            lifetime_name(&env.lifetime(name))
                        }
                        rd::PreciseCapturingArg::Param(name) if name == "Self" => name.clone(),
                        rd::PreciseCapturingArg::Param(name) => match env.generic(name) {
                            Some(arg) => render::arg(&arg, &self.crates),
                            None => name.clone(),
                        },
                    })
                    .collect();
                names.sort();
                names.dedup();
                Some(Bound::Use(names))
            }
        }
    }

    fn dyn_trait(&mut self, ty: &rd::DynTrait, env: &mut Env, around: Option<&Lifetime>) -> Ty {
        let mut bounds: Vec<Bound> = ty
            .traits
            .iter()
            .filter_map(|poly| {
                let binder = env.open_binder(lifetimes(&poly.generic_params));
                let trait_ = self.path(&poly.trait_, Some(&Ty::Infer), env);
                env.close_binder(binder);
                Some(Bound::Trait { trait_: trait_?, modifier: TraitModifier::Required })
            })
            .collect();
        bounds.sort_by(|a, b| (is_auto_trait(a), a).cmp(&(is_auto_trait(b), b)));
        bounds.dedup();
        let written = ty.lifetime.as_ref().map(|name| env.lifetime(name));
        // What is written out as the default is the default.
        let lifetime = match (written, around) {
            (Some(Lifetime::Static), None) | (None, _) => Lifetime::Erased,
            (Some(lifetime), Some(around)) if lifetime == *around => Lifetime::Erased,
            (Some(lifetime), _) => lifetime,
        };
        Ty::Dyn { bounds, lifetime }
    }

    /// `impl Trait`: a parameter of its own where the scope says so.
    fn impl_trait(&mut self, bounds: &[rd::GenericBound], env: &mut Env) -> Ty {
        let Some(synthetic) = env.synthetic.as_mut() else {
            let bounds = self.bounds(bounds, &Ty::Infer, env);
            return Ty::Impl(without_sized(bounds));
        };
        let name = Label(format!("impl {}", synthetic.params.len()));
        synthetic.params.push(Param {
            name: name.clone(),
            kind: ParamKind::Type { default: None, synthetic: true },
        });
        let ty = Ty::Param(Level::Own, env.next_type(Level::Own), name);
        let phase = std::mem::replace(&mut env.phase, Phase::Bounds);
        let bounds = self.bounds(bounds, &ty, env);
        env.phase = phase;
        let predicates = without_sized(bounds)
            .into_iter()
            .map(|bound| Predicate::Bound { ty: ty.clone(), bound });
        if let Some(synthetic) = env.synthetic.as_mut() {
            synthetic.predicates.extend(predicates);
        }
        ty
    }

    fn pointer_signature(&mut self, pointer: &rd::FunctionPointer, env: &mut Env) -> Signature {
        let sig = &pointer.sig;
        let (params, output) = self.scoped_signature(env, |session, env, part| match part {
            Part::Inputs => sig.inputs.iter().map(|(_, ty)| session.ty(ty, env)).collect(),
            Part::Output => sig.output.iter().map(|ty| session.ty(ty, env)).collect(),
        });
        let names = sig.inputs.iter().map(|(name, _)| Label(name.clone()));
        signature(
            &pointer.header,
            names.zip(params).collect(),
            output.into_iter().next().unwrap_or_else(Ty::unit),
            sig.is_c_variadic,
        )
    }

    /// Lowers parameters and return of a function type: lifetimes that are left out in the
    /// parameters are the binder's, those in the return are the single one of the parameters.
    fn scoped_signature(
        &mut self,
        env: &mut Env,
        mut lower: impl FnMut(&mut Self, &mut Env, Part) -> Vec<Ty>,
    ) -> (Vec<Ty>, Vec<Ty>) {
        let elision = std::mem::replace(&mut env.elision, Elision::Fresh(Level::Binder));
        let synthetic = env.synthetic.take();
        let listed = std::mem::take(&mut env.listed);
        let params = lower(self, env, Part::Inputs);
        env.elision = Elision::To(single(&env.listed).unwrap_or(Lifetime::Erased));
        let output = lower(self, env, Part::Output);
        let inner = std::mem::replace(&mut env.listed, listed);
        env.listed
            .extend(inner.into_iter().filter(|l| !matches!(l, Lifetime::Param(Level::Binder, ..))));
        env.synthetic = synthetic;
        env.elision = elision;
        (params, output)
    }
}

#[derive(Clone, Copy)]
enum Part {
    Inputs,
    Output,
}

/// The only lifetime of a list, however often it stands there.
pub(crate) fn single(lifetimes: &[Lifetime]) -> Option<Lifetime> {
    let first = lifetimes.first()?;
    lifetimes.iter().all(|l| l == first).then(|| first.clone())
}

/// The lifetimes that a binder declares.
pub(crate) fn lifetimes(params: &[rd::GenericParamDef]) -> impl Iterator<Item = String> + '_ {
    params
        .iter()
        .filter(|param| matches!(param.kind, rd::GenericParamDefKind::Lifetime { .. }))
        .map(|param| param.name.clone())
}

/// `impl Sized + …` says no more than `impl …`.
fn without_sized(mut bounds: Vec<Bound>) -> Vec<Bound> {
    if bounds.len() > 1 {
        bounds.retain(|bound| !is_plain_sized(bound));
    }
    bounds
}

/// Whether a bound is `Sized`, which every parameter has anyway.
pub(crate) fn is_plain_sized(bound: &Bound) -> bool {
    matches!(bound, Bound::Trait { trait_, modifier: TraitModifier::Required }
        if trait_.path == "core::marker::Sized")
}

fn is_auto_trait(bound: &Bound) -> bool {
    matches!(bound, Bound::Trait { trait_, .. } if auto_trait(&trait_.path).is_some())
}

/// The short name of an auto trait of the standard library.
pub(crate) fn auto_trait(path: &str) -> Option<&'static str> {
    Some(match path {
        "core::marker::Send" => "Send",
        "core::marker::Sync" => "Sync",
        "core::marker::Unpin" => "Unpin",
        "core::marker::Freeze" => "Freeze",
        "core::panic::unwind_safe::UnwindSafe" => "UnwindSafe",
        "core::panic::unwind_safe::RefUnwindSafe" => "RefUnwindSafe",
        _ => return None,
    })
}

/// A signature from its parts.
pub(crate) fn signature(
    header: &rd::FunctionHeader,
    params: Vec<(Label, Ty)>,
    output: Ty,
    c_variadic: bool,
) -> Signature {
    Signature {
        params,
        output,
        is_const: header.is_const,
        is_unsafe: header.is_unsafe,
        is_async: header.is_async,
        c_variadic,
        abi: abi(&header.abi),
    }
}

fn abi(abi: &rd::Abi) -> String {
    let (name, unwind) = match abi {
        rd::Abi::Rust => ("Rust", false),
        rd::Abi::C { unwind } => ("C", *unwind),
        rd::Abi::Cdecl { unwind } => ("cdecl", *unwind),
        rd::Abi::Stdcall { unwind } => ("stdcall", *unwind),
        rd::Abi::Fastcall { unwind } => ("fastcall", *unwind),
        rd::Abi::Aapcs { unwind } => ("aapcs", *unwind),
        rd::Abi::Win64 { unwind } => ("win64", *unwind),
        rd::Abi::SysV64 { unwind } => ("sysv64", *unwind),
        rd::Abi::System { unwind } => ("system", *unwind),
        rd::Abi::Other(name) => (name.trim_matches('"'), false),
    };
    if unwind { format!("{name}-unwind") } else { name.to_owned() }
}

/// A constant of a type.
pub(crate) fn constant_expr(constant: &rd::Constant, env: &mut Env) -> ConstExpr {
    match &constant.value {
        Some(value) => ConstExpr::Value(number(value).unwrap_or_else(|| value.clone())),
        None => match const_text(&constant.expr, env) {
            ConstExpr::Text(text) if constant.is_literal => ConstExpr::Value(text),
            other => other,
        },
    }
}

/// A constant that rustdoc gives as text alone.
pub(crate) fn const_text(text: &str, env: &mut Env) -> ConstExpr {
    let bare = text.trim();
    let bare = bare.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(bare).trim();
    if env.types.iter().any(|t| t.name == bare)
        && let Some(GenericArg::Const(param)) = env.generic(bare)
    {
        return param;
    }
    match number(bare) {
        Some(value) => ConstExpr::Value(value),
        None if matches!(bare, "true" | "false") => ConstExpr::Value(bare.to_owned()),
        None => ConstExpr::Text(bare.to_owned()),
    }
}

/// The value of an integer literal in decimal digits: `65_536usize` and `0x1_0000` are `65536`.
fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let digits: String = digits.chars().filter(|c| *c != '_').collect();
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, &digits[..]),
    };
    let suffixes =
        ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
    let digits = suffixes.iter().find_map(|s| digits.strip_suffix(s)).unwrap_or(digits);
    u128::from_str_radix(digits, radix).ok().map(|n| format!("{sign}{n}"))
}

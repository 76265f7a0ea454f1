//! Types, bounds and paths of a model as source text that a client can compile.
//!
//! Generics are written by level and position: `I0` of the item or impl, `O0` of the function,
//! lifetimes alike (`'i0`, `'o0`, `'b0` of a binder). `Self` of a trait is [`SELF`].

use std::cell::RefCell;
use std::collections::BTreeSet;

use ripe_model::{
    ApiModel, Binding, Bound, ConstExpr, CrateId, GenericArg, Generics, Level, Lifetime, Namespace,
    ParamKind, Predicate, Signature, TraitModifier, Ty, TypePath,
};

use super::names::{ForeignName, Names};

/// The type parameter that stands for `Self` where a trait is only used.
pub(super) const SELF: &str = "SelfT";

/// Writes what one client names, and keeps what it could not write.
pub(super) struct Spell<'m> {
    model: &'m ApiModel,
    names: &'m Names,
    /// How `Self` is called: [`SELF`], or `Self` inside an impl.
    pub(super) self_: &'static str,
    /// The generics whose synthetic parameters are written where they stand, as `impl …`.
    pub(super) inline: Option<&'m Generics>,
    trouble: RefCell<Trouble>,
    /// The lifetimes of the binders that are open.
    open: RefCell<BTreeSet<u32>>,
}

/// What stood in the way of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Trouble {
    /// Names of other crates that were not looked up yet.
    pub(super) unnamed: BTreeSet<ForeignName>,
    /// What no client can write.
    pub(super) cannot: Option<String>,
}

impl Trouble {
    pub(super) fn is_none(&self) -> bool {
        self.unnamed.is_empty() && self.cannot.is_none()
    }
}

impl<'m> Spell<'m> {
    pub(super) fn new(model: &'m ApiModel, names: &'m Names) -> Self {
        Spell {
            model,
            names,
            self_: SELF,
            inline: None,
            trouble: RefCell::default(),
            open: RefCell::default(),
        }
    }

    pub(super) fn into_trouble(self) -> Trouble {
        self.trouble.into_inner()
    }

    fn cannot(&self, why: String) -> String {
        self.trouble.borrow_mut().cannot.get_or_insert(why);
        "_".to_owned()
    }

    /// The name of a type or trait.
    pub(super) fn named(&self, krate: CrateId, path: &str) -> String {
        if krate == CrateId::LOCAL {
            return match self.model.rows.get(path, Namespace::Type) {
                Some(_) => absolute(path),
                None => self.cannot(format!("`{path}` cannot be named from outside")),
            };
        }
        let name = ForeignName { krate, path: path.to_owned() };
        match self.names.get(&name) {
            Some(Some(text)) => text.to_owned(),
            Some(None) => self.cannot(format!("no importable path of `{path}` was found")),
            None => {
                self.trouble.borrow_mut().unnamed.insert(name);
                "_".to_owned()
            }
        }
    }

    /// A path with its arguments.
    pub(super) fn path(&self, p: &TypePath) -> String {
        let name = self.named(p.krate, &p.path);
        if let Some(sugar) = self.called(p) {
            return format!("{name}{sugar}");
        }
        let args = p.args.iter().map(|arg| self.arg(arg));
        let bindings = p.bindings.iter().map(|b| {
            let args = self.angled(&b.args);
            match &b.binding {
                Binding::Type(ty) => format!("{}{args} = {}", b.name, self.ty(ty)),
                Binding::Const(c) => format!("{}{args} = {}", b.name, self.constant(c)),
                Binding::Bounds(bounds) => format!("{}{args}: {}", b.name, self.bounds(bounds)),
            }
        });
        let all: Vec<String> = args.chain(bindings).collect();
        if all.is_empty() { name } else { format!("{name}<{}>", all.join(", ")) }
    }

    /// `(A, B) -> C` of the closure traits, whose plain form is unstable.
    fn called(&self, p: &TypePath) -> Option<String> {
        let is_fn = ["Fn", "FnMut", "FnOnce", "AsyncFn", "AsyncFnMut", "AsyncFnOnce"]
            .contains(&crate::world::name(&p.path));
        let [GenericArg::Type(Ty::Tuple(params))] = p.args.as_slice() else { return None };
        if !is_fn {
            return None;
        }
        let params: Vec<String> = params.iter().map(|ty| self.ty(ty)).collect();
        let output = p.bindings.iter().find_map(|b| match (&*b.name, &b.binding) {
            ("Output", Binding::Type(ty)) if *ty != Ty::unit() => Some(self.ty(ty)),
            (_, Binding::Type(_) | Binding::Const(_) | Binding::Bounds(_)) => None,
        });
        let output = output.map(|ty| format!(" -> {ty}")).unwrap_or_default();
        Some(format!("({}){output}", params.join(", ")))
    }

    /// `<A, B>`; nothing for no arguments.
    pub(super) fn angled(&self, args: &[GenericArg]) -> String {
        if args.is_empty() {
            return String::new();
        }
        let args: Vec<String> = args.iter().map(|arg| self.arg(arg)).collect();
        format!("<{}>", args.join(", "))
    }

    fn arg(&self, arg: &GenericArg) -> String {
        match arg {
            GenericArg::Lifetime(l) => lifetime(l),
            GenericArg::Type(ty) => self.ty(ty),
            GenericArg::Const(c) => match c {
                ConstExpr::Param(..) => self.constant(c),
                ConstExpr::Value(_) | ConstExpr::Text(_) => format!("{{ {} }}", self.constant(c)),
            },
            GenericArg::Infer => "_".to_owned(),
        }
    }

    /// A constant.
    pub(super) fn constant(&self, c: &ConstExpr) -> String {
        match c {
            ConstExpr::Value(text) | ConstExpr::Text(text) => text.clone(),
            ConstExpr::Param(level, at, _) => parameter(*level, *at),
        }
    }

    /// A type.
    pub(super) fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Path(p) => self.path(p),
            Ty::Param(Level::Own, at, _) => {
                self.inlined(*at).unwrap_or_else(|| parameter(Level::Own, *at))
            }
            Ty::Param(level, at, _) => parameter(*level, *at),
            Ty::SelfType => self.self_.to_owned(),
            Ty::Primitive(name) if name == "never" => "!".to_owned(),
            Ty::Primitive(name) => name.clone(),
            Ty::Tuple(parts) => {
                let mut texts: Vec<String> = parts.iter().map(|part| self.ty(part)).collect();
                if texts.len() == 1 {
                    texts.push(String::new());
                }
                format!("({})", texts.join(", "))
            }
            Ty::Slice(inner) => format!("[{}]", self.ty(inner)),
            Ty::Array(inner, len) => format!("[{}; {}]", self.ty(inner), self.constant(len)),
            Ty::Ref { lifetime: l, mutable, ty } => {
                let named = match l {
                    Lifetime::Erased => String::new(),
                    Lifetime::Static | Lifetime::Param(..) => format!("{} ", lifetime(l)),
                };
                format!("&{named}{}{}", if *mutable { "mut " } else { "" }, self.ty(ty))
            }
            Ty::Pointer { mutable, ty } => {
                format!("*{} {}", if *mutable { "mut" } else { "const" }, self.ty(ty))
            }
            Ty::FnPointer(f) => self.fn_pointer(&f.signature),
            Ty::Dyn { bounds, lifetime: l } => {
                let end = match l {
                    Lifetime::Erased => String::new(),
                    Lifetime::Static | Lifetime::Param(..) => format!(" + {}", lifetime(l)),
                };
                format!("(dyn {}{end})", self.bounds(bounds))
            }
            Ty::Impl(bounds) => format!("impl {}", self.bounds(bounds)),
            Ty::Assoc { self_ty, trait_, name, args } => {
                let own = self.ty(self_ty);
                let args = self.angled(args);
                match trait_ {
                    Some(trait_) if self.lacks_args(trait_) => format!("{own}::{name}{args}"),
                    Some(trait_) => format!("<{own} as {}>::{name}{args}", self.path(trait_)),
                    None => format!("<{own}>::{name}{args}"),
                }
            }
            Ty::Infer => "_".to_owned(),
            Ty::Other(text) => self.cannot(format!("there are no words for the type `{text}`")),
        }
    }

    /// Whether rustdoc left out the arguments of a trait: of a projection from what a bound says.
    fn lacks_args(&self, p: &TypePath) -> bool {
        p.krate == CrateId::LOCAL
            && p.args.is_empty()
            && self.model.rows.get(&p.path, Namespace::Type).is_some_and(|row| {
                crate::lints::generics_of(&row.facts).is_some_and(|g| !g.params.is_empty())
            })
    }

    /// A synthetic parameter as `impl …`, where it is to be written so.
    fn inlined(&self, at: u32) -> Option<String> {
        let generics = self.inline?;
        let mut values = generics.params.iter().filter(|p| p.kind != ParamKind::Lifetime);
        match values.nth(at as usize)?.kind {
            ParamKind::Type { synthetic: true, .. } => {}
            ParamKind::Type { synthetic: false, .. }
            | ParamKind::Lifetime
            | ParamKind::Const { .. } => return None,
        }
        let bounds: Vec<Bound> = (generics.predicates.iter())
            .filter_map(|p| match p {
                Predicate::Bound { ty: Ty::Param(Level::Own, of, _), bound } if *of == at => {
                    Some(bound.clone())
                }
                Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => {
                    None
                }
            })
            .collect();
        Some(if bounds.is_empty() {
            "impl Sized".to_owned()
        } else {
            format!("impl {}", self.bounds(&bounds))
        })
    }

    /// The type of a pointer to a function with this signature.
    pub(super) fn fn_pointer(&self, s: &Signature) -> String {
        let mut own = BTreeSet::new();
        s.params.iter().for_each(|(_, ty)| binders(ty, &mut own));
        binders(&s.output, &mut own);
        self.within(own, || {
            let mut params: Vec<String> = s.params.iter().map(|(_, ty)| self.ty(ty)).collect();
            if s.c_variadic {
                params.push("...".to_owned());
            }
            let unsafe_ = if s.is_unsafe { "unsafe " } else { "" };
            let abi = if s.abi == "Rust" { String::new() } else { format!("extern {:?} ", s.abi) };
            format!("{unsafe_}{abi}fn({}){}", params.join(", "), self.returns(&s.output))
        })
    }

    /// ` -> T`; nothing for `()`.
    pub(super) fn returns(&self, output: &Ty) -> String {
        if *output == Ty::unit() { String::new() } else { format!(" -> {}", self.ty(output)) }
    }

    /// Writes within a binder for those of the lifetimes that no outer one has.
    fn within(&self, lifetimes: BTreeSet<u32>, write: impl FnOnce() -> String) -> String {
        let fresh: BTreeSet<u32> = lifetimes.difference(&self.open.borrow()).copied().collect();
        if fresh.is_empty() {
            return write();
        }
        self.open.borrow_mut().extend(&fresh);
        let names: Vec<String> = fresh.iter().map(|at| format!("'b{at}")).collect();
        let text = format!("for<{}> {}", names.join(", "), write());
        self.open.borrow_mut().retain(|at| !fresh.contains(at));
        text
    }

    /// A bound.
    pub(super) fn bound(&self, bound: &Bound) -> String {
        match bound {
            Bound::Trait { trait_, modifier } => {
                let mut own = BTreeSet::new();
                binders_of_path(trait_, &mut own);
                let text = self.within(own, || self.path(trait_));
                match modifier {
                    TraitModifier::Required | TraitModifier::MaybeConst => text,
                    TraitModifier::Maybe => format!("?{text}"),
                }
            }
            Bound::Lifetime(l) => lifetime(l),
            Bound::Use(_) => String::new(),
        }
    }

    /// Bounds joined by `+`. What an `impl Trait` captures is left to the edition.
    pub(super) fn bounds(&self, bounds: &[Bound]) -> String {
        let texts: Vec<String> = (bounds.iter())
            .filter(|bound| !matches!(bound, Bound::Use(_)))
            .map(|bound| self.bound(bound))
            .collect();
        texts.join(" + ")
    }

    /// A condition of a where clause.
    pub(super) fn predicate(&self, predicate: &Predicate) -> String {
        match predicate {
            Predicate::Bound { ty, bound } => {
                let mut own = BTreeSet::new();
                binders(ty, &mut own);
                self.within(own, || format!("{}: {}", self.ty(ty), self.bound(bound)))
            }
            Predicate::Outlives { lifetime: l, shorter } => {
                format!("{}: {}", lifetime(l), lifetime(shorter))
            }
            Predicate::Equal { .. } => self.cannot("an equality in a where clause".to_owned()),
        }
    }
}

/// The name of a generic parameter.
pub(super) fn parameter(level: Level, at: u32) -> String {
    match level {
        Level::Item => format!("I{at}"),
        Level::Own => format!("O{at}"),
        Level::Binder => format!("B{at}"),
    }
}

/// The name of a lifetime.
pub(super) fn lifetime(l: &Lifetime) -> String {
    match l {
        Lifetime::Static => "'static".to_owned(),
        Lifetime::Param(Level::Item, at, _) => format!("'i{at}"),
        Lifetime::Param(Level::Own, at, _) => format!("'o{at}"),
        Lifetime::Param(Level::Binder, at, _) => format!("'b{at}"),
        Lifetime::Erased => "'_".to_owned(),
    }
}

/// A path from the crate that it begins with, keywords escaped.
pub(super) fn absolute(path: &str) -> String {
    let segments: Vec<String> = path.split("::").map(ident).collect();
    format!("::{}", segments.join("::"))
}

/// A name as an identifier.
pub(super) fn ident(name: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
        "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
        "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
        "unsized", "use", "virtual", "where", "while", "yield",
    ];
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// The lifetimes of the innermost binder around a type: what function pointers and trait objects
/// inside it bind is theirs.
fn binders(ty: &Ty, out: &mut BTreeSet<u32>) {
    match ty {
        Ty::Path(p) => binders_of_path(p, out),
        Ty::Tuple(parts) => parts.iter().for_each(|part| binders(part, out)),
        Ty::Slice(inner) | Ty::Array(inner, _) | Ty::Pointer { ty: inner, .. } => {
            binders(inner, out);
        }
        Ty::Ref { lifetime, ty, .. } => {
            binder(lifetime, out);
            binders(ty, out);
        }
        Ty::Assoc { self_ty, trait_, args, .. } => {
            binders(self_ty, out);
            if let Some(trait_) = trait_ {
                binders_of_path(trait_, out);
            }
            binders_of_args(args, out);
        }
        Ty::Dyn { lifetime, .. } => binder(lifetime, out),
        Ty::Param(..)
        | Ty::SelfType
        | Ty::Primitive(_)
        | Ty::FnPointer(_)
        | Ty::Impl(_)
        | Ty::Infer
        | Ty::Other(_) => {}
    }
}

fn binder(lifetime: &Lifetime, out: &mut BTreeSet<u32>) {
    match lifetime {
        Lifetime::Param(Level::Binder, at, _) => drop(out.insert(*at)),
        Lifetime::Param(Level::Item | Level::Own, ..) | Lifetime::Static | Lifetime::Erased => {}
    }
}

fn binders_of_path(p: &TypePath, out: &mut BTreeSet<u32>) {
    binders_of_args(&p.args, out);
    for binding in &p.bindings {
        match &binding.binding {
            Binding::Type(ty) => binders(ty, out),
            Binding::Const(_) | Binding::Bounds(_) => {}
        }
    }
}

fn binders_of_args(args: &[GenericArg], out: &mut BTreeSet<u32>) {
    for arg in args {
        match arg {
            GenericArg::Lifetime(l) => binder(l, out),
            GenericArg::Type(ty) => binders(ty, out),
            GenericArg::Const(_) | GenericArg::Infer => {}
        }
    }
}

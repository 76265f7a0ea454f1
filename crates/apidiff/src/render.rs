//! Types, signatures and bounds as a person writes them, for the details of changes.

use std::fmt::{self, Display, Formatter, Write};

use ripe_model::{
    Binding, Bound, ConstExpr, FunctionFacts, GenericArg, Level, Lifetime, Predicate, Receiver,
    TraitModifier, Ty, TypePath,
};

/// Something rendered: `Show(&ty).to_string()`.
pub(crate) struct Show<'a, T: ?Sized>(pub(crate) &'a T);

fn last(path: &str) -> &str {
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}

fn list<'a, T: 'a>(
    f: &mut Formatter<'_>,
    items: impl IntoIterator<Item = &'a T>,
    between: &str,
) -> fmt::Result
where
    Show<'a, T>: Display,
{
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            f.write_str(between)?;
        }
        Show(item).fmt(f)?;
    }
    Ok(())
}

fn param(f: &mut Formatter<'_>, level: Level, at: u32, label: &str) -> fmt::Result {
    if !label.is_empty() {
        return f.write_str(label);
    }
    let letter = match level {
        Level::Item => 'T',
        Level::Own => 'U',
        Level::Binder => 'X',
    };
    write!(f, "{letter}{at}")
}

impl Display for Show<'_, Lifetime> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Lifetime::Static => f.write_str("'static"),
            Lifetime::Param(_, at, label) if label.0.is_empty() || label.0 == "'_" => {
                write!(f, "'_{at}")
            }
            Lifetime::Param(_, _, label) if label.0.starts_with('\'') => f.write_str(&label.0),
            Lifetime::Param(_, _, label) => write!(f, "'{}", label.0),
            Lifetime::Erased => f.write_str("'_"),
        }
    }
}

impl Display for Show<'_, ConstExpr> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            ConstExpr::Value(text) | ConstExpr::Text(text) => f.write_str(text),
            ConstExpr::Param(level, at, label) => param(f, *level, *at, &label.0),
        }
    }
}

impl Display for Show<'_, GenericArg> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            GenericArg::Lifetime(l) => Show(l).fmt(f),
            GenericArg::Type(t) => Show(t).fmt(f),
            GenericArg::Const(c) => Show(c).fmt(f),
            GenericArg::Infer => f.write_char('_'),
        }
    }
}

impl Display for Show<'_, Binding> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Binding::Type(t) => write!(f, " = {}", Show(t)),
            Binding::Const(c) => write!(f, " = {}", Show(c)),
            Binding::Bounds(bounds) => {
                f.write_str(": ")?;
                list(f, bounds, " + ")
            }
        }
    }
}

impl Display for Show<'_, TypePath> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let TypePath { path, args, bindings, .. } = self.0;
        f.write_str(last(path))?;
        if args.is_empty() && bindings.is_empty() {
            return Ok(());
        }
        f.write_char('<')?;
        list(f, args, ", ")?;
        for (n, binding) in bindings.iter().enumerate() {
            if n > 0 || !args.is_empty() {
                f.write_str(", ")?;
            }
            write!(f, "{}{}", binding.name, Show(&binding.binding))?;
        }
        f.write_char('>')
    }
}

impl Display for Show<'_, Bound> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Bound::Trait { trait_, modifier } => {
                f.write_str(match modifier {
                    TraitModifier::Required => "",
                    TraitModifier::Maybe => "?",
                    TraitModifier::MaybeConst => "~const ",
                })?;
                Show(trait_).fmt(f)
            }
            Bound::Lifetime(l) => Show(l).fmt(f),
            Bound::Use(names) => write!(f, "use<{}>", names.join(", ")),
        }
    }
}

impl Display for Show<'_, Predicate> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Predicate::Bound { ty, bound } => write!(f, "{}: {}", Show(ty), Show(bound)),
            Predicate::Outlives { lifetime, shorter } => {
                write!(f, "{}: {}", Show(lifetime), Show(shorter))
            }
            Predicate::Equal { lhs, rhs } => write!(f, "{}{}", Show(lhs), Show(rhs)),
        }
    }
}

impl Display for Show<'_, Ty> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ty::Path(p) => Show(&**p).fmt(f),
            Ty::Param(level, at, label) => param(f, *level, *at, &label.0),
            Ty::SelfType => f.write_str("Self"),
            Ty::Primitive(name) if name == "never" => f.write_char('!'),
            Ty::Primitive(name) => f.write_str(name),
            Ty::Tuple(parts) => {
                f.write_char('(')?;
                list(f, parts, ", ")?;
                f.write_str(if parts.len() == 1 { ",)" } else { ")" })
            }
            Ty::Slice(inner) => write!(f, "[{}]", Show(&**inner)),
            Ty::Array(inner, len) => write!(f, "[{}; {}]", Show(&**inner), Show(len)),
            Ty::Ref { lifetime, mutable, ty } => {
                f.write_char('&')?;
                if *lifetime == Lifetime::Static {
                    f.write_str("'static ")?;
                }
                write!(f, "{}{}", if *mutable { "mut " } else { "" }, Show(&**ty))
            }
            Ty::Pointer { mutable, ty } => {
                write!(f, "*{} {}", if *mutable { "mut" } else { "const" }, Show(&**ty))
            }
            Ty::FnPointer(p) => {
                f.write_str("fn(")?;
                list(f, p.signature.params.iter().map(|(_, t)| t), ", ")?;
                write!(f, ") -> {}", Show(&p.signature.output))
            }
            Ty::Dyn { bounds, lifetime } => {
                f.write_str("dyn ")?;
                list(f, bounds, " + ")?;
                match lifetime {
                    Lifetime::Erased => Ok(()),
                    _ => write!(f, " + {}", Show(lifetime)),
                }
            }
            Ty::Impl(bounds) => {
                f.write_str("impl ")?;
                list(f, bounds, " + ")
            }
            Ty::Assoc { self_ty, name, .. } => write!(f, "{}::{name}", Show(&**self_ty)),
            Ty::Infer => f.write_char('_'),
            Ty::Other(text) => f.write_str(text),
        }
    }
}

impl Display for Show<'_, FunctionFacts> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("fn(")?;
        for (n, (_, ty)) in self.0.signature.params.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            match (n, self.0.receiver) {
                (0, Receiver::Value) => f.write_str("self")?,
                (0, Receiver::Ref) => f.write_str("&self")?,
                (0, Receiver::RefMut) => f.write_str("&mut self")?,
                (_, _) => Show(ty).fmt(f)?,
            }
        }
        f.write_char(')')?;
        if self.0.signature.output != Ty::unit() {
            write!(f, " -> {}", Show(&self.0.signature.output))?;
        }
        Ok(())
    }
}

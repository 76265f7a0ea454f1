//! Normalised types as text, for the keys of rows: generics by position, lifetimes left out,
//! because coherence does not tell impls apart by them (Rust Reference, "Coherence").

use std::fmt::Write;

use ripe_model::{
    Binding, Bound, ConstExpr, GenericArg, Level, Lifetime, TraitModifier, Ty, TypePath,
};

use crate::lower::crates::Crates;

/// The key of a trait impl.
pub(crate) fn impl_header(trait_: &TypePath, self_ty: &Ty, crates: &Crates) -> String {
    format!("impl {} for {}", path(trait_, crates), ty(self_ty, crates))
}

/// A type.
pub(crate) fn ty(ty: &Ty, crates: &Crates) -> String {
    let mut out = String::new();
    write_ty(&mut out, ty, crates);
    out
}

/// A path with its arguments.
pub(crate) fn path(path: &TypePath, crates: &Crates) -> String {
    let mut out = String::new();
    write_path(&mut out, path, crates);
    out
}

/// A generic argument.
pub(crate) fn arg(arg: &GenericArg, crates: &Crates) -> String {
    let mut out = String::new();
    write_arg(&mut out, arg, crates);
    out
}

/// A lifetime by level and position.
pub(crate) fn lifetime_name(lifetime: &Lifetime) -> String {
    match lifetime {
        Lifetime::Static => "'static".to_owned(),
        Lifetime::Param(level, n, _) => format!("'{}{n}", letter(*level, ["i", "f", "b"])),
        Lifetime::Erased => "'_".to_owned(),
    }
}

fn letter(level: Level, letters: [&str; 3]) -> &str {
    match level {
        Level::Item => letters[0],
        Level::Own => letters[1],
        Level::Binder => letters[2],
    }
}

fn write_ty(out: &mut String, ty: &Ty, crates: &Crates) {
    match ty {
        Ty::Path(path) => write_path(out, path, crates),
        Ty::Param(level, n, _) => _ = write!(out, "{}{n}", letter(*level, ["T", "F", "B"])),
        Ty::SelfType => out.push_str("Self"),
        Ty::Primitive(name) if name == "never" => out.push('!'),
        Ty::Primitive(name) => out.push_str(name),
        Ty::Tuple(types) => {
            out.push('(');
            separated(out, types, ", ", |out, ty| write_ty(out, ty, crates));
            out.push_str(if types.len() == 1 { ",)" } else { ")" });
        }
        Ty::Slice(ty) => {
            out.push('[');
            write_ty(out, ty, crates);
            out.push(']');
        }
        Ty::Array(ty, len) => {
            out.push('[');
            write_ty(out, ty, crates);
            out.push_str("; ");
            write_const(out, len);
            out.push(']');
        }
        Ty::Ref { mutable, ty, .. } => {
            out.push_str(if *mutable { "&mut " } else { "&" });
            write_ty(out, ty, crates);
        }
        Ty::Pointer { mutable, ty } => {
            out.push_str(if *mutable { "*mut " } else { "*const " });
            write_ty(out, ty, crates);
        }
        Ty::FnPointer(pointer) => {
            let signature = &pointer.signature;
            if signature.is_unsafe {
                out.push_str("unsafe ");
            }
            if signature.abi != "Rust" {
                _ = write!(out, "extern \"{}\" ", signature.abi);
            }
            out.push_str("fn(");
            separated(out, &signature.params, ", ", |out, (_, ty)| write_ty(out, ty, crates));
            if signature.c_variadic {
                out.push_str(", ...");
            }
            out.push(')');
            if signature.output != Ty::unit() {
                out.push_str(" -> ");
                write_ty(out, &signature.output, crates);
            }
        }
        Ty::Dyn { bounds, .. } => {
            out.push_str("dyn ");
            write_bounds(out, bounds, crates);
        }
        Ty::Impl(bounds) => {
            out.push_str("impl ");
            write_bounds(out, bounds, crates);
        }
        Ty::Assoc { self_ty, trait_, name, args } => {
            out.push('<');
            write_ty(out, self_ty, crates);
            if let Some(trait_) = trait_ {
                out.push_str(" as ");
                write_path(out, trait_, crates);
            }
            _ = write!(out, ">::{name}");
            write_args(out, args, &[], crates);
        }
        Ty::Infer => out.push('_'),
        Ty::Other(text) => out.push_str(text),
    }
}

fn write_path(out: &mut String, path: &TypePath, crates: &Crates) {
    match crates.suffix(path.krate) {
        Some(suffix) => match path.path.split_once("::") {
            Some((krate, rest)) => _ = write!(out, "{krate}{suffix}::{rest}"),
            None => _ = write!(out, "{}{suffix}", path.path),
        },
        None => out.push_str(&path.path),
    }
    write_args(out, &path.args, &path.bindings, crates);
}

fn write_args(
    out: &mut String,
    args: &[GenericArg],
    bindings: &[ripe_model::AssocBinding],
    crates: &Crates,
) {
    let args: Vec<_> = args.iter().filter(|a| !matches!(a, GenericArg::Lifetime(_))).collect();
    if args.is_empty() && bindings.is_empty() {
        return;
    }
    out.push('<');
    separated(out, &args, ", ", |out, arg| write_arg(out, arg, crates));
    if !args.is_empty() && !bindings.is_empty() {
        out.push_str(", ");
    }
    separated(out, bindings, ", ", |out, binding| {
        out.push_str(&binding.name);
        write_args(out, &binding.args, &[], crates);
        match &binding.binding {
            Binding::Type(ty) => {
                out.push_str(" = ");
                write_ty(out, ty, crates);
            }
            Binding::Const(value) => {
                out.push_str(" = ");
                write_const(out, value);
            }
            Binding::Bounds(bounds) => {
                out.push_str(": ");
                write_bounds(out, bounds, crates);
            }
        }
    });
    out.push('>');
}

fn write_arg(out: &mut String, arg: &GenericArg, crates: &Crates) {
    match arg {
        GenericArg::Lifetime(lifetime) => out.push_str(&lifetime_name(lifetime)),
        GenericArg::Type(ty) => write_ty(out, ty, crates),
        GenericArg::Const(value) => write_const(out, value),
        GenericArg::Infer => out.push('_'),
    }
}

fn write_const(out: &mut String, value: &ConstExpr) {
    match value {
        ConstExpr::Value(value) | ConstExpr::Text(value) => out.push_str(value),
        ConstExpr::Param(level, n, _) => _ = write!(out, "{}{n}", letter(*level, ["T", "F", "B"])),
    }
}

fn write_bounds(out: &mut String, bounds: &[Bound], crates: &Crates) {
    let bounds: Vec<_> = bounds.iter().filter(|b| !matches!(b, Bound::Lifetime(_))).collect();
    separated(out, &bounds, " + ", |out, bound| match bound {
        Bound::Trait { trait_, modifier } => {
            out.push_str(match modifier {
                TraitModifier::Required => "",
                TraitModifier::Maybe => "?",
                TraitModifier::MaybeConst => "~const ",
            });
            write_path(out, trait_, crates);
        }
        Bound::Lifetime(lifetime) => out.push_str(&lifetime_name(lifetime)),
        Bound::Use(names) => _ = write!(out, "use<{}>", names.join(", ")),
    });
}

fn separated<T>(out: &mut String, items: &[T], by: &str, mut write: impl FnMut(&mut String, &T)) {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push_str(by);
        }
        write(out, item);
    }
}

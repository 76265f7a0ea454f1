//! Rows as lines of text: `T0`/`'t0` are generics of the item, `U0`/`'u0` of the function itself,
//! `'b0` of a binder.

use ripe_model::{
    Alias, AliasTarget, ApiModel, AutoTrait, Binding, Bound, ConstExpr, Facts, FunctionRole,
    GenericArg, Generics, Level, Lifetime, Marks, ParamKind, Predicate, Row, Shape, Signature,
    TraitModifier, Ty, TypePath,
};

/// All rows but the package's, then aliases, definitions and gaps.
pub(crate) fn model(model: &ApiModel) -> String {
    let rows = model.rows.iter().filter(|row| !matches!(row.facts, Facts::Package(_)));
    let mut lines: Vec<String> = rows.map(row).collect();
    lines.extend(model.aliases.iter().map(|a| alias(model, a)));
    lines.extend(
        model.definitions.iter().map(|d| format!("defined {} = {}", d.defined_at, d.canonical)),
    );
    lines.extend(model.gaps.iter().map(|gap| format!("gap {}: {}", gap.what, gap.why)));
    lines.join("\n")
}

/// The auto traits of the types: `Send`, `Send where …`, `!Send`.
pub(crate) fn auto_traits(model: &ApiModel) -> String {
    let mut lines = Vec::new();
    for row in &model.rows {
        let traits = match &row.facts {
            Facts::Struct(s) => &s.auto_traits,
            Facts::Enum(e) => &e.auto_traits,
            Facts::Union(u) => &u.auto_traits,
            _ => continue,
        };
        let shown: Vec<String> = traits
            .iter()
            .filter(|(name, _)| matches!(name.as_str(), "Send" | "Sync"))
            .map(|(name, value)| match value {
                AutoTrait::Never => format!("!{name}"),
                AutoTrait::When(generics) => format!("{name}{}", predicates(generics)),
            })
            .collect();
        lines.push(format!("{}: {}", row.key.path, shown.join(", ")));
    }
    lines.join("\n")
}

fn alias(model: &ApiModel, alias: &Alias) -> String {
    let hidden = if alias.hidden { " hidden" } else { "" };
    let krate = |krate| model.origin(krate).crate_name.clone();
    let ns = format!("{:?}", alias.ns).to_lowercase();
    match &alias.target {
        AliasTarget::Local(path) => format!("use {}{hidden} ({ns}) = {path}", alias.path),
        AliasTarget::Foreign { krate: k, path, kind } => {
            let kind = kind.map_or("?".to_owned(), |kind| kind.to_string());
            format!("use {}{hidden} ({ns}) = {}: {kind} {path}", alias.path, krate(*k))
        }
        AliasTarget::ForeignGlob { krate: k, path } => {
            format!("use {}::*{hidden} = {}: {path}", alias.path, krate(*k))
        }
    }
}

fn row(row: &Row) -> String {
    let head = format!("{} {}{}", row.facts.kind(), row.key.path, marks(&row.marks));
    match &row.facts {
        Facts::Module | Facts::ExternType => head,
        Facts::Struct(s) => {
            let repr = if s.repr.is_empty() { String::new() } else { format!(" {:?}", s.repr) };
            let shape = shape(s.shape, &s.fields, s.has_private_fields);
            format!("{head}{}{shape}{}{repr}", params(&s.generics), predicates(&s.generics))
        }
        Facts::Union(u) => format!("{head}{} {{{}}}", params(&u.generics), u.fields.join(", ")),
        Facts::Enum(e) => {
            let hidden: String = e.hidden_variants.iter().map(|v| format!(" ~{v}")).collect();
            format!("{head}{} {{{}}}{hidden}", params(&e.generics), e.variants.join(", "))
        }
        Facts::Variant(v) => {
            let value = v.discriminant.as_ref().map(|d| format!(" = {d}")).unwrap_or_default();
            let shape = shape(v.shape, &v.fields, v.has_hidden_fields);
            format!("{head} #{}{shape}{value}", v.index)
        }
        Facts::Field(f) => format!("{head}: {}", ty(&f.ty)),
        Facts::Function(f) => {
            let role = match &f.role {
                FunctionRole::Free => String::new(),
                FunctionRole::Inherent { self_ty, generics } => {
                    format!(" of {}{}", ty(self_ty), predicates(generics))
                }
                FunctionRole::Trait { provided } => format!(" provided={provided}"),
            };
            let (generics, sig) = (&f.generics, signature(&f.signature));
            format!("{head}{}{sig}{}{role}", params(generics), predicates(generics))
        }
        Facts::Trait(t) => {
            let sealed = t.sealed.as_ref().map(|s| format!(" sealed: {s}")).unwrap_or_default();
            let supers = if t.supertraits.is_empty() {
                String::new()
            } else {
                format!(": {}", bounds(&t.supertraits))
            };
            let (need, give) = (t.required.join(", "), t.provided.join(", "));
            let (params, conditions) = (params(&t.generics), predicates(&t.generics));
            format!("{head}{params}{supers}{conditions} {{{need} | {give}}}{sealed}")
        }
        Facts::TraitAlias(generics, b) => format!("{head}{} = {}", params(generics), bounds(b)),
        Facts::TypeAlias(a) => {
            format!("{head}{} = {}{}", params(&a.generics), ty(&a.ty), predicates(&a.generics))
        }
        Facts::AssocType(a) => {
            let default = a.default.as_ref().map(|t| format!(" = {}", ty(t))).unwrap_or_default();
            let conditions = predicates(&a.generics);
            let line = format!("{head}{}: {}", params(&a.generics), bounds(&a.bounds));
            format!("{}{conditions}{default}", line.trim_end())
        }
        Facts::AssocConst(c) => {
            format!("{head}: {} = {}", ty(&c.ty), c.value.as_deref().unwrap_or("?"))
        }
        Facts::Const(c) => format!("{head}: {} = {}", ty(&c.ty), constant(&c.value)),
        Facts::Static(s) => format!(
            "{head}: {}{}{}",
            if s.is_mutable { "mut " } else { "" },
            if s.is_unsafe { "unsafe " } else { "" },
            ty(&s.ty)
        ),
        Facts::Macro(m) => {
            let arms: Vec<_> = m.arms.iter().map(|arm| arm.0.as_str()).collect();
            format!("{head} [{}]", arms.join("] ["))
        }
        Facts::ProcMacro(p) => format!("{head} [{}]", p.helpers.join(", ")),
        Facts::Impl(i) => {
            let assoc: String =
                i.assoc.iter().map(|(name, value)| format!(" {name}{}", binding(value))).collect();
            let derived = if i.is_derived { " derived" } else { "" };
            let negative = if i.is_negative { " negative" } else { "" };
            let blanket = if i.is_blanket { " blanket" } else { "" };
            let conditions = predicates(&i.generics);
            format!("{head}{conditions}{assoc}{derived}{negative}{blanket}")
        }
        Facts::Reexport(_) | Facts::Package(_) => head,
        Facts::Feature(f) => {
            let default = if f.default { " default" } else { "" };
            let implicit = if f.implicit { " implicit" } else { "" };
            format!("{head} [{}]{default}{implicit}", f.enables.join(", "))
        }
    }
}

fn marks(marks: &Marks) -> String {
    let mut out = String::new();
    let flags = [
        (marks.hidden, " hidden"),
        (marks.non_exhaustive, " non_exhaustive"),
        (marks.must_use, " must_use"),
        (marks.cfg_doc, " cfg_doc"),
    ];
    flags.iter().filter(|(on, _)| *on).for_each(|(_, word)| out.push_str(word));
    if let Some(note) = &marks.deprecated {
        out.push_str(&format!(" deprecated({note})"));
    }
    out
}

fn shape(shape: Shape, fields: &[String], others: bool) -> String {
    let mut fields = fields.to_vec();
    fields.extend(others.then(|| "..".to_owned()));
    let fields = fields.join(", ");
    match shape {
        Shape::Unit => String::new(),
        Shape::Tuple => format!("({fields})"),
        Shape::Plain => format!(" {{{fields}}}"),
    }
}

fn params(generics: &Generics) -> String {
    let params = generics.params.iter().map(|param| match &param.kind {
        ParamKind::Lifetime => param.name.to_string(),
        ParamKind::Type { synthetic: true, .. } => "impl".to_owned(),
        ParamKind::Type { default: Some(t), .. } => format!("{} = {}", param.name, ty(t)),
        ParamKind::Type { default: None, .. } => param.name.to_string(),
        ParamKind::Const { ty: t, default } => {
            let default = default.as_ref().map(|c| format!(" = {}", constant(c)));
            format!("const {}: {}{}", param.name, ty(t), default.unwrap_or_default())
        }
    });
    angles(params.collect())
}

fn predicates(generics: &Generics) -> String {
    let list: Vec<String> = generics
        .predicates
        .iter()
        .map(|predicate| match predicate {
            Predicate::Bound { ty: t, bound: b } => format!("{}: {}", ty(t), bound(b)),
            Predicate::Outlives { lifetime: l, shorter } => {
                format!("{}: {}", lifetime(l), lifetime(shorter))
            }
            Predicate::Equal { lhs, rhs } => format!("{}{}", ty(lhs), binding(rhs)),
        })
        .collect();
    if list.is_empty() { String::new() } else { format!(" where {}", list.join(", ")) }
}

fn signature(signature: &Signature) -> String {
    let mut words = String::new();
    let flags = [
        (signature.is_const, " const"),
        (signature.is_async, " async"),
        (signature.is_unsafe, " unsafe"),
    ];
    flags.iter().filter(|(on, _)| *on).for_each(|(_, word)| words.push_str(word));
    if signature.abi != "Rust" {
        words.push_str(&format!(" {:?}", signature.abi));
    }
    let mut params: Vec<String> = signature.params.iter().map(|(_, t)| ty(t)).collect();
    if signature.c_variadic {
        params.push("...".to_owned());
    }
    let output = if signature.output == Ty::unit() {
        String::new()
    } else {
        format!(" -> {}", ty(&signature.output))
    };
    format!("({}){output}{words}", params.join(", "))
}

fn ty(t: &Ty) -> String {
    match t {
        Ty::Path(p) => path(p),
        Ty::Param(level, n, _) => format!("{}{n}", letter(*level).to_uppercase()),
        Ty::SelfType => "Self".to_owned(),
        Ty::Primitive(name) => name.clone(),
        Ty::Tuple(types) => format!("({})", types.iter().map(ty).collect::<Vec<_>>().join(", ")),
        Ty::Slice(t) => format!("[{}]", ty(t)),
        Ty::Array(t, n) => format!("[{}; {}]", ty(t), constant(n)),
        Ty::Ref { lifetime: l, mutable, ty: t } => {
            format!("&{} {}{}", lifetime(l), if *mutable { "mut " } else { "" }, ty(t))
        }
        Ty::Pointer { mutable, ty: t } => {
            format!("*{} {}", if *mutable { "mut" } else { "const" }, ty(t))
        }
        Ty::FnPointer(p) => format!("fn{}", signature(&p.signature)),
        Ty::Dyn { bounds: b, lifetime: Lifetime::Erased } => format!("dyn {}", bounds(b)),
        Ty::Dyn { bounds: b, lifetime: l } => format!("(dyn {} + {})", bounds(b), lifetime(l)),
        Ty::Impl(b) => format!("impl {}", bounds(b)),
        Ty::Assoc { self_ty, trait_, name, args: a } => {
            let of = trait_.as_ref().map(|t| format!(" as {}", path(t))).unwrap_or_default();
            format!("<{}{of}>::{name}{}", ty(self_ty), angles(a.iter().map(arg).collect()))
        }
        Ty::Infer => "_".to_owned(),
        Ty::Other(text) => format!("?{text}?"),
    }
}

fn path(p: &TypePath) -> String {
    let short = p.path.strip_prefix("core::").or(p.path.strip_prefix("alloc::"));
    let short = short.and_then(|rest| rest.rsplit("::").next()).unwrap_or(&p.path);
    let mut list: Vec<String> = p.args.iter().map(arg).collect();
    list.extend(p.bindings.iter().map(|b| {
        format!("{}{}{}", b.name, angles(b.args.iter().map(arg).collect()), binding(&b.binding))
    }));
    format!("{short}{}", angles(list))
}

fn arg(a: &GenericArg) -> String {
    match a {
        GenericArg::Lifetime(l) => lifetime(l),
        GenericArg::Type(t) => ty(t),
        GenericArg::Const(c) => constant(c),
        GenericArg::Infer => "_".to_owned(),
    }
}

fn angles(list: Vec<String>) -> String {
    if list.is_empty() { String::new() } else { format!("<{}>", list.join(", ")) }
}

fn binding(b: &Binding) -> String {
    match b {
        Binding::Type(t) => format!(" = {}", ty(t)),
        Binding::Const(c) => format!(" = {}", constant(c)),
        Binding::Bounds(b) => format!(": {}", bounds(b)),
    }
}

fn bounds(list: &[Bound]) -> String {
    list.iter().map(bound).collect::<Vec<_>>().join(" + ")
}

fn bound(b: &Bound) -> String {
    match b {
        Bound::Trait { trait_, modifier: TraitModifier::Required } => path(trait_),
        Bound::Trait { trait_, modifier: TraitModifier::Maybe } => format!("?{}", path(trait_)),
        Bound::Trait { trait_, modifier: TraitModifier::MaybeConst } => {
            format!("~const {}", path(trait_))
        }
        Bound::Lifetime(l) => lifetime(l),
        Bound::Use(names) => format!("use<{}>", names.join(", ")),
    }
}

fn constant(c: &ConstExpr) -> String {
    match c {
        ConstExpr::Value(value) => value.clone(),
        ConstExpr::Param(level, n, _) => format!("{}{n}", letter(*level).to_uppercase()),
        ConstExpr::Text(text) => format!("`{text}`"),
    }
}

fn lifetime(l: &Lifetime) -> String {
    match l {
        Lifetime::Static => "'static".to_owned(),
        Lifetime::Param(level, n, _) => format!("'{}{n}", letter(*level)),
        Lifetime::Erased => "'_".to_owned(),
    }
}

fn letter(level: Level) -> &'static str {
    match level {
        Level::Item => "t",
        Level::Own => "u",
        Level::Binder => "b",
    }
}

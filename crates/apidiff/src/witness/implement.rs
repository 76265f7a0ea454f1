//! An impl of the trait with exactly the old required items.
//!
//! The implementor carries a parameter for each associated type, and the impl assumes what a
//! supertrait or a bound would ask of them: so it fits whatever the trait asks of types.

use ripe_model::{
    AssocTypeFacts, Bound, Facts, FunctionFacts, FunctionRole, Generics, Level, Namespace,
    Receiver, Row, TraitFacts, TraitModifier, Ty,
};

use super::scope::{Scope, arguments};
use super::spell::{Spell, ident};
use super::{Ask, Client, applied};

pub(super) fn write(ask: &mut Ask<'_>) {
    let row = ask.row;
    let trait_ = match &row.facts {
        Facts::Trait(_) => Some((row, ask.path())),
        Facts::Function(f) if matches!(f.role, FunctionRole::Trait { .. }) => ask.owner(),
        Facts::AssocType(_) => ask.owner(),
        Facts::AssocConst(c) if c.in_trait => ask.owner(),
        _ => None,
    };
    let Some((trait_row, path)) = trait_ else { return };
    let Facts::Trait(facts) = &trait_row.facts else { return };
    if facts.sealed.is_some() {
        return;
    }
    // What the change is about is written too where it has a default.
    let about = (!std::ptr::eq(trait_row, row)).then(|| row.key.name());
    let forms: &[&str] = if ask.change.lint == "impl_added" {
        &["", "&'w ", "&'w mut ", "::std::boxed::Box<"]
    } else {
        &[""]
    };
    for form in forms {
        ask.draft(|ask, spell| {
            spell.self_ = "Self";
            implemented(ask, spell, (trait_row, facts, path), about, form)
        });
    }
}

fn implemented<'m>(
    ask: &Ask<'m>,
    spell: &mut Spell<'m>,
    (trait_row, facts, path): (&'m Row, &'m TraitFacts, &str),
    about: Option<&str>,
    form: &str,
) -> Option<Client> {
    let (bound, generics) = applied(trait_row, path);
    let mut scope = Scope::of(generics, None);
    let names = facts.required.iter().map(String::as_str);
    let names: Vec<&str> =
        names.chain(about.filter(|name| !facts.required.iter().any(|r| r == name))).collect();
    let mut items = Vec::new();
    let mut held = Vec::new();
    let mut assumed = Vec::new();
    for name in names {
        let at = format!("{}::{name}", trait_row.key.path);
        let rows = &ask.old.model.rows;
        let member = rows.get(&at, Namespace::Type).or_else(|| rows.get(&at, Namespace::Value))?;
        match &member.facts {
            Facts::AssocType(a) => {
                if !a.generics.params.is_empty() {
                    return None;
                }
                let param = format!("A{}", held.len());
                items.push(format!("type {} = {param};", ident(name)));
                scope.more.push(declared(spell, a, &param));
                held.push(param);
            }
            Facts::AssocConst(c) => {
                items.push(format!("const {}: {} = crate::any();", ident(name), spell.ty(&c.ty)));
            }
            Facts::Function(f) => items.push(method(spell, f, name)),
            _ => return None,
        }
    }
    let own = generics.map(|g| arguments(g, Level::Item)).unwrap_or_default();
    let phantoms: Vec<String> = (own.iter().chain(&held))
        .filter(|arg| const_type(generics, arg).is_none())
        .map(|arg| {
            let of = if arg.starts_with('\'') { format!("&{arg} ()") } else { arg.clone() };
            format!("::std::marker::PhantomData<fn() -> *const {of}>")
        })
        .collect();
    // A parameter of its own keeps the compiler from judging the assumptions on the spot.
    let params = held.iter().cloned().chain(own.iter().cloned());
    let declared: Vec<String> = (own.iter().filter(|arg| arg.starts_with('\'')).cloned())
        .chain(["X: ?Sized".to_owned()])
        .chain(params.filter(|arg| !arg.starts_with('\'')).map(|arg| {
            const_type(generics, &arg).map_or_else(
                || format!("{arg}: ?Sized"),
                |ty| format!("const {arg}: {}", spell.ty(ty)),
            )
        }))
        .collect();
    let used: Vec<String> = (own.iter().filter(|arg| arg.starts_with('\'')).cloned())
        .chain(["X".to_owned()])
        .chain(held.iter().cloned())
        .chain(own.iter().filter(|arg| !arg.starts_with('\'')).cloned())
        .collect();
    let end = if form.ends_with('<') { ">" } else { "" };
    let plain = format!("W<{}>", used.join(", "));
    let implementor = format!("{form}{plain}{end}");
    if form.contains("'w") {
        scope.lifetime("'w");
    }
    for supertrait in &facts.supertraits {
        match supertrait {
            Bound::Trait { modifier: TraitModifier::Maybe, .. } | Bound::Use(_) => {}
            Bound::Trait { .. } | Bound::Lifetime(_) => {
                assumed.push(format!("{implementor}: {}", spell.bound(supertrait)));
            }
        }
    }
    scope.more.push("X".to_owned());
    let conditions = scope.conditions(spell);
    let conditions = match (conditions.is_empty(), assumed.is_empty()) {
        (_, true) => conditions,
        (true, false) => format!(" where {}", assumed.join(", ")),
        (false, false) => format!("{conditions}, {}", assumed.join(", ")),
    };
    let unsafe_ = if facts.is_unsafe { "unsafe " } else { "" };
    let before = format!(
        "pub struct W<{}>(::std::marker::PhantomData<fn() -> *const X>, {});",
        declared.join(", "),
        phantoms.join(", ")
    );
    let implemented = |by: &str| {
        let params = scope.params(spell);
        let items: String = items.iter().map(|item| format!("\n{item}")).collect();
        format!("{unsafe_}impl{params} {bound} for {by}{conditions} {{{items}\n}}")
    };
    let point = implemented(&implementor);
    // An impl for references to whatever has the trait conflicts where this has it.
    let before =
        if form.is_empty() { before } else { format!("{before}\n{}", implemented(&plain)) };
    Some(Client { before, point, after: String::new() })
}

/// The parameter that stands for an associated type.
fn declared(spell: &Spell<'_>, a: &AssocTypeFacts, param: &str) -> String {
    if a.bounds.is_empty() {
        param.to_owned()
    } else {
        format!("{param}: {}", spell.bounds(&a.bounds))
    }
}

fn method<'m>(spell: &mut Spell<'m>, f: &'m FunctionFacts, name: &str) -> String {
    spell.inline = Some(&f.generics);
    let signature = &f.signature;
    let mut scope = Scope::of(None, Some(&f.generics));
    scope.without_synthetic = true;
    let scope = signature.params.iter().fold(scope, |scope, (_, ty)| scope.with(ty));
    let scope = scope.with(&signature.output);
    let params: Vec<String> = (signature.params.iter().enumerate())
        .map(|(at, (_, ty))| match (at, f.receiver) {
            (0, Receiver::Value | Receiver::Ref | Receiver::RefMut | Receiver::Typed) => {
                format!("self: {}", spell.ty(ty))
            }
            (_, _) => format!("_: {}", spell.ty(ty)),
        })
        .collect();
    let qualifiers = [(signature.is_async, "async "), (signature.is_unsafe, "unsafe ")];
    let qualifiers: String =
        qualifiers.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    let abi = if signature.abi == "Rust" {
        String::new()
    } else {
        format!("extern {:?} ", signature.abi)
    };
    let text = format!(
        "{qualifiers}{abi}fn {}{}({}){}{} {{ panic!() }}",
        ident(name),
        scope.params(spell),
        params.join(", "),
        spell.returns(&signature.output),
        scope.conditions(spell),
    );
    spell.inline = None;
    text
}

fn const_type<'g>(generics: Option<&'g Generics>, arg: &str) -> Option<&'g Ty> {
    super::scope::const_type(generics?, Level::Item, arg)
}

//! The generics of a witness: those of the item and of the function that it uses, with the old
//! conditions.

use std::collections::BTreeSet;

use ripe_model::{Generics, Level, Lifetime, ParamKind, Predicate, Ty};

use crate::walk::{self, Visit};

use super::spell::{SELF, Spell, lifetime, parameter};

/// What a witness declares.
#[derive(Default)]
pub(super) struct Scope<'m> {
    /// The generics of the item, trait or impl.
    pub(super) item: Option<&'m Generics>,
    /// The generics of the function.
    pub(super) own: Option<&'m Generics>,
    /// Whether synthetic parameters are left out, because they are written in place.
    pub(super) without_synthetic: bool,
    /// Whether everything outlives the lifetimes of the function: in a body nothing is implied.
    pub(super) outliving: bool,
    /// Lifetimes of the signature, which the generics of a function leave out.
    lifetimes: BTreeSet<(Level, u32)>,
    /// Further lifetimes.
    named: Vec<&'static str>,
    /// Further parameters with their bounds, as text.
    pub(super) more: Vec<String>,
}

impl<'m> Scope<'m> {
    pub(super) fn of(item: Option<&'m Generics>, own: Option<&'m Generics>) -> Scope<'m> {
        Scope { item, own, ..Scope::default() }
    }

    /// Declares the lifetimes of the function that stand in a type.
    pub(super) fn with(mut self, ty: &Ty) -> Self {
        let mut found = Lifetimes(&mut self.lifetimes);
        walk::ty(&mut found, &mut ty.clone());
        self
    }

    /// Declares a lifetime by its name.
    pub(super) fn lifetime(&mut self, name: &'static str) {
        self.named.push(name);
    }

    /// Declares a parameter that stands for `Self` with a bound.
    pub(super) fn with_self(mut self, bound: &str) -> Self {
        self.more.push(format!("{SELF}: {bound}"));
        self
    }

    /// `<'i0, I0, const I1: usize>`; nothing where nothing is declared.
    pub(super) fn params(&self, spell: &Spell<'_>) -> String {
        let mut lifetimes: BTreeSet<String> =
            self.lifetimes.iter().map(|(level, at)| name(*level, *at)).collect();
        let mut others = Vec::new();
        for (generics, level) in [(self.item, Level::Item), (self.own, Level::Own)] {
            let (mut l, mut v) = (0, 0);
            for param in generics.iter().flat_map(|g| &g.params) {
                match &param.kind {
                    ParamKind::Lifetime => {
                        // Those of a function are numbered where they appear.
                        if level == Level::Item {
                            lifetimes.insert(name(level, l));
                        }
                        l += 1;
                    }
                    ParamKind::Type { synthetic, .. } => {
                        if !(*synthetic && self.without_synthetic) {
                            others.push(parameter(level, v));
                        }
                        v += 1;
                    }
                    ParamKind::Const { ty, .. } => {
                        others.push(format!("const {}: {}", parameter(level, v), spell.ty(ty)));
                        v += 1;
                    }
                }
            }
        }
        let mut own = BTreeSet::new();
        for predicate in self.own.iter().flat_map(|g| &g.predicates) {
            walk::predicate(&mut Lifetimes(&mut own), &mut predicate.clone());
        }
        lifetimes.extend(own.into_iter().map(|(level, at)| name(level, at)));
        let named = self.named.iter().map(|name| (*name).to_owned());
        let all: Vec<String> = lifetimes
            .into_iter()
            .chain(named)
            .chain(others)
            .chain(self.more.iter().cloned())
            .collect();
        if all.is_empty() { String::new() } else { format!("<{}>", all.join(", ")) }
    }

    /// ` where …`; nothing where there are no conditions.
    pub(super) fn conditions(&self, spell: &Spell<'_>) -> String {
        let all = [self.item, self.own].into_iter().flatten().flat_map(|g| &g.predicates);
        let texts: Vec<String> = all
            .filter(|p| !(self.without_synthetic && is_of_synthetic(p, self.own)))
            .map(|predicate| spell.predicate(predicate))
            .chain(self.outlives())
            .collect();
        if texts.is_empty() { String::new() } else { format!(" where {}", texts.join(", ")) }
    }

    /// `I0: 'o0`, for each type and lifetime of the item and type of the function.
    fn outlives(&self) -> Vec<String> {
        if !self.outliving {
            return Vec::new();
        }
        let longer = [(self.item, Level::Item), (self.own, Level::Own)];
        let longer: Vec<String> = (longer.into_iter())
            .filter_map(|(generics, level)| Some((generics?, level)))
            .flat_map(|(generics, level)| {
                let all = arguments(generics, level).into_iter();
                let is_const = move |arg: &str| const_type(generics, level, arg).is_some();
                all.filter(move |arg| !is_const(arg) && !arg.starts_with("'o"))
            })
            .collect();
        let own = self.lifetimes.iter().filter(|(level, _)| *level == Level::Own);
        own.flat_map(|(level, at)| {
            let shorter = name(*level, *at);
            longer.iter().map(move |longer| format!("{longer}: {shorter}"))
        })
        .collect()
    }
}

/// The type of a constant parameter by its name.
pub(super) fn const_type<'g>(generics: &'g Generics, level: Level, arg: &str) -> Option<&'g Ty> {
    let values = generics.params.iter().filter(|p| p.kind != ParamKind::Lifetime);
    (0..).zip(values).find_map(|(at, param)| match &param.kind {
        ParamKind::Const { ty, .. } if parameter(level, at) == arg => Some(ty),
        ParamKind::Const { .. } | ParamKind::Lifetime | ParamKind::Type { .. } => None,
    })
}

fn name(level: Level, at: u32) -> String {
    lifetime(&Lifetime::Param(level, at, Default::default()))
}

fn is_of_synthetic(predicate: &Predicate, own: Option<&Generics>) -> bool {
    match predicate {
        Predicate::Bound { ty: Ty::Param(Level::Own, at, _), .. } => {
            own.is_some_and(|own| is_synthetic(own, *at))
        }
        Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => false,
    }
}

/// Whether a parameter of a function stands for an `impl Trait`.
pub(super) fn is_synthetic(own: &Generics, at: u32) -> bool {
    let mut values = own.params.iter().filter(|p| p.kind != ParamKind::Lifetime);
    values
        .nth(at as usize)
        .is_some_and(|p| matches!(p.kind, ParamKind::Type { synthetic: true, .. }))
}

/// The arguments that name the parameters again: `<'i0, I0>`; nothing for none.
pub(super) fn arguments(generics: &Generics, level: Level) -> Vec<String> {
    let (mut l, mut v) = (0, 0);
    let mut lifetimes = Vec::new();
    let mut others = Vec::new();
    for param in &generics.params {
        match &param.kind {
            ParamKind::Lifetime => {
                lifetimes.push(name(level, l));
                l += 1;
            }
            ParamKind::Type { synthetic: true, .. } => v += 1,
            ParamKind::Type { synthetic: false, .. } | ParamKind::Const { .. } => {
                others.push(parameter(level, v));
                v += 1;
            }
        }
    }
    lifetimes.into_iter().chain(others).collect()
}

struct Lifetimes<'s>(&'s mut BTreeSet<(Level, u32)>);

impl Visit for Lifetimes<'_> {
    fn lifetime(&mut self, lifetime: &mut Lifetime) {
        match lifetime {
            Lifetime::Param(level @ (Level::Item | Level::Own), at, _) => {
                self.0.insert((*level, *at));
            }
            Lifetime::Param(Level::Binder, ..) | Lifetime::Static | Lifetime::Erased => {}
        }
    }
}

/// A type with the arguments left out that have defaults, the same with the defaults written, and
/// the generics without those parameters. `None` where nothing has a default.
pub(super) fn defaulted(
    row: &ripe_model::Row,
    path: &str,
    spell: &Spell<'_>,
) -> Option<(String, String, Generics)> {
    let generics = crate::lints::generics_of(&row.facts)?;
    let default = |kind: &ParamKind| match kind {
        ParamKind::Lifetime => None,
        ParamKind::Type { default, .. } => default.as_ref().map(|ty| spell.ty(ty)),
        ParamKind::Const { default, .. } => {
            default.as_ref().map(|c| format!("{{ {} }}", spell.constant(c)))
        }
    };
    let kept = generics.params.iter().take_while(|p| default(&p.kind).is_none()).count();
    let defaults: Vec<String> =
        generics.params[kept..].iter().filter_map(|p| default(&p.kind)).collect();
    if defaults.is_empty() {
        return None;
    }
    let given = arguments(generics, Level::Item);
    let given = &given[..kept];
    let name = super::absolute(path);
    let angled = |args: Vec<String>| {
        if args.is_empty() { name.clone() } else { format!("{name}<{}>", args.join(", ")) }
    };
    let short = angled(given.to_vec());
    let long = angled(given.iter().cloned().chain(defaults).collect());
    let values = generics.params[..kept].iter().filter(|p| p.kind != ParamKind::Lifetime).count();
    let kept_only = |p: &&Predicate| {
        let mut highest = Highest(None);
        walk::predicate(&mut highest, &mut (*p).clone());
        highest.0.is_none_or(|at| (at as usize) < values)
    };
    let generics = Generics {
        params: generics.params[..kept].to_vec(),
        predicates: generics.predicates.iter().filter(kept_only).cloned().collect(),
    };
    Some((short, long, generics))
}

struct Highest(Option<u32>);

impl Visit for Highest {
    fn ty(&mut self, ty: &mut Ty) {
        if let Ty::Param(Level::Item, at, _) = ty {
            self.0 = self.0.max(Some(*at));
        }
    }
}

//! What rules ask about the surroundings of a delta.

use std::collections::BTreeMap;

use ripe_model::{
    AliasFacts, AutoTrait, Binding, Bound, ConstExpr, CrateId, Facts, FunctionFacts, GenericArg,
    Generics, ImplFacts, Level, Namespace, Param, ParamKind, Predicate, Row, Shape, TraitModifier,
    Ty, TypePath,
};

use crate::delta::{Delta, is_open_trait};
use crate::impls;
use crate::render::Show;
use crate::surface::{split, without_args};
use crate::walk::{self, Visit};
use crate::world::{Holds, World, is_maybe_sized, name};

/// Traits that every type has for itself, so that one more impl is never the second one.
const REFLEXIVE: &[&str] = &["From", "Into", "TryFrom", "TryInto", "Borrow", "BorrowMut"];

impl<'a> Delta<'a> {
    /// The new model's world.
    pub(crate) fn new_world(&self) -> &World<'a> {
        &self.cx.new_world
    }

    /// Whether a parameter had a trait that no client can name.
    pub(crate) fn has_unnameable_bound(&self, generics: &Generics) -> bool {
        let rows = &self.cx.old.model.rows;
        generics.predicates.iter().any(|predicate| match predicate {
            Predicate::Bound { bound: Bound::Trait { trait_, .. }, .. } => {
                trait_.krate == CrateId::LOCAL
                    && rows.get(&trait_.path, Namespace::Type).is_none()
                    && self.cx.new.model.rows.get(&trait_.path, Namespace::Type).is_none()
            }
            Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => false,
        })
    }

    /// The types of the package that had a blanket impl and have not the narrower one: those that do
    /// not meet its conditions.
    pub(crate) fn types_that_lose(&self, old: &ImplFacts, new: &ImplFacts) -> Vec<&'a str> {
        if !old.is_blanket {
            return Vec::new();
        }
        let types = self.cx.old.model.rows.iter().filter(|row| row.key.ns == Namespace::Type);
        let loses = |row: &Row| {
            let params = match &row.facts {
                Facts::Struct(s) => &s.generics.params,
                Facts::Enum(e) => &e.generics.params,
                Facts::Union(u) => &u.generics.params,
                _ => return false,
            };
            let ty = self.cx.retelling.ty(&whole(&row.key.path, params));
            !impls::applies(&self.cx.new_world, new, &ty)
        };
        types.filter(|row| loses(row)).map(|row| row.key.path.as_str()).collect()
    }

    /// Whether all that a type could be converted into by `into()` can be made of another type too.
    pub(crate) fn keeps_conversions(&self, was: &Ty, is: &Ty) -> bool {
        let (before, after) =
            (self.cx.old_world.conversions(was), self.new_world().conversions(is));
        !before.is_empty() && before.is_subset(&after)
    }

    /// Whether the type has other parameters now.
    pub(crate) fn is_reshaped(&self) -> bool {
        self.cx.retelling.is_reshaped(&self.row().key.path)
    }

    /// The owner of a member in the new version.
    pub(crate) fn owner_in_new(&self, row: &Row) -> Option<&'a Row> {
        let (owner, _) = split(&row.key.path)?;
        let owner = without_args(owner);
        let told = self.cx.retelling.renamed(owner).unwrap_or(owner);
        self.cx.new.row(told, Namespace::Type)
    }

    /// Whether the owner of a removed member is another kind of thing now, so that the removal was
    /// told there. A new shape tells of fields and variants only: nix 0.26.3 made structs with named
    /// fields to tuple structs, and took methods away.
    pub(crate) fn owner_changed_form(&self, row: &Row) -> bool {
        let old = self.owner(self.cx.old.model, row);
        let is_part = matches!(row.facts, Facts::Field(_) | Facts::Variant(_));
        match (old, self.owner_in_new(row)) {
            (Some(old), Some(new)) => match (&old.facts, &new.facts) {
                (Facts::Struct(o), Facts::Struct(n)) => is_part && o.shape != n.shape,
                (Facts::Variant(o), Facts::Variant(n)) => o.shape != n.shape,
                (
                    Facts::Struct(_) | Facts::Enum(_) | Facts::Union(_),
                    Facts::Struct(_) | Facts::Enum(_) | Facts::Union(_),
                ) => is_part && old.facts.kind() != new.facts.kind(),
                (o, n) => o.kind() != n.kind() && !matches!(n, Facts::TypeAlias(_)),
            },
            (_, _) => false,
        }
    }

    /// A member of what the owner dereferences to.
    pub(crate) fn member_behind_deref(
        &self,
        owner: &Row,
        member: &str,
        ns: Namespace,
    ) -> Option<&'a Row> {
        let mut at = owner.key.path.clone();
        for _ in 0..4 {
            let own = Ty::Path(Box::new(plain_path(&at)));
            let target = self.cx.new_world.deref_target(&own)?;
            let Ty::Path(path) = target else { return None };
            if path.krate != CrateId::LOCAL {
                return None;
            }
            if let Some(row) = self.cx.new.row(&format!("{}::{member}", path.path), ns) {
                return Some(row);
            }
            at.clone_from(&path.path);
        }
        None
    }

    /// A trait of the new version through which the removed method is still to be had.
    pub(crate) fn trait_that_offers(&self, row: &Row) -> Option<String> {
        let owner = self.owner_in_new(row)?;
        let own = Ty::Path(Box::new(plain_path(&owner.key.path)));
        let offering = self.cx.new_world.impls_of_type(&own).find_map(|i| {
            let t = self.cx.new_world.local_trait(&i.trait_)?;
            let wanted = row.key.name();
            (t.required.iter().chain(&t.provided).any(|item| item == wanted))
                .then_some(&i.trait_.path)
        })?;
        Some(format!("import the trait `{offering}`, which has it now"))
    }

    /// Whether an alias stands for the type that the old row was: `Some(true)` entirely,
    /// `Some(false)` but for its constructor, which an alias does not bring.
    pub(crate) fn same_type_behind(&self, old: &Row, alias: &AliasFacts) -> Option<bool> {
        let Ty::Path(path) = &alias.ty else { return None };
        let same = if path.krate == CrateId::LOCAL {
            self.cx.new.row(&path.path, Namespace::Type)?.facts == old.facts
        } else {
            let elsewhere = self.cx.retelling.elsewhere(&old.key.path);
            elsewhere.is_some_and(|(krate, at)| (*krate, at) == (path.krate, &path.path))
        };
        if !same {
            return None;
        }
        Some(match &old.facts {
            Facts::Struct(s) => s.shape == Shape::Plain || s.has_private_fields,
            _ => true,
        })
    }

    /// Whether a type promises its layout.
    pub(crate) fn is_repr_c(&self, row: &Row) -> bool {
        let repr = match &row.facts {
            Facts::Struct(s) => &s.repr,
            Facts::Union(u) => &u.repr,
            Facts::Enum(e) => &e.repr,
            _ => return false,
        };
        repr.iter().any(|r| r == "C")
    }

    /// Whether a type of the new version derives a trait.
    pub(crate) fn derives(&self, row: &Row, trait_name: &str) -> bool {
        let own = Ty::Path(Box::new(plain_path(&row.key.path)));
        self.cx
            .new_world
            .impls_of_type(&own)
            .any(|i| i.is_derived && name(&i.trait_.path) == trait_name)
    }

    /// Whether an enum of the new version can be cast with `as`.
    pub(crate) fn is_castable(&self, row: &Row) -> bool {
        castable(self.cx.new_world.model, row)
    }

    /// Whether an enum of the old version could be cast with `as`.
    pub(crate) fn is_castable_in_old(&self, row: &Row) -> bool {
        castable(self.cx.old_world.model, row)
    }

    /// Whether an item of a trait is an associated type.
    pub(crate) fn is_assoc_type(&self, trait_: &Row, item: &str) -> bool {
        let path = format!("{}::{item}", trait_.key.path);
        matches!(
            self.cx.new_world.model.rows.get(&path, Namespace::Type).map(|row| &row.facts),
            Some(Facts::AssocType(_))
        )
    }

    /// Whether a trait is there to extend types that the crate does not define.
    pub(crate) fn is_extension_trait(&self, trait_: &Row) -> bool {
        let impls = || {
            self.cx.new_world.impls(&trait_.key.path).into_iter().filter_map(|row| {
                match &row.facts {
                    // An impl that asks for the trait itself only forwards, like the one for `&T`.
                    Facts::Impl(i) if !forwards(i) => Some(i),
                    _ => None,
                }
            })
        };
        impls().next().is_some() && impls().all(|i| !is_local(&i.self_ty))
    }

    /// Whether a bound on `Self` follows from others.
    pub(crate) fn bound_follows(&self, bound: &Bound, from: &[Bound]) -> bool {
        let on_self = |b: &Bound| Predicate::Bound { ty: Ty::SelfType, bound: b.clone() };
        let given: Vec<Predicate> = from.iter().map(on_self).collect();
        if matches!(bound, Bound::Trait { trait_, .. } if name(&trait_.path) == "Sized") {
            // A sized supertrait makes its subtraits sized.
            return from.contains(bound)
                || impls::traits(from)
                    .any(|t| matches!(name(&t.path), "Clone" | "Copy" | "Default"));
        }
        self.cx.new_world.holds(&on_self(bound), &given) == Holds::Yes
    }

    /// Whether a blanket impl covers everything that has the supertraits, so that coherence leaves
    /// no impl to clients, as with `Itertools`.
    pub(crate) fn is_closed_by_blanket(&self, trait_: &Row) -> bool {
        let Facts::Trait(t) = &trait_.facts else { return false };
        self.cx.old_world.impls(&trait_.key.path).iter().any(|row| {
            let Facts::Impl(i) = &row.facts else { return false };
            matches!(i.self_ty, Ty::Param(..))
                && i.trait_.args.is_empty()
                && i.generics.predicates.iter().all(|p| match p {
                    Predicate::Bound { ty, bound } => {
                        *ty == i.self_ty
                            && (t.supertraits.contains(bound)
                                || matches!(bound, Bound::Trait { modifier, .. }
                                    if *modifier == TraitModifier::Maybe))
                    }
                    Predicate::Outlives { .. } | Predicate::Equal { .. } => false,
                })
        })
    }

    /// Whether every implementor of the trait has another trait by a blanket impl.
    pub(crate) fn everyone_has(&self, bound: &Bound) -> bool {
        let Bound::Trait { trait_, .. } = bound else { return false };
        let own = self.row().key.path.as_str();
        self.cx.new_world.impls(&trait_.path).iter().any(|row| {
            let Facts::Impl(i) = &row.facts else { return false };
            matches!(i.self_ty, Ty::Param(..))
                && i.generics.predicates.iter().all(|p| match p {
                    Predicate::Bound { bound: Bound::Trait { trait_, modifier }, .. } => {
                        *modifier == TraitModifier::Maybe || trait_.path == own
                    }
                    Predicate::Bound { .. }
                    | Predicate::Outlives { .. }
                    | Predicate::Equal { .. } => false,
                })
        })
    }

    /// Whether no client can name the trait of a bound.
    pub(crate) fn is_unnameable(&self, bound: &Bound) -> bool {
        let Bound::Trait { trait_, .. } = bound else { return false };
        let hidden = |row: Option<&Row>| row.is_none_or(|row| row.marks.hidden);
        trait_.krate == CrateId::LOCAL
            && hidden(self.cx.new_world.model.rows.get(&trait_.path, Namespace::Type))
            && hidden(self.cx.old_world.model.rows.get(&trait_.path, Namespace::Type))
    }

    /// The conditions of `new` that do not follow from `old`, as text.
    pub(crate) fn new_conditions(&self, old: &Generics, new: &Generics) -> Vec<String> {
        let given = &old.predicates;
        let mut added: Vec<String> = (new.predicates.iter())
            .filter(|p| !is_maybe(p))
            .filter(|p| self.cx.new_world.holds(p, given) == Holds::No)
            .map(|p| Show(p).to_string())
            .collect();
        for predicate in given.iter().filter(|p| is_maybe(p)) {
            if let Predicate::Bound { ty, .. } = predicate
                && !is_maybe_sized(ty, &new.predicates)
            {
                added.push(format!("{}: Sized", Show(ty)));
            }
        }
        added
    }

    /// Whether the type, the trait or an argument of an old impl is no item of the new version: its
    /// removal was told there, or nobody could name it.
    pub(crate) fn is_gone_with_its_parts(&self, i: &ImplFacts) -> bool {
        let rows = &self.cx.new_world.model.rows;
        header_paths(i).iter().any(|path| rows.get(path, Namespace::Type).is_none())
    }

    /// Whether the type, the trait or an argument of a new impl is itself new.
    pub(crate) fn is_new_with_its_parts(&self, i: &ImplFacts) -> bool {
        let rows = &self.cx.new_world.model.rows;
        header_paths(i).iter().any(|path| {
            self.cx.added_types.contains(path.as_str())
                || rows.find(path, Namespace::Type).is_none_or(|at| rows.is_hidden(at))
        })
    }

    /// Whether clients may have written an impl that a new blanket impl conflicts with.
    pub(crate) fn clients_could_implement(&self, i: &ImplFacts) -> bool {
        let trait_ = self.cx.new_world.model.rows.get(&i.trait_.path, Namespace::Type);
        let open = trait_.is_some_and(|row| is_open_trait(row) && !row.marks.hidden);
        let reachable = i.generics.predicates.iter().all(|p| match p {
            Predicate::Bound { bound: Bound::Trait { trait_, modifier }, .. } => {
                let foreign = trait_.krate != CrateId::LOCAL;
                *modifier == TraitModifier::Maybe
                    || foreign && !matches!(name(&trait_.path), "Fn" | "FnMut" | "FnOnce")
                    || !foreign && self.is_nameable_and_open(&trait_.path)
            }
            Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => true,
        });
        open && reachable && i.trait_.krate == CrateId::LOCAL
    }

    fn is_nameable_and_open(&self, path: &str) -> bool {
        self.cx.new_world.model.rows.get(path, Namespace::Type).is_some_and(is_open_trait)
    }

    /// The shape of call that a new impl makes ambiguous, if there is one.
    pub(crate) fn ambiguity(&self, i: &ImplFacts) -> Option<String> {
        let trait_name = name(&i.trait_.path);
        let generic = i.trait_.args.iter().any(|a| matches!(a, GenericArg::Type(_)));
        let local = i.trait_.krate == CrateId::LOCAL;
        if REFLEXIVE.contains(&trait_name) || !generic && !local {
            return None;
        }
        let (_, before) = self.cx.old_world.impls_for(&i.trait_.path, &i.self_ty).next()?;
        let says = format!(
            "the second impl of `{trait_name}` after the one for `{}`",
            if generic {
                Show(&before.trait_).to_string()
            } else {
                Show(&before.self_ty).to_string()
            }
        );
        let shape = match trait_name {
            "AsRef" | "AsMut" => "breaks `x.as_ref()` where the target is inferred".to_owned(),
            "PartialEq" | "PartialOrd" => "breaks `x == y.into()` and `x == y.parse()?`".to_owned(),
            "FromIterator" | "Extend" | "Sum" | "Product" => {
                "breaks collecting items whose type is inferred".to_owned()
            }
            _ if generic => "breaks calls whose trait argument is inferred".to_owned(),
            _ => "breaks calls whose argument is inferred, like `f((x, y.into()))`".to_owned(),
        };
        Some(format!("{says}; {shape}"))
    }

    /// Whether a type of the new version has public parts that could be moved out.
    pub(crate) fn has_movable_field(&self, self_ty: &Ty) -> bool {
        let Ty::Path(path) = self_ty else { return false };
        let model = self.cx.new_world.model;
        let movable = |owner: &str, fields: &[String]| {
            fields.iter().any(|field| {
                let row = model.rows.get(&format!("{owner}::{field}"), Namespace::Field);
                row.is_some_and(|row| match &row.facts {
                    Facts::Field(f) => {
                        !matches!(f.ty, Ty::Primitive(_) | Ty::Ref { mutable: false, .. })
                    }
                    _ => false,
                })
            })
        };
        match model.rows.get(&path.path, Namespace::Type).map(|row| &row.facts) {
            Some(Facts::Struct(s)) => movable(&path.path, &s.fields),
            Some(Facts::Enum(e)) => e.variants.iter().any(|variant| {
                let at = format!("{}::{variant}", path.path);
                match model.rows.get(&at, Namespace::Type).map(|row| &row.facts) {
                    Some(Facts::Variant(v)) => movable(&at, &v.fields),
                    _ => false,
                }
            }),
            _ => false,
        }
    }

    /// The auto traits of both sides, by name.
    pub(crate) fn auto_traits(
        &self,
    ) -> impl Iterator<Item = (&'a str, &'a AutoTrait, &'a AutoTrait)> + use<'a> {
        let of = |row: &'a Row| -> Option<&'a BTreeMap<String, AutoTrait>> {
            match &row.facts {
                Facts::Struct(s) => Some(&s.auto_traits),
                Facts::Union(u) => Some(&u.auto_traits),
                Facts::Enum(e) => Some(&e.auto_traits),
                _ => None,
            }
        };
        let sides = self.both().and_then(|(old, new)| Some((of(old)?, of(new)?)));
        sides.into_iter().flat_map(|(old, new)| {
            old.iter().filter_map(|(name, was)| Some((name.as_str(), was, new.get(name)?)))
        })
    }

    /// Whether a type has fields that clients can name.
    pub(crate) fn has_public_fields(&self, row: &Row) -> bool {
        match &row.facts {
            Facts::Struct(s) => !s.fields.is_empty(),
            Facts::Union(u) => !u.fields.is_empty(),
            _ => false,
        }
    }

    /// A method of a local trait that a type had in the old version.
    pub(crate) fn trait_method_before(
        &self,
        self_ty: &Ty,
        method: &str,
    ) -> Option<&'a FunctionFacts> {
        let rows = &self.cx.old_world.model.rows;
        self.cx.old_world.impls_of_type(self_ty).find_map(|i| {
            let path = format!("{}::{method}", i.trait_.path);
            match &rows.get(&path, Namespace::Value)?.facts {
                Facts::Function(f) => Some(&**f),
                _ => None,
            }
        })
    }

    /// The associated items of a new impl, with its generics replaced by what the old header says.
    pub(crate) fn assoc_in_terms_of(
        &self,
        old: &ImplFacts,
        new: &ImplFacts,
    ) -> BTreeMap<String, Binding> {
        impls::assoc_in_terms_of(old, new)
    }
}

/// A type with its own parameters as arguments.
fn whole(path: &str, params: &[Param]) -> Ty {
    let params = params.iter().filter(|param| param.kind != ParamKind::Lifetime);
    let arg = |(at, param): (u32, &Param)| match &param.kind {
        ParamKind::Const { .. } => {
            GenericArg::Const(ConstExpr::Param(Level::Item, at, param.name.clone()))
        }
        ParamKind::Type { .. } | ParamKind::Lifetime => {
            GenericArg::Type(Ty::Param(Level::Item, at, param.name.clone()))
        }
    };
    let args = (0..).zip(params).map(arg).collect();
    Ty::Path(Box::new(TypePath { args, ..plain_path(path) }))
}

fn is_maybe(p: &Predicate) -> bool {
    matches!(p, Predicate::Bound { bound: Bound::Trait { modifier: TraitModifier::Maybe, .. }, .. })
}

fn forwards(i: &ImplFacts) -> bool {
    i.generics.predicates.iter().any(|p| match p {
        Predicate::Bound { bound: Bound::Trait { trait_, .. }, .. } => trait_.path == i.trait_.path,
        Predicate::Bound { .. } | Predicate::Outlives { .. } | Predicate::Equal { .. } => false,
    })
}

fn is_local(ty: &Ty) -> bool {
    match ty {
        Ty::Path(p) => p.krate == CrateId::LOCAL,
        Ty::Ref { ty, .. } => is_local(ty),
        _ => false,
    }
}

fn plain_path(path: &str) -> TypePath {
    TypePath {
        krate: CrateId::LOCAL,
        path: path.to_owned(),
        args: Vec::new(),
        bindings: Vec::new(),
    }
}

fn castable(model: &ripe_model::ApiModel, row: &Row) -> bool {
    let Facts::Enum(e) = &row.facts else { return false };
    let mut all = e.variants.iter().chain(&e.hidden_variants).peekable();
    all.peek().is_some()
        && all.all(|variant| {
            let path = format!("{}::{variant}", row.key.path);
            match model.rows.get(&path, Namespace::Type) {
                Some(row) => match &row.facts {
                    Facts::Variant(v) => v.shape == Shape::Unit && !row.marks.non_exhaustive,
                    _ => false,
                },
                None => false,
            }
        })
}

/// The local paths in the header of an impl.
fn header_paths(i: &ImplFacts) -> Vec<String> {
    struct Local(Vec<String>);
    impl Visit for Local {
        fn path(&mut self, path: &mut TypePath) {
            if path.krate == CrateId::LOCAL {
                self.0.push(path.path.clone());
            }
        }
    }
    let mut local = Local(Vec::new());
    walk::path(&mut local, &mut i.trait_.clone());
    walk::ty(&mut local, &mut i.self_ty.clone());
    local.0
}

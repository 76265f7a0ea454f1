//! The join: which changes reach which use sites.
//!
//! Invariant: it reads no sources. What a site needs to say for the join, the scan or another
//! producer of sites has said.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{
    ApiModel, Certainty, Change, Confidence, CrateId, Facts, GenericArg, How, ItemKey, ItemKind,
    Namespace, Ty, UseSite,
};

use crate::sink::{ALL_MEMBERS, BY_NAME, DEFAULTED};

/// A change with the sites that it hurts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The index of the change.
    pub change: usize,
    /// How sure it is that these sites break: that of the change, or more where the sites told
    /// what the change left open.
    pub certainty: Certainty,
    /// The sites, sorted; never empty.
    pub sites: Vec<UseSite>,
}

/// Changes that add a member: they hurt who names all members of the owner.
const ADDITIVE: &[&str] =
    &["enum_variant_added", "struct_field_added", "variant_field_added", "marked_non_exhaustive"];

/// The lint of an alias; where it is only possible, an argument that the alias chooses changed.
const ALIAS: &str = "alias_target_changed";

/// The lint of a default argument: it hurts types that are named without it.
const DEFAULT: &str = "generic_default_changed";

/// The lint of a trait that gets an item: it hurts calls of that name which another item answers.
const NAME_ADDED: &str = "trait_provided_item_added";

/// The lint of a lost `Send`, `Sync`, …
const AUTO_TRAIT: &str = "auto_trait_lost";

/// The lint of a parameter that takes more types than before: it hurts calls with an argument
/// whose type is inferred from the parameter.
const WIDENED: &str = "fn_parameter_widened";

/// Joins the changes of one package with the sites that use it.
///
/// A site joins a change if the site's item is the changed item, under its canonical path or one
/// of `also_at`, or a member of an item that is gone, and if the change hurts this kind of use.
/// An added member joins the sites that name all members, an added item of a trait the calls that
/// it makes ambiguous. An impl joins the sites that need it;
/// a lost auto trait has no site of its own, and joins where its type is named, as a guess.
/// Changes that nothing reaches are left out.
pub fn join(changes: &[Change], sites: &[UseSite], locked: &ApiModel) -> Vec<Reached> {
    let mut by_item: BTreeMap<&str, Vec<&UseSite>> = BTreeMap::new();
    for site in sites {
        by_item.entry(site.item.as_str()).or_default().push(site);
    }
    let index = Index { by_item, locked };
    changes
        .iter()
        .enumerate()
        .filter(|(_, change)| !change.hurts.is_empty())
        .flat_map(|(at, change)| {
            let mut by_certainty: BTreeMap<Certainty, Vec<UseSite>> = BTreeMap::new();
            for site in index.reached(change) {
                by_certainty.entry(certainty_at(change, &site)).or_default().push(site);
            }
            by_certainty.into_iter().map(move |(certainty, sites)| Reached {
                change: at,
                certainty,
                sites,
            })
        })
        .collect()
}

/// How sure a change is at a site: a name between two bounds is ambiguous for certain.
fn certainty_at(change: &Change, site: &UseSite) -> Certainty {
    if change.lint == NAME_ADDED && site.confidence == Confidence::Exact {
        return change.certainty.min(Certainty::Definite);
    }
    change.certainty
}

struct Index<'a> {
    by_item: BTreeMap<&'a str, Vec<&'a UseSite>>,
    locked: &'a ApiModel,
}

impl Index<'_> {
    fn at(&self, item: &str) -> impl Iterator<Item = &UseSite> {
        self.by_item.get(item).into_iter().flatten().copied()
    }

    fn reached(&self, change: &Change) -> BTreeSet<UseSite> {
        let mut found = BTreeSet::new();
        let additive = ADDITIVE.contains(&change.lint.as_str());
        // Of a function, `Infer` only marks a call: the call itself is the site.
        let of_function =
            matches!(change.kind, ItemKind::Function | ItemKind::Method | ItemKind::AssocFunction);
        let hurts = |how: How| {
            change.hurts.contains(&how)
                && takes(change.item.ns, how)
                && !(of_function && how == How::Infer)
        };
        let paths = std::iter::once(&change.item.path).chain(&change.also_at);
        for path in paths.clone() {
            for site in self.at(path) {
                let whole = additive && matches!(site.how, How::Match | How::Construct);
                if hurts(site.how) && (!whole || self.closed_to_literals(change, site.how)) {
                    found.insert(site.clone());
                }
            }
            if additive {
                // The site names all members: said of the owner in the report.
                for site in self.at(&format!("{path}{ALL_MEMBERS}")) {
                    if hurts(site.how) {
                        found.insert(UseSite { item: path.clone(), ..site.clone() });
                    }
                }
            }
            if is_gone(change) {
                found.extend(self.members(path).filter(|s| change.hurts.contains(&s.how)).cloned());
            }
        }
        if change.lint == ALIAS && change.certainty == Certainty::Possible {
            let named = self.names_an_argument(&change.item);
            found.retain(|site| named || site.how == How::Path);
        }
        if change.lint == DEFAULT && change.kind != ItemKind::Trait {
            found = paths
                .flat_map(|path| {
                    self.at(&format!("{path}{DEFAULTED}")).cloned().collect::<Vec<_>>()
                })
                .map(|site| UseSite { item: change.item.path.clone(), ..site })
                .collect();
        }
        if change.lint == NAME_ADDED
            && let Some((trait_, name)) = change.item.path.rsplit_once("::")
        {
            let open = format!("{trait_}{BY_NAME}{name}");
            found.extend(
                self.at(&open).map(|s| UseSite { item: change.item.path.clone(), ..s.clone() }),
            );
        }
        if change.lint == AUTO_TRAIT {
            for site in self.at(&change.item.path).filter(|s| s.how == How::Type) {
                found.insert(UseSite { confidence: Confidence::Guess, ..site.clone() });
            }
        }
        if change.lint == WIDENED {
            found.retain(|site| !self.is_settled(site));
        }
        if change.item.ns == Namespace::Impl {
            found.extend(self.trait_uses(change));
        }
        found
    }

    /// Whether any site names an item that stands in an alias as an argument.
    fn names_an_argument(&self, alias: &ItemKey) -> bool {
        let Some(Facts::TypeAlias(facts)) =
            self.locked.rows.get(&alias.path, alias.ns).map(|row| &row.facts)
        else {
            return true;
        };
        let Ty::Path(of) = &facts.ty else { return true };
        of.args.iter().any(|arg| matches!(arg, GenericArg::Type(ty) if self.names(ty)))
    }

    /// Whether any site names a type of the package that stands in `ty`.
    fn names(&self, ty: &Ty) -> bool {
        let Ty::Path(path) = ty else { return false };
        path.krate == CrateId::LOCAL && self.at(&path.path).next().is_some()
            || path.args.iter().any(|arg| matches!(arg, GenericArg::Type(ty) if self.names(ty)))
    }

    /// Whether all arguments of a call have their types from themselves: the scan says
    /// [`How::Infer`] of a call where one has not.
    fn is_settled(&self, call: &UseSite) -> bool {
        call.how == How::Call
            && call.confidence == Confidence::Exact
            && !self.at(&call.item).any(|site| {
                site.how == How::Infer && site.file == call.file && site.line == call.line
            })
    }

    /// A struct that is non-exhaustive cannot be built by a literal, whether it names all fields
    /// or not.
    fn closed_to_literals(&self, change: &Change, how: How) -> bool {
        how == How::Construct
            && change.lint == "marked_non_exhaustive"
            && change.kind == ItemKind::Struct
    }

    /// The sites of what belongs to an item.
    fn members<'s>(&'s self, path: &str) -> impl Iterator<Item = &'s UseSite> {
        let prefix = format!("{path}::");
        self.by_item
            .range::<str, _>((
                std::ops::Bound::Included(prefix.as_str()),
                std::ops::Bound::Unbounded,
            ))
            .take_while({
                let prefix = prefix.clone();
                move |(item, _)| item.starts_with(&prefix)
            })
            .filter(|(item, _)| !item.ends_with(ALL_MEMBERS) && !item.contains(BY_NAME))
            .flat_map(|(_, sites)| sites.iter().copied())
    }

    /// An impl of the dependency's own trait: methods of the trait that are called in a file that
    /// names the type can need it, where the type of the receiver was not known.
    fn trait_uses(&self, change: &Change) -> Vec<UseSite> {
        let Some(row) = self.locked.rows.get(&change.item.path, Namespace::Impl) else {
            return Vec::new();
        };
        let Facts::Impl(facts) = &row.facts else { return Vec::new() };
        let Ty::Path(this) = &facts.self_ty else { return Vec::new() };
        if facts.trait_.krate != CrateId::LOCAL {
            return Vec::new();
        }
        let files: BTreeSet<_> = self.at(&this.path).map(|site| &site.file).collect();
        self.members(&facts.trait_.path)
            .filter(|s| {
                s.how == How::Call && s.confidence == Confidence::Guess && files.contains(&s.file)
            })
            .cloned()
            .collect()
    }
}

/// Whether an item takes its members with it.
fn is_gone(change: &Change) -> bool {
    match change.kind {
        ItemKind::Module
        | ItemKind::Struct
        | ItemKind::Union
        | ItemKind::Enum
        | ItemKind::Variant
        | ItemKind::Trait
        | ItemKind::TraitAlias
        | ItemKind::TypeAlias
        | ItemKind::ExternType => change.lint == "item_removed",
        ItemKind::Field
        | ItemKind::Function
        | ItemKind::Method
        | ItemKind::AssocFunction
        | ItemKind::AssocType
        | ItemKind::AssocConst
        | ItemKind::Const
        | ItemKind::Static
        | ItemKind::Macro
        | ItemKind::ProcMacro
        | ItemKind::AttributeMacro
        | ItemKind::DeriveMacro
        | ItemKind::Impl
        | ItemKind::Reexport
        | ItemKind::Feature
        | ItemKind::Package => false,
    }
}

/// Whether a use of this kind can mean an item of this namespace: a derive macro and its trait
/// share a path, and so can a field and a method.
fn takes(ns: Namespace, how: How) -> bool {
    match ns {
        Namespace::Macro => matches!(how, How::Macro | How::Derive | How::Import | How::Infer),
        Namespace::Field => matches!(how, How::Field | How::Construct | How::Match | How::Infer),
        Namespace::Type => !matches!(how, How::Macro | How::Derive | How::Field),
        Namespace::Value => !matches!(how, How::Macro | How::Derive | How::Field),
        Namespace::Impl | Namespace::Feature | Namespace::Package => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ripe_model::{Bump, PackageId, Rows, Source, UnitFacts};

    fn model() -> ApiModel {
        ApiModel {
            package: PackageId {
                name: "dep".into(),
                version: semver::Version::new(1, 0, 0),
                source: Source::CratesIo,
            },
            unit: UnitFacts::default(),
            crates: Vec::new(),
            rows: Rows::default(),
            aliases: Vec::new(),
            definitions: Vec::new(),
            gaps: Vec::new(),
        }
    }

    fn change(lint: &str, kind: ItemKind, item: &str, ns: Namespace, hurts: &[How]) -> Change {
        Change {
            lint: lint.into(),
            bump: Bump::Major,
            certainty: Certainty::Definite,
            item: ItemKey::new(item, ns),
            kind,
            old_span: None,
            new_span: None,
            detail: String::new(),
            suggestion: None,
            hurts: hurts.to_vec(),
            also_at: Vec::new(),
            proven: None,
        }
    }

    fn site(item: &str, how: How) -> UseSite {
        UseSite {
            package: "client".into(),
            file: "src/lib.rs".into(),
            line: 1,
            column: 1,
            item: item.into(),
            how,
            confidence: Confidence::Exact,
            inactive: false,
        }
    }

    #[track_caller]
    fn check(change: Change, sites: &[UseSite], reached: usize) {
        let found = join(&[change], sites, &model());
        assert_eq!(found.iter().map(|r| r.sites.len()).sum::<usize>(), reached);
    }

    #[test]
    fn variant_added_reaches_only_matches_over_all_variants() {
        let added =
            change("enum_variant_added", ItemKind::Enum, "dep::E", Namespace::Type, &[How::Match]);
        check(added.clone(), &[site("dep::E", How::Match), site("dep::E::A", How::Match)], 0);
        check(added, &[site("dep::E::..", How::Match)], 1);
    }

    #[test]
    fn removed_struct_takes_the_calls_of_its_methods_along() {
        let hurts = [How::Import, How::Call, How::Type];
        let gone = change("item_removed", ItemKind::Struct, "dep::S", Namespace::Type, &hurts);
        let sites = [
            site("dep::S", How::Import),
            site("dep::S::new", How::Call),
            site("dep::Sx", How::Type),
        ];
        check(gone, &sites, 2);
    }

    #[test]
    fn derive_is_not_a_use_of_the_trait_of_its_name() {
        let hurts = [How::Derive, How::Bound];
        let gone = change("item_removed", ItemKind::Trait, "dep::T", Namespace::Type, &hurts);
        check(gone, &[site("dep::T", How::Derive)], 0);
    }

    #[test]
    fn widened_parameter_reaches_only_inferred_arguments() {
        let hurts = [How::Call, How::Path];
        let wide = change(WIDENED, ItemKind::Function, "dep::f", Namespace::Value, &hurts);
        check(wide.clone(), &[site("dep::f", How::Call)], 0);
        check(wide, &[site("dep::f", How::Call), site("dep::f", How::Infer)], 1);
    }

    #[test]
    fn changed_default_reaches_only_types_that_leave_the_argument_out() {
        let changed =
            change(DEFAULT, ItemKind::Struct, "dep::S", Namespace::Type, &[How::Type, How::Bound]);
        check(changed.clone(), &[site("dep::S", How::Type)], 0);
        check(changed, &[site("dep::S", How::Type), site("dep::S<..>", How::Type)], 1);
    }

    #[test]
    fn name_added_to_a_trait_reaches_the_calls_that_it_makes_ambiguous() {
        let mut added =
            change(NAME_ADDED, ItemKind::Method, "dep::T::m", Namespace::Value, &[How::Call]);
        added.certainty = Certainty::Possible;
        let mut open = site("dep::T.m", How::Call);
        check(added.clone(), &[site("dep::T", How::Import), site("dep::T.n", How::Call)], 0);
        // Between two bounds it is certain, elsewhere it stays possible.
        for (confidence, certainty) in
            [(Confidence::Exact, Certainty::Definite), (Confidence::Likely, Certainty::Possible)]
        {
            open.confidence = confidence;
            let found = join(&[added.clone()], std::slice::from_ref(&open), &model());
            assert_eq!(found.iter().map(|r| r.certainty).collect::<Vec<_>>(), [certainty]);
        }
    }

    #[test]
    fn read_of_a_field_is_not_hurt_by_another_field() {
        let hurts = [How::Construct, How::Match];
        let added =
            change("struct_field_added", ItemKind::Struct, "dep::S", Namespace::Type, &hurts);
        check(added, &[site("dep::S::a", How::Field), site("dep::S", How::Type)], 0);
    }
}

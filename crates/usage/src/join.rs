//! The join: which changes reach which use sites.
//!
//! Invariant: it reads no sources. What a site needs to say for the join, the scan or another
//! producer of sites has said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ripe_model::{
    AliasTarget, ApiModel, Certainty, Change, Confidence, CrateId, Facts, GenericArg, How, ItemKey,
    ItemKind, Namespace, Ty, UseSite,
};

use crate::sink::{ALL_MEMBERS, BY_NAME, DEFAULTED, LIFETIMES};

/// A change with the sites that it hurts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The index of the change.
    pub change: usize,
    /// How sure it is that these sites break: that of the change, unless the sites tell
    /// more, or less.
    pub certainty: Certainty,
    /// The sites, sorted; never empty.
    pub sites: Vec<UseSite>,
}

/// Which sites a change can reach, besides or instead of those that name its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The uses of the item, and of the members of an item that is gone.
    Named,
    /// A member was added: literals, patterns and matches that name all members of the owner.
    AllMembers,
    /// A default changed: types that are named without the argument.
    LeftOutArguments,
    /// A lifetime is gone: types and traits that are named with lifetimes.
    WrittenLifetimes,
    /// An argument that an alias chooses changed: who names it, or passes something that has it.
    ChosenArguments,
    /// A trait got an item: calls of that name which another item answers.
    OpenNames,
    /// A parameter takes more types: calls with an argument that has its type from the parameter.
    InferredArguments,
    /// The result is of another type: calls, but for those that convert it where what it was
    /// converted into can be made of the new type too.
    UnconvertedResults,
    /// A type lost `Send`, `Sync`, …, which no site names: where the type is named, as a guess.
    TypesAsGuess,
}

/// The lints whose reach is not [`Reach::Named`].
const REACH: &[(&str, Reach)] = &[
    ("enum_variant_added", Reach::AllMembers),
    ("struct_field_added", Reach::AllMembers),
    ("variant_field_added", Reach::AllMembers),
    ("marked_non_exhaustive", Reach::AllMembers),
    ("generic_default_changed", Reach::LeftOutArguments),
    ("lifetime_parameter_removed", Reach::WrittenLifetimes),
    ("alias_argument_changed", Reach::ChosenArguments),
    ("trait_provided_item_added", Reach::OpenNames),
    ("fn_parameter_widened", Reach::InferredArguments),
    ("fn_return_type_changed", Reach::UnconvertedResults),
    ("auto_trait_lost", Reach::TypesAsGuess),
];

impl Reach {
    fn of(change: &Change) -> Reach {
        let listed = REACH.iter().find(|(lint, _)| *lint == change.lint);
        match listed.map_or(Reach::Named, |(_, reach)| *reach) {
            // The default of a trait's parameter: bounds and impls are no types.
            Reach::LeftOutArguments if change.kind == ItemKind::Trait => Reach::Named,
            reach => reach,
        }
    }
}

/// Joins the changes of one package with the sites that use it.
///
/// A site joins a change if the site's item is the changed item, under its canonical path or one
/// of `also_at`, or a member of an item that is gone, and if the change hurts this kind of use.
/// Some lints reach other sites than those that name the item: an added member those that name all
/// members, an added item of a trait the calls that it makes ambiguous. An impl joins the sites
/// that need it. Changes that nothing reaches are left out.
pub fn join(changes: &[Change], sites: &[UseSite], locked: &ApiModel) -> Vec<Reached> {
    let mut by_item: BTreeMap<&str, Vec<&UseSite>> = BTreeMap::new();
    for site in sites {
        by_item.entry(site.item.as_str()).or_default().push(site);
    }
    let lost: BTreeSet<&str> =
        changes.iter().filter(|c| is_lost_path(c)).map(|c| c.item.path.as_str()).collect();
    let mut other_paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for alias in &locked.aliases {
        match &alias.target {
            AliasTarget::Local(path) if lost.contains(path.as_str()) => {
                other_paths.entry(path).or_default().push(&alias.path);
            }
            AliasTarget::Local(_)
            | AliasTarget::Foreign { .. }
            | AliasTarget::ForeignGlob { .. } => {}
        }
    }
    let index = Index { by_item, other_paths, locked };
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

/// How sure a change is at a site: a name between two bounds is ambiguous for certain, while code
/// that goes through an alias may well fit the other argument too.
fn certainty_at(change: &Change, site: &UseSite) -> Certainty {
    match Reach::of(change) {
        Reach::OpenNames if site.confidence == Confidence::Exact => {
            change.certainty.min(Certainty::Definite)
        }
        Reach::ChosenArguments => change.certainty.max(Certainty::Possible),
        _ => change.certainty,
    }
}

struct Index<'a> {
    by_item: BTreeMap<&'a str, Vec<&'a UseSite>>,
    /// The aliases of items of which a path is lost.
    other_paths: BTreeMap<&'a str, Vec<&'a str>>,
    locked: &'a ApiModel,
}

impl Index<'_> {
    fn at(&self, item: &str) -> impl Iterator<Item = &UseSite> {
        self.by_item.get(item).into_iter().flatten().copied()
    }

    fn reached(&self, change: &Change) -> BTreeSet<UseSite> {
        let named = || self.named(change);
        let mut found = match Reach::of(change) {
            Reach::Named => named(),
            Reach::AllMembers => {
                let mut found = named();
                found.retain(|site| {
                    !matches!(site.how, How::Match | How::Construct)
                        || self.closed_to_literals(change, site.how)
                });
                found.extend(self.marked(change, ALL_MEMBERS).filter(|s| hurts(change, s.how)));
                found
            }
            Reach::LeftOutArguments => self.marked(change, DEFAULTED).collect(),
            Reach::WrittenLifetimes => {
                self.marked(change, LIFETIMES).filter(|site| hurts(change, site.how)).collect()
            }
            Reach::ChosenArguments => {
                let mut found = named();
                if !self.names_an_argument(&change.item) {
                    found.retain(|site| site.how == How::Path);
                }
                found
            }
            Reach::OpenNames => self.open_calls(change),
            Reach::InferredArguments => {
                let mut found = named();
                found.retain(|site| !self.is_settled(site));
                found
            }
            Reach::UnconvertedResults => {
                let mut found = named();
                found.retain(|site| !self.is_converted(change, site));
                found
            }
            Reach::TypesAsGuess => {
                let types = self.at(&change.item.path).filter(|site| site.how == How::Type);
                let guess = |s: &UseSite| UseSite { confidence: Confidence::Guess, ..s.clone() };
                named().into_iter().chain(types.map(guess)).collect()
            }
        };
        if change.item.ns == Namespace::Impl {
            found.extend(self.trait_uses(change));
            // What is left of a narrower impl serves some types of the package; the change says
            // which ones it does not.
            if change.lint != "impl_narrowed" {
                found.extend(self.served(&change.item.path).filter(|s| hurts(change, s.how)));
            }
        }
        found
    }

    /// The sites of the item under each of its paths, and of the members of one that is gone.
    fn named(&self, change: &Change) -> BTreeSet<UseSite> {
        let mut found = BTreeSet::new();
        let elsewhere = self.under_other_paths(change);
        for path in paths(change) {
            let own = self.at(path).filter(|site| {
                hurts(change, site.how)
                    && !elsewhere.contains(&(&*site.file, site.line, site.column))
            });
            found.extend(own.cloned());
            if is_gone(change) {
                found.extend(self.members(path).filter(|s| change.hurts.contains(&s.how)).cloned());
            }
        }
        found
    }

    /// Where an item, one path of which is lost, is named by a path that still leads to it.
    fn under_other_paths(&self, change: &Change) -> BTreeSet<(&Path, u32, u32)> {
        let lost = Some(change.item.path.as_str()).filter(|_| is_lost_path(change));
        let paths = lost.and_then(|path| self.other_paths.get(path)).into_iter().flatten();
        paths
            .flat_map(|path| self.at(path))
            .map(|site| (&*site.file, site.line, site.column))
            .collect()
    }

    /// The sites at which a blanket impl serves a type of the package.
    fn served(&self, path: &str) -> impl Iterator<Item = UseSite> {
        let prefix = format!("{path}{}", UseSite::BY);
        let end = std::ops::Bound::Unbounded;
        let from = self.by_item.range::<str, _>((std::ops::Bound::Included(prefix.as_str()), end));
        let served: Vec<UseSite> = from
            .take_while(|(item, _)| item.starts_with(&prefix))
            .flat_map(|(_, sites)| sites.iter().copied().cloned())
            .collect();
        served.into_iter()
    }

    /// Whether the result of a call is converted, and the change says that it still can be.
    fn is_converted(&self, change: &Change, call: &UseSite) -> bool {
        let mark = format!("{}{}", change.item.path, UseSite::INTO);
        change.also_at.contains(&mark)
            && paths(change).any(|path| {
                let place = |s: &UseSite| (s.file.clone(), s.line, s.column);
                self.at(&format!("{path}{}", UseSite::INTO)).any(|site| place(site) == place(call))
            })
    }

    /// The sites whose item is that of the change with a mark behind it: said of the item itself.
    fn marked(&self, change: &Change, mark: &str) -> impl Iterator<Item = UseSite> {
        paths(change).flat_map(move |path| {
            let sites = self.by_item.get(format!("{path}{mark}").as_str());
            sites
                .into_iter()
                .flatten()
                .map(move |site| UseSite { item: path.clone(), ..(*site).clone() })
        })
    }

    /// The calls of a name that the change adds to a trait.
    fn open_calls(&self, change: &Change) -> BTreeSet<UseSite> {
        let Some((trait_, name)) = change.item.path.rsplit_once("::") else {
            return BTreeSet::new();
        };
        self.at(&format!("{trait_}{BY_NAME}{name}"))
            .map(|site| UseSite { item: change.item.path.clone(), ..site.clone() })
            .collect()
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

/// The paths under which a client can name the item.
fn paths(change: &Change) -> impl Iterator<Item = &String> {
    std::iter::once(&change.item.path).chain(&change.also_at)
}

/// Whether a change hurts a use of this kind. Of a function, `Infer` only marks a call: the call
/// itself is the site.
fn hurts(change: &Change, how: How) -> bool {
    let of_function =
        matches!(change.kind, ItemKind::Function | ItemKind::Method | ItemKind::AssocFunction);
    change.hurts.contains(&how) && takes(change.item.ns, how) && !(of_function && how == How::Infer)
}

/// Whether an item is still there, and only one of its paths is gone.
fn is_lost_path(change: &Change) -> bool {
    change.lint == "item_removed" && change.new_span.is_some()
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
        | ItemKind::ExternType => change.lint == "item_removed" && !is_lost_path(change),
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
    use ripe_model::{
        Alias, AliasFacts, Bump, Generics, Marks, PackageId, Row, Rows, Source, Span, TypePath,
        UnitFacts,
    };

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
            definitions: ripe_model::Definitions::default(),
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
            witness: None,
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
    fn lints_with_a_reach_of_their_own_exist() {
        let lints = include_str!("../../../docs/lints.md");
        for (lint, _) in REACH {
            assert!(lints.contains(&format!("| `{lint}` |")), "{lint}");
        }
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
        let wide =
            change("fn_parameter_widened", ItemKind::Function, "dep::f", Namespace::Value, &hurts);
        check(wide.clone(), &[site("dep::f", How::Call)], 0);
        check(wide, &[site("dep::f", How::Call), site("dep::f", How::Infer)], 1);
    }

    #[test]
    fn lost_path_of_an_item_that_stays_reaches_only_who_names_that_path() {
        let gone = change(
            "item_removed",
            ItemKind::Struct,
            "dep::Old",
            Namespace::Type,
            &[How::Type, How::Call],
        );
        let at = |line, item: &str, how| UseSite { line, ..site(item, how) };
        let sites = [
            at(1, "dep::Old", How::Type),
            at(2, "dep::New", How::Type),
            at(2, "dep::Old", How::Type),
            at(3, "dep::Old::m", How::Call),
        ];
        let alias = Alias {
            path: "dep::New".into(),
            ns: Namespace::Type,
            target: AliasTarget::Local("dep::Old".into()),
            hidden: false,
            span: None,
        };
        let model = ApiModel { aliases: vec![alias], ..model() };
        let lines = |change: &Change| -> Vec<u32> {
            let reached = join(std::slice::from_ref(change), &sites, &model);
            reached.iter().flat_map(|r| &r.sites).map(|site| site.line).collect()
        };
        assert_eq!(lines(&gone), [1, 2, 3]);
        let span = Span { file: "lib.rs".into(), line: 1, column: 1, end_line: 1 };
        assert_eq!(lines(&Change { new_span: Some(span), ..gone }), [1]);
    }

    #[test]
    fn changed_default_reaches_only_types_that_leave_the_argument_out() {
        let changed = change(
            "generic_default_changed",
            ItemKind::Struct,
            "dep::S",
            Namespace::Type,
            &[How::Type, How::Bound],
        );
        check(changed.clone(), &[site("dep::S", How::Type)], 0);
        check(changed, &[site("dep::S", How::Type), site("dep::S<..>", How::Type)], 1);
    }

    #[test]
    fn lifetime_that_is_gone_reaches_only_types_that_are_named_with_lifetimes() {
        let hurts = [How::Type, How::Bound, How::Implement];
        let lint = "lifetime_parameter_removed";
        let gone = change(lint, ItemKind::Struct, "dep::S", Namespace::Type, &hurts);
        check(gone.clone(), &[site("dep::S", How::Type)], 0);
        check(gone, &[site("dep::S", How::Type), site("dep::S<'>", How::Type)], 1);
    }

    #[test]
    fn changed_argument_of_an_alias_reaches_who_names_it_or_passes_something() {
        let path = |path: &str, args: Vec<GenericArg>| {
            Ty::Path(Box::new(TypePath {
                krate: CrateId::LOCAL,
                path: path.into(),
                args,
                bindings: Vec::new(),
            }))
        };
        let hasher = GenericArg::Type(path("dep::Hasher", Vec::new()));
        let alias =
            AliasFacts { generics: Generics::default(), ty: path("dep::Map", vec![hasher]) };
        let row = Row {
            key: ItemKey::new("dep::Alias", Namespace::Type),
            facts: Facts::TypeAlias(alias),
            marks: Marks::default(),
            span: None,
        };
        let model = ApiModel { rows: Rows::new(vec![row]).0, ..model() };
        let lint = "alias_argument_changed";
        let hurts = [How::Type, How::Path];
        let changed = change(lint, ItemKind::TypeAlias, "dep::Alias", Namespace::Type, &hurts);
        let reached = |sites: &[UseSite]| join(std::slice::from_ref(&changed), sites, &model);
        let used = site("dep::Alias", How::Type);
        assert!(reached(std::slice::from_ref(&used)).is_empty());
        assert_eq!(reached(&[used, site("dep::Hasher", How::Type)]).len(), 1);
        let passed = reached(&[site("dep::Alias", How::Path)]);
        assert_eq!(passed[0].certainty, Certainty::Possible, "it may fit the other argument too");
    }

    #[test]
    fn name_added_to_a_trait_reaches_the_calls_that_it_makes_ambiguous() {
        let mut added = change(
            "trait_provided_item_added",
            ItemKind::Method,
            "dep::T::m",
            Namespace::Value,
            &[How::Call],
        );
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
    fn narrower_blanket_impl_reaches_the_types_that_it_leaves() {
        let hurts = [How::Infer];
        let item = "impl dep::T for T0";
        let narrowed = |lint: &str| change(lint, ItemKind::Impl, item, Namespace::Impl, &hurts);
        let sites = [
            site(&format!("{item}{}dep::Kept", UseSite::BY), How::Infer),
            site(&format!("{item}{}dep::Left", UseSite::BY), How::Infer),
            site(item, How::Infer),
        ];
        let mut some = narrowed("impl_narrowed");
        some.also_at = vec![format!("{item}{}dep::Left", UseSite::BY)];
        check(some, &sites, 2);
        check(narrowed("impl_removed"), &sites, 3);
    }

    #[test]
    fn result_of_another_type_reaches_calls_that_do_not_convert_it() {
        let of = |also_at: &[&str]| {
            let lint = "fn_return_type_changed";
            let hurts = [How::Call, How::Path];
            let mut changed = change(lint, ItemKind::Method, "dep::f", Namespace::Value, &hurts);
            changed.also_at = also_at.iter().map(|path| (*path).to_owned()).collect();
            changed
        };
        let kept = UseSite { line: 2, ..site("dep::f", How::Call) };
        let sites = [site("dep::f", How::Call), site("dep::f into", How::Infer), kept];
        check(of(&[]), &sites, 2);
        check(of(&["dep::f into"]), &sites, 1);
    }

    #[test]
    fn read_of_a_field_is_not_hurt_by_another_field() {
        let hurts = [How::Construct, How::Match];
        let added =
            change("struct_field_added", ItemKind::Struct, "dep::S", Namespace::Type, &hurts);
        check(added, &[site("dep::S::a", How::Field), site("dep::S", How::Type)], 0);
    }
}

//! What a manifest says, on hand-made models: cargo, not rustc, is the judge of these.

use ripe_apidiff::{Diff, diff};
use ripe_model::{
    Alias, AliasTarget, ApiModel, Bump, Certainty, CompatRange, CrateId, Facts, FeatureFacts, How,
    ItemKey, Marks, Namespace, Origin, PackageFacts, PackageId, Row, Rows, Source, UnitFacts,
};
use semver::Version;

fn row(path: &str, ns: Namespace, facts: Facts) -> Row {
    Row { key: ItemKey::new(path, ns), facts, marks: Marks::default(), span: None }
}

fn feature(name: &str, enables: &[&str], implicit: bool, default: bool) -> Row {
    let enables = enables.iter().map(|e| (*e).to_owned()).collect();
    row(name, Namespace::Feature, Facts::Feature(FeatureFacts { enables, implicit, default }))
}

fn package(facts: PackageFacts) -> Row {
    row("p", Namespace::Package, Facts::Package(Box::new(facts)))
}

fn lib() -> PackageFacts {
    PackageFacts { has_lib: true, lib_name: Some("p".to_owned()), ..PackageFacts::default() }
}

fn model(rows: Vec<Row>) -> ApiModel {
    let version = Version::new(1, 0, 0);
    ApiModel {
        package: PackageId {
            name: "p".to_owned(),
            version: version.clone(),
            source: Source::CratesIo,
        },
        unit: UnitFacts::default(),
        crates: vec![Origin {
            crate_name: "p".to_owned(),
            package: "p".to_owned(),
            source: Source::CratesIo,
            range: Some(CompatRange::of(&version)),
            version: Some(version),
        }],
        rows: Rows::new(rows).0,
        aliases: Vec::new(),
        definitions: ripe_model::Definitions::default(),
        gaps: Vec::new(),
    }
}

#[track_caller]
fn check(old: Row, new: Option<Row>, lint: &str, bump: Bump, certainty: Certainty) -> Diff {
    let result = diff(&model(vec![old]), &model(new.into_iter().collect()));
    let said: Vec<_> =
        result.changes.iter().map(|c| (c.lint.as_str(), c.bump, c.certainty)).collect();
    assert_eq!(said, [(lint, bump, certainty)]);
    assert!(result.unexplained.is_empty());
    result
}

#[test]
fn a_feature_that_is_gone_is_a_break_for_who_asks_for_it() {
    let old = feature("f", &[], false, false);
    let result = check(old, None, "feature_removed", Bump::Major, Certainty::Definite);
    assert_eq!(result.changes[0].hurts, [How::Feature]);
    assert_eq!(result.required_bump(), Bump::Major);
}

#[test]
fn the_feature_of_an_optional_dependency_was_never_written_down() {
    let old = feature("dep", &["dep:dep"], true, false);
    check(old, None, "feature_removed", Bump::Major, Certainty::Possible);
}

#[test]
fn a_feature_that_left_the_default_is_judged_at_its_items() {
    let (old, new) = (feature("f", &[], false, true), feature("f", &[], false, false));
    check(old, Some(new), "feature_default_changed", Bump::Major, Certainty::Policy);
}

#[test]
fn a_feature_that_brings_less_is_said() {
    let (old, new) = (feature("f", &["g"], false, false), feature("f", &[], false, false));
    check(old, Some(new), "feature_enables_changed", Bump::Major, Certainty::Policy);
}

#[test]
fn a_new_feature_is_no_break() {
    let result = diff(&model(vec![]), &model(vec![feature("f", &[], false, false)]));
    assert_eq!(result.changes[0].lint, "feature_added");
    assert_eq!(result.required_bump(), Bump::Minor);
}

#[test]
fn a_raised_msrv_is_policy() {
    let with = |minor| PackageFacts { rust_version: Some(Version::new(1, minor, 0)), ..lib() };
    let (old, new) = (package(with(60)), package(with(70)));
    let result = check(old, Some(new), "msrv_raised", Bump::Minor, Certainty::Policy);
    assert!(result.changes[0].hurts.is_empty());
}

#[test]
fn another_edition_is_policy() {
    let with = |e: &str| PackageFacts { edition: Some(e.to_owned()), ..lib() };
    let (old, new) = (package(with("2018")), package(with("2021")));
    check(old, Some(new), "edition_changed", Bump::Patch, Certainty::Policy);
}

#[test]
fn another_native_library_is_policy() {
    let with = |l: &str| PackageFacts { links: Some(l.to_owned()), ..lib() };
    let (old, new) = (package(with("z")), package(with("z-ng")));
    check(old, Some(new), "links_changed", Bump::Major, Certainty::Policy);
}

#[test]
fn a_library_of_another_name_breaks_every_import() {
    let with = |l: &str| PackageFacts { lib_name: Some(l.to_owned()), ..lib() };
    let (old, new) = (package(with("p")), package(with("q")));
    check(old, Some(new), "lib_changed", Bump::Major, Certainty::Definite);
}

#[test]
fn a_package_without_a_library_any_more_breaks_every_import() {
    let none = PackageFacts { has_lib: false, lib_name: None, ..lib() };
    check(package(lib()), Some(package(none)), "lib_changed", Bump::Major, Certainty::Definite);
}

#[test]
fn what_a_model_from_elsewhere_lacks_is_never_sure_to_be_gone() {
    let module = |path: &str, hidden: bool| Row {
        marks: Marks { hidden, ..Marks::default() },
        ..row(path, Namespace::Type, Facts::Module)
    };
    let here = ApiModel {
        unit: UnitFacts { features: vec!["x".to_owned()], ..UnitFacts::default() },
        ..model(vec![module("p::seen", false), module("p::unseen", true)])
    };
    let elsewhere = |features: &[&str]| ApiModel {
        unit: UnitFacts {
            features: features.iter().map(|&f| f.to_owned()).collect(),
            hosted: true,
            ..UnitFacts::default()
        },
        ..model(vec![feature("x", &[], false, false)])
    };
    let said = |new: &ApiModel| -> Vec<(String, Bump, Certainty)> {
        let removed = |c: &ripe_model::Change| c.lint == "item_removed";
        let changes = diff(&here, new).changes;
        let changes = changes.into_iter().filter(removed);
        changes.map(|c| (c.item.path, c.bump, c.certainty)).collect()
    };
    let hidden = ("p::unseen".to_owned(), Bump::None, Certainty::Possible);
    let gone = |certainty| ("p::seen".to_owned(), Bump::Major, certainty);
    assert_eq!(said(&elsewhere(&["x"])), [gone(Certainty::Definite), hidden.clone()]);
    let without = elsewhere(&[]);
    assert_eq!(said(&without), [gone(Certainty::Possible), hidden]);
    let gaps = diff(&here, &without).gaps;
    assert!(gaps.iter().any(|gap| gap.why.contains("documented without x")), "{gaps:?}");
    // What a hidden module holds is shown elsewhere where the module is not shown.
    let alias = ripe_model::Alias {
        path: "p::item".to_owned(),
        ns: Namespace::Type,
        target: ripe_model::AliasTarget::Local("p::unseen::item".to_owned()),
        hidden: false,
        span: None,
    };
    let nested = ApiModel {
        aliases: vec![alias],
        ..model(vec![module("p::unseen", true), module("p::unseen::item", false)])
    };
    let flat = ApiModel { unit: elsewhere(&[]).unit, ..model(vec![module("p::item", false)]) };
    let sure = |new: &ApiModel| {
        let changes = diff(&nested, new).changes;
        changes
            .into_iter()
            .filter(|c| c.lint == "item_removed" && c.certainty == Certainty::Definite)
            .count()
    };
    assert_eq!(sure(&flat), 0, "{:?}", diff(&nested, &flat).changes);
    assert_eq!(sure(&elsewhere(&[])), 0, "{:?}", diff(&nested, &elsewhere(&[])).changes);
    let built = ApiModel { unit: UnitFacts::default(), ..flat };
    assert_eq!(sure(&built), 1, "a path that is gone is gone");
    // A feature that is gone took its items along.
    let gone_too = ApiModel { rows: Rows::default(), ..elsewhere(&[]) };
    assert!(said(&gone_too).contains(&gone(Certainty::Definite)));
}

#[test]
fn what_a_glob_over_an_unknown_crate_may_bring_is_not_definitely_gone() {
    let module = || row("p", Namespace::Type, Facts::Module);
    let old = model(vec![module(), row("p::A", Namespace::Type, Facts::ExternType)]);
    let with_glob = |range: Option<CompatRange>| {
        let mut new = model(vec![module()]);
        new.crates.push(Origin {
            crate_name: "dep".to_owned(),
            package: "dep".to_owned(),
            source: Source::CratesIo,
            range,
            version: None,
        });
        new.aliases.push(Alias {
            path: "p".to_owned(),
            ns: Namespace::Type,
            target: AliasTarget::ForeignGlob { krate: CrateId(1), path: "dep".to_owned() },
            hidden: false,
            span: None,
        });
        new
    };
    let certainty = |range| {
        let changes = diff(&old, &with_glob(range)).changes;
        changes.into_iter().find(|c| c.lint == "item_removed").map(|c| c.certainty)
    };
    assert_eq!(certainty(None), Some(Certainty::Possible));
    // A crate that is known was looked into: what its glob brings stands in the model.
    assert_eq!(certainty(Some(CompatRange::of(&Version::new(1, 0, 0)))), Some(Certainty::Definite));
}

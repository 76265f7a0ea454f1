//! Every lint over every case of the corpus; rustc judges each case through its client.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use ripe_apidiff::witness::{self, Proof, Refusal, extern_name, prove};
use ripe_apidiff::{Diff, LINTS, diff, graft};
use ripe_model::{
    ApiModel, Bump, Certainty, Change, CompatRange, CrateId, Origin, PackageFacts, PackageId,
    Source, UnitFacts,
};
use ripe_rustdoc::{Cached, LowerInput, ModelCache, ModelKey, lower};
use ripe_testkit::{Built, Case, Side, build, judge, load};
use semver::Version;

/// Lints that only cargo or a manifest can judge; `tests/package.rs` has their cases.
const WITHOUT_A_CASE: &[&str] = &[
    "assoc_type_default_changed",
    "edition_changed",
    "feature_added",
    "feature_default_changed",
    "feature_enables_changed",
    "feature_removed",
    "lib_changed",
    "links_changed",
    "msrv_raised",
    "trait_auto_changed",
];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/diff")
}

fn package(name: &str, major: u64) -> PackageId {
    PackageId {
        name: name.to_owned(),
        version: Version::new(major, 0, 0),
        source: Source::CratesIo,
    }
}

fn lowered(json: &str, name: &str, major: u64, dep_major: u64) -> ApiModel {
    let origin_of = |name: &str, _: &Path| -> Option<Origin> {
        let version = Version::new(dep_major, 0, 0);
        (name == "dep").then(|| Origin {
            crate_name: "dep".to_owned(),
            package: "dep".to_owned(),
            source: Source::CratesIo,
            range: Some(CompatRange::of(&version)),
            version: Some(version),
        })
    };
    let input = LowerInput {
        package: package(name, major),
        unit: UnitFacts::default(),
        package_facts: PackageFacts { has_lib: true, ..PackageFacts::default() },
        features: BTreeMap::new(),
        optional_dependencies: Vec::new(),
        origin_of: &origin_of,
        source_root: None,
    };
    lower(json, &input).expect("the JSON of this compiler can be lowered")
}

fn models(case: &Case, built: &Built) -> (ApiModel, ApiModel) {
    let dep = built.dep_json.as_ref().map(|json| Arc::new(lowered(json, "dep", 1, 1)));
    let known = |origin: &Origin| -> Option<Arc<ApiModel>> {
        let first = origin.version == Some(Version::new(1, 0, 0));
        dep.clone().filter(|_| origin.package == "dep" && first)
    };
    let new_dep = if case.dep2.is_some() { 2 } else { 1 };
    (
        graft(&lowered(&built.old_json, "subject", 1, 1), &known),
        graft(&lowered(&built.new_json, "subject", 1, new_dep), &known),
    )
}

/// What is wrong with a case; empty is nothing.
fn wrong(case: &Case, built: &Built, diff: &Diff, breaking: &BTreeSet<&str>) -> Vec<String> {
    let mut wrong = Vec::new();
    let expected = &case.expected;
    if !built.client_old.compiles {
        wrong.push(format!("the client does not compile against old: {}", built.client_old.stderr));
    }
    if built.client_new.compiles == expected.client_breaks {
        wrong.push(format!(
            "the client {} against new: {}",
            if built.client_new.compiles { "compiles" } else { "breaks" },
            built.client_new.stderr
        ));
    }
    let lint = LINTS.iter().find(|lint| lint.id == case.lint);
    // A near miss may be told as harmless, where the lint knows a harmful form.
    let harmful = |c: &Change| match lint {
        Some(l) if l.bump == Bump::Major => {
            c.bump == Bump::Major && (!c.hurts.is_empty() || l.hurts.is_empty())
        }
        Some(l) if breaking.contains(l.id) => !c.hurts.is_empty(),
        Some(_) | None => true,
    };
    let speaks = diff.changes.iter().any(|c| c.lint == case.lint && (expected.fires || harmful(c)));
    if speaks != expected.fires {
        let what = if expected.fires { "is silent" } else { "speaks" };
        wrong.push(format!("{} {what}: {:#?}", case.lint, diff.changes));
    }
    let calls =
        |certainty| diff.changes.iter().any(|c| c.bump == Bump::Major && c.certainty == certainty);
    let hurts = diff.changes.iter().any(|c| !c.hurts.is_empty());
    if expected.client_breaks && !hurts {
        wrong.push(format!("rustc refuses the client, and no change hurts: {:#?}", diff.changes));
    }
    if !expected.client_breaks && calls(Certainty::Definite) {
        wrong.push(format!("the client compiles, and a break is called: {:#?}", diff.changes));
    }
    if !diff.unexplained.is_empty() {
        wrong.push(format!("unexplained: {:?}", diff.unexplained));
    }
    wrong
}

fn summary(diff: &Diff) -> String {
    let mut text = String::new();
    for c in &diff.changes {
        let hurts: Vec<String> = c.hurts.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "  {} {} {:?} {}: {} [{}]{}",
            c.lint,
            c.bump,
            c.certainty,
            c.item,
            c.detail,
            hurts.join(" "),
            c.suggestion.as_ref().map(|s| format!(" -> {s}")).unwrap_or_default()
        );
    }
    text
}

fn check_properties(old: &ApiModel, new: &ApiModel) -> Vec<String> {
    let mut wrong = Vec::new();
    for model in [old, new] {
        let same = diff(model, model);
        if !same.changes.is_empty() || !same.unexplained.is_empty() {
            wrong.push(format!("it differs from itself: {:#?}", same.changes));
        }
    }
    let said = |diff: &Diff, lint: &str| -> BTreeSet<String> {
        diff.changes.iter().filter(|c| c.lint == lint).map(|c| c.item.path.clone()).collect()
    };
    let (forth, back) = (diff(old, new), diff(new, old));
    let gone = said(&back, "item_removed");
    let reshaped: Vec<String> = (forth.changes.iter())
        .filter(|c| c.lint.ends_with("_kind_changed") || c.lint.ends_with("_shape_changed"))
        .map(|c| format!("{}::", c.item.path))
        .collect();
    for added in said(&forth, "item_added") {
        if reshaped.iter().any(|owner| added.starts_with(owner)) {
            continue;
        }
        if !gone.contains(&added) && new.rows.iter().filter(|r| r.key.path == added).count() == 1 {
            wrong.push(format!("{added} is added one way and not removed the other way"));
        }
    }
    if forth != diff(old, new) {
        wrong.push("two runs differ".to_owned());
    }
    let (kept_old, kept_new) = (kept(old), kept(new));
    if forth != diff(&kept_old, &kept_new) || forth != diff(&kept_old, new) {
        wrong.push("models from the cache compare otherwise".to_owned());
    }
    if (&*kept_old, &*kept_new) != (old, new) {
        wrong.push("models from the cache are others".to_owned());
    }
    wrong
}

/// A model as it comes from the cache: decoded only where somebody asks.
fn kept(model: &ApiModel) -> Arc<ApiModel> {
    let folder = tempfile::tempdir().expect("a folder");
    let (cache, key) = (ModelCache::new(folder.path()), ModelKey("00".to_owned()));
    cache.put(&key, model).expect("written");
    match cache.get(&key) {
        Cached::Hit(model) => model,
        Cached::Miss | Cached::Unusable(_) => panic!("the model was just written"),
    }
}

fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| load(&corpus()).expect("the corpus can be read"))
}

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus")
}

/// Looks at every case once it is built, two at a time; why a case cannot be built is a text.
fn each<T: Send>(
    cases: &[Case],
    look: impl Fn(&Case, &Built) -> T + Sync,
) -> Vec<Result<T, String>> {
    static BUILDING: Mutex<()> = Mutex::new(());
    static BUILT: OnceLock<Vec<Result<Built, String>>> = OnceLock::new();
    let building = BUILDING.lock().expect("no panic");
    let built = BUILT.get_or_init(|| {
        two_at_a_time(cases, |_, case| build(case, &scratch()).map_err(|error| error.to_string()))
    });
    drop(building);
    two_at_a_time(cases, |at, case| built[at].as_ref().map(|b| look(case, b)).map_err(Clone::clone))
}

fn two_at_a_time<T: Send>(cases: &[Case], look: impl Fn(usize, &Case) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let results: Mutex<BTreeMap<usize, T>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { break };
                    let result = look(at, case);
                    results.lock().expect("no panic").insert(at, result);
                }
            });
        }
    });
    results.into_inner().expect("no panic").into_values().collect()
}

/// Has rustc judge a witness of every definite break of a case.
fn proofs(case: &Case, built: &Built) -> Vec<(Change, Proof)> {
    let (old, new) = models(case, built);
    let changes = diff(&old, &new).changes;
    let dep = (0..).zip(&old.crates).find(|(_, origin)| origin.crate_name == "dep");
    let dep = dep.map(|(id, _)| extern_name(CrateId(id)));
    let proofs = prove(&old, &new, &changes, &mut |side, text| {
        let side = match side {
            witness::Side::Old => Side::Old,
            witness::Side::New => Side::New,
        };
        let refused = judge(case, &scratch(), side, text, dep.as_deref())?.into_iter();
        let refusals =
            refused.map(|one| Refusal { lines: one.lines, code: one.code, message: one.message });
        Ok::<_, ripe_testkit::Error>(refusals.collect())
    });
    let proofs = proofs.expect("rustc can be asked");
    proofs.into_iter().map(|(at, proof)| (changes[at].clone(), proof)).collect()
}

#[test]
fn rustc_agrees_on_a_witness_of_every_definite_break() {
    let judged = each(cases(), proofs);
    let mut proven: BTreeMap<&str, usize> = BTreeMap::new();
    let mut open = String::new();
    let all: Vec<_> = judged.into_iter().map(|one| one.expect("the case can be built")).collect();
    for (case, proofs) in cases().iter().zip(&all) {
        for (change, proof) in proofs {
            let place = format!("{}/{}: {} {}", case.lint, case.name, change.lint, change.item);
            match proof {
                Proof::Proven { .. } => *proven.entry(&change.lint).or_default() += 1,
                Proof::Refuted { client, elsewhere } => {
                    let why = elsewhere.as_deref().unwrap_or("it compiles against both");
                    let _ = writeln!(open, "{place}: {why}\n{}", client.text());
                }
                Proof::Unwritten { why } => {
                    let _ = writeln!(open, "{place}: {why}");
                }
            }
        }
    }
    let mut text = "proven\n".to_owned();
    for (lint, count) in proven {
        let _ = writeln!(text, "  {lint}: {count}");
    }
    insta::assert_snapshot!("witnesses", format!("{text}not proven\n{open}"));
}

#[test]
fn every_case_is_judged_as_rustc_judges_it() {
    let cases = cases();
    let breaking: BTreeSet<&str> = (cases.iter())
        .filter(|case| case.expected.fires && case.expected.client_breaks)
        .map(|case| case.lint.as_str())
        .collect();
    let results = each(cases, |case, built| {
        let (old, new) = models(case, built);
        let diff = diff(&old, &new);
        let mut bad = wrong(case, built, &diff, &breaking);
        bad.extend(check_properties(&old, &new));
        (summary(&diff), bad)
    });
    let mut said = String::new();
    let mut failures = String::new();
    for (case, result) in cases.iter().zip(&results) {
        let broken = |error: &String| (String::new(), vec![error.clone()]);
        let (text, bad) = &result.as_ref().map_or_else(broken, Clone::clone);
        let _ = write!(said, "{}/{}: {}\n{text}", case.lint, case.name, case.expected.why);
        for reason in bad {
            let _ = writeln!(failures, "{}/{}: {reason}\n", case.lint, case.name);
        }
    }
    assert!(failures.is_empty(), "{failures}");
    insta::assert_snapshot!("corpus", said);
}

#[test]
fn every_lint_has_a_case_that_fires_and_a_near_miss() {
    let cases = load(&corpus()).expect("the corpus can be read");
    let have: BTreeSet<(&str, bool)> =
        cases.iter().map(|c| (c.lint.as_str(), c.expected.fires)).collect();
    for lint in LINTS {
        if WITHOUT_A_CASE.contains(&lint.id) {
            continue;
        }
        assert!(have.contains(&(lint.id, true)), "no case fires {}", lint.id);
        assert!(have.contains(&(lint.id, false)), "no near miss of {}", lint.id);
    }
    for (lint, _) in have {
        assert!(LINTS.iter().any(|l| l.id == lint), "no lint {lint}");
    }
}

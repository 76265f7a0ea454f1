//! Candidates of small graphs, and the graph itself. Cargo's own answers are asked for in
//! `ripe-verify`; here stand the rules that need releases of a certain kind.

use std::path::PathBuf;

use cargo_metadata::Metadata;
use ripe_model::{
    Bump, CandidateKind, DependencyKind, Member, Move, Release, Requirement, Role, Source,
    Workspace,
};
use ripe_resolver::{Candidates, Context, Graph, Releases, candidates};
use semver::Version;
use serde_json::{Value, json};

/// A package: its name, its version and what it depends on, as `name requirement`.
type Stated<'a> = (&'a str, &'a str, &'a [&'a str]);

/// Cargo's metadata of these packages; the first is the only member.
fn metadata(packages: &[Stated<'_>]) -> Metadata {
    let id = |at: usize| {
        let (name, version, _) = packages[at];
        if at == 0 {
            format!("path+file:///w#{name}@{version}")
        } else {
            format!("registry+https://github.com/rust-lang/crates.io-index#{name}@{version}")
        }
    };
    let source = |at: usize| match at {
        0 => Value::Null,
        _ => json!("registry+https://github.com/rust-lang/crates.io-index"),
    };
    let find = |requirement: &str| {
        let (name, req) = requirement.split_once(' ').expect("a name and a requirement");
        let req = semver::VersionReq::parse(req).expect("a requirement");
        let fits = |(other, version, _): &Stated<'_>| {
            *other == name && req.matches(&Version::parse(version).expect("a version"))
        };
        (name.to_owned(), req.to_string(), packages.iter().position(fits).expect("it is there"))
    };
    let list: Vec<Value> = packages
        .iter()
        .enumerate()
        .map(|(at, (name, version, depends))| {
            let dependencies: Vec<Value> = depends
                .iter()
                .map(|requirement| {
                    let (name, req, _) = find(requirement);
                    json!({"name": name, "source": source(1), "req": req, "kind": null,
                        "rename": null, "optional": false, "uses_default_features": true,
                        "features": [], "target": null, "registry": null})
                })
                .collect();
            json!({"name": name, "version": version, "id": id(at), "source": source(at),
                "dependencies": dependencies, "features": {}, "edition": "2021", "metadata": null,
                "manifest_path": format!("/w/{name}-{version}/Cargo.toml"), "publish": null,
                "targets": [{"kind": ["lib"], "crate_types": ["lib"], "name": name,
                    "src_path": "/w/lib.rs", "edition": "2021", "doc": true, "doctest": true,
                    "test": true}]})
        })
        .collect();
    let nodes: Vec<Value> = packages
        .iter()
        .enumerate()
        .map(|(at, (_, _, depends))| {
            let deps: Vec<Value> = depends
                .iter()
                .map(|requirement| {
                    let (name, _, at) = find(requirement);
                    json!({"name": name, "pkg": id(at), "dep_kinds": [{"kind": null, "target": null}]})
                })
                .collect();
            json!({"id": id(at), "deps": deps, "dependencies": [], "features": []})
        })
        .collect();
    let all = json!({"packages": list, "workspace_members": [id(0)],
        "workspace_default_members": [id(0)], "workspace_root": "/w",
        "target_directory": "/w/target", "metadata": null, "version": 1,
        "resolve": {"nodes": nodes, "root": id(0)}});
    serde_json::from_value(all).expect("it is what cargo prints")
}

fn workspace(member: &Stated<'_>) -> Workspace {
    let requirement = |text: &&str| {
        let (name, req) = text.split_once(' ').expect("a name and a requirement");
        Requirement {
            package: name.to_owned(),
            rename: None,
            req: req.parse().expect("a requirement"),
            written: req.to_owned(),
            inherited: false,
            kind: DependencyKind::Normal,
            optional: false,
            default_features: true,
            features: Vec::new(),
            target: None,
        }
    };
    Workspace {
        root: "/w".into(),
        target_directory: "/w/target".into(),
        has_lockfile: true,
        members: vec![Member {
            name: member.0.to_owned(),
            version: member.1.parse().expect("a version"),
            manifest: PathBuf::from("/w/Cargo.toml"),
            rust_version: None,
            edition: "2021".to_owned(),
            requirements: member.2.iter().map(requirement).collect(),
        }],
    }
}

/// A row: its version, `!` for yanked, `~` for a month later than the others, `@1.70` for the
/// compiler that it asks for.
fn release(text: &str) -> Release {
    let (yanked, later) = (text.contains('!'), text.contains('~'));
    let text = text.replace(['!', '~'], "");
    let month = if later { "02" } else { "01" };
    let (version, rust_version) = text.split_once('@').unwrap_or((&text, ""));
    Release {
        version: version.parse().expect("a version"),
        yanked,
        rust_version: format!("{rust_version}.0").parse().ok(),
        published: Some(format!("2024-{month}-01T00:00:00Z")),
    }
}

fn find(
    packages: &[Stated<'_>],
    rows: &[(&str, &[&str])],
    context: &Context,
) -> (Graph, Releases, Candidates) {
    let metadata = metadata(packages);
    let graph = Graph::new(&metadata, &metadata).expect("a graph");
    let releases: Releases = rows
        .iter()
        .map(|(name, rows)| {
            let rows = rows.iter().map(|row| release(row)).collect();
            (((*name).to_owned(), Source::CratesIo), rows)
        })
        .collect();
    let found = candidates(&graph, &workspace(&packages[0]), &releases, context);
    (graph, releases, found)
}

fn words(found: &Candidates) -> Vec<String> {
    let word = |kind| match kind {
        CandidateKind::Compatible => "to",
        CandidateKind::Major => "major",
        CandidateKind::Asked => "asked",
    };
    let line = |c: &ripe_model::Candidate| {
        format!("{} {} {} {}", c.locked.name, c.locked.version, word(c.kind), c.target)
    };
    found.updates.iter().map(line).collect()
}

#[track_caller]
fn check(req: &str, locked: &str, rows: &[&str], expected: &[&str]) {
    let requirement = format!("a {req}");
    let packages: [Stated<'_>; 2] = [("me", "0.1.0", &[&requirement]), ("a", locked, &[])];
    let (_, _, found) = find(&packages, &[("a", rows)], &Context::default());
    let expected: Vec<_> = expected.iter().map(|text| format!("a {locked} {text}")).collect();
    assert_eq!(words(&found), expected, "{:?}", found.gaps);
}

#[test]
fn the_newest_of_each_range_is_offered() {
    check(
        "1",
        "1.0.0",
        &["1.0.0", "1.1.0", "1.2.0", "2.0.0", "2.3.0", "3.0.0"],
        &["to 1.2.0", "major 2.3.0", "major 3.0.0"],
    );
    check(
        "0.3",
        "0.3.1",
        &["0.2.9", "0.3.1", "0.3.5", "0.4.1", "0.4.2", "1.0.0"],
        &["to 0.3.5", "major 0.4.2", "major 1.0.0"],
    );
    check("0.0.3", "0.0.3", &["0.0.3", "0.0.4", "0.0.5"], &["major 0.0.4", "major 0.0.5"]);
}

#[test]
fn yanked_releases_and_pre_releases_are_no_candidates() {
    check(
        "1",
        "1.0.0",
        &["1.0.0", "1.1.0", "1.2.0!", "1.3.0-rc.1", "2.0.0!", "3.0.0-alpha"],
        &["to 1.1.0"],
    );
}

#[test]
fn who_has_a_pre_release_is_offered_the_next() {
    check("1.0.0-rc.1", "1.0.0-rc.1", &["1.0.0-rc.1", "1.0.0-rc.2"], &["to 1.0.0-rc.2"]);
    check("1.0.0-rc.1", "1.0.0-rc.1", &["1.0.0-rc.1", "1.0.0"], &["to 1.0.0"]);
    check("=1.0.0-rc.1", "1.0.0-rc.1", &["1.0.0-rc.1", "1.0.0-rc.2"], &[]);
}

#[test]
fn a_wide_requirement_crosses_ranges_without_an_edit() {
    check(
        ">=0.3, <0.6",
        "0.3.1",
        &["0.3.1", "0.4.0", "0.5.2", "0.6.0"],
        &["to 0.5.2", "major 0.6.0"],
    );
    check("*", "0.3.1", &["0.3.1", "2.0.0"], &["to 2.0.0"]);
}

#[test]
fn a_pin_of_the_workspace_keeps_compatible_releases_away() {
    check("=1.0.0", "1.0.0", &["1.0.0", "1.1.0", "2.0.0"], &["major 2.0.0"]);
    check("~1.0", "1.0.0", &["1.0.0", "1.0.7", "1.1.0"], &["to 1.0.7"]);
}

#[test]
fn a_yanked_locked_version_is_said() {
    let packages: [Stated<'_>; 2] = [("me", "0.1.0", &["a 1"]), ("a", "1.0.0", &[])];
    let (_, _, found) = find(&packages, &[("a", &["1.0.0!", "1.0.1"])], &Context::default());
    assert!(found.updates[0].locked_yanked && !found.updates[0].target_yanked);
    assert_eq!(found.updates[0].declared, Bump::Patch);
    assert_eq!(found.updates[0].why, ["me", "a"]);
}

#[test]
fn the_compiler_counts_where_the_resolver_looks_at_it() {
    let packages: [Stated<'_>; 2] = [("me", "0.1.0", &["a 1"]), ("a", "1.0.0", &[])];
    let rows: &[(&str, &[&str])] =
        &[("a", &["1.0.0", "1.1.0@1.60", "1.2.0@1.80", "2.0.0@1.60", "2.1.0@1.80", "3.0.0@1.80"])];
    let old = Context { msrv: Some(Version::new(1, 70, 0)), ..Context::default() };
    let (_, _, found) = find(&packages, rows, &old);
    // Of a range that has nothing for this compiler, the last is shown, with what it asks for.
    assert_eq!(words(&found), ["a 1.0.0 to 1.1.0", "a 1.0.0 major 2.0.0", "a 1.0.0 major 3.0.0"]);
    assert_eq!(found.updates[2].target_rust_version, Some(Version::new(1, 80, 0)));
    let (_, _, found) = find(&packages, rows, &Context::default());
    assert_eq!(words(&found), ["a 1.0.0 to 1.2.0", "a 1.0.0 major 2.1.0", "a 1.0.0 major 3.0.0"]);
}

#[test]
fn a_release_that_is_too_young_gives_way_to_an_older_one_of_its_range() {
    let packages: [Stated<'_>; 2] = [("me", "0.1.0", &["a 1"]), ("a", "1.0.0", &[])];
    let rows = &["1.0.0", "1.1.0", "1.2.0!", "1.3.0@1.80", "1.4.0~", "2.0.0", "2.1.0~", "3.0.0~"];
    let check = |aged_by: Option<&str>, msrv: Option<Version>, expected: &[&str]| {
        let aged_by = aged_by.map(str::to_owned);
        let context = Context { aged_by, msrv };
        let (_, _, found) = find(&packages, &[("a", rows)], &context);
        assert_eq!(words(&found), expected);
        for one in &found.updates {
            let young = one.younger.as_ref().map(|younger| younger.version.to_string());
            let expected = match one.target.to_string().as_str() {
                "1.3.0" | "1.1.0" => Some("1.4.0"),
                "2.0.0" => Some("2.1.0"),
                _ => None,
            };
            assert_eq!(young.as_deref(), expected, "{}", one.target);
        }
    };
    let day = Some("2024-01-01");
    check(day, None, &["a 1.0.0 to 1.3.0", "a 1.0.0 major 2.0.0", "a 1.0.0 major 3.0.0"]);
    let old = Some(Version::new(1, 70, 0));
    check(day, old, &["a 1.0.0 to 1.1.0", "a 1.0.0 major 2.0.0", "a 1.0.0 major 3.0.0"]);
    check(None, None, &["a 1.0.0 to 1.4.0", "a 1.0.0 major 2.1.0", "a 1.0.0 major 3.0.0"]);
}

#[test]
fn a_transitive_major_waits_for_who_holds_it() {
    let packages: [Stated<'_>; 4] = [
        ("me", "0.1.0", &["a 1", "b 1"]),
        ("a", "1.0.0", &["c 1"]),
        ("b", "1.0.0", &["c >=1"]),
        ("c", "1.0.0", &[]),
    ];
    let rows: &[(&str, &[&str])] =
        &[("a", &["1.0.0"]), ("b", &["1.0.0"]), ("c", &["1.0.0", "1.0.1", "2.0.0", "3.1.0"])];
    let (_, _, found) = find(&packages, rows, &Context::default());
    assert_eq!(words(&found), ["c 1.0.0 to 1.0.1"]);
    assert_eq!(found.updates[0].role, Role::Transitive);
    let [waiting] = found.waiting.as_slice() else { panic!("{:?}", found.waiting) };
    assert_eq!(waiting.newest, Version::new(3, 1, 0));
    let held: Vec<_> = waiting.held_by.iter().map(|(id, req)| format!("{id} {req}")).collect();
    assert_eq!(held, ["a@1.0.0 ^1"]);
}

#[test]
fn a_package_without_rows_is_a_gap() {
    let packages: [Stated<'_>; 2] = [("me", "0.1.0", &["a 1"]), ("a", "1.0.0", &[])];
    let (_, _, found) = find(&packages, &[], &Context::default());
    assert_eq!(found.gaps.len(), 1);
    assert_eq!(found.gaps[0].what, "a@1.0.0");
}

#[test]
fn settling_takes_cargos_word() {
    let packages: [Stated<'_>; 4] = [
        ("me", "0.1.0", &["a 1", "b 1"]),
        ("a", "1.0.0", &["c =1.0.0"]),
        ("b", "1.0.0", &[]),
        ("c", "1.0.0", &[]),
    ];
    let rows: &[(&str, &[&str])] =
        &[("a", &["1.0.0"]), ("b", &["1.0.0", "1.1.0", "1.2.0"]), ("c", &["1.0.0", "1.0.1"])];
    let (graph, releases, mut found) = find(&packages, rows, &Context::default());
    assert_eq!(words(&found), ["b 1.0.0 to 1.2.0", "c 1.0.0 to 1.0.1"]);
    let version = |text: &str| Some(text.parse().expect("a version"));
    let moves = [Move { package: "b".into(), from: version("1.0.0"), to: version("1.1.0") }];
    found.settle(&graph, &releases, &moves, None);
    assert_eq!(words(&found), ["b 1.0.0 to 1.1.0", "c 1.0.0 to 1.0.1"]);
    assert_eq!(found.updates[0].refusal, None);
    let refusal = found.updates[1].refusal.as_ref().expect("a holds it");
    assert_eq!(refusal.text, "a@1.0.0 asks for c =1.0.0, which keeps it at 1.0.0");
    let gone = [Move { package: "c".into(), from: version("1.0.0"), to: None }];
    found.settle(&graph, &releases, &gone, None);
    assert_eq!(found.updates.iter().filter(|c| c.locked.name == "c").count(), 0);
}

#[test]
fn what_only_its_age_holds_back_is_not_refused() {
    let packages: [Stated<'_>; 5] = [
        ("me", "0.1.0", &["a 1", "b 1", "d 1"]),
        ("a", "1.0.0", &["c =1.0.0"]),
        ("b", "1.0.0", &[]),
        ("c", "1.0.0", &[]),
        ("d", "1.0.0", &[]),
    ];
    let rows: &[(&str, &[&str])] = &[
        ("a", &["1.0.0", "1.1.0"]),
        ("b", &["1.0.0", "1.1.0", "1.2.0~"]),
        ("c", &["1.0.0", "1.0.1~"]),
        ("d", &["1.0.0", "1.1.0~"]),
    ];
    let context = Context { aged_by: Some("2024-01-15".to_owned()), ..Context::default() };
    let (graph, releases, mut found) = find(&packages, rows, &context);
    assert_eq!(
        words(&found),
        ["a 1.0.0 to 1.1.0", "b 1.0.0 to 1.1.0", "c 1.0.0 to 1.0.1", "d 1.0.0 to 1.1.0"]
    );
    found.settle(&graph, &releases, &[], context.aged_by.as_deref());
    let refused: Vec<_> =
        found.updates.iter().map(|c| c.refusal.as_ref().map(|r| r.text.as_str())).collect();
    assert_eq!(
        refused,
        [
            Some("cargo update leaves a at 1.0.0, although 1.1.0 is out"),
            None,
            Some("a@1.0.0 asks for c =1.0.0, which keeps it at 1.0.0"),
            None
        ]
    );
    // What cargo could not have in an older release is the young one, which waits.
    assert_eq!(found.updates[1].target, semver::Version::new(1, 2, 0));
    assert_eq!(found.updates[1].younger, None);
}

#[test]
fn the_graph_knows_whom_a_package_reaches() {
    let packages: [Stated<'_>; 4] = [
        ("me", "0.1.0", &["a 1", "b 1"]),
        ("a", "1.0.0", &["c 1"]),
        ("b", "1.0.0", &[]),
        ("c", "1.0.0", &[]),
    ];
    let metadata = metadata(&packages);
    let graph = Graph::new(&metadata, &metadata).expect("a graph");
    let c = graph.named("c").next().expect("c is in the graph");
    let reached: Vec<_> =
        graph.reached_from(&c.id).iter().map(|node| node.id.name.as_str()).collect();
    assert_eq!(reached, ["a", "me"]);
    assert_eq!(graph.why(&c.id), ["me", "a", "c"]);
    assert_eq!(graph.members().count(), 1);
}

/// The requirement that is written for an update which the user named.
#[track_caller]
fn check_asked(req: &str, locked: &str, target: &str, rows: &[&str], expected: &str) {
    let requirement = format!("a {req}");
    let packages: [Stated<'_>; 2] = [("me", "0.1.0", &[&requirement]), ("a", locked, &[])];
    let (graph, releases, _) = find(&packages, &[("a", rows)], &Context::default());
    let id = &graph.named("a").next().expect("it is locked").id;
    let target = target.parse().expect("a version");
    let found = ripe_resolver::asked(&graph, &workspace(&packages[0]), &releases, id, &target)
        .expect("it can be asked about");
    let written: Vec<_> = found.edits.iter().map(|edit| edit.to.as_str()).collect();
    assert_eq!(written, [expected]);
    assert_eq!(found.target, target);
}

#[test]
fn an_update_that_was_named_is_written_as_its_author_would() {
    check_asked(
        "0.8",
        "0.8.1",
        "1.1.0+spec-1.1.0",
        &["0.8.1", "1.0.0", "1.1.0+spec-1.1.0"],
        "1.1.0",
    );
    check_asked("=1.0.0", "1.0.0", "2.0.0", &["1.0.0", "2.0.0", "2.1.0"], "=2.0.0");
}

#[test]
fn an_update_to_an_older_release_or_a_withdrawn_one_is_pinned() {
    check_asked("1", "1.0.0", "2.0.0", &["1.0.0", "2.0.0", "2.1.0"], "=2.0.0");
    check_asked("1", "1.0.0", "2.0.0+x", &["1.0.0", "2.0.0+x", "2.1.0"], "=2.0.0");
    check_asked("1", "1.0.0", "2.1.0", &["1.0.0", "2.0.0", "2.1.0!"], "=2.1.0");
    check_asked("1", "1.0.0", "2.0.0", &["1.0.0", "2.0.0", "2.1.0!"], "2.0.0");
}

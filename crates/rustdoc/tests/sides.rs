//! Sides of real workspaces, through real cargo, rustc and rustdoc, without network: the packages
//! of the "registry" are vendored in the workspace.
//!
//! Cargo calls this program as the compiler's wrapper, so it has a `main` of its own. Arguments
//! choose tests by a part of their name.

#[path = "sides/ground.rs"]
mod ground;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use ground::{Ground, labels};
use ripe_model::{Namespace, Source};
use ripe_record::{Platform, Toolchain, wrapper_main};
use ripe_runner::{CancelToken, Mode};
use ripe_rustdoc::{
    Cached, Client, DevDependencies, Error, ModelCache, Progress, SideOutcome, from_file,
    models_for,
};

type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    ("the_client_never_meets_the_target_version", the_client_never_meets_the_target_version),
    ("a_second_run_compiles_nothing", a_second_run_compiles_nothing),
    ("what_was_evicted_is_built_again", what_was_evicted_is_built_again),
    ("more_can_be_asked_for_without_another_build", more_can_be_asked_for_without_another_build),
    ("a_truncated_cache_file_is_made_again", a_truncated_cache_file_is_made_again),
    ("build_scripts_and_macros_shape_the_model", build_scripts_and_macros_shape_the_model),
    (
        "foreign_types_have_the_origin_of_their_package",
        foreign_types_have_the_origin_of_their_package,
    ),
    ("two_versions_of_one_package_and_renamed", two_versions_of_one_package_and_renamed),
    ("host_and_target_may_have_other_features", host_and_target_may_have_other_features),
    ("a_package_for_both_is_documented_once", a_package_for_both_is_documented_once),
    ("virtual_workspaces_have_several_clients", virtual_workspaces_have_several_clients),
    ("what_only_tests_need_is_compiled_on_demand", what_only_tests_need_is_compiled_on_demand),
    (
        "what_does_not_compile_is_named_and_the_rest_done",
        what_does_not_compile_is_named_and_the_rest_done,
    ),
    ("packages_can_be_refused_by_name", packages_can_be_refused_by_name),
    ("a_hostile_build_script_is_held", a_hostile_build_script_is_held),
    ("records_hold_no_secrets_and_do_not_stay", records_hold_no_secrets_and_do_not_stay),
    ("a_cancelled_run_leaves_nothing_wrong", a_cancelled_run_leaves_nothing_wrong),
    ("a_given_file_is_lowered_with_its_gaps", a_given_file_is_lowered_with_its_gaps),
    ("a_broken_manifest_is_cargos_own_error", a_broken_manifest_is_cargos_own_error),
];

fn main() -> ExitCode {
    if let Some(code) = wrapper_main() {
        return code;
    }
    // SAFETY: no other thread runs yet.
    unsafe { std::env::set_var("RIPE_TEST_TOKEN", "secret") };
    let chosen: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let list = std::env::args().any(|arg| arg == "--list");
    let mut failed = Vec::new();
    for (name, test) in TESTS {
        if !chosen.is_empty() && !chosen.iter().any(|part| name.contains(part.as_str())) {
            continue;
        }
        if list {
            println!("{name}: test");
            continue;
        }
        let passed = std::panic::catch_unwind(test).is_ok();
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        if !passed {
            failed.push(name);
        }
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("failed: {failed:?}");
    ExitCode::FAILURE
}

fn run(ground: &Ground, client: Client, wanted: &[&str]) -> SideOutcome {
    try_run(ground, client, wanted, &|_| {}).expect("a side")
}

fn try_run(
    ground: &Ground,
    client: Client,
    wanted: &[&str],
    change: &dyn Fn(&mut ripe_rustdoc::SideRequest),
) -> Result<SideOutcome, Error> {
    let mut request = ground.request(client, wanted);
    change(&mut request);
    models_for(&request, &ground.cache(), &|_| {}, &CancelToken::new())
}

/// An application that uses `a`, which is there as 1.0.0 and 1.1.0.
fn simple() -> Ground {
    let ground = Ground::new();
    ground.vendor("a", "1.0.0", "", "pub fn one() -> u8 { 1 }");
    ground.vendor("a", "1.1.0", "", "pub fn one() -> u8 { 1 }\npub fn two() -> u8 { 2 }");
    ground.member("app", "a = \"=1.0.0\"", "pub fn go() -> u8 { a::one() }");
    ground.lock();
    ground
}

/// Moves `a` of [`simple`] to 1.1.0.
fn update(ground: &Ground) {
    ground.member("app", "a = \"=1.1.0\"", "pub fn go() -> u8 { a::one() }");
    ground.lock();
}

fn the_client_never_meets_the_target_version() {
    let ground = simple();
    let locked = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!(labels(&locked), ["a@1.0.0 Target [] <- app"]);
    assert!(locked.models[0].model.rows.get("a::one", Namespace::Value).is_some());
    assert!(locked.models[0].model.rows.get("a::two", Namespace::Value).is_none());
    assert!(locked.refused.is_empty() && locked.errors.is_empty());
    let log = ground.log(&locked);
    assert_eq!(log, ["a 1.0.0 recorded", "app 0.1.0 recorded"]);

    update(&ground);
    let target = run(&ground, Client::Refuse, &["a@1.1.0"]);
    assert_eq!(labels(&target), ["a@1.1.0 Target [] <- app"]);
    assert!(target.models[0].model.rows.get("a::two", Namespace::Value).is_some());
    assert_eq!(target.refused.len(), 1);
    assert!(target.gaps.is_empty() && target.errors.is_empty(), "{:?}", target.errors);
    let log = ground.log(&target);
    assert_eq!(log, ["a 1.1.0 recorded", "app 0.1.0 refused"]);
    let unit = target.units.iter().find(|unit| unit.package.name == "app").expect("seen");
    assert!(!ground.has_artifact(unit), "the client was compiled");
}

fn a_second_run_compiles_nothing() {
    let ground = simple();
    let first = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!((first.cost.documented, first.cost.from_cache), (1, 0));
    let second = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!((second.cost.documented, second.cost.from_cache), (0, 1));
    assert_eq!((second.log.as_ref(), second.level), (None, None), "nothing ran");
    assert_eq!(first.models[0].model, second.models[0].model);
    assert_eq!((first.units, first.gaps), (second.units, second.gaps));
    // The baseline depends on the client's sources.
    ground.member("app", "a = \"=1.0.0\"", "pub fn go() -> u8 { a::three() }");
    let third = run(&ground, Client::Compile, &["a@1.0.0"]);
    let error = third.errors.first().expect("an error");
    assert_eq!((error.code.as_deref(), error.package.name.as_str()), (Some("E0425"), "app"));
    assert_eq!((error.spans[0].line, error.spans[0].column), (1, 24));
    assert_eq!(error.spans[0].file, std::path::Path::new("src/lib.rs"));
    assert_eq!((third.cost.documented, third.cost.from_cache), (0, 1));
}

fn what_was_evicted_is_built_again() {
    let ground = simple();
    let first = run(&ground, Client::Compile, &["a@1.0.0"]);
    ground.cache().clear().expect("cleared");
    let second = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!(second.cost.documented, 1);
    assert_eq!(first.models[0].model, second.models[0].model);
    // What we know of the units may be lost as well.
    ground.cache().clear().expect("cleared");
    std::fs::remove_dir_all(ground.work().join("records")).expect("removed");
    let third = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!(first.models[0].model, third.models[0].model);
}

fn more_can_be_asked_for_without_another_build() {
    let ground = simple();
    ground.vendor("b", "1.0.0", "", "pub struct B;");
    ground.member("app", "a = \"=1.0.0\"\nb = \"1\"", "");
    ground.lock();
    run(&ground, Client::Compile, &["a@1.0.0"]);
    let more = run(&ground, Client::Compile, &["a@1.0.0", "b@1.0.0"]);
    assert_eq!(labels(&more), ["a@1.0.0 Target [] <- app", "b@1.0.0 Target [] <- app"]);
    assert_eq!((more.cost.documented, more.cost.from_cache), (1, 1));
    assert_eq!((more.log, more.cost.check_cpu), (None, std::time::Duration::ZERO));
}

fn a_truncated_cache_file_is_made_again() {
    let ground = simple();
    let first = run(&ground, Client::Compile, &["a@1.0.0"]);
    for file in ground.cache_files() {
        let bytes = std::fs::read(&file).expect("readable");
        std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("written");
    }
    assert!(matches!(ground.cache().get(&first.models[0].key), Cached::Unusable(_)));
    let second = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!(first.models[0].model, second.models[0].model);
    assert!(second.gaps.iter().any(|gap| gap.why.contains("cut short")), "{:?}", second.gaps);
    let third = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!((third.cost.from_cache, third.gaps.len()), (1, 0));
}

fn build_scripts_and_macros_shape_the_model() {
    let ground = Ground::new();
    ground.vendor(
        "m",
        "1.0.0",
        "[lib]\nproc-macro = true",
        "#[proc_macro] pub fn make(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
            \"pub fn made_by_macro() {}\".parse().unwrap()
        }",
    );
    ground.vendor(
        "a",
        "1.0.0",
        "[dependencies]\nm = \"1\"",
        "m::make!();
        include!(concat!(env!(\"OUT_DIR\"), \"/generated.rs\"));
        #[cfg(found)] pub const VERSION: &str = env!(\"SET_BY_BUILD_SCRIPT\");",
    );
    ground.build_script(
        "a",
        "1.0.0",
        "fn main() {
            let out = std::env::var(\"OUT_DIR\").unwrap();
            std::fs::write(out + \"/generated.rs\", \"pub fn generated() {}\").unwrap();
            println!(\"cargo:rustc-cfg=found\");
            println!(\"cargo:rustc-env=SET_BY_BUILD_SCRIPT=x\");
        }",
    );
    ground.member("app", "a = \"1\"", "");
    ground.lock();
    let side = run(&ground, Client::Refuse, &["a@1.0.0", "m@1.0.0"]);
    assert_eq!(labels(&side), ["a@1.0.0 Target [] <- app", "m@1.0.0 Host [] <- a"]);
    let rows = &side.models[0].model.rows;
    for path in ["a::made_by_macro", "a::generated", "a::VERSION"] {
        assert!(rows.get(path, Namespace::Value).is_some(), "{path}");
    }
    assert!(side.models[1].model.rows.get("m::make", Namespace::Macro).is_some());
}

fn foreign_types_have_the_origin_of_their_package() {
    let ground = Ground::new();
    ground.vendor("deep-down", "0.3.7", "", "pub struct Deep;");
    let middle = "[dependencies]\ndeep-down = \"0.3\"";
    ground.vendor("middle", "1.0.0", middle, "pub type Alias = deep_down::Deep;");
    // `a` names `deep-down` only through `middle`.
    let a = "[dependencies]\nmiddle = \"1\"";
    ground.vendor("a", "1.0.0", a, "pub fn take(_: middle::Alias, _: String) {}");
    ground.member("app", "a = \"1\"", "");
    ground.lock();
    let side = run(&ground, Client::Refuse, &["a@1.0.0"]);
    let crates = &side.models[0].model.crates;
    let deep = crates.iter().find(|origin| origin.crate_name == "deep_down").expect("named");
    assert_eq!(deep.package, "deep-down");
    assert_eq!(deep.source, Source::CratesIo);
    assert_eq!(deep.version.as_ref().map(ToString::to_string).as_deref(), Some("0.3.7"));
    let alloc = crates.iter().find(|origin| origin.crate_name == "alloc").expect("named");
    assert_eq!(alloc.source, Source::Sysroot);
}

fn two_versions_of_one_package_and_renamed() {
    let ground = Ground::new();
    ground.vendor("a", "1.0.0", "", "pub struct Old;");
    ground.vendor("a", "2.0.0", "", "pub struct New;");
    ground.vendor("b", "1.0.0", "[dependencies]\na = \"1\"", "pub fn old() -> a::Old { a::Old }");
    ground.member(
        "app",
        "b = \"1\"\nnewer = { package = \"a\", version = \"2\" }",
        "pub fn go() { b::old(); let _ = newer::New; }",
    );
    ground.lock();
    let side = run(&ground, Client::Compile, &["a@1.0.0", "a@2.0.0"]);
    assert_eq!(labels(&side), ["a@1.0.0 Target [] <- b", "a@2.0.0 Target [] <- app"]);
    let has = |at: usize, path| side.models[at].model.rows.get(path, Namespace::Type).is_some();
    assert!(has(0, "a::Old") && !has(0, "a::New") && has(1, "a::New"));
    let app = side.units.iter().find(|unit| unit.package.name == "app").expect("seen");
    assert!(app.dependencies.contains_key("newer"), "{:?}", app.dependencies);
}

fn host_and_target_may_have_other_features() {
    let ground = Ground::new();
    ground.vendor(
        "f",
        "1.0.0",
        "[features]\nextra = []",
        "pub fn always() {}\n#[cfg(feature = \"extra\")] pub fn extra() {}",
    );
    ground.member(
        "app",
        "f = \"1\"\n[build-dependencies]\nf = { version = \"1\", features = [\"extra\"] }",
        "pub fn go() { f::always() }",
    );
    ground.member_build_script("app", "fn main() { f::extra() }");
    ground.lock();
    let side = run(&ground, Client::Compile, &["f@1.0.0"]);
    assert_eq!(labels(&side), ["f@1.0.0 Target [] <- app", "f@1.0.0 Host [extra] <- app"]);
    let has = |at: usize| side.models[at].model.rows.get("f::extra", Namespace::Value).is_some();
    assert!(!has(0) && has(1));
    assert!(side.models[1].model.unit.host && !side.models[0].model.unit.host);
}

fn a_package_for_both_is_documented_once() {
    let ground = Ground::new();
    ground.vendor("f", "1.0.0", "", "pub fn f() {}");
    ground.member("app", "f = \"1\"\n[build-dependencies]\nf = \"1\"", "pub fn go() { f::f() }");
    ground.member_build_script("app", "fn main() { f::f() }");
    ground.lock();
    let side = run(&ground, Client::Compile, &["f@1.0.0"]);
    assert_eq!(labels(&side), ["f@1.0.0 Host [] <- app", "f@1.0.0 Target [] <- app"]);
    assert_eq!(side.cost.documented, 1);
    assert!(Arc::ptr_eq(&side.models[0].model, &side.models[1].model));
    assert_eq!(side.models[0].unit.platform, Platform::Host);
}

fn virtual_workspaces_have_several_clients() {
    let ground = Ground::new();
    ground.vendor("a", "1.0.0", "", "pub fn a() {}");
    ground.vendor("a", "1.1.0", "", "pub fn a() {}");
    ground.vendor("same", "1.0.0", "", "pub fn same() {}");
    ground.member("members/one", "a = \"=1.0.0\"\nsame = \"1\"", "pub fn one() { a::a() }");
    ground.member("members/two", "one = { path = \"../one\" }", "pub fn two() { one::one() }");
    ground.virtual_root(&["members/one", "members/two"]);
    ground.lock();
    let locked = run(&ground, Client::Compile, &["a@1.0.0", "same@1.0.0"]);
    assert_eq!(labels(&locked), ["a@1.0.0 Target [] <- one", "same@1.0.0 Target [] <- one"]);
    assert!(locked.errors.is_empty(), "{:?}", locked.errors);

    ground.member("members/one", "a = \"=1.1.0\"\nsame = \"1\"", "pub fn one() { a::a() }");
    ground.lock();
    let target = run(&ground, Client::Refuse, &["a@1.1.0", "same@1.0.0"]);
    assert_eq!(labels(&target), ["a@1.1.0 Target [] <- one", "same@1.0.0 Target [] <- one"]);
    assert_eq!(target.cost.from_cache, 1, "what did not change has an equal key");
    // `two` is not even tried, as it needs `one`; `same` is fresh.
    assert_eq!(ground.log(&target), ["a 1.1.0 recorded", "one 0.1.0 refused"]);
}

fn what_only_tests_need_is_compiled_on_demand() {
    let ground = Ground::new();
    ground.vendor("a", "1.0.0", "[features]\nx = []", "#[cfg(feature = \"x\")] pub fn x() {}");
    ground.vendor("t", "1.0.0", "[dependencies]\na = { version = \"1\", features = [\"x\"] }", "");
    ground.member("app", "a = \"1\"\n[dev-dependencies]\nt = \"1\"", "");
    ground.lock();
    let wanted = ["a@1.0.0", "t@1.0.0"];
    let skipped = run(&ground, Client::Refuse, &wanted);
    assert_eq!(labels(&skipped), ["a@1.0.0 Target [] <- app"]);
    assert_eq!(skipped.gaps[0].why, "only tests, examples or benchmarks need it");
    let compile = |request: &mut ripe_rustdoc::SideRequest| {
        request.dev_dependencies = DevDependencies::Compile;
    };
    let side = try_run(&ground, Client::Refuse, &wanted, &compile).expect("a side");
    // With tests, `a` gets the feature too; the set that ships is the one that is kept.
    assert_eq!(labels(&side), ["a@1.0.0 Target [] <- app", "t@1.0.0 Target [] <- app"]);
    assert!(side.gaps.is_empty(), "{:?}", side.gaps);
}

fn what_does_not_compile_is_named_and_the_rest_done() {
    let ground = Ground::new();
    ground.vendor("good", "1.0.0", "", "pub fn good() {}");
    ground.vendor("typo", "1.0.0", "", "pub fn bad() -> u8 { \"no\" }");
    ground.vendor("lost", "1.0.0", "", "pub fn lost() -> Unknown { }");
    ground.vendor("script", "1.0.0", "", "");
    ground.build_script("script", "1.0.0", "fn main() { panic!(\"no library found\") }");
    ground.vendor("above", "1.0.0", "[dependencies]\nlost = \"1\"", "pub fn above() {}");
    let all = "good = \"1\"\ntypo = \"1\"\nabove = \"1\"\nscript = \"1\"";
    ground.member("app", all, "");
    ground.lock();
    let wanted =
        ["good@1.0.0", "typo@1.0.0", "lost@1.0.0", "above@1.0.0", "script@1.0.0", "no@9.0.0"];
    let side = run(&ground, Client::Compile, &wanted);
    // A body that does not compile does not keep rustdoc from seeing the API.
    assert_eq!(labels(&side), ["good@1.0.0 Target [] <- ", "typo@1.0.0 Target [] <- "]);
    let broken: BTreeSet<&str> =
        side.errors.iter().map(|error| error.package.name.as_str()).collect();
    assert_eq!(broken, BTreeSet::from(["typo", "lost", "script"]));
    let gap = |what: &str, why: &str| {
        let found = side.gaps.iter().any(|gap| gap.what == what && gap.why.contains(why));
        assert!(found, "{what}: {why} in {:?}", side.gaps);
    };
    gap("lost@1.0.0", "rustdoc failed: ");
    gap("above@1.0.0", "lost@1.0.0, on which it depends, does not compile");
    gap("script@1.0.0", "its build script failed");
    gap("typo@1.0.0", "does not compile (E0308");
    gap("no@9.0.0", "takes no part in the build");
    let again = run(&ground, Client::Compile, &wanted);
    assert_eq!((again.gaps, again.log), (side.gaps, None));
}

fn packages_can_be_refused_by_name() {
    let ground = Ground::new();
    ground.vendor("a", "1.0.0", "", "pub fn a() {}");
    ground.vendor("b", "1.0.0", "[dependencies]\na = \"1\"", "pub fn b() { a::a() }");
    ground.member("app", "b = \"1\"", "");
    ground.lock();
    let refuse = |request: &mut ripe_rustdoc::SideRequest| {
        request.refuse_packages.insert("b".to_owned());
    };
    let side = try_run(&ground, Client::Refuse, &["a@1.0.0", "b@1.0.0"], &refuse).expect("a side");
    assert_eq!(labels(&side), ["a@1.0.0 Target [] <- b"]);
    assert_eq!(ground.log(&side), ["a 1.0.0 recorded", "b 1.0.0 refused"]);
    assert_eq!(side.gaps[0].why, "it was refused");
}

fn a_hostile_build_script_is_held() {
    let ground = Ground::new();
    let outside = ground.root().join("outside");
    std::fs::write(&outside, "untouched").expect("written");
    ground.vendor("evil", "1.0.0", "", "pub fn evil() {}");
    let script = format!(
        "fn main() {{
            let outside = {outside:?};
            let told = [
                std::fs::write(outside, \"x\").is_ok(),
                std::fs::read(outside).is_ok(),
                std::fs::write({scratch:?}, \"x\").is_ok(),
                std::net::TcpListener::bind(\"127.0.0.1:0\").is_ok(),
                std::env::var(\"RIPE_TEST_TOKEN\").is_ok(),
            ];
            assert_eq!(told, [false; 5]);
        }}",
        scratch = ground.workspace().join("planted"),
    );
    ground.build_script("evil", "1.0.0", &script);
    ground.member("app", "evil = \"1\"", "");
    ground.lock();
    let side = try_run(&ground, Client::Refuse, &["evil@1.0.0"], &|request| {
        request.sandbox = Mode::Auto;
    })
    .expect("a side");
    let level = side.level.expect("it ran");
    if level.is_complete() {
        assert_eq!(side.errors, []);
        assert_eq!(std::fs::read_to_string(&outside).expect("there"), "untouched");
        // Without the sandbox, the same script has its way, and its assertion fails.
        let free = try_run(&ground, Client::Compile, &["evil@1.0.0"], &|request| {
            request.sandbox = Mode::Off;
            request.target_dir = request.target_dir.with_extension("free");
        })
        .expect("a side");
        assert_eq!(free.errors.len(), 1, "{:?}", free.errors);
    }
}

fn records_hold_no_secrets_and_do_not_stay() {
    let ground = simple();
    ground.vendor("b", "1.0.0", "", "");
    ground.member("app", "a = \"=1.0.0\"\nb = \"1\"", "");
    ground.lock();
    run(&ground, Client::Refuse, &["a@1.0.0"]);
    let records = ground.records();
    assert_eq!(records.len(), 1, "that of `b`, which was not asked for: {records:?}");
    let text = std::fs::read_to_string(&records[0]).expect("readable");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&records[0]).expect("there").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
    let bytes =
        |text: &str| format!("{:?}", text.as_bytes()).trim_matches(['[', ']']).replace(' ', "");
    for name in ["RIPE_TEST_TOKEN", "PATH", "RUSTC_WRAPPER", "CARGO_MAKEFLAGS"] {
        assert!(!text.contains(&format!("[{}]", bytes(name))), "{name} was recorded");
    }
    assert!(text.contains(&bytes("CARGO_PKG_NAME")), "{text}");
}

fn a_cancelled_run_leaves_nothing_wrong() {
    let ground = simple();
    let request = ground.request(Client::Compile, &["a@1.0.0"]);
    let token = CancelToken::new();
    let on_progress = |progress: Progress| {
        if let Progress::Compiling { .. } = progress {
            token.cancel();
        }
    };
    let result = models_for(&request, &ground.cache(), &on_progress, &token);
    assert!(matches!(result, Err(Error::Record(ripe_record::Error::Cancelled))), "{result:?}");
    assert_eq!(ground.cache().size(), 0);
    let side = run(&ground, Client::Compile, &["a@1.0.0"]);
    assert_eq!(labels(&side), ["a@1.0.0 Target [] <- app"]);
}

fn a_broken_manifest_is_cargos_own_error() {
    let ground = simple();
    std::fs::write(ground.workspace().join("Cargo.toml"), "[package\n").expect("written");
    let result = try_run(&ground, Client::Compile, &["a@1.0.0"], &|_| {});
    let Err(Error::Record(ripe_record::Error::Tool { stderr, .. })) = result else {
        panic!("{result:?}")
    };
    assert!(!stderr.is_empty());
    let empty = tempfile::tempdir().expect("a folder");
    let toolchain =
        Toolchain::discover(empty.path(), None, &CancelToken::new()).expect("a toolchain");
    assert_eq!(toolchain.format, Some(57));
    assert!(ModelCache::new(empty.path()).size() == 0);
}

fn a_given_file_is_lowered_with_its_gaps() {
    let folder = tempfile::tempdir().expect("a folder");
    let toolchain =
        Toolchain::discover(folder.path(), None, &CancelToken::new()).expect("a toolchain");
    let source = folder.path().join("given.rs");
    std::fs::write(&source, "pub struct Given;").expect("written");
    let status = std::process::Command::new(&toolchain.rustdoc)
        .args(["-Zunstable-options", "--output-format=json", "--crate-version=1.2.3", "-o"])
        .arg(folder.path())
        .arg(&source)
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    assert!(status.expect("rustdoc").success());
    let file = folder.path().join("given.json");
    let model = from_file(&file).expect("a model");
    assert_eq!(model.package.to_string(), "given@1.2.3");
    assert!(model.rows.get("given::Given", Namespace::Type).is_some());
    assert!(model.gaps.iter().any(|gap| gap.why.contains("versions of other crates")));

    let json = std::fs::read_to_string(&file).expect("readable");
    let refused = |json: &str, why: &str| {
        std::fs::write(&file, json).expect("written");
        let Err(Error::Json { reason, .. }) = from_file(&file) else { panic!("{why}") };
        assert!(reason.contains(why), "{reason}");
    };
    refused(&json[..json.len() / 2], "cut off");
    refused(&json.replace("\"format_version\":57", "\"format_version\":9"), "format 9");
    refused("[]", "malformed");
    refused("", "cut off");
    let missing = from_file(&folder.path().join("missing.json"));
    assert!(matches!(missing, Err(Error::Record(ripe_record::Error::Io { .. }))), "{missing:?}");
}

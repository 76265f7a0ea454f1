//! Small crates, compiled and recorded by hand, then asked about.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ripe_model::{ItemKey, ItemKind, Namespace, PackageId, Source, Span};
use ripe_probe::{GoneImpl, Mark, Named, Probed, Request, Subject, probe};
use ripe_record::{Platform, Record, Records, SeenUnit, Toolchain, Unit, UnitHash, UnitKind};
use ripe_runner::{CancelToken, Mode};
use semver::Version;

/// A folder with the units that were compiled in it.
struct Ground {
    folder: tempfile::TempDir,
    toolchain: Toolchain,
    units: Vec<Unit>,
}

impl Ground {
    fn new() -> Ground {
        let folder = tempfile::tempdir().expect("a folder");
        let toolchain =
            Toolchain::discover(folder.path(), None, &CancelToken::new()).expect("a toolchain");
        fs::create_dir_all(folder.path().join("target")).expect("a folder");
        Ground { folder, toolchain, units: Vec::new() }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Compiles a package as cargo would, against others by the folders of their units, and
    /// records it. The folder is the name and the version.
    fn unit(&mut self, folder: &str, kind: UnitKind, source: &str, below: &[&str]) {
        let (name, version) = folder.split_once('-').expect("a version");
        let file = if kind == UnitKind::Other { "main.rs" } else { "lib.rs" };
        let hash = format!("{:016x}", self.units.len() + 0xabc);
        fs::create_dir_all(self.at(folder)).expect("a folder");
        fs::write(self.at(folder).join(file), source).expect("written");
        let target = self.at("target").to_string_lossy().into_owned();
        let mut args: Vec<String> =
            ["--crate-name", name, "--edition=2021"].map(str::to_owned).into();
        let (crate_type, emit) = match kind {
            UnitKind::Lib => ("lib", "--emit=metadata,link"),
            UnitKind::ProcMacro => ("proc-macro", "--emit=link"),
            UnitKind::BuildScript | UnitKind::Other => ("bin", "--emit=metadata"),
        };
        args.extend(
            [file, "--crate-type", crate_type, emit, "--cap-lints=allow"].map(str::to_owned),
        );
        args.extend(["-C".to_owned(), format!("metadata={hash}")]);
        args.extend(["-C".to_owned(), format!("extra-filename=-{hash}")]);
        args.extend(["--out-dir".to_owned(), target.clone()]);
        args.extend(["-L".to_owned(), format!("dependency={target}")]);
        let mut dependencies = BTreeMap::new();
        for dep in below {
            let unit = self.units.iter().find(|u| u.manifest_dir == self.at(dep)).expect("a unit");
            let (prefix, suffix) = match unit.kind {
                UnitKind::ProcMacro => (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX),
                // What is linked needs code, not only metadata.
                _ if kind == UnitKind::ProcMacro => ("lib", ".rlib"),
                UnitKind::Lib | UnitKind::BuildScript | UnitKind::Other => ("lib", ".rmeta"),
            };
            // Two versions have different names in the code of their user.
            let extern_name = dep.replace(['-', '.'], "_").replace("_1_0_0", "");
            let file = format!("{prefix}{}-{}{suffix}", unit.crate_name, unit.hash);
            args.extend(["--extern".to_owned(), format!("{extern_name}={target}/{file}")]);
            dependencies.insert(extern_name, unit.hash.clone());
        }
        let status = Command::new(&self.toolchain.rustc)
            .args(&args)
            .current_dir(self.at(folder))
            .status()
            .expect("rustc starts");
        assert!(status.success(), "{folder} does not compile");
        let unit = Unit {
            package: id(folder),
            crate_name: name.to_owned(),
            hash: UnitHash(hash),
            kind,
            platform: Platform::Target,
            triple: self.toolchain.host.clone(),
            features: Vec::new(),
            cfgs: Vec::new(),
            manifest_dir: self.at(folder),
            dependencies,
        };
        let seen = SeenUnit {
            package: name.to_owned(),
            version: version.to_owned(),
            manifest_dir: unit.manifest_dir.clone(),
            crate_name: name.to_owned(),
            hash: unit.hash.clone(),
            kind,
            platform: unit.platform,
            triple: unit.triple.clone(),
            features: Vec::new(),
            cfgs: Vec::new(),
            dependencies: unit.dependencies.clone(),
        };
        let record = Record { args, dir: self.at(folder), env: Vec::new() };
        self.records().write_record(&seen, &record).expect("written");
        self.units.push(unit);
    }

    fn records(&self) -> Records {
        Records::of(&self.at("work"), &self.toolchain.rustc_version)
    }

    fn ask(&self, subjects: &[Subject]) -> Probed {
        let (workspace, target, work) = (self.at("mine-1.0.0"), self.at("target"), self.at("work"));
        let before = contents(&target);
        let request = Request {
            toolchain: &self.toolchain,
            workspace: &workspace,
            target_dir: &target,
            work_dir: &work,
            units: &self.units,
            subjects,
            sandbox: Mode::Auto,
            jobs: 0,
            time_limit: None,
        };
        let probed = probe(&request, &|_| {}, &CancelToken::new()).expect("it ran");
        assert!(before == contents(&target), "the artifacts are only read");
        assert!(!work.join("probe").exists(), "nothing is left behind");
        probed
    }
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.map(|file| (file.clone(), fs::read(&file).expect("a file"))).collect()
}

fn id(folder: &str) -> PackageId {
    let (name, version) = folder.split_once('-').expect("a version");
    PackageId {
        name: name.to_owned(),
        version: Version::parse(version).expect("a version"),
        source: Source::CratesIo,
    }
}

/// Asks about items, each by the text with which it begins in the source.
fn subject(
    folder: &str,
    source: &str,
    items: &[(&str, &str, ItemKind)],
    users: &[&str],
) -> Subject {
    let mark = |(begin, path, kind): &(&str, &str, ItemKind)| {
        let at = source.find(begin).expect("the item is in the source");
        let line = source[..at].matches('\n').count() + 1;
        let column = at - source[..at].rfind('\n').map_or(0, |at| at + 1) + 1;
        let number = |n: usize| u32::try_from(n).expect("small");
        let (line, column) = (number(line), number(column));
        Mark {
            span: Span { file: "lib.rs".into(), line, column, end_line: line },
            item: ItemKey::new(*path, Namespace::Type),
            kind: *kind,
        }
    };
    Subject {
        package: id(folder),
        marks: items.iter().map(mark).collect(),
        impls: Vec::new(),
        users: users.iter().map(|user| (*user).to_owned()).collect(),
        derives: BTreeSet::new(),
    }
}

/// `package file:line:column item how`
fn lines(named: &Named) -> Vec<String> {
    let line = |site: &ripe_model::UseSite| {
        let file = site.file.display();
        format!("{} {file}:{}:{} {} {}", site.package, site.line, site.column, site.item, site.how)
    };
    named.sites.iter().map(line).collect()
}

const DEP: &str = r#"#![deny(warnings)]
#![forbid(deprecated)]
#[deprecated(note = "by its author")]
pub struct S { pub x: u8 }
#[allow(deprecated)]
impl S {
    pub fn new() -> S { S { x: 1 } }
    pub fn m(&self) -> u8 { self.x }
}
pub enum E { A, B { y: u8 }, C(u8) }
pub trait T { fn t(&self) -> u8; fn p(&self) {} }
#[macro_export]
macro_rules! call { () => { $crate::f() } }
macro_rules! make { ($name:ident) => { pub fn $name() {} } }
make!(made);
macro_rules! pass { ($($item:item)*) => { $($item)* } }
pass! { pub fn passed() {} pub fn other() {} }
pub fn f() {}
pub mod inner { pub fn g() {} pub const K: u8 = 2; }
"#;

const MINE: &str = r#"#![forbid(deprecated)]
use dep::{f, E, T};
pub fn all(s: &dep::S, e: E) -> u8 {
    f();
    dep::call!();
    let dep::S { x } = s;
    let made = dep::S { x: *x };
    dep::made();
    dep::passed();
    dep::inner::g();
    let again = made
        .m();
    match e { E::A => 1, E::B { y } => y, E::C(z) => z + made.x + again }
}
pub struct Q;
impl T for Q { fn t(&self) -> u8 { self.p(); dep::inner::K } }
pub fn generic<X: T>(x: X) -> u8 { let g = f; g(); x.t() }
"#;

#[test]
fn every_resolved_use_is_named_with_its_kind() {
    let mut ground = Ground::new();
    ground.unit("dep-1.0.0", UnitKind::Lib, DEP, &[]);
    ground.unit(
        "between-1.0.0",
        UnitKind::Lib,
        "pub use dep::E; pub fn e() -> E { E::A }",
        &["dep-1.0.0"],
    );
    ground.unit("mine-1.0.0", UnitKind::Lib, MINE, &["dep-1.0.0", "between-1.0.0"]);
    let items = [
        ("pub struct S", "dep::S", ItemKind::Struct),
        ("pub x", "dep::S::x", ItemKind::Field),
        ("pub fn m", "dep::S::m", ItemKind::Method),
        ("pub enum E", "dep::E", ItemKind::Enum),
        ("pub trait T", "dep::T", ItemKind::Trait),
        ("fn t", "dep::T::t", ItemKind::Method),
        ("macro_rules! call", "dep::call", ItemKind::Macro),
        ("make!(made)", "dep::made", ItemKind::Function),
        ("pass! {", "dep::passed", ItemKind::Function),
        ("pub fn f", "dep::f", ItemKind::Function),
        ("pub mod inner", "dep::inner", ItemKind::Module),
    ];
    let probed = ground.ask(&[subject("dep-1.0.0", DEP, &items, &["mine", "between"])]);
    let named = &probed.named[&id("dep-1.0.0")];
    assert_eq!(
        lines(named),
        [
            "between lib.rs:1:14 dep::E import",
            "between lib.rs:1:31 dep::E type",
            "between lib.rs:1:38 dep::E::A path",
            "mine lib.rs:2:11 dep::f import",
            "mine lib.rs:2:14 dep::E import",
            "mine lib.rs:2:17 dep::T import",
            "mine lib.rs:3:21 dep::S type",
            "mine lib.rs:3:27 dep::E type",
            "mine lib.rs:4:5 dep::f call",
            "mine lib.rs:5:10 dep::call macro",
            "mine lib.rs:6:14 dep::S match",
            "mine lib.rs:6:18 dep::S::x match",
            "mine lib.rs:7:21 dep::S construct",
            "mine lib.rs:7:25 dep::S::x construct",
            "mine lib.rs:9:10 dep::passed call",
            "mine lib.rs:10:17 dep::inner::g call",
            "mine lib.rs:12:10 dep::S::m call",
            "mine lib.rs:13:18 dep::E::A match",
            "mine lib.rs:13:29 dep::E::B match",
            "mine lib.rs:13:33 dep::E::B::y match",
            "mine lib.rs:13:46 dep::E::C match",
            "mine lib.rs:13:48 dep::E::C::0 match",
            "mine lib.rs:13:63 dep::S::x field",
            "mine lib.rs:16:6 dep::T implement",
            "mine lib.rs:16:41 dep::T::p call",
            "mine lib.rs:16:58 dep::inner::K path",
            "mine lib.rs:17:19 dep::T bound",
            "mine lib.rs:17:44 dep::f path",
            "mine lib.rs:17:54 dep::T::t call",
        ]
    );
    assert_eq!(named.seen, BTreeSet::from(["between".to_owned(), "mine".to_owned()]));
    assert!(named.asked.contains("dep::passed") && !named.asked.contains("dep::made"));
    assert!(probed.gaps[0].why.contains("10 of 11"), "{:?}", probed.gaps);
}

#[test]
fn of_two_versions_only_the_users_of_the_one_that_is_asked_about_are_named() {
    let mut ground = Ground::new();
    ground.unit("flags-1.0.0", UnitKind::Lib, "pub fn f() {}", &[]);
    ground.unit("flags-2.0.0", UnitKind::Lib, "pub fn f() {}", &[]);
    ground.unit("old-1.0.0", UnitKind::Lib, "pub fn o() { flags::f() }", &["flags-1.0.0"]);
    let mine = "fn main() {\n flags::f();\n flags_2_0_0::f();\n old::o();\n}";
    let below = ["flags-1.0.0", "flags-2.0.0", "old-1.0.0"];
    ground.unit("mine-1.0.0", UnitKind::Other, mine, &below);
    let item = [("pub fn f", "flags::f", ItemKind::Function)];
    let of = |folder: &str| subject(folder, "pub fn f() {}", &item, &["mine", "old"]);
    let one = ground.ask(&[of("flags-1.0.0")]);
    let one_lines = ["mine main.rs:2:9 flags::f call", "old lib.rs:1:21 flags::f call"];
    assert_eq!(lines(&one.named[&id("flags-1.0.0")]), one_lines);
    let two = ground.ask(&[of("flags-2.0.0")]);
    let two_lines = ["mine main.rs:3:15 flags::f call"];
    assert_eq!(lines(&two.named[&id("flags-2.0.0")]), two_lines);
    let both = ground.ask(&[of("flags-1.0.0"), of("flags-2.0.0")]);
    assert_eq!(lines(&both.named[&id("flags-1.0.0")]), one_lines);
    assert_eq!(lines(&both.named[&id("flags-2.0.0")]), two_lines);
}

#[test]
fn a_macro_is_asked_about_and_one_that_only_uses_serves_as_it_was_built() {
    let macros = "extern crate proc_macro;\n#[proc_macro] pub fn nothing(i: proc_macro::TokenStream) \
                  -> proc_macro::TokenStream { helper::h(); i }";
    let mut ground = Ground::new();
    let helper = "pub fn h() {}";
    ground.unit("helper-1.0.0", UnitKind::Lib, helper, &[]);
    ground.unit("macros-1.0.0", UnitKind::ProcMacro, macros, &["helper-1.0.0"]);
    let mine = "macros::nothing! { pub fn a() {} }";
    ground.unit("mine-1.0.0", UnitKind::Lib, mine, &["macros-1.0.0"]);
    let item = [("pub fn nothing", "macros::nothing", ItemKind::ProcMacro)];
    let probed = ground.ask(&[subject("macros-1.0.0", macros, &item, &["mine"])]);
    assert_eq!(
        lines(&probed.named[&id("macros-1.0.0")]),
        ["mine lib.rs:1:9 macros::nothing macro"],
        "{probed:?}"
    );
    let item = [("pub fn h", "helper::h", ItemKind::Function)];
    let probed = ground.ask(&[subject("helper-1.0.0", helper, &item, &["macros", "mine"])]);
    let named = &probed.named[&id("helper-1.0.0")];
    assert_eq!(lines(named), ["macros lib.rs:2:95 helper::h call"], "{probed:?}");
    assert_eq!(
        named.seen,
        BTreeSet::from(["macros".to_owned()]),
        "mine is not compiled against it"
    );
}

#[test]
fn what_a_derive_of_the_package_makes_is_no_use_of_it() {
    // As clap's derive does, it gives what it makes the span of a token of the input.
    let macros = r#"extern crate proc_macro;
use proc_macro::{Group, Span, TokenStream, TokenTree};
fn at(code: TokenStream, span: Span) -> TokenStream {
    let token = |tree| match tree {
        TokenTree::Group(g) => {
            let mut group = Group::new(g.delimiter(), at(g.stream(), span));
            group.set_span(span);
            TokenTree::Group(group)
        }
        mut tree => { tree.set_span(span); tree }
    };
    code.into_iter().map(token).collect()
}
#[proc_macro_derive(Made)]
pub fn made(input: TokenStream) -> TokenStream {
    let name = input.into_iter().find(|t| t.to_string() == "Input").expect("a name");
    at("const _: () = { fn m() { dep::f(); } };".parse().expect("code"), name.span())
}"#;
    let dep = "pub use macros::Made;\npub fn f() {}\npub struct V;\n";
    let mut ground = Ground::new();
    ground.unit("macros-1.0.0", UnitKind::ProcMacro, macros, &[]);
    ground.unit("dep-1.0.0", UnitKind::Lib, dep, &["macros-1.0.0"]);
    let mine = "#[derive(dep::Made)]\npub struct Input(\n dep::V);\npub fn g() { dep::f() }";
    ground.unit("mine-1.0.0", UnitKind::Lib, mine, &["dep-1.0.0"]);
    let items =
        [("pub fn f", "dep::f", ItemKind::Function), ("pub struct V", "dep::V", ItemKind::Struct)];
    let mut asked = subject("dep-1.0.0", dep, &items, &["mine"]);
    let own = ["mine lib.rs:3:7 dep::V type", "mine lib.rs:4:19 dep::f call"];
    let probed = ground.ask(std::slice::from_ref(&asked));
    let by_another = ["mine lib.rs:2:12 dep::f call", own[0], own[1]];
    assert_eq!(lines(&probed.named[&id("dep-1.0.0")]), by_another, "a derive that stays");
    asked.derives.insert("Made".to_owned());
    let probed = ground.ask(&[asked]);
    assert_eq!(lines(&probed.named[&id("dep-1.0.0")]), own);
}

#[test]
fn a_mark_that_does_not_compile_is_dropped_and_a_user_that_does_not_is_a_gap() {
    // The macro takes functions without attributes only.
    let dep = "macro_rules! bare { (pub fn $n:ident() {}) => { pub fn $n() {} } }\n\
               bare! { pub fn strict() {} }\npub fn f() {}";
    let mut ground = Ground::new();
    ground.unit("dep-1.0.0", UnitKind::Lib, dep, &[]);
    let mine = "pub fn a() { dep::strict(); dep::f() }";
    ground.unit("mine-1.0.0", UnitKind::Lib, mine, &["dep-1.0.0"]);
    let items = [
        ("bare! { pub", "dep::strict", ItemKind::Function),
        ("pub fn f", "dep::f", ItemKind::Function),
    ];
    let asked = subject("dep-1.0.0", dep, &items, &["mine"]);
    let probed = ground.ask(std::slice::from_ref(&asked));
    let named = &probed.named[&id("dep-1.0.0")];
    assert_eq!(lines(named), ["mine lib.rs:1:34 dep::f call"]);
    assert_eq!(named.asked, BTreeSet::from(["dep::f".to_owned()]));
    fs::write(ground.at("mine-1.0.0/lib.rs"), "pub fn a() { dep::f(); nothing() }")
        .expect("written");
    let probed = ground.ask(&[asked]);
    assert!(probed.named[&id("dep-1.0.0")].seen.is_empty());
    assert!(probed.gaps.iter().any(|gap| gap.what == "mine"), "{:?}", probed.gaps);
}

#[test]
fn what_needs_an_impl_that_is_gone_is_named_and_who_does_not_is_spared() {
    let dep = "#[derive(Debug, Clone)]\npub struct S;\nimpl Default for S { fn default() -> S { S } }\n\
               impl From<S> for u8 { fn from(_: S) -> u8 { 1 } }\npub fn own(s: S) -> u8 { s.into() }\n";
    let mut ground = Ground::new();
    ground.unit("dep-1.0.0", UnitKind::Lib, dep, &[]);
    let mine =
        "pub fn a(s: &dep::S) -> dep::S {\n let _: dep::S = Default::default();\n s.clone()\n}";
    ground.unit("mine-1.0.0", UnitKind::Lib, mine, &["dep-1.0.0"]);
    ground.unit(
        "other-1.0.0",
        UnitKind::Lib,
        "pub fn b() -> u8 { dep::own(dep::S) }",
        &["dep-1.0.0"],
    );
    let gone = |line: u32, column: u32, of: &str, on: &str| GoneImpl {
        span: Span { file: "lib.rs".into(), line, column, end_line: line },
        item: ItemKey::new(format!("impl {of} for {on}"), Namespace::Impl),
        of: of.to_owned(),
        on: on.to_owned(),
    };
    let mut asked = subject("dep-1.0.0", dep, &[], &["mine", "other"]);
    let clone = gone(1, 17, "Clone", "S");
    asked.impls = vec![clone, gone(3, 1, "Default", "S"), gone(4, 1, "From", "u8")];
    let probed = ground.ask(&[asked]);
    let named = &probed.named[&id("dep-1.0.0")];
    // The copy needs `From` itself, so nothing is said of it.
    assert_eq!(
        lines(named),
        ["mine lib.rs:2:18 impl Default for S infer", "mine lib.rs:3:2 impl Clone for S infer"],
        "{probed:?}"
    );
    let spared = ["impl Clone for S", "impl Default for S"].map(str::to_owned);
    assert_eq!(named.spared, BTreeMap::from([("other".to_owned(), BTreeSet::from(spared))]));
}

//! Small sources through the real rustdoc, then lowered: what the rows say.

#[path = "lower/show.rs"]
mod show;

use std::path::{Path, PathBuf};
use std::process::Command;

use ripe_model::{ApiModel, PackageFacts, PackageId, Source, UnitFacts};
use ripe_rustdoc::{LowerError, LowerInput, lower};

/// The JSON of a source as crate `dep`.
fn document(source: &str, crate_type: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("dep.rs");
    std::fs::write(&file, source).expect("the source is written");
    let out = Command::new("rustdoc")
        .arg(&file)
        .args(["--crate-name", "dep", "--edition", "2021", "--crate-type", crate_type])
        .args(["-Z", "unstable-options", "--output-format", "json", "--document-hidden-items"])
        .args(["--cap-lints", "allow", "-o"])
        .arg(folder.path().join("out"))
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .expect("rustdoc runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    std::fs::read_to_string(folder.path().join("out/dep.json")).expect("rustdoc wrote the JSON")
}

fn input<'a>(origin_of: ripe_rustdoc::OriginOf<'a>) -> LowerInput<'a> {
    LowerInput {
        package: PackageId {
            name: "dep".to_owned(),
            version: "1.2.3".parse().expect("a version"),
            source: Source::CratesIo,
        },
        unit: UnitFacts::default(),
        package_facts: PackageFacts::default(),
        features: std::collections::BTreeMap::new(),
        optional_dependencies: Vec::new(),
        origin_of,
        source_root: None,
    }
}

fn model_of(json: &str) -> ApiModel {
    lower(json, &input(&|_: &str, _: &Path| None)).expect("the document can be lowered")
}

/// Compares the whole model with the expected lines; indentation does not count.
#[track_caller]
fn check(source: &str, expected: &str) {
    compare(&show::model(&model_of(&document(source, "lib"))), expected);
}

#[track_caller]
fn compare(found: &str, expected: &str) {
    let expected: Vec<&str> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(found, expected, "found:\n{}\n", found.join("\n"));
}

#[test]
fn an_item_stands_where_it_is_defined_and_else_at_its_shortest_path() {
    check(
        "mod private { pub struct A; pub struct B; pub mod inner { pub fn f() {} } }
         pub mod deep { pub mod er { pub use crate::private::A; } pub struct C; }
         pub mod zeta { pub use crate::private::A; }
         pub mod beta { pub use crate::private::A; }
         pub use deep::C as D;
         pub use private::inner;
         pub use private::B as Renamed;",
        "module dep
         struct dep::Renamed
         module dep::beta
         struct dep::beta::A
         module dep::deep
         struct dep::deep::C
         module dep::deep::er
         module dep::inner
         function dep::inner::f()
         module dep::zeta
         use dep::D (type) = dep::deep::C
         use dep::deep::er::A (type) = dep::beta::A
         use dep::zeta::A (type) = dep::beta::A
         defined dep::private::A = dep::beta::A
         defined dep::private::B = dep::Renamed
         defined dep::private::inner = dep::inner
         defined dep::private::inner::f = dep::inner::f",
    );
}

#[test]
fn globs_pass_names_on_and_are_shadowed_by_declarations() {
    check(
        "mod a { pub fn one() {} pub fn two() {} pub struct Three; pub struct Four {} }
         mod b { pub use super::a::*; pub fn two() -> u8 { 0 } }
         mod c { pub fn clash() -> u8 { 0 } }
         mod d { pub fn clash() -> u16 { 0 } }
         pub use b::*;
         pub use d::*;
         pub use c::*;
         pub fn Three() {}",
        "module dep
         struct dep::Four {}
         struct dep::Three
         function dep::Three()
         function dep::clash() -> u16
         function dep::one()
         function dep::two() -> u8
         defined dep::a::Four = dep::Four
         defined dep::a::Three = dep::Three
         defined dep::a::one = dep::one
         defined dep::b::two = dep::two
         defined dep::d::clash = dep::clash",
    );
}

#[test]
fn modules_that_export_each_other_end() {
    check(
        "pub mod a { pub use super::b::*; pub use super::b; pub fn f() {} }
         pub mod b { pub use super::a::*; pub use super::a; pub fn g() {} }
         pub use crate as myself;",
        "module dep
         module dep::a
         function dep::a::f()
         module dep::b
         function dep::b::g()
         use dep::a::a (type) = dep::a
         use dep::a::b (type) = dep::b
         use dep::a::g (value) = dep::b::g
         use dep::b::a (type) = dep::a
         use dep::b::b (type) = dep::b
         use dep::b::f (value) = dep::a::f
         use dep::myself (type) = dep",
    );
}

#[test]
fn variants_can_be_imported_with_and_without_their_enum() {
    check(
        "pub enum E { A, B(u8) }
         pub use E::A;
         pub mod all { pub use super::E::*; }
         mod private { pub enum P { X { a: u8 }, Y } }
         pub use private::P::X;",
        "module dep
         enum dep::E {A, B}
         variant dep::E::A #0
         variant dep::E::B #1(0)
         field dep::E::B::0: u8
         variant dep::X #0 {a}
         field dep::X::a: u8
         module dep::all
         use dep::A (type) = dep::E::A
         use dep::all::A (type) = dep::E::A
         use dep::all::B (type) = dep::E::B
         defined dep::private::P::X = dep::X",
    );
}

#[test]
fn hidden_is_what_only_hidden_ways_lead_to() {
    check(
        "#[doc(hidden)] pub mod inside { pub struct Both; pub struct Only { pub a: u8 } }
         pub use inside::Both;
         mod private { pub struct Quiet; pub struct Loud; }
         #[doc(hidden)] pub use private::Quiet;
         #[doc(hidden)] pub use private::Loud;
         pub mod front { pub use crate::private::Loud; }
         pub struct Open { #[doc(hidden)] pub x: u8, pub y: u8 }
         impl Open { #[doc(hidden)] pub fn f(&self) {} }
         pub enum E { A, #[doc(hidden)] B { x: u8 } }
         pub trait Tr { #[doc(hidden)] fn m(); }
         #[doc(hidden)] pub trait Ht {}
         impl Ht for Open {}",
        "module dep
         enum dep::E {A} ~B
         variant dep::E::A #0
         variant dep::E::B hidden #1 {x}
         field dep::E::B::x hidden: u8
         trait dep::Ht hidden { | }
         struct dep::Loud
         struct dep::Open {x, y}
         method dep::Open::f hidden(&'u0 dep::Open) of dep::Open
         field dep::Open::x hidden: u8
         field dep::Open::y: u8
         struct dep::Quiet hidden
         trait dep::Tr {m | } sealed: the required m is hidden
         associated function dep::Tr::m hidden() provided=false
         module dep::front
         module dep::inside hidden
         struct dep::inside::Both
         struct dep::inside::Only hidden {a}
         field dep::inside::Only::a hidden: u8
         impl impl dep::Ht for dep::Open hidden
         use dep::Both (type) = dep::inside::Both
         use dep::front::Loud (type) = dep::Loud
         defined dep::private::Loud = dep::Loud
         defined dep::private::Quiet = dep::Quiet",
    );
}

#[test]
fn other_crates_are_reached_by_name_by_glob_and_as_a_whole() {
    check(
        "pub use std::collections::HashMap;
         pub use std::vec as v;
         pub mod all { pub use std::fmt::*; }
         pub use all::*;
         pub use std::cmp::Ordering::{self, *};
         pub extern crate std as stdlib;
         pub use std::println as say;
         pub use core::clone::Clone;
         pub use u8 as Byte;
         #[doc(hidden)] pub use std::string::String;
         pub(crate) use std::vec::Vec;",
        "module dep
         module dep::all
         use dep::* = alloc: alloc::fmt
         use dep::* = core: core::cmp::Ordering
         use dep::Byte (type) = core: ? core::primitive::u8
         use dep::Clone (type) = core: trait core::clone::Clone
         use dep::Clone (macro) = core: derive macro core::clone::Clone
         use dep::HashMap (type) = std: struct std::collections::hash::map::HashMap
         use dep::Ordering (type) = core: enum core::cmp::Ordering
         use dep::String hidden (type) = alloc: struct alloc::string::String
         use dep::all::* = alloc: alloc::fmt
         use dep::say (macro) = std: macro std::println
         use dep::stdlib (type) = std: module std
         use dep::v (type) = alloc: module alloc::vec
         use dep::v (macro) = alloc: macro alloc::vec",
    );
}

#[test]
fn generics_compare_by_position_and_bounds_stand_among_the_predicates() {
    check(
        "pub struct S<'a, T: Clone, const N: usize = 3>(pub &'a [T; N], u8) where T: 'a;
         impl<const M: usize, U: Clone + Copy> S<'_, U, M> { pub fn get(&self) -> &U { todo!() } }
         impl S<'static, u8, 1> { pub fn fixed(self) -> Self { self } }
         pub trait Tr<A = Self>: Sized where Self: Send { type G<'x, B: Copy>: Clone where Self: 'x; const C: A; }
         pub fn f<'b, X: ?Sized + ToString, Y>(y: Y, x: &'b X) -> &'b X where Y: Sized + Into<u8>, for<'z> &'z Y: Clone { x }
         pub type Short<T = u8> = Result<T, String>;
         pub fn g(s: Short) -> Short<Vec<Short<u16>>> { todo!() }",
        "module dep
         struct dep::S<'a, T, const N: usize = 3>(0, ..) where T0: Clone, T0: 't0
         field dep::S::0: &'t0 [T0; T1]
         method dep::S::get(&'u0 dep::S<'t0, T0, T1>) -> &'u0 T0 of dep::S<'t0, T0, T1> where T0: Clone, T0: Copy
         method dep::S<u8, 1>::fixed(dep::S<'static, u8, 1>) -> dep::S<'static, u8, 1> of dep::S<'static, u8, 1>
         type alias dep::Short<T = u8> = Result<T0, String>
         trait dep::Tr<A = Self>: Send + Sized {C, G | }
         associated constant dep::Tr::C: T0 = ?
         associated type dep::Tr::G<'x, B>: Clone where U0: Copy, Self: 'u0
         function dep::f<X, Y>(U1, &'u0 U0) -> &'u0 U0 where U0: ToString, U0: ?Sized, U1: Into<u8>, &'b0 U1: Clone
         function dep::g(Result<u8, String>) -> Result<Vec<Result<u16, String>>, String>",
    );
}

#[test]
fn lifetimes_that_are_left_out_compare_with_named_ones() {
    let same = |a: &str, b: &str| {
        let left = model_of(&document(a, "lib"));
        let right = model_of(&document(b, "lib"));
        let row = |model: &ApiModel| {
            model.rows.iter().find(|row| row.key.path == "dep::f").map(|row| row.facts.clone())
        };
        assert!(row(&left).is_some(), "no f in {a}");
        assert_eq!(row(&left), row(&right), "{a}\n{b}");
    };
    same("pub fn f(a: &u8) -> &u8 { a }", "pub fn f<'x>(b: &'x u8) -> &'x u8 { b }");
    same(
        "pub fn f(a: std::fmt::Formatter, b: &u8) {}",
        "pub fn f<'b, 'a>(a: std::fmt::Formatter<'a>, b: &'b u8) {}",
    );
    same(
        "pub fn f(a: impl Fn(&u8) -> &u8, b: &dyn Fn(fn(&u8))) {}",
        "pub fn f(a: impl for<'z> Fn(&'z u8) -> &'z u8, b: &dyn Fn(for<'q> fn(&'q u8))) {}",
    );
    same("pub fn f(a: &u8) -> impl Sized + '_ {}", "pub fn f<'a>(a: &'a u8) -> impl Sized + 'a {}");
    same("pub fn f(a: Box<dyn Send>) {}", "pub fn f(a: Box<dyn Send + 'static>) {}");
    same("pub fn f(a: &dyn Send) {}", "pub fn f<'a>(a: &'a (dyn Send + 'a)) {}");
    same("pub static f: &str = \"\";", "pub static f: &'static str = \"\";");
    same("pub async fn f(a: &u8) -> &u8 { a }", "pub async fn f<'x>(a: &'x u8) -> &'x u8 { a }");
    same("pub fn f<T: Clone>(t: T) {}", "pub fn f<U>(t: U) where U: Clone + Clone {}");
    same("pub fn f(v: Vec<u8>) {}", "pub fn f(v: std::vec::Vec<u8>) {}");
}

#[test]
fn self_of_a_method_is_the_type_and_its_lifetime_reaches_the_return() {
    check(
        "pub struct A<'a>(&'a u8);
         impl<'q> A<'q> {
             pub fn by_ref(&self, other: &u8) -> &u8 { self.0 }
             pub fn of_type(&self) -> &'q u8 { self.0 }
             pub fn pinned(self: std::pin::Pin<&mut Self>, x: &u8) -> &u8 { todo!() }
             pub fn boxed(self: Box<Self>) -> Box<Self> { self }
             pub fn make(x: &u8) -> A<'_> { A(x) }
             pub const ZERO: Option<&'q str> = None;
         }",
        "module dep
         struct dep::A<'a>(..)
         associated constant dep::A::ZERO: Option<&'t0 str> = None
         method dep::A::boxed(Box<dep::A<'t0>>) -> Box<dep::A<'t0>> of dep::A<'t0>
         method dep::A::by_ref(&'u0 dep::A<'t0>, &'u1 u8) -> &'u0 u8 of dep::A<'t0>
         associated function dep::A::make(&'u0 u8) -> dep::A<'u0> of dep::A<'t0>
         method dep::A::of_type(&'u0 dep::A<'t0>) -> &'t0 u8 of dep::A<'t0>
         method dep::A::pinned(Pin<&'u0 mut dep::A<'t0>>, &'u1 u8) -> &'u0 u8 of dep::A<'t0>",
    );
}

#[test]
fn impl_trait_is_a_parameter_in_arguments_and_a_type_in_returns() {
    check(
        "pub fn arg(a: impl Iterator<Item = impl Clone> + Send, b: u8) {}
         pub fn ret<'a, T: Copy>(x: &'a T) -> impl Iterator<Item = impl Clone + 'a> + Send + 'a { std::iter::once(x) }
         pub fn cap<'a, T>(x: &'a T) -> impl Sized + use<'a, T> { x }
         pub fn early<'a, 'b: 'a>(x: &'a u8, y: &'b u8) -> impl Fn(&u8, &'a u8) {|_, _| {}}
         pub fn object(x: Box<dyn Send + for<'r> Fn(&'r u8) -> &'r u8>) {}",
        "module dep
         function dep::arg<impl, impl>(U0, u8) where U0: Iterator<Item = U1>, U0: Send, U1: Clone
         function dep::cap<T>(&'u0 U0) -> impl use<'f0, F0>
         function dep::early<'a, 'b>(&'u0 u8, &'u1 u8) -> impl Fn<(&'b0 u8, &'u0 u8), Output = ()> where 'u1: 'u0
         function dep::object(Box<dyn Fn<(&'b0 u8), Output = &'b0 u8> + Send>)
         function dep::ret<T>(&'u0 U0) -> impl Iterator<Item = impl Clone + 'u0> + Send + 'u0 where U0: Copy",
    );
}

#[test]
fn traits_are_sealed_by_what_a_client_cannot_name() {
    check(
        "mod private { pub trait Sealed {} pub struct Token; pub struct Named; }
         pub type Alias = private::Named;
         #[doc(hidden)] pub mod semi { pub trait Sealed {} }
         pub trait BySuper: private::Sealed {}
         pub trait BySub: BySuper {}
         pub trait ByHidden where Self: semi::Sealed {}
         pub trait ByToken { fn f(&self, _: &private::Token); fn g(&self) {} }
         pub trait Provided { fn f(&self, _: private::Token) {} }
         pub trait ByAlias { fn f(&self, _: Alias); }
         pub trait Blanket {} impl<T: Clone> Blanket for T {}
         pub trait Open: Blanket {}",
        "module dep
         type alias dep::Alias = dep::private::Named
         trait dep::Blanket { | }
         trait dep::ByAlias {f | }
         method dep::ByAlias::f(&'u0 Self, dep::private::Named) provided=false
         trait dep::ByHidden: dep::semi::Sealed { | } sealed: its supertrait dep::semi::Sealed is hidden
         trait dep::BySub: dep::BySuper { | } sealed: its supertrait dep::BySuper is sealed
         trait dep::BySuper: dep::private::Sealed { | } sealed: its supertrait dep::private::Sealed cannot be named
         trait dep::ByToken {f | g} sealed: a parameter of the required f has type dep::private::Token, which cannot be named
         method dep::ByToken::f(&'u0 Self, &'u1 dep::private::Token) provided=false
         method dep::ByToken::g(&'u0 Self) provided=true
         trait dep::Open: dep::Blanket { | }
         trait dep::Provided { | f}
         method dep::Provided::f(&'u0 Self, dep::private::Token) provided=true
         module dep::semi hidden
         trait dep::semi::Sealed hidden { | }
         impl impl dep::Blanket for T0 where T0: Clone blanket",
    );
}

#[test]
fn each_impl_of_the_crate_is_one_row_and_those_of_other_crates_are_none() {
    check(
        "pub struct A<T>(pub T); pub struct B;
         pub trait Tr<X: ?Sized = u8> { type Out; const N: usize; }
         impl<P, Q> Tr<Q> for (Q, A<P>) where P: Copy { type Out = Vec<Self>; const N: usize = 1 + 1; }
         impl<T: ?Sized> Tr<T> for &T { type Out = (); const N: usize = 0; }
         impl From<B> for Vec<u8> { fn from(_: B) -> Self { vec![] } }
         impl PartialEq<B> for B { fn eq(&self, _: &B) -> bool { true } }
         impl Iterator for Box<B> { type Item = B; fn next(&mut self) -> Option<B> { None } }
         impl<'a> Tr<fn(&'a u8)> for dyn Fn(&'a u8) + Send { type Out = !; const N: usize = 3; }"
            .replace("= !;", "= B;")
            .as_str(),
        "module dep
         struct dep::A<T>(0)
         field dep::A::0: T0
         struct dep::B
         trait dep::Tr<X = u8> where T0: ?Sized {N, Out | }
         associated constant dep::Tr::N: usize = ?
         associated type dep::Tr::Out:
         impl impl core::cmp::PartialEq for dep::B
         impl impl core::convert::From<dep::B> for alloc::vec::Vec<u8>
         impl impl core::iter::traits::iterator::Iterator for alloc::boxed::Box<dep::B> Item = dep::B
         impl impl dep::Tr<T0> for &T0 where T0: ?Sized N = 0 Out = () blanket
         impl impl dep::Tr<T0> for (T0, dep::A<T1>) where T1: Copy N = `_` Out = Vec<(T0, dep::A<T1>)>
         impl impl dep::Tr<fn(&u8)> for dyn core::ops::function::Fn<(&u8,), Output = ()> + core::marker::Send N = 3 Out = dep::B",
    );
}

#[test]
fn auto_traits_of_types_are_facts_and_not_rows() {
    let model = model_of(&document(
        "pub struct Plain; pub struct Cond<T>(T); pub struct Never(*const u8);
         pub struct Manual<T>(*const T); unsafe impl<T: Clone> Send for Manual<T> {}
         pub enum E<'a, T> { A(&'a T) }",
        "lib",
    ));
    compare(
        &show::auto_traits(&model),
        "dep::Cond: Send where T0: Send, Sync where T0: Sync
         dep::E: Send where T0: Sync, Sync where T0: Sync
         dep::Manual: Send where T0: Clone, !Sync
         dep::Never: !Send, !Sync
         dep::Plain: Send, Sync",
    );
    assert!(!show::model(&model).contains("impl core::marker"), "auto traits are no rows");
}

#[test]
fn matchers_of_macros_are_read_token_by_token() {
    check(
        r##"#[macro_export] macro_rules! m {
             ($a:expr, $($b:ident = $c:ty),* $(,)?) => {{ let _ = "}"; }};
             (@inner [$($t:tt)*] => { "a ) b" 'c' 'life r#"raw " "# }) => {};
             () => {}
         }
         macro_rules! private { () => {} }
         mod inside { #[macro_export] macro_rules! deep { ($l:lifetime) => {} } }"##,
        r##"module dep
         macro dep::deep [$l:lifetime]
         macro dep::m [$a:expr , $( $b:ident = $c:ty ) , * $( , ) ?] [@ inner [ $( $t:tt ) * ] => { "a ) b" 'c' 'life r#"raw " "# }] []"##,
    );
}

#[test]
fn procedural_macros_have_their_kind_and_helpers() {
    let json = document(
        "extern crate proc_macro; use proc_macro::TokenStream;
         #[proc_macro] pub fn bang(i: TokenStream) -> TokenStream { i }
         #[proc_macro_attribute] pub fn attr(_: TokenStream, i: TokenStream) -> TokenStream { i }
         #[proc_macro_derive(Thing, attributes(z, a))] pub fn d(_: TokenStream) -> TokenStream { todo!() }",
        "proc-macro",
    );
    compare(
        &show::model(&model_of(&json)),
        "module dep
         derive macro dep::Thing [a, z]
         attribute macro dep::attr []
         procedural macro dep::bang []",
    );
}

#[test]
fn attributes_become_marks_and_reprs() {
    check(
        r#"#[cfg(doc)] pub fn only_doc() {}
         #[cfg(any(docsrs, unix))] pub mod m { pub struct In; }
         #[cfg(not(feature = "doc"))] pub fn real() {}
         #[non_exhaustive] #[repr(C, align(8))] pub struct S { pub a: u8 }
         #[deprecated(note = "use g")] #[must_use] pub fn f() -> u8 { 0 }
         #[derive(Clone)] #[repr(u8)] pub enum E { #[non_exhaustive] A { x: u8 } = 3, B = 1 << 3 }
         pub union U { pub a: u8, b: u16 }
         #[no_mangle] pub extern "C" fn c(x: u8) {}
         extern "C-unwind" { pub fn ext(x: *mut u8, ...); pub static mut EX: u8; }
         pub const K: usize = 0x1_0; pub const L: [u8; K * 2] = [0; 32]; pub const T: &str = "t";"#,
        r#"module dep
         enum dep::E {A, B}
         variant dep::E::A non_exhaustive #0 {x} = 3
         field dep::E::A::x: u8
         variant dep::E::B #1 = 8
         static dep::EX: mut unsafe u8
         constant dep::K: usize = 16
         constant dep::L: [u8; 32] = `_`
         struct dep::S non_exhaustive {a} ["C", "align(8)"]
         field dep::S::a: u8
         constant dep::T: &'static str = "t"
         union dep::U {a}
         field dep::U::a: u8
         function dep::c(u8) "C"
         function dep::ext(*mut u8, ...) unsafe "C-unwind"
         function dep::f must_use deprecated(use g)() -> u8
         module dep::m cfg_doc
         struct dep::m::In cfg_doc
         function dep::only_doc cfg_doc()
         function dep::real()
         impl impl core::clone::Clone for dep::E derived"#,
    );
}

#[test]
fn features_are_rows_with_the_implicit_ones() {
    let json = document("", "lib");
    let origin_of = |_: &str, _: &Path| None;
    let mut input = input(&origin_of);
    let feature = |enables: &[&str]| enables.iter().map(|e| (*e).to_owned()).collect();
    input.features.insert("default".to_owned(), feature(&["std", "log/std"]));
    input.features.insert("std".to_owned(), feature(&["rand?/std"]));
    input.features.insert("full".to_owned(), feature(&["dep:tls", "std"]));
    input.features.insert("listed".to_owned(), feature(&["dep:listed"]));
    input.optional_dependencies = ["log", "rand", "tls", "listed"].map(str::to_owned).to_vec();
    let model = lower(&json, &input).expect("the document can be lowered");
    compare(
        &show::model(&model),
        "feature default [log/std, std] default
         module dep
         feature full [dep:tls, std]
         feature listed [dep:listed] implicit
         feature log [dep:log] default implicit
         feature rand [dep:rand] implicit
         feature std [rand?/std] default",
    );
}

#[test]
fn spans_are_relative_to_the_root_and_origins_are_asked_for() {
    let json = document("pub fn f(s: String) {}", "lib");
    let file = json.split("\"filename\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let folder = Path::new(file.expect("a span")).parent().map(PathBuf::from);
    let asked = std::cell::RefCell::new(Vec::new());
    let origin_of = |name: &str, path: &Path| {
        asked.borrow_mut().push((name.to_owned(), path.is_absolute()));
        None
    };
    let mut input = input(&origin_of);
    input.source_root = folder;
    let model = lower(&json, &input).expect("the document can be lowered");
    let row = model.rows.get("dep::f", ripe_model::Namespace::Value).expect("f is a row");
    let span = row.span.as_ref().expect("f has a span");
    assert_eq!((span.file.as_path(), span.line, span.column), (Path::new("dep.rs"), 1, 1));
    assert!(asked.borrow().contains(&("alloc".to_owned(), true)), "{asked:?}");
    let alloc = model.crates.iter().find(|origin| origin.crate_name == "alloc");
    assert_eq!(alloc.map(|origin| &origin.source), Some(&Source::Sysroot));
}

#[test]
fn the_document_as_a_whole_can_be_refused() {
    let json = document("pub fn f() {}", "lib");
    let of = |json: &str| lower(json, &input(&|_: &str, _: &Path| None));
    let newer = json.replace("\"format_version\":57", "\"format_version\":4711");
    assert!(matches!(of(&newer), Err(LowerError::UnknownFormat { format: 4711, .. })));
    assert!(matches!(of(&json[..json.len() / 2]), Err(LowerError::Truncated { .. })));
    assert!(matches!(of("{\"format_version\":57}"), Err(LowerError::Malformed { .. })));
    assert!(matches!(of(""), Err(LowerError::Truncated { .. })));
    let rootless = json.replacen("{\"root\":", "{\"root\":9", 1);
    assert!(matches!(of(&rootless), Err(LowerError::NoRoot { .. })), "{:?}", of(&rootless));
}

/// The document as a later rustdoc would write it: converted by hand after the published types.
fn converted(json: &str, format: u32) -> String {
    let level = match format {
        58..=60 => serde_json::json!({"feature": "f", "level": "stable", "since": "1.9.0"}),
        _ => serde_json::json!({"feature": "f", "level": {"stable": {"since": "1.9.0"}}}),
    };
    let mut value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    value["format_version"] = format.into();
    for (n, item) in value["index"].as_object_mut().expect("a table").values_mut().enumerate() {
        let stability = if n % 2 == 0 { level.clone() } else { serde_json::Value::Null };
        item["stability"] = stability.clone();
        if format >= 59 {
            item["const_stability"] = stability;
        }
        if format >= 60 {
            for kind in ["function", "assoc_const", "assoc_type"] {
                if let Some(inner) = item["inner"].get_mut(kind) {
                    inner["default_unstable"] = serde_json::json!({"feature": "d"});
                }
            }
        }
    }
    value.to_string()
}

#[test]
fn later_formats_give_the_same_rows() {
    let json = document(MIXED, "lib");
    let expected = model_of(&json);
    for format in 58..=61 {
        let text = converted(&json, format);
        // The published types are the judge of the conversion.
        match format {
            60 => drop(serde_json::from_str::<rustdoc_types_60::Crate>(&text).expect("format 60")),
            61 => drop(serde_json::from_str::<rustdoc_types_61::Crate>(&text).expect("format 61")),
            _ => {}
        }
        let mut model = model_of(&text);
        assert_eq!(model.unit.format, format);
        model.unit.format = expected.unit.format;
        assert_eq!(model, expected, "format {format}");
    }
}

/// A source with a bit of everything, for properties.
const MIXED: &str = "mod p { pub struct X<T>(pub T); pub trait Sealed {} }
     pub use p::*; pub mod m { pub use super::p::X as Y; pub use std::fmt::*; }
     pub enum E<'a, T> { A(&'a T), B { x: Vec<T> } }
     impl<'a, T: Clone> E<'a, T> { pub fn f(&self, g: impl Fn(&T) -> &T) -> Option<&T> { None } }
     impl<T> From<T> for X<T> { fn from(t: T) -> Self { X(t) } }
     pub type Al<T = u8> = X<X<T>>; pub fn al(a: Al) -> Al<u16> { todo!() }
     pub trait Tr: p::Sealed { type A: Iterator<Item = Self>; fn r(&self) -> Self::A; }";

#[test]
fn the_order_of_the_index_does_not_matter() {
    let json = document(MIXED, "lib");
    let expected = model_of(&json);
    let mut value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    for step in [7, 13, 101] {
        for table in ["index", "paths", "external_crates"] {
            let entries = value[table].as_object().expect("an object").clone();
            let count = entries.len();
            let entries: Vec<_> = entries.into_iter().collect();
            let stride = (step..).find(|s| gcd(*s, count) == 1).expect("a coprime");
            let shuffled = (0..count).map(|n| entries[n * stride % count].clone());
            value[table] = serde_json::Value::Object(shuffled.collect());
        }
        // Keys are sorted or not, by the features of serde_json; text is rebuilt to be sure.
        let text = rebuilt(&value, step);
        assert_eq!(model_of(&text), expected, "stride {step}");
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The document with the entries of its index rotated and its fields in another order.
fn rebuilt(value: &serde_json::Value, by: usize) -> String {
    let table = |name: &str| {
        let entries = value[name].as_object().expect("an object");
        let mut parts: Vec<String> =
            entries.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        let by = by % parts.len().max(1);
        parts.rotate_left(by);
        format!("\"{name}\":{{{}}}", parts.join(","))
    };
    let plain = |name: &str| format!("\"{name}\":{}", value[name]);
    let parts = [
        table("index"),
        plain("format_version"),
        table("paths"),
        plain("target"),
        table("external_crates"),
        plain("root"),
        plain("includes_private"),
        plain("crate_version"),
    ];
    format!("{{{}}}", parts.join(","))
}

#[test]
fn lowering_ends_without_a_panic_on_documents_with_broken_ids() {
    let json = document(MIXED, "lib");
    let root = json.split("\"root\":").nth(1).and_then(|rest| rest.split(',').next());
    let root: u64 = root.and_then(|r| r.parse().ok()).expect("the root's id");
    let mut value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    for seed in 1..60u64 {
        let mut state = seed;
        scramble(&mut value["index"], &mut state, root);
        let Ok(text) = serde_json::to_string(&value) else { continue };
        let model = model_of(&text);
        assert_eq!(model.crate_name(), "dep", "seed {seed}");
        value = serde_json::from_str(&json).expect("JSON");
    }
}

/// Sends some ids elsewhere: to other items, or nowhere.
fn scramble(value: &mut serde_json::Value, state: &mut u64, root: u64) {
    let mut next = |bound: u64| {
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % bound
    };
    match value {
        serde_json::Value::Number(number) if number.as_u64() != Some(root) && next(12) == 0 => {
            *value = serde_json::Value::from(next(400));
        }
        serde_json::Value::Array(list) => {
            list.iter_mut().for_each(|value| scramble(value, state, root));
        }
        serde_json::Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if !matches!(key.as_str(), "span" | "crate_id") {
                    scramble(value, state, root);
                }
            }
        }
        _ => {}
    }
}

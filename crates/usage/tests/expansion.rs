//! What the expansions of a dependency's macros lose, on small packages written to disk.

use std::path::{Path, PathBuf};

use ripe_model::{Certainty, Confidence, How, UseSite};
use ripe_usage::{CfgSet, LibrarySource, Sources, Target, TargetKind, expansions};

const OLD: &str = "
    #[macro_export]
    macro_rules! flags {
        ($(#[$outer:meta])* $vis:vis struct $Name:ident: $T:ty { $(const $Flag:ident = $value:expr;)* }) => {
            $(#[$outer])*
            #[derive(Copy, PartialEq, Eq, Clone)]
            $vis struct $Name { bits: $T }
            $crate::__consts! { $Name: $T { $($Flag = $value;)* } }
        };
    }
    #[macro_export]
    macro_rules! __consts {
        ($Name:ident: $T:ty { $($Flag:ident = $value:expr;)* }) => {
            impl $crate::core::fmt::Debug for $Name {
                fn fmt(&self, f: &mut F) -> R { loop {} }
            }
            impl $Name {
                $(pub const $Flag: Self = Self { bits: $value };)*
                pub fn unchecked(bits: $T) -> Self { Self { bits } }
            }
        };
    }";

const NEW: &str = "
    #[macro_export]
    macro_rules! flags {
        ($(#[$outer:meta])* $vis:vis struct $Name:ident: $T:ty { $(const $Flag:ident = $value:expr;)* }) => {
            $(#[$outer])*
            $vis struct $Name($T);
            const _: () = { $crate::__consts! { $Name: $T { $($Flag = $value;)* } } };
        };
    }
    #[macro_export]
    macro_rules! __consts {
        ($Name:ident: $T:ty { $($Flag:ident = $value:expr;)* }) => {
            impl $Name { $(pub const $Flag: Self = Self($value);)* }
        };
    }";

fn write(root: &Path, name: &str, text: &str) -> PathBuf {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
    std::fs::write(&path, text).expect("writable");
    path
}

/// The certainty of each loss, with its lines.
fn losses(test: &str, old: &str, new: &str, client: &str) -> Vec<(Certainty, Vec<u32>)> {
    let root = std::env::temp_dir().join(format!("ripe-expansion-{}-{test}", std::process::id()));
    let source = |name: &str, text: &str| LibrarySource {
        folder: root.join(name),
        root: write(&root, &format!("{name}/src/lib.rs"), text),
        cfg: CfgSet::default(),
    };
    let (locked, target) = (source("old", old), source("new", new));
    let sources = Sources {
        package: "client".into(),
        root: root.join("client"),
        edition: "2021".into(),
        targets: vec![Target {
            name: "client".into(),
            kind: TargetKind::Lib,
            path: write(&root, "client/src/lib.rs", client),
            compiled: true,
        }],
        cfg: CfgSet::default(),
    };
    let call = UseSite {
        package: "client".into(),
        file: "src/lib.rs".into(),
        line: 1,
        column: 1,
        item: "dep::flags".into(),
        how: How::Macro,
        confidence: Confidence::Exact,
        inactive: false,
    };
    let found = expansions(&sources, &[call], &locked, &target);
    std::fs::remove_dir_all(&root).expect("removable");
    found
        .into_iter()
        .map(|(c, sites)| (c.certainty, sites.iter().map(|s| s.line).collect()))
        .collect()
}

#[test]
fn derive_over_a_type_that_lost_the_trait_breaks() {
    let client = "dep::flags! { pub struct F: u8 { const A = 1; } }\n\
                  #[derive(Clone)]\nstruct S {\n    f: Option<F>,\n    g: u8,\n}\n";
    assert_eq!(losses("derive", OLD, NEW, client), [(Certainty::Definite, vec![4])]);
}

#[test]
fn reference_to_a_type_is_copied_without_it() {
    let client = "dep::flags! { pub struct F: u8 { const A = 1; } }\n\
                  #[derive(Clone, Copy)]\nstruct S<'a> { f: &'a F }\n";
    assert_eq!(losses("reference", OLD, NEW, client), [(Certainty::Possible, vec![1])]);
}

#[test]
fn derive_that_the_call_itself_passes_on_is_not_lost() {
    let client = "dep::flags! { #[derive(Copy, Clone, PartialEq, Eq, Debug)] pub struct F: u8 { const A = 1; } }\n\
                  #[derive(Clone)]\nstruct S { f: F }\n";
    // The function is gone all the same, and nothing needs it.
    assert_eq!(losses("passed", OLD, NEW, client), [(Certainty::Possible, vec![1])]);
}

#[test]
fn operators_patterns_and_calls_of_lost_traits_break() {
    let client = "dep::flags! { pub struct F: u8 { const A = 1; } }\n\
                  fn eq(f: F) -> bool {\n    f == F::A\n}\n\
                  fn of(f: F) {\n    match f {\n        F::A => {}\n        _ => {}\n    }\n}\n\
                  fn make() -> F {\n    F::unchecked(1)\n}\n\
                  impl X for F {\n    fn x(&self) {\n        Debug::fmt(self, 1)\n    }\n}\n";
    let lines = vec![3, 7, 12, 16];
    assert_eq!(losses("operators", OLD, NEW, client), [(Certainty::Definite, lines)]);
}

#[test]
fn equal_expansions_lose_nothing() {
    let client = "dep::flags! { pub struct F: u8 { const A = 1; } }\n\
                  #[derive(Clone)]\nstruct S { f: F }\n";
    assert_eq!(losses("equal", OLD, OLD, client), []);
}

#[test]
fn call_that_no_arm_of_the_target_takes_is_possible() {
    let client = "dep::flags! { pub struct F: u8 { const A = 1; } }\n";
    let new = "#[macro_export] macro_rules! flags { (only $name:ident) => {} }";
    assert_eq!(losses("arm", OLD, new, client), [(Certainty::Possible, vec![1])]);
}

//! Which uses stand in the public API, on a small library written to disk.

use ripe_model::{Confidence, How, UseSite};
use ripe_usage::{CfgSet, Exposure, Sources, Target, TargetKind};

/// `dep::` stands at each use; those in the public API are marked `/*=*/` on their line.
const LIB: &str = r"
pub use dep::Reexported; /*=*/
use dep::Private;
pub fn takes(x: dep::In) -> dep::Out { /*=*/
    let y: dep::Local = dep::call(x);
    y.into()
}
fn private(x: dep::In) {}
pub(crate) fn inside(x: dep::In) {}
pub struct Open {
    pub field: dep::Field, /*=*/
    hidden: dep::Field,
}
pub enum Kinds {
    One(dep::Field), /*=*/
}
pub trait Shape: dep::Super { /*=*/
    fn area(&self) -> dep::Area; /*=*/
    fn twice(&self) -> u32 {
        dep::call(2)
    }
}
impl dep::Trait for Open { /*=*/
    fn run(&self) {
        dep::call(1);
    }
}
impl From<dep::Error> for Open { /*=*/
    fn from(error: dep::Error) -> Open { loop {} }
}
struct Own;
impl dep::Trait for Own {}
impl Open {
    pub fn get(&self) -> dep::Field { todo() } /*=*/
    fn own(&self) -> dep::Field { todo() }
}
mod kept {
    pub fn unseen() -> dep::Field { todo() }
    pub fn named() -> dep::Field { todo() } /*=*/
}
pub use kept::named;
mod all {
    pub fn taken() -> dep::Field { todo() } /*=*/
}
pub use all::*;
#[cfg(test)]
mod tests {
    pub fn off() -> dep::Field { todo() }
}
";

#[test]
fn uses_in_public_signatures_are_told_from_those_inside() {
    let root = tempfile::tempdir().expect("a folder");
    let path = root.path().join("lib.rs");
    std::fs::write(&path, LIB).expect("writable");
    let sources = Sources {
        package: "own".to_owned(),
        root: root.path().to_owned(),
        edition: "2021".to_owned(),
        targets: vec![Target {
            name: "own".to_owned(),
            kind: TargetKind::Lib,
            path,
            compiled: true,
        }],
        cfg: CfgSet::default(),
    };
    let number = |n: usize| u32::try_from(n).expect("small");
    let mut sites = Vec::new();
    for (line, text) in LIB.lines().enumerate() {
        for (column, _) in text.match_indices("dep::") {
            sites.push(UseSite {
                package: "own".to_owned(),
                file: "lib.rs".into(),
                line: number(line) + 1,
                column: number(column) + 1,
                item: "dep::Item".to_owned(),
                how: How::Type,
                confidence: Confidence::Exact,
                inactive: false,
            });
        }
    }
    let exposure = Exposure::of(&sources);
    let found: Vec<u32> =
        sites.iter().filter(|site| exposure.has(site)).map(|site| site.line).collect();
    let mut expected: Vec<u32> = LIB
        .lines()
        .enumerate()
        .filter(|(_, text)| text.contains("/*=*/"))
        .flat_map(|(n, text)| text.matches("dep::").map(move |_| number(n) + 1))
        .collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(expected.len() > 10);
}

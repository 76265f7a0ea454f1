//! Times the comparison of two models of half a million rows each, a tenth of them changed.
//!
//! `cargo run --release -p ripe-apidiff --example many_rows -- [ROWS]`

use std::time::Instant;

use ripe_apidiff::diff;
use ripe_model::{
    ApiModel, CompatRange, ConstExpr, ConstFacts, Facts, ItemKey, Marks, Namespace, Origin,
    PackageId, Row, Rows, Source, Ty, UnitFacts,
};
use semver::Version;

fn main() {
    let rows = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(500_000);
    let (old, new) = (model(rows, 0), model(rows, 1));
    let start = Instant::now();
    let result = diff(&old, &new);
    println!("{:?}: {} changes in {:?}", result.compared, result.changes.len(), start.elapsed());
}

fn model(rows: usize, version: usize) -> ApiModel {
    let constant = |n: usize| {
        let changed = version * usize::from(n.is_multiple_of(10));
        let gone = n % 100 == 99 && version == 1;
        let path = if gone {
            format!("w::m{}::NEW{n}", n / 500)
        } else {
            format!("w::m{}::C{n}", n / 500)
        };
        Row {
            key: ItemKey::new(path, Namespace::Value),
            facts: Facts::Const(ConstFacts {
                ty: Ty::Primitive(if changed == 1 { "u64" } else { "u32" }.to_owned()),
                value: ConstExpr::Value(n.to_string()),
            }),
            marks: Marks::default(),
            span: None,
        }
    };
    let module = |n: usize| Row {
        key: ItemKey::new(format!("w::m{n}"), Namespace::Type),
        facts: Facts::Module,
        marks: Marks::default(),
        span: None,
    };
    let all = (0..rows).map(constant).chain((0..=rows / 500).map(module)).collect();
    let version = Version::new(1, version as u64, 0);
    ApiModel {
        package: PackageId {
            name: "w".to_owned(),
            version: version.clone(),
            source: Source::CratesIo,
        },
        unit: UnitFacts::default(),
        crates: vec![Origin {
            crate_name: "w".to_owned(),
            package: "w".to_owned(),
            source: Source::CratesIo,
            range: Some(CompatRange::of(&version)),
            version: Some(version),
        }],
        rows: Rows::new(all).0,
        aliases: Vec::new(),
        definitions: ripe_model::Definitions::default(),
        gaps: Vec::new(),
    }
}

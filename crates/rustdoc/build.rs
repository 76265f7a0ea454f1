//! Gives the cache of models a version that changes with what models are made of, so that nobody
//! has to remember to change it: the sources of the lowering, what is said of models from docs.rs,
//! and the nouns where they lie beside this package.

use std::path::{Path, PathBuf};

fn main() {
    let mut files = Vec::new();
    for place in
        ["src/lower.rs", "src/lower", "src/docsrs/side.rs", "src/stored.rs", "../model/src"]
    {
        println!("cargo::rerun-if-changed={place}");
        collect(Path::new(place), &mut files);
    }
    files.sort();
    // FNV-1a, 64 bits: it has to tell versions apart, nobody attacks it.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        for byte in std::fs::read(file).unwrap_or_default() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo::rustc-env=RIPE_MODEL_VERSION={version}-{hash:016x}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
}

//! A recorded call of rustc, as it is replayed into the overlay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ripe_record::{Record, RustcArgs, UnitHash, UnitKind, hash_of_artifact};

/// What differs from the recorded call.
pub(crate) struct Changed<'a> {
    /// The folder of the new artifacts.
    pub(crate) out: &'a Path,
    /// The artifacts that stand in for the recorded ones.
    pub(crate) artifacts: &'a BTreeMap<UnitHash, PathBuf>,
    /// The folder of the package and that of its annotated copy, where there is one.
    pub(crate) copy: Option<(&'a Path, &'a Path)>,
    /// What the unit is for.
    pub(crate) kind: UnitKind,
}

/// The artifact that a replay leaves: metadata, but of a macro that is asked about the library that
/// the compiler loads.
pub(crate) fn artifact(out: &Path, crate_name: &str, hash: &UnitHash, kind: UnitKind) -> PathBuf {
    match kind {
        UnitKind::ProcMacro => out.join(format!(
            "{}{crate_name}-{hash}{}",
            std::env::consts::DLL_PREFIX,
            std::env::consts::DLL_SUFFIX
        )),
        UnitKind::Lib | UnitKind::BuildScript | UnitKind::Other => {
            out.join(format!("lib{crate_name}-{hash}.rmeta"))
        }
    }
}

/// The arguments of a replay. Everything that decides what the code means is taken over; lints are
/// capped, but for the one that names uses, which nothing in the code can lower.
pub(crate) fn arguments(record: &Record, changed: &Changed<'_>) -> Vec<String> {
    let rustc = RustcArgs::parse(&record.args);
    let mut args = Vec::new();
    let mut rest = record.args.iter();
    while let Some(arg) = rest.next() {
        let (flag, joined) = match arg.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value)),
            Some(_) | None => (arg.as_str(), None),
        };
        let mut value = || joined.or_else(|| rest.next().map(String::as_str)).unwrap_or_default();
        match flag {
            "--emit" | "--out-dir" | "--error-format" | "--json" | "--color"
            | "--diagnostic-width" | "--cap-lints" => {
                value();
            }
            "--extern" => {
                let value = value();
                args.extend(["--extern".to_owned(), redirected(value, changed.artifacts)]);
            }
            "-C" | "--codegen" => {
                let value = value();
                let name = value.split('=').next().unwrap_or_default();
                if !["incremental", "debuginfo", "strip"].contains(&name) {
                    args.extend(["-C".to_owned(), value.to_owned()]);
                }
            }
            other if joined.is_none() && rustc.input.as_deref() == Some(Path::new(other)) => {}
            _ => args.push(arg.clone()),
        }
    }
    let emit = match (changed.copy.is_some(), changed.kind) {
        (true, UnitKind::ProcMacro) => "--emit=link",
        (true, UnitKind::Lib | UnitKind::BuildScript | UnitKind::Other) | (false, _) => {
            "--emit=metadata"
        }
    };
    let path = |path: &Path| path.to_string_lossy().into_owned();
    args.extend([emit.to_owned(), "--out-dir".to_owned(), path(changed.out)]);
    args.extend(["-L".to_owned(), format!("dependency={}", changed.out.display())]);
    args.extend(
        ["--cap-lints=allow", "--force-warn=deprecated", "--error-format=json"].map(str::to_owned),
    );
    if let Some(input) = &rustc.input {
        let input = record.dir.join(input);
        let inside =
            changed.copy.and_then(|(from, to)| Some(to.join(input.strip_prefix(from).ok()?)));
        args.push(path(&inside.unwrap_or(input)));
    }
    args
}

/// A value of `--extern`, with the new artifact where there is one.
fn redirected(value: &str, artifacts: &BTreeMap<UnitHash, PathBuf>) -> String {
    let new = value.split_once('=').and_then(|(name, path)| {
        let new = artifacts.get(&hash_of_artifact(Path::new(path))?)?;
        Some(format!("{name}={}", new.display()))
    });
    new.unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_code_means_is_taken_over_and_where_it_lies_is_redirected() {
        let line = "--crate-name a --edition=2021 src/lib.rs --error-format=json \
                    --json=artifacts --crate-type lib --emit=dep-info,metadata,link -C embed-bitcode=no \
                    -C debuginfo=2 -C incremental=/t/i --cfg feature=\"x\" -C metadata=aa \
                    -C extra-filename=-bb --out-dir /t -L dependency=/t \
                    --extern priv:b=/t/libb-cc.rlib --extern c=/t/libc-dd.rmeta --cap-lints warn \
                    -Dwarnings";
        let record = Record {
            args: line.split_whitespace().map(str::to_owned).collect(),
            dir: PathBuf::from("/a"),
            env: Vec::new(),
        };
        let artifacts =
            BTreeMap::from([(UnitHash("cc".to_owned()), PathBuf::from("/o/libb-cc.rmeta"))]);
        let changed = Changed {
            out: Path::new("/o"),
            artifacts: &artifacts,
            copy: Some((Path::new("/a"), Path::new("/copy"))),
            kind: UnitKind::Lib,
        };
        assert_eq!(
            arguments(&record, &changed).join(" "),
            "--crate-name a --edition=2021 --crate-type lib -C embed-bitcode=no \
             --cfg feature=\"x\" -C metadata=aa -C extra-filename=-bb -L dependency=/t \
             --extern priv:b=/o/libb-cc.rmeta --extern c=/t/libc-dd.rmeta -Dwarnings \
             --emit=metadata --out-dir /o -L dependency=/o --cap-lints=allow \
             --force-warn=deprecated --error-format=json /copy/src/lib.rs"
        );
    }
}

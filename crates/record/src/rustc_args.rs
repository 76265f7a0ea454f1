//! The arguments with which cargo calls rustc, as far as a unit is described by them.

use std::path::{Path, PathBuf};

use crate::{Platform, UnitHash, UnitKind};

/// A dependency as `--extern` gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extern {
    /// Options before the name, `priv,noprelude`; empty where there are none.
    pub options: String,
    /// The name in the code of this unit.
    pub name: String,
    /// The artifact; `None` for crates of the sysroot, such as `proc_macro`.
    pub path: Option<PathBuf>,
}

/// The arguments of one call, sorted into what they mean. What is not listed here (lints, output
/// formats, `--emit` but for its kinds, link arguments) does not shape an API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustcArgs {
    /// `--crate-name`
    pub crate_name: Option<String>,
    /// `--crate-type`, each apart.
    pub crate_types: Vec<String>,
    /// The root file.
    pub input: Option<PathBuf>,
    /// `--edition`
    pub edition: Option<String>,
    /// `--cfg`
    pub cfgs: Vec<String>,
    /// `--check-cfg`
    pub check_cfgs: Vec<String>,
    /// `--extern`
    pub externs: Vec<Extern>,
    /// `-L`, with the sort of folder before it.
    pub search: Vec<String>,
    /// `--target`
    pub target: Option<String>,
    /// The kinds of `--emit`.
    pub emit: Vec<String>,
    /// `-C`
    pub codegen: Vec<String>,
    /// `--test`
    pub test: bool,
    /// Whether the compiler is only asked something.
    pub asks: bool,
}

impl RustcArgs {
    /// Sorts the arguments after the program's name.
    pub fn parse(args: &[String]) -> RustcArgs {
        let mut parsed = RustcArgs::default();
        let mut rest = args.iter().map(String::as_str);
        while let Some(arg) = rest.next() {
            let (flag, value) = match arg.split_once('=') {
                Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
                _ => short(arg),
            };
            if !takes_value(flag) {
                match flag {
                    "--test" => parsed.test = true,
                    "-vV" | "--version" | "-V" => parsed.asks = true,
                    "-" => parsed.input = Some(PathBuf::from("-")),
                    path if !path.starts_with('-') => parsed.input = Some(PathBuf::from(path)),
                    _ => {}
                }
                continue;
            }
            let Some(value) = value.or_else(|| rest.next().map(str::to_owned)) else { break };
            match flag {
                "--crate-name" => parsed.crate_name = Some(value),
                "--crate-type" => {
                    parsed.crate_types.extend(value.split(',').map(str::to_owned));
                }
                "--edition" => parsed.edition = Some(value),
                "--cfg" => parsed.cfgs.push(value),
                "--check-cfg" => parsed.check_cfgs.push(value),
                "--extern" => parsed.externs.push(parse_extern(&value)),
                "-L" => parsed.search.push(value),
                "--target" => parsed.target = Some(value),
                "--emit" => parsed.emit.extend(
                    value
                        .split(',')
                        .map(|kind| kind.split('=').next().unwrap_or_default().to_owned()),
                ),
                "-C" | "--codegen" => parsed.codegen.push(value),
                "--print" => parsed.asks = true,
                _ => {}
            }
        }
        parsed
    }

    /// A `-C` option.
    pub fn codegen(&self, name: &str) -> Option<&str> {
        self.codegen
            .iter()
            .rev()
            .find_map(|option| option.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')))
    }

    /// The hash of the unit: what cargo appends to the names of its artifacts. Calls without one
    /// are not cargo's own: build scripts that try the compiler out.
    pub fn hash(&self) -> Option<UnitHash> {
        self.codegen("extra-filename")
            .and_then(|name| name.strip_prefix('-'))
            .map(|hash| UnitHash(hash.to_owned()))
    }

    /// What the unit is for.
    pub fn kind(&self) -> UnitKind {
        let is = |kinds: &[&str]| self.crate_types.iter().any(|kind| kinds.contains(&&**kind));
        if self.test {
            UnitKind::Other
        } else if is(&["proc-macro"]) {
            UnitKind::ProcMacro
        } else if is(&["lib", "rlib", "dylib", "cdylib", "staticlib"]) {
            UnitKind::Lib
        } else if self.crate_name.as_deref().is_some_and(|name| name.starts_with("build_script_")) {
            UnitKind::BuildScript
        } else {
            UnitKind::Other
        }
    }

    /// Where the unit runs. Without `--target` both platforms are built alike, but `cargo check`
    /// links only what the host will run or load.
    pub fn platform(&self, cross: bool) -> Platform {
        let target = match self.kind() {
            UnitKind::ProcMacro | UnitKind::BuildScript => false,
            UnitKind::Lib if cross => self.target.is_some(),
            UnitKind::Lib => !self.emit.iter().any(|kind| kind == "link"),
            UnitKind::Other => true,
        };
        if target { Platform::Target } else { Platform::Host }
    }

    /// The features that are on, sorted.
    pub fn features(&self) -> Vec<String> {
        let mut features: Vec<String> = self
            .cfgs
            .iter()
            .filter_map(|cfg| cfg.strip_prefix("feature=\"")?.strip_suffix('"'))
            .map(str::to_owned)
            .collect();
        features.sort();
        features.dedup();
        features
    }
}

/// `-Lpath`, `-Ccodegen`: the short flags that may stand together with their value.
fn short(arg: &str) -> (&str, Option<String>) {
    for flag in ["-L", "-C", "-l", "-A", "-W", "-D", "-F", "-Z", "-o"] {
        if let Some(value) = arg.strip_prefix(flag)
            && !value.is_empty()
        {
            return (flag, Some(value.to_owned()));
        }
    }
    (arg, None)
}

fn takes_value(flag: &str) -> bool {
    matches!(
        flag,
        "--crate-name"
            | "--crate-type"
            | "--edition"
            | "--cfg"
            | "--check-cfg"
            | "--extern"
            | "-L"
            | "-l"
            | "--target"
            | "--emit"
            | "-C"
            | "--codegen"
            | "--print"
            | "--out-dir"
            | "-o"
            | "--cap-lints"
            | "--error-format"
            | "--json"
            | "--diagnostic-width"
            | "--color"
            | "--remap-path-prefix"
            | "--sysroot"
            | "--env-set"
            | "-A"
            | "--allow"
            | "-W"
            | "--warn"
            | "-D"
            | "--deny"
            | "-F"
            | "--forbid"
            | "--force-warn"
            | "-Z"
            | "--explain"
    )
}

/// `name`, `name=path`, `options:name=path`.
fn parse_extern(value: &str) -> Extern {
    let (name, path) = match value.split_once('=') {
        Some((name, path)) => (name, Some(PathBuf::from(path))),
        None => (value, None),
    };
    let (options, name) = name.rsplit_once(':').unwrap_or(("", name));
    Extern { options: options.to_owned(), name: name.to_owned(), path }
}

/// The hash in an artifact's name: `libserde-f368a9e7c4860e1c.rmeta`.
pub fn hash_of_artifact(path: &Path) -> Option<UnitHash> {
    let stem = path.file_stem()?.to_str()?;
    let (_, hash) = stem.rsplit_once('-')?;
    (!hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| UnitHash(hash.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> RustcArgs {
        let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
        RustcArgs::parse(&args)
    }

    #[test]
    fn a_call_by_cargo_is_read() {
        let args = parse(
            "--crate-name serde --edition=2021 /r/serde/src/lib.rs --error-format=json \
             --json=artifacts --crate-type lib --emit=dep-info,metadata -C embed-bitcode=no \
             --warn=unexpected_cfgs --cfg feature=\"std\" --cfg feature=\"derive\" --cfg wrap \
             -C metadata=aa -C extra-filename=-bb --out-dir /t/deps -L dependency=/t/deps \
             -Lnative=/n --extern serde_core=/t/deps/libserde_core-cc.rmeta \
             --extern priv,noprelude:x=/t/deps/libx-dd.rmeta --extern proc_macro --cap-lints allow",
        );
        assert_eq!(args.crate_name.as_deref(), Some("serde"));
        assert_eq!(args.input.as_deref(), Some(Path::new("/r/serde/src/lib.rs")));
        assert_eq!(args.hash(), Some(UnitHash("bb".to_owned())));
        assert_eq!(args.features(), ["derive", "std"]);
        assert_eq!(args.search, ["dependency=/t/deps", "native=/n"]);
        assert_eq!(args.kind(), UnitKind::Lib);
        assert_eq!(args.platform(false), Platform::Target);
        assert_eq!(args.platform(true), Platform::Host);
        let [first, second, third] = args.externs.as_slice() else { panic!("three externs") };
        assert_eq!(
            first.path.as_deref().and_then(hash_of_artifact),
            Some(UnitHash("cc".to_owned()))
        );
        assert_eq!((second.options.as_str(), second.name.as_str()), ("priv,noprelude", "x"));
        assert_eq!((third.name.as_str(), &third.path), ("proc_macro", &None));
    }

    #[test]
    fn trying_the_compiler_out_is_no_unit() {
        assert_eq!(parse("--crate-type=rlib --emit=metadata -o /out/x -").hash(), None);
        assert!(parse("-vV").asks);
        assert!(parse("- --crate-name ___ --print=file-names --crate-type bin").asks);
    }

    #[test]
    fn a_library_that_is_linked_by_check_runs_on_the_host() {
        let args = parse("--crate-name a --crate-type lib --emit=dep-info,metadata,link a.rs");
        assert_eq!(args.platform(false), Platform::Host);
    }
}

//! Our binary as cargo's `RUSTC_WRAPPER`.
//!
//! Invariant: what is refused never reaches the compiler, and every unit that cargo asks for
//! stands in the log before anything is done about it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::record::{
    Action, LogLine, Record, Records, SeenUnit, WRAPPER_VARIABLE, WrapperConfig, append,
};
use crate::rustc_args::{RustcArgs, hash_of_artifact};

/// Variables that differ from what cargo was started with, but say nothing of the unit.
const NOT_THE_UNITS: &[&str] = &[
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "MFLAGS",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
    "RUSTC_WRAPPER",
    WRAPPER_VARIABLE,
];

/// Acts as the compiler's wrapper if cargo called us as one, and returns the code to exit with;
/// `None` if this is an ordinary call. To be called first thing in `main`.
pub fn wrapper_main() -> Option<ExitCode> {
    let config = std::env::var_os(WRAPPER_VARIABLE)?;
    let mut args = std::env::args_os().skip(1);
    let program = args.next()?;
    let args: Vec<OsString> = args.collect();
    let code = match wrap(&PathBuf::from(config), &args) {
        Ok(Step::Compile) => compile(&program, &args),
        Ok(Step::Refuse(what)) => {
            eprintln!("cargo-ripe: {what} is yours, and is not compiled against this lockfile");
            1
        }
        Err(reason) => {
            eprintln!("cargo-ripe: {reason}");
            1
        }
    };
    Some(ExitCode::from(code))
}

/// What to do about a call.
enum Step {
    Compile,
    Refuse(String),
}

/// Decides, logs and records.
fn wrap(config: &std::path::Path, args: &[OsString]) -> Result<Step, String> {
    let said: Vec<String> = expand(args);
    let parsed = RustcArgs::parse(&said);
    if parsed.asks || parsed.input.is_none() {
        return Ok(Step::Compile);
    }
    let config = std::fs::read_to_string(config)
        .map_err(|error| format!("cannot read {}: {error}", config.display()))
        .and_then(|text| {
            serde_json::from_str::<WrapperConfig>(&text)
                .map_err(|error| format!("cannot read {}: {error}", config.display()))
        })?;
    let env: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    let said_by_cargo = |name: &str| -> String {
        env.get(OsStr::new(name))
            .map(|value| value.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let line = LogLine {
        crate_name: parsed.crate_name.clone().unwrap_or_default(),
        package: said_by_cargo("CARGO_PKG_NAME"),
        version: said_by_cargo("CARGO_PKG_VERSION"),
        manifest_dir: env
            .get(OsStr::new("CARGO_MANIFEST_DIR"))
            .map(PathBuf::from)
            .unwrap_or_default(),
        hash: parsed.hash(),
        action: Action::Passed,
    };
    let refused = config.refuse_dirs.contains(&line.manifest_dir)
        || config.refuse_names.contains(&line.package);
    let action = match (refused, &line.hash) {
        (true, _) => Action::Refused,
        (false, Some(_)) if parsed.kind().has_api() => Action::Recorded,
        (false, _) => Action::Passed,
    };
    let line = LogLine { action, ..line };
    append(&config.log, &line).map_err(|error| describe(&error))?;
    if let Some(hash) = &line.hash {
        let unit = SeenUnit {
            package: line.package.clone(),
            version: line.version.clone(),
            manifest_dir: line.manifest_dir.clone(),
            crate_name: line.crate_name.clone(),
            hash: hash.clone(),
            kind: parsed.kind(),
            platform: parsed.platform(config.cross),
            triple: parsed.target.clone().unwrap_or_else(|| config.host.clone()),
            features: parsed.features(),
            cfgs: sorted(parsed.cfgs.clone()),
            dependencies: parsed
                .externs
                .iter()
                .filter_map(|dep| Some((dep.name.clone(), hash_of_artifact(dep.path.as_deref()?)?)))
                .collect(),
        };
        let records = Records::at(config.folder.clone());
        records.write_unit(&unit).map_err(|error| describe(&error))?;
        if action == Action::Recorded || (config.all && action == Action::Passed) {
            let record = Record {
                args: said,
                dir: std::env::current_dir()
                    .map_err(|error| format!("cannot tell the current folder: {error}"))?,
                env: set_by_cargo(env, &config),
            };
            records.write_record(&unit, &record).map_err(|error| describe(&error))?;
        }
    }
    Ok(match action {
        Action::Refused => Step::Refuse(format!("{} {}", line.package, line.version)),
        Action::Recorded | Action::Passed => Step::Compile,
    })
}

/// The variables beyond those that cargo was started with.
fn set_by_cargo(
    env: BTreeMap<OsString, OsString>,
    config: &WrapperConfig,
) -> Vec<(OsString, OsString)> {
    let baseline: BTreeMap<&OsString, &OsString> =
        config.baseline.iter().map(|(name, value)| (name, value)).collect();
    env.into_iter()
        .filter(|(name, value)| baseline.get(name) != Some(&value))
        .filter(|(name, _)| !NOT_THE_UNITS.iter().any(|not| name == not))
        .collect()
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list.dedup();
    list
}

fn describe(error: &crate::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// The arguments as text. Where a command line would be too long, cargo writes the arguments to a
/// file and passes `@file` (rustc book, "`@path`: load command-line flags from a path").
fn expand(args: &[OsString]) -> Vec<String> {
    args.iter()
        .flat_map(|arg| {
            let arg = arg.to_string_lossy();
            let file = arg.strip_prefix('@').and_then(|path| std::fs::read_to_string(path).ok());
            match file {
                Some(lines) => lines.lines().map(str::to_owned).collect(),
                None => vec![arg.into_owned()],
            }
        })
        .collect()
}

/// Becomes the compiler, or runs it where one process cannot become another.
fn compile(program: &OsStr, args: &[OsString]) -> u8 {
    let mut command = Command::new(program);
    command.args(args);
    #[cfg(unix)]
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    #[cfg(not(unix))]
    let error = match command.status() {
        Ok(status) => return status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1),
        Err(error) => error,
    };
    eprintln!("cargo-ripe: cannot start {}: {error}", program.to_string_lossy());
    1
}

//! `cargo ripe doctor`: what works here, what is degraded and what that costs.

use std::ffi::OsStr;

use ripe_record::Toolchain;
use ripe_runner::{End, Level, Run, scrubbed_env};

use crate::caches::{FOLDERS, LIMIT, megabytes, size};
use crate::exit;
use crate::failure::Failure;
use crate::session::Session;

/// Programs that help where they are there: how they are asked for, and what is lost without.
const PROGRAMS: &[(&str, &[&str], &str)] = &[
    (
        "rustup",
        &["--version"],
        "no other toolchain can stand in for one that a project asks for and that is missing",
    ),
    (
        "git",
        &["--version"],
        "cargo fetches git dependencies itself, unless net.git-fetch-with-cli asks for it",
    ),
    ("curl", &["--version"], "APIs cannot be had from docs.rs; they are built here"),
];

pub(crate) fn run(session: &Session) -> Result<u8, Failure> {
    session.progress.finish();
    let mut lines = toolchain(session);
    for (program, args, cost) in PROGRAMS {
        let found = first_line(session, program, args);
        lines.push(format!(
            "{program:<8} {}",
            found.unwrap_or_else(|| format!("not found: {cost}"))
        ));
    }
    if let Some(listed) = all_lines(session, "rustup", &["toolchain", "list"]) {
        lines.push(format!("         toolchains: {}", listed.join(", ")));
    }
    let level = Level::offered();
    let cost = if level.is_complete() {
        ""
    } else {
        "; build scripts of dependencies run unheld, `--sandbox=require` refuses that"
    };
    lines.push(format!("sandbox  {level}{cost}"));
    lines.push(format!("cache    {}{}", session.cache.display(), writable(session)));
    let mut all = 0;
    for folder in FOLDERS {
        let size = size(&session.cache.join(folder.name));
        all += size;
        lines.push(format!(
            "         {:<12} {:>10}  {}",
            folder.name,
            megabytes(size),
            folder.holds
        ));
    }
    lines.push(format!(
        "         together {}; models, evidence and resolutions are kept below {}; `cargo ripe clean` empties all",
        megabytes(all),
        megabytes(LIMIT),
    ));
    for line in lines {
        println!("{line}");
    }
    Ok(exit::REPORT)
}

/// Cargo, rustc and rustdoc as they are used in this folder.
fn toolchain(session: &Session) -> Vec<String> {
    let toolchain = match Toolchain::discover(&session.cwd, None, &session.cancel) {
        Ok(toolchain) => toolchain,
        Err(error) => return vec![format!("cargo    {error}: nothing can be analysed")],
    };
    let rustdoc = toolchain.rustdoc_version.trim();
    let format = toolchain.format.map_or_else(
        || "format of its JSON unknown: APIs cannot be compared".to_owned(),
        |format| format!("writes JSON format {format}"),
    );
    vec![
        format!("cargo    {}", toolchain.cargo_version.trim()),
        format!("rustc    {}", toolchain.rustc_version.lines().next().unwrap_or("?")),
        format!("rustdoc  {rustdoc}, {format}"),
    ]
}

/// What a program says of itself; `None` where it cannot be run.
fn all_lines(session: &Session, program: &str, args: &[&str]) -> Option<Vec<String>> {
    let mut env = scrubbed_env();
    env.extend(std::env::var_os("HOME").map(|home| (OsStr::new("HOME").to_owned(), home)));
    let run = Run::new(program, &session.cwd, env).args(args.iter().copied());
    let outcome = ripe_runner::run(&run, &session.cancel, &mut |_, _| {}).ok()?;
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    (outcome.end == End::Exited(0)).then(|| text.lines().map(str::to_owned).collect())
}

fn first_line(session: &Session, program: &str, args: &[&str]) -> Option<String> {
    all_lines(session, program, args)?.into_iter().next()
}

/// Says so where the cache cannot be written to.
fn writable(session: &Session) -> String {
    let probe = session.cache.join(format!("probe.{}", std::process::id()));
    let written =
        std::fs::create_dir_all(&session.cache).and_then(|()| std::fs::write(&probe, "x"));
    std::fs::remove_file(&probe).ok();
    written.err().map_or_else(String::new, |error| {
        format!(
            " cannot be written to ({error}): every run starts anew; RIPE_CACHE_DIR names another folder"
        )
    })
}

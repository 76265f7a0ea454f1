//! Steps that the commands share.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, anyhow};
use ripe_model::{Gap, Grade};
use ripe_planner::Policy;
use ripe_record::Toolchain;
use ripe_report::Style;
use ripe_resolver::Candidates;
use ripe_runner::{End, Run, scrubbed_env};
use ripe_rustdoc::{FeatureFlags, SideOutcome, choose_rustdoc};
use semver::Version;
use serde::Serialize;

use crate::args::{Builds, CargoArgs, Colour, Format, Output, TrustArgs};
use crate::exit;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::questions::Question;
use crate::session::Session;
use crate::side::Asked;
use crate::trust;

/// A version as the user wrote it.
pub(crate) fn version(text: &str) -> Result<Version, Failure> {
    Version::parse(text)
        .with_context(|| format!("`{text}` is no version"))
        .map_err(Failure::usage)
        .map_err(|failure| failure.next("write all three numbers: 1.2.3"))
}

/// What is asked of both sides: the toolchain and the configuration of the client.
pub(crate) fn asked(
    session: &Session,
    ground: &Ground,
    cargo: &CargoArgs,
    trust: &TrustArgs,
    until: Option<Instant>,
) -> Result<Asked, Failure> {
    let named = ground.missing.as_ref().map(|missing| OsStr::new(&missing.used));
    let root = &ground.project.workspace.root;
    let own = Toolchain::discover(root, named, &session.cancel)?;
    let Documenting { toolchain, note } = documenting(session, root, own);
    let builds = if choose_rustdoc(&toolchain, &[]).is_ok() { trust.builds } else { Builds::Never };
    let cfg = target_cfg(session, &toolchain, cargo.target.as_deref());
    Ok(Asked {
        features: FeatureFlags {
            features: cargo.features.clone(),
            no_default_features: cargo.no_default_features,
            all_features: cargo.all_features,
        },
        target: cargo.target.clone(),
        toolchain,
        cfg,
        probes: false,
        until,
        builds,
        note,
        docs: trust::docs_rs(session, ground, cargo)?,
    })
}

/// The toolchain that both sides are built and documented with.
struct Documenting {
    toolchain: Toolchain,
    /// What has to be said of it, where it is not the project's own.
    note: Option<String>,
}

/// The project's own toolchain where its rustdoc can be read, else another one that is installed.
/// Where there is none, nothing is built, and docs.rs is asked.
fn documenting(session: &Session, root: &Path, own: Toolchain) -> Documenting {
    let Err(why) = choose_rustdoc(&own, &[]) else {
        return Documenting { toolchain: own, note: None };
    };
    match Toolchain::another(root, |other| choose_rustdoc(other, &[]).is_ok(), &session.cancel) {
        Some(toolchain) => {
            let (with, yours) = (release(&toolchain), release(&own));
            let note = format!("{why}: documented by {with}, you build with {yours}");
            Documenting { toolchain, note: Some(note) }
        }
        None => {
            let note = format!(
                "{why}, and no other toolchain is installed whose JSON can be read: `rustup toolchain install stable` closes the gap"
            );
            Documenting { toolchain: own, note: Some(note) }
        }
    }
}

/// `rustc 1.95.0`
fn release(toolchain: &Toolchain) -> String {
    toolchain.rustc_version.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// What `rustc --print cfg` says of the target; `None` where it says nothing.
fn target_cfg(
    session: &Session,
    toolchain: &Toolchain,
    target: Option<&str>,
) -> Option<BTreeSet<String>> {
    let mut run = Run::new(&toolchain.rustc, &session.cwd, scrubbed_env()).args(["--print", "cfg"]);
    if let Some(target) = target {
        run = run.args(["--target", target]);
    }
    let outcome = ripe_runner::run(&run, &session.cancel, &mut |_, _| {}).ok()?;
    (outcome.end == End::Exited(0))
        .then(|| String::from_utf8_lossy(&outcome.stdout).lines().map(str::to_owned).collect())
}

/// Has cargo download what both lockfiles name, so that everything after needs no network.
pub(crate) fn fetch(
    session: &Session,
    ground: &Ground,
    Question { request, resolution }: &Question,
    cargo: &CargoArgs,
) -> Result<Vec<Gap>, Failure> {
    let mut gaps = fetch_here(session, ground, cargo)?;
    ground.scratch.set(request, resolution)?;
    gaps.extend(fetch_here(session, ground, cargo)?);
    ground.scratch.reset()?;
    Ok(gaps)
}

fn fetch_here(session: &Session, ground: &Ground, cargo: &CargoArgs) -> Result<Vec<Gap>, Failure> {
    session.progress.stage("downloading", None);
    let targets: Vec<String> = cargo.target.iter().cloned().collect();
    let mut done = 0;
    if ground.is_downloaded() {
        return Ok(Vec::new());
    }
    let fetch = ripe_registry::Fetch {
        folder: ground.scratch.root(),
        targets,
        offline: cargo.offline,
        cargo: ground.project.cargo.program.clone(),
        env: ground.project.cargo.env.clone(),
    };
    let mut on_line = |line: &str| {
        done += 1;
        session.progress.at(line.trim(), done);
    };
    let fetched = ripe_registry::fetch(&fetch, &ground.index, &session.cancel, &mut on_line)
        .context("cargo cannot download the packages")
        .map_err(Failure::no_report)?;
    Ok(fetched.gaps)
}

/// All candidates of the graph, as far as the index tells.
pub(crate) fn candidates(ground: &Ground, aged_by: Option<String>) -> Candidates {
    let context = ripe_resolver::Context { msrv: ground.project.msrv.clone(), aged_by };
    ripe_resolver::candidates(&ground.graph, &ground.project.workspace, &ground.releases, &context)
}

/// The rules for today, or for the day that is looked at.
pub(crate) fn policy(ground: &Ground) -> Policy {
    let mut policy = Policy::on(ground.today());
    policy.members = ground.member_names();
    policy.rust_version =
        ground.project.workspace.members.iter().filter_map(|m| m.rust_version.clone()).min();
    policy.rustc = ground.rustc();
    policy
}

/// Today, RFC 3339 without the time.
pub(crate) fn today() -> String {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    ripe_planner::date_of(i64::try_from(seconds / 86_400).unwrap_or(0))
}

/// A gap where more evidence was asked for than this version can get.
pub(crate) fn beyond(wanted: Grade) -> Option<Gap> {
    (wanted > Grade::Probed).then(|| {
        Gap::new(
            format!("evidence `{wanted}`"),
            "this version goes as far as `probed`: the compiler names the uses on the locked version, and nothing is compiled against the new one",
        )
    })
}

/// Says once where third-party code was not held.
pub(crate) fn say_level(session: &Session, outcome: &SideOutcome) {
    if let Some(level) = outcome.level
        && !level.is_complete()
    {
        session.progress.note(&format!("sandbox: {level}"));
    }
}

/// Writes the report to stdout.
pub(crate) fn print<R: Serialize>(
    output: &Output,
    report: &R,
    text: impl Fn(&R, &Style) -> String,
) -> Result<(), Failure> {
    let rendered = match output.format {
        Format::Json => ripe_report::json(report)
            .context("the report has no form in JSON")
            .map_err(Failure::no_report)?,
        Format::Text => text(report, &style(output.color)),
    };
    let mut out = std::io::stdout().lock();
    let end = if rendered.ends_with('\n') { "" } else { "\n" };
    match out
        .write_all(rendered.as_bytes())
        .and_then(|()| out.write_all(end.as_bytes()))
        .and_then(|()| out.flush())
    {
        // A reader that went away (`| head`) has what it wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::no_report(
            anyhow!(error).context("the report cannot be written to stdout"),
        )),
        Ok(()) => Ok(()),
    }
}

/// Colour and width for this stdout.
fn style(colour: Colour) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let colour = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    };
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|_| terminal);
    Style { width: width.unwrap_or(100), color: colour }
}

/// The exit code of a report that was printed.
pub(crate) fn code(output: &Output, incomplete: bool) -> u8 {
    if output.strict && incomplete { exit::INCOMPLETE } else { exit::REPORT }
}

//! `cargo ripe doctor`: what works here, what is degraded and what that costs.

use ripe_runner::{Level, Outcome, Run, scrubbed_env};
use ripe_rustdoc::{ModelCache, Toolchain};

use crate::clean::{megabytes, size};
use crate::exit;
use crate::failure::Failure;
use crate::session::Session;

/// Whether docs.rs can be asked.
fn curl(session: &Session) -> String {
    let run = Run::new("curl", &session.cwd, scrubbed_env()).args(["-q", "--version"]);
    let outcome = ripe_runner::run(&run, &session.cancel, &mut |_, _| {}).ok();
    let said = outcome.filter(Outcome::success).map(|outcome| outcome.stdout).unwrap_or_default();
    match String::from_utf8_lossy(&said).split_whitespace().nth(1) {
        Some(version) => format!("docs.rs  asked through curl {version}, with --builds locked or never"),
        None => "docs.rs  cannot be asked: there is no program `curl`, which --builds locked and never need".to_owned(),
    }
}

pub(crate) fn run(session: &Session) -> Result<u8, Failure> {
    session.progress.finish();
    let mut lines = Vec::new();
    match Toolchain::discover(&session.cwd, None, &session.cancel) {
        Ok(toolchain) => {
            lines.push(format!("cargo    {}", toolchain.cargo_version.trim()));
            lines.push(format!(
                "rustc    {}",
                toolchain.rustc_version.lines().next().unwrap_or("?")
            ));
            lines.push(match toolchain.format {
                Some(format) => format!(
                    "rustdoc  {}, writes JSON format {format}",
                    toolchain.rustdoc_version.trim()
                ),
                None => format!(
                    "rustdoc  {}, format of its JSON unknown: APIs cannot be compared",
                    toolchain.rustdoc_version.trim()
                ),
            });
        }
        Err(error) => lines.push(format!("cargo    {error}: nothing can be analysed")),
    }
    let level = Level::offered();
    let cost = if level.is_complete() {
        ""
    } else {
        "; build scripts of dependencies run unheld, `--sandbox=require` refuses that"
    };
    lines.push(format!("sandbox  {level}{cost}"));
    lines.push(curl(session));
    let models = ModelCache::new(session.cache.join("models"));
    lines.push(format!(
        "cache    {}: models {} of at most {}, all {}",
        session.cache.display(),
        megabytes(models.size()),
        megabytes(models.limit()),
        megabytes(size(&session.cache)),
    ));
    for line in lines {
        println!("{line}");
    }
    Ok(exit::REPORT)
}

//! `cargo ripe doctor`: what works here, what is degraded and what that costs.

use ripe_runner::Level;
use ripe_rustdoc::{ModelCache, Toolchain};

use crate::clean::{megabytes, size};
use crate::exit;
use crate::failure::Failure;
use crate::session::Session;

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

//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ripe_model::Grade;

/// Cargo calls a subcommand as `cargo-ripe ripe …`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", disable_help_subcommand = true)]
pub(crate) enum Cargo {
    /// Which dependency updates are ripe to take in the time you have.
    Ripe(Ripe),
}

/// Which dependency updates are ripe to take in the time you have.
///
/// Without a command it prints the plan for one hour. It writes nothing of yours.
#[derive(Debug, Args)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Ripe {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What to take in the time you have, and what to leave alone (the default).
    Plan(PlanArgs),
    /// What changed in the API between two versions of a package.
    Diff(DiffArgs),
    /// What one update means for your code, with the lines.
    Explain(ExplainArgs),
    /// What works here, what is degraded, and how large the caches are.
    Doctor(DoctorArgs),
    /// Empty the caches of this tool.
    Clean(CleanArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Your time: `45m`, `2h`, `1h30m`.
    #[arg(long, default_value = "1h", value_parser = minutes, value_name = "TIME")]
    pub(crate) budget: u32,
    /// The machine's time for evidence, in minutes of wall clock: `10m`, `1h`.
    #[arg(long, default_value = "10m", value_parser = minutes, value_name = "TIME")]
    pub(crate) machine_budget: u32,
    /// Stop after the first look: numbers only, nothing compiled.
    #[arg(long)]
    pub(crate) quick: bool,
    /// How far to go for evidence.
    #[arg(long, value_enum, default_value_t = Evidence::Probed, conflicts_with = "quick")]
    pub(crate) evidence: Evidence,
    /// See the registry as it was at the end of this day, so that the run can be repeated.
    #[arg(long, value_name = "DATE", value_parser = crate::view::day)]
    pub(crate) as_of: Option<String>,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
    #[command(flatten)]
    pub(crate) cargo: CargoArgs,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The package, `clap` or `clap@3.2.25` where several versions are locked.
    pub(crate) package: String,
    /// The version to move to; the newest one if it is left out.
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<String>,
    /// Who uses this item of the locked version, instead of an update: `clap::App::new`, or the end
    /// of its path.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["to", "evidence"])]
    pub(crate) item: Option<String>,
    /// How far to go for evidence.
    #[arg(long, value_enum, default_value_t = Evidence::Uses)]
    pub(crate) evidence: Evidence,
    /// See the registry as it was at the end of this day, so that the run can be repeated.
    #[arg(long, value_name = "DATE", value_parser = crate::view::day)]
    pub(crate) as_of: Option<String>,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
    #[command(flatten)]
    pub(crate) cargo: CargoArgs,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The package in the registry.
    #[arg(required_unless_present = "old_json", requires = "old", conflicts_with_all = ["old_json", "new_json"])]
    pub(crate) package: Option<String>,
    /// The old version.
    #[arg(requires = "new")]
    pub(crate) old: Option<String>,
    /// The new version.
    pub(crate) new: Option<String>,
    /// The old version's rustdoc JSON.
    #[arg(long, value_name = "FILE", requires = "new_json")]
    pub(crate) old_json: Option<PathBuf>,
    /// The new version's rustdoc JSON.
    #[arg(long, value_name = "FILE", requires = "old_json")]
    pub(crate) new_json: Option<PathBuf>,
    /// Write a client for each definite break, and have rustc judge it against both versions.
    #[arg(long, conflicts_with_all = ["old_json", "new_json"])]
    pub(crate) prove: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
    #[command(flatten)]
    pub(crate) cargo: CargoArgs,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct CleanArgs {}

/// What may run here, and where models of APIs come from.
#[derive(Debug, Clone, Args)]
pub(crate) struct TrustArgs {
    /// Which versions of your dependencies are built here, with their build scripts and macros.
    #[arg(long, value_enum, default_value_t = Builds::All, value_name = "WHAT")]
    pub(crate) builds: Builds,
    /// A store of models to look in before a build or docs.rs: a folder (the cache of another run),
    /// file:// or http(s)://. It is only read.
    #[arg(long, value_name = "URL")]
    pub(crate) models: Option<String>,
}

/// What is built here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Builds {
    /// Locked and new versions, in a sandbox.
    All,
    /// Locked versions; the APIs of new ones come from docs.rs.
    Locked,
    /// Nothing; all APIs come from docs.rs.
    Never,
}

/// Cargo's own flags, with Cargo's meaning.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CargoArgs {
    /// Path to Cargo.toml.
    #[arg(long, value_name = "PATH", help_heading = "Cargo's own options")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Run without accessing the network.
    #[arg(long, help_heading = "Cargo's own options")]
    pub(crate) offline: bool,
    /// Fail if Cargo.lock is missing or would have to change.
    #[arg(long, help_heading = "Cargo's own options")]
    pub(crate) locked: bool,
    /// Features to activate, separated by commas or spaces.
    #[arg(long, short = 'F', value_name = "FEATURES", help_heading = "Cargo's own options")]
    pub(crate) features: Vec<String>,
    /// Do not activate the default feature.
    #[arg(long, help_heading = "Cargo's own options")]
    pub(crate) no_default_features: bool,
    /// Activate all features.
    #[arg(long, help_heading = "Cargo's own options")]
    pub(crate) all_features: bool,
    /// Check for the target triple.
    #[arg(long, value_name = "TRIPLE", help_heading = "Cargo's own options")]
    pub(crate) target: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Output {
    /// The format of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Exit with 3 if anything could not be analysed.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Whether third-party code is built in a sandbox.
    #[arg(long, value_enum, default_value_t = SandboxMode::Auto)]
    pub(crate) sandbox: SandboxMode,
    /// Print what each stage took to stderr.
    #[arg(long)]
    pub(crate) timings: bool,
    /// Colour: on a terminal, always or never.
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person.
    Text,
    /// By the machine contract.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SandboxMode {
    /// As much as this system offers.
    Auto,
    /// Stop where this system offers none.
    Require,
    /// None.
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The levels of evidence that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Evidence {
    /// The numbers only.
    Versions,
    /// Both APIs compared.
    Api,
    /// Your sources searched for uses of what changed.
    Uses,
    /// The compiler names the uses, on the locked version.
    Probed,
    /// Your code compiled against the target.
    Compiled,
    /// Your tests run against the target.
    Tested,
}

impl From<Evidence> for Grade {
    fn from(evidence: Evidence) -> Self {
        match evidence {
            Evidence::Versions => Grade::Versions,
            Evidence::Api => Grade::Api,
            Evidence::Uses => Grade::Uses,
            Evidence::Probed => Grade::Probed,
            Evidence::Compiled => Grade::Compiled,
            Evidence::Tested => Grade::Tested,
        }
    }
}

/// Minutes from `45m`, `2h`, `1h30m`, or a bare number of minutes.
fn minutes(text: &str) -> Result<u32, String> {
    let wrong = || format!("`{text}` is no time; write it as 45m, 2h or 1h30m");
    let (hours, rest) = match text.split_once('h') {
        Some((hours, rest)) => (hours.parse::<u32>().map_err(|_| wrong())?, rest),
        None => (0, text),
    };
    let rest = rest.strip_suffix('m').unwrap_or(rest);
    let minutes = if rest.is_empty() && text.contains('h') {
        0
    } else {
        rest.parse::<u32>().map_err(|_| wrong())?
    };
    let total = hours.checked_mul(60).and_then(|h| h.checked_add(minutes)).ok_or_else(wrong)?;
    if total > 60 * 24 * 7 { Err(format!("`{text}` is more than a week")) } else { Ok(total) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(minutes("45m"), Ok(45));
        assert_eq!(minutes("2h"), Ok(120));
        assert_eq!(minutes("1h30m"), Ok(90));
        assert_eq!(minutes("1h30"), Ok(90));
        assert_eq!(minutes("50"), Ok(50));
        for wrong in ["", "h", "m", "1d", "-5m", "99999999h", "1h2h"] {
            assert!(minutes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        #[derive(Debug, Parser)]
        struct Top {
            #[command(subcommand)]
            _cargo: Cargo,
        }
        Top::command().debug_assert();
    }
}

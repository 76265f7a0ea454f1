//! The binary `cargo-ripe`, which cargo calls as `cargo-ripe ripe …`.
//!
//! Invariant: stdout is the report, stderr is the progress. The wiring is here; the analysis is in
//! the crates below.

mod args;
mod build_code;
mod caches;
mod clean;
mod diff;
mod doctor;
mod evidence;
mod exit;
mod explain;
mod failure;
mod ground;
mod kept;
mod looks;
mod plan;
mod probe;
mod progress;
mod questions;
mod said;
mod session;
mod setup;
mod side;
mod sources;
mod trust;
mod update;
mod view;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cargo, Command, Output, Ripe};
use crate::failure::Failure;
use crate::session::Session;

fn main() -> ExitCode {
    if let Some(code) = ripe_record::wrapper_main() {
        return code;
    }
    let Cargo::Ripe(ripe) = Cargo::parse();
    match run(&ripe) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.code)
        }
    }
}

fn run(ripe: &Ripe) -> Result<u8, Failure> {
    let within = |output: &Output, command: &dyn Fn(&Session) -> Result<u8, Failure>| {
        let session = Session::new(output.sandbox)?;
        let result = command(&session);
        session.progress.finish();
        caches::trim(&session.cache, caches::LIMIT);
        if output.timings {
            eprintln!("{}", session.progress.timings());
        }
        result
    };
    match &ripe.command {
        None => within(&ripe.plan.output, &|session| plan::run(session, &ripe.plan)),
        Some(Command::Plan(args)) => within(&args.output, &|session| plan::run(session, args)),
        Some(Command::Diff(args)) => within(&args.output, &|session| diff::run(session, args)),
        Some(Command::Explain(args)) => {
            within(&args.output, &|session| explain::run(session, args))
        }
        Some(Command::Doctor(args)) => within(&args.output, &doctor::run),
        Some(Command::Clean(_)) => clean::run(),
    }
}

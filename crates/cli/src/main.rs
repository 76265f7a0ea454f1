//! The binary `cargo-ripe`, which cargo calls as `cargo-ripe ripe …`.
//!
//! Invariant: stdout is the report, stderr is the progress. The wiring is here; the analysis is in
//! the crates below.

mod args;
mod build_code;
mod caches;
mod clean;
mod coverage;
mod diff;
mod doctor;
mod doubts;
mod evidence;
mod exit;
mod explain;
mod failure;
mod ground;
mod inside;
mod kept;
mod looks;
mod plan;
mod probe;
mod progress;
mod prove;
mod questions;
mod reach;
mod said;
mod session;
mod setup;
mod side;
mod sources;
mod trust;
mod update;
mod uses;
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
    match or_bug(|| run(&ripe)) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.code)
        }
    }
}

/// A panic that nothing below caught as a failure: nothing of the user's is half-written then, and no
/// report can be made.
fn or_bug(work: impl FnOnce() -> Result<u8, Failure>) -> Result<u8, Failure> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let error = anyhow::anyhow!("this is a bug of cargo ripe, which the lines above describe");
        Err(Failure::no_report(error)
            .next(concat!("report it with these lines: ", env!("CARGO_PKG_REPOSITORY"), "/issues"))
            .next("`cargo ripe --quick` goes another way, and may work"))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_that_says_what_to_do() {
        let failure = or_bug(|| panic!("a bug")).expect_err("it failed");
        assert_eq!(failure.code, exit::NO_REPORT);
        assert_eq!(failure.next.len(), 2);
        assert_eq!(or_bug(|| Ok(0)).ok(), Some(0));
    }
}

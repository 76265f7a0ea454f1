//! Runs child processes: sandboxed, with a scrubbed environment, killable as a whole.
//!
//! One call, [`run()`], takes a [`Run`] and returns an [`Outcome`] when nothing of the child's
//! process tree is left. The child gets exactly the environment that it was given, lines of its
//! output reach a callback while it runs, and a [`CancelToken`] or a time limit ends the whole
//! tree.
//!
//! Invariant: nothing of our own environment reaches a child implicitly; whoever wants a variable
//! there names it. [`scrubbed_env`] is the usual start.
//! Invariant: a sandbox is applied completely or the run fails; what was applied is said by
//! [`Level`], never assumed.

mod cancel;
mod cpu;
mod env;
mod error;
#[cfg(target_os = "linux")]
mod landlocked;
mod lines;
mod outcome;
mod run;
mod sandbox;
#[cfg(target_os = "linux")]
mod seccomp;
#[cfg(target_os = "linux")]
mod supervise;

pub use cancel::CancelToken;
pub use cpu::cpu_time;
pub use env::{Env, cargo_home, rustup_home, scrubbed_env};
pub use error::RunError;
pub use lines::Stream;
pub use outcome::{End, Outcome};
pub use run::{Run, run};
pub use sandbox::{Level, Mode, Sandbox};

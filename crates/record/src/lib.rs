//! Records the units of a build, so that each can be replayed with what cargo gave it.
//!
//! Our own binary is cargo's `RUSTC_WRAPPER` ([`wrapper_main`]) and writes every call of the
//! compiler into [`Records`]. Whoever replays one, as rustdoc or as rustc, reads its
//! [`RustcArgs`] and runs it in a [`Room`] with the [`Toolchain`] that recorded it.
//!
//! Invariant: a record may hold what is private. Its file is the owner's alone, and whoever
//! replays it deletes it.
//! Invariant: everything that runs in a room is held by the sandbox.

mod error;
mod record;
mod room;
mod rustc_args;
mod toolchain;
mod unit;
mod wrapper;

pub use error::Error;
pub use record::{
    Action, LogLine, Record, Records, SeenUnit, WRAPPER_VARIABLE, WrapperConfig, read_log,
    write_json, write_private,
};
pub use room::{Room, answer, environment, finish, first_error};
pub use rustc_args::{Extern, RustcArgs, hash_of_artifact};
pub use toolchain::Toolchain;
pub use unit::{Platform, Unit, UnitHash, UnitKind};
pub use wrapper::wrapper_main;

//! The binary `cargo-ripe`, which cargo calls as `cargo-ripe ripe …`.

fn main() {}

//! Scratch copies of a workspace, in which cargo resolves.

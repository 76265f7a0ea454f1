//! Runs child processes: sandboxed, with a scrubbed environment, killable as a whole.

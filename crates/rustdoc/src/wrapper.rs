//! Our binary as cargo's `RUSTC_WRAPPER`.

use std::process::ExitCode;

/// Acts as the compiler's wrapper if cargo called us as one, and returns the code to exit with;
/// `None` if this is an ordinary call. To be called first thing in `main`.
pub fn wrapper_main() -> Option<ExitCode> {
    None
}

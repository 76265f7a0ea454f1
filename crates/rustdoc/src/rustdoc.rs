//! The rustdoc that documents a build.

use std::path::PathBuf;

use ripe_record::Toolchain;

use crate::KNOWN_FORMATS;

/// The rustdoc that documents what another toolchain's rustc compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rustdoc {
    /// The program.
    pub program: PathBuf,
    /// `rustdoc --version`
    pub version: String,
    /// The format that it writes.
    pub format: u32,
}

/// Decides which rustdoc documents a build by `build`: of those that can read its metadata and
/// write a format that can be lowered, the one with the newest format. Metadata can only be read by
/// the rustc that wrote it, which the whole of `rustc -vV` identifies.
///
/// # Errors
/// The reason in words, where there is none.
pub fn choose_rustdoc(build: &Toolchain, installed: &[Toolchain]) -> Result<Rustdoc, String> {
    std::iter::once(build)
        .chain(installed)
        .filter(|toolchain| toolchain.rustc_version == build.rustc_version)
        .filter_map(|toolchain| {
            let format = toolchain.format.filter(|format| KNOWN_FORMATS.contains(format))?;
            Some(Rustdoc {
                program: toolchain.rustdoc.clone(),
                version: toolchain.rustdoc_version.clone(),
                format,
            })
        })
        .max_by_key(|rustdoc| rustdoc.format)
        .ok_or_else(|| match build.format {
            Some(format) => format!(
                "{} writes JSON of format {format}; formats {KNOWN_FORMATS:?} can be read",
                build.rustdoc_version
            ),
            None => format!("{} writes no JSON", build.rustdoc_version),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolchain(rustc: &str, rustdoc: &str, format: Option<u32>) -> Toolchain {
        Toolchain {
            cargo: "cargo".into(),
            rustc: "rustc".into(),
            rustdoc: rustdoc.into(),
            sysroot: "/".into(),
            cargo_version: "cargo 1.95.0".to_owned(),
            rustc_version: rustc.to_owned(),
            rustdoc_version: rustdoc.to_owned(),
            host: "x86_64-unknown-linux-gnu".to_owned(),
            format,
        }
    }

    #[track_caller]
    fn check(build: &Toolchain, installed: &[Toolchain], expected: Result<&str, &str>) {
        match (choose_rustdoc(build, installed), expected) {
            (Ok(rustdoc), Ok(version)) => assert_eq!(rustdoc.version, version),
            (Err(reason), Err(part)) => assert!(reason.contains(part), "{reason}"),
            (found, _) => panic!("{found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn only_a_rustdoc_that_reads_the_metadata_and_writes_a_known_format_is_chosen() {
        let stable = toolchain("rustc 1.95", "rustdoc 1.95", Some(57));
        let newer = toolchain("rustc 1.99", "rustdoc 1.99", Some(57));
        let odd = toolchain("rustc 1.95", "rustdoc odd", Some(9999));
        let unknown = toolchain("rustc 2.0", "rustdoc 2.0", Some(9999));
        let mute = toolchain("rustc 1.0", "rustdoc 1.0", None);
        check(&stable, &[newer.clone(), odd], Ok("rustdoc 1.95"));
        check(&unknown, &[newer], Err("format 9999"));
        check(&mute, &[], Err("writes no JSON"));
    }
}

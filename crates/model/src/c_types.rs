//! What the C types of the sysroot are on a target, as `core::ffi::primitives` says.

/// The primitive that an alias of the sysroot for a C type stands for, by the path of its definition
/// or of a re-export. `None` for every other path, and without a triple.
pub fn c_type(path: &str, triple: &str) -> Option<&'static str> {
    let (module, name) = path.rsplit_once("::")?;
    let known = ["core::ffi", "core::ffi::primitives", "std::ffi", "std::os::raw"];
    if triple.is_empty() || !known.contains(&module) {
        return None;
    }
    let arch = triple.split('-').next().unwrap_or_default();
    let sixteen_bits = matches!(arch, "avr" | "msp430");
    Some(match name {
        "c_char" => {
            if char_is_signed(arch, triple) {
                "i8"
            } else {
                "u8"
            }
        }
        "c_schar" => "i8",
        "c_uchar" => "u8",
        "c_short" => "i16",
        "c_ushort" => "u16",
        "c_int" if sixteen_bits => "i16",
        "c_uint" if sixteen_bits => "u16",
        "c_int" => "i32",
        "c_uint" => "u32",
        "c_long" if long_is_64_bits(arch, triple) => "i64",
        "c_ulong" if long_is_64_bits(arch, triple) => "u64",
        "c_long" => "i32",
        "c_ulong" => "u32",
        "c_longlong" => "i64",
        "c_ulonglong" => "u64",
        "c_float" => "f32",
        "c_double" if arch == "avr" => "f32",
        "c_double" => "f64",
        _ => return None,
    })
}

/// Apple and Windows have a signed `char` everywhere; elsewhere the architecture says.
fn char_is_signed(arch: &str, triple: &str) -> bool {
    let unsigned = ["aarch64", "arm", "thumb", "csky", "hexagon", "msp430", "powerpc", "riscv"]
        .iter()
        .any(|prefix| arch.starts_with(prefix))
        || matches!(arch, "s390x" | "xtensa");
    !unsigned || triple.contains("-apple-") || triple.contains("-windows-")
}

/// `long` has the width of a pointer, but on Windows.
fn long_is_64_bits(arch: &str, triple: &str) -> bool {
    let wide = arch.contains("64") || matches!(arch, "s390x" | "arm64_32");
    let narrow_pointers = triple.ends_with("x32") || triple.contains("ilp32") || arch == "arm64_32";
    wide && !narrow_pointers && !triple.contains("-windows-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_types_follow_the_target() {
        for (name, triple, is) in [
            ("c_int", "x86_64-unknown-linux-gnu", "i32"),
            ("c_int", "avr-none", "i16"),
            ("c_long", "x86_64-unknown-linux-gnu", "i64"),
            ("c_long", "x86_64-pc-windows-msvc", "i32"),
            ("c_ulong", "i686-unknown-linux-gnu", "u32"),
            ("c_ulong", "x86_64-unknown-linux-gnux32", "u32"),
            ("c_char", "aarch64-unknown-linux-gnu", "u8"),
            ("c_char", "aarch64-apple-darwin", "i8"),
            ("c_char", "x86_64-unknown-linux-gnu", "i8"),
        ] {
            assert_eq!(
                c_type(&format!("core::ffi::{name}"), triple),
                Some(is),
                "{name} on {triple}"
            );
        }
        assert_eq!(c_type("core::ffi::c_void", "x86_64-unknown-linux-gnu"), None);
        assert_eq!(c_type("core::ffi::c_int", ""), None);
    }
}

fn main() {
    // Known only with the feature `std`, which the program does not ask for.
    assert!(memchr::memmem::find(b"build script", b"script").is_some());
    println!("cargo:rerun-if-changed=build.rs");
}

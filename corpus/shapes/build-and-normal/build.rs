fn main() {
    let mut text = String::new();
    itoa::fmt(&mut text, 7).expect("a string takes everything");
    println!("cargo:rustc-env=SEVEN={text}");
    println!("cargo:rerun-if-changed=build.rs");
}

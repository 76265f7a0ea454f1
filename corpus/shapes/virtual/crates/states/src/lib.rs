//! A member with a requirement of its own.

/// Where the `o` stands.
pub fn number() -> usize {
    memchr::memchr(b'o', b"program").unwrap_or_default()
}

/// A number as text.
pub fn text(number: u32) -> String {
    let mut text = String::new();
    itoa::fmt(&mut text, number).expect("a string takes everything");
    text
}

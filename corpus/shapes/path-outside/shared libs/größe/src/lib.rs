//! A package that belongs to no workspace.

/// A number as text.
pub fn text(number: u32) -> String {
    let mut text = String::new();
    itoa::fmt(&mut text, number).expect("a string takes everything");
    text
}

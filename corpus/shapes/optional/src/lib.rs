#[cfg(feature = "fast")]
pub fn fast(number: u32) -> String {
    let mut text = String::new();
    itoa::fmt(&mut text, number).expect("a string takes everything");
    text
}

#[cfg(any(feature = "narrow", feature = "wide"))]
pub fn alone<R>(work: impl FnOnce() -> R) -> R {
    critical_section::with(|_| work())
}

#[must_use]
pub fn a() -> u8 {
    1
}

pub const fn a() -> u8 {
    2
}

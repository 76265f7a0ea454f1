pub fn a() -> u8 {
    2
}

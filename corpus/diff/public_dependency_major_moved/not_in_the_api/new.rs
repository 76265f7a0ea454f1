pub fn a() -> u8 {
    dep::one()
}

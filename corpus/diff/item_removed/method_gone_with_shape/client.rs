pub fn f() -> u8 {
    subject::Flags::from_bits_unchecked(1).bits()
}

pub fn f() -> u8 {
    subject::E::B as u8
}

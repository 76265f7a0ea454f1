pub fn f() -> u8 {
    subject::E::A as u8
}

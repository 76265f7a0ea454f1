pub fn f() -> u8 {
    subject::D::new().a
}

pub fn f() -> u8 {
    subject::N
}

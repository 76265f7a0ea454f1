pub fn f() -> [u8; 1] {
    subject::N
}

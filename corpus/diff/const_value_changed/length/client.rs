pub fn f() -> [u8; 1] {
    [0; subject::N]
}

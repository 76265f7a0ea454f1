pub fn f() -> [u8; 2] {
    [0; subject::N]
}

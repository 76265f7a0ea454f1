pub fn f(x: u8) -> bool {
    matches!(x, subject::N)
}

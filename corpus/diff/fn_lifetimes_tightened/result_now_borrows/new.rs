pub fn a(x: &str) -> &str {
    x
}

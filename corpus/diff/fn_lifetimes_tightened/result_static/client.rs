pub fn f(x: &str) -> &str {
    subject::a(x)
}

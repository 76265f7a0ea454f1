pub fn f(x: &str) -> &'static str {
    subject::a(x)
}

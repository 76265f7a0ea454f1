pub fn f(x: &str) {
    subject::a(x)
}

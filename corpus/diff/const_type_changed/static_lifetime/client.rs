pub fn f() -> &'static str {
    subject::N
}

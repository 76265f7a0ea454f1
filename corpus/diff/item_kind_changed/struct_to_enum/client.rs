pub fn f() -> subject::A {
    subject::A {}
}

pub fn f() {
    subject::a("x")
}

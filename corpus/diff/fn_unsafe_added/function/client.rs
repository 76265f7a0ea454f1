pub fn f() {
    subject::a()
}

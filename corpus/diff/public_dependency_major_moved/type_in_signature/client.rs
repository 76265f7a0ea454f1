pub fn f() {
    subject::a(dep::D)
}

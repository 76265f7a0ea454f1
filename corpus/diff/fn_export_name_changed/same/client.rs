pub fn f() {
    subject::a_symbol()
}

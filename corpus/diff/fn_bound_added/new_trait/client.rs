pub fn f() {
    subject::a(String::new())
}

pub fn f(x: &String) {
    subject::a(x.as_ref())
}

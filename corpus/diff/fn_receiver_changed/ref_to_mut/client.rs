pub fn f(s: &subject::S) {
    s.a()
}

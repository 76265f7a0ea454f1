pub fn f(s: &mut subject::S) {
    s.a()
}

pub fn f(s: subject::S) -> String {
    s.a
}

pub fn f(s: subject::S) -> u8 {
    s.a
}

pub fn f(s: subject::S<u8>) -> u8 {
    s.a
}
